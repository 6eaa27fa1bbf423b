/**
 * Signature and encryption of WeCom's callbacks: app and kf (receiveid = corp id), bot over HTTP (receiveid empty).
 *
 * `@wecom/crypto` makes signatures and ciphertexts. Its `decrypt` is not used: it takes any padding, a length beyond the
 * end and any receiveid (version 1.0.1), so opening is done here.
 */
import { createDecipheriv, timingSafeEqual } from 'node:crypto';
import { encrypt as encryptMessage, getSignature } from '@wecom/crypto';
import { PosDoctorError } from '../../errors.js';

/** What a signed request carries. */
export interface Sealed {
  /** msg_signature: 40 lower-case hexadecimal digits. */
  signature: string;
  timestamp: string;
  nonce: string;
  /** Base64. */
  encrypt: string;
}

export interface CallbackSecrets {
  /** Token of the admin console: at most 32 letters and digits. */
  token: string;
  /** EncodingAESKey of the admin console: 43 letters and digits. */
  aesKey: string;
  /** Corp id for app and kf; empty for the in-house bot. */
  receiveId: string;
}

export const AES_KEY_FORM = /^[A-Za-z0-9]{43}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** PKCS#7 is to 32 here, not to AES's own 16. */
const BLOCK = 32;
const RANDOM = 16;
const HEAD = RANDOM + 4;

/** Opens and seals what one callback URL receives and answers. */
export class CallbackCrypto {
  readonly #secrets: CallbackSecrets;
  readonly #key: Buffer;
  readonly #receiveId: Buffer;

  /** @throws {PosDoctorError} BAD_CONFIG if the key has another form */
  constructor(secrets: CallbackSecrets) {
    if (!AES_KEY_FORM.test(secrets.aesKey))
      throw new PosDoctorError('BAD_CONFIG', { what: 'an EncodingAESKey has exactly 43 letters and digits' });
    this.#secrets = secrets;
    this.#key = Buffer.from(`${secrets.aesKey}=`, 'base64');
    this.#receiveId = Buffer.from(secrets.receiveId);
  }

  /**
   * The message in a signed request. Nothing is decrypted before the signature is right, so that nobody without the token
   * learns anything from how a made-up ciphertext fails; after it, all malformed contents are refused with one and the same reason.
   * Bytes that are no UTF-8 become U+FFFD: a text that WeCom cut inside a character is still a text.
   * @throws {PosDoctorError} CALLBACK_REFUSED with why "signature", "contents", or "receiver": another corp's or door's
   */
  open(sealed: Sealed): string {
    if (!this.#signed(sealed)) throw refused('signature');
    const plain = this.#decrypt(sealed.encrypt);
    const length = plain === null ? Number.POSITIVE_INFINITY : plain.readUInt32BE(RANDOM);
    if (plain === null || HEAD + length > plain.length) throw refused('contents');
    if (!plain.subarray(HEAD + length).equals(this.#receiveId)) throw refused('receiver');
    return plain.toString('utf8', HEAD, HEAD + length);
  }

  /**
   * Encrypts and signs an answer.
   * @param random 16 bytes; only tests give them
   */
  seal(
    message: string,
    timestamp: string | number,
    nonce: string,
    random?: Buffer,
  ): { encrypt: string; signature: string } {
    const encrypt = encryptMessage(this.#secrets.aesKey, message, this.#secrets.receiveId, random);
    return { encrypt, signature: getSignature(this.#secrets.token, String(timestamp), nonce, encrypt) };
  }

  /** In time that does not depend on where the signatures differ. */
  #signed({ signature, timestamp, nonce, encrypt }: Sealed): boolean {
    const wanted = Buffer.from(getSignature(this.#secrets.token, timestamp, nonce, encrypt));
    const given = Buffer.from(signature);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  /** Without its padding; null if it is no ciphertext of ours. */
  #decrypt(encrypt: string): Buffer | null {
    // Node's decoder skips what is not base64; what was signed must be what is read.
    if (encrypt.length % 4 !== 0 || !BASE64.test(encrypt)) return null;
    const cipher = Buffer.from(encrypt, 'base64');
    if (cipher.length % BLOCK !== 0 || cipher.toString('base64') !== encrypt) return null;
    const decipher = createDecipheriv('aes-256-cbc', this.#key, this.#key.subarray(0, 16)).setAutoPadding(false);
    const padded = Buffer.concat([decipher.update(cipher), decipher.final()]);
    const padding = padded[padded.length - 1] ?? 0;
    if (padding < 1 || padding > BLOCK) return null;
    const end = padded.length - padding;
    return end >= HEAD && padded.subarray(end).every((byte) => byte === padding) ? padded.subarray(0, end) : null;
  }
}

function refused(why: 'signature' | 'contents' | 'receiver'): PosDoctorError {
  return new PosDoctorError('CALLBACK_REFUSED', { why });
}
