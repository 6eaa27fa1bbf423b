/**
 * WeCom's callback crypto and its media crypto, written here from the description in wecom-protocol.md 4.1 and 1.4 with
 * nothing but node:crypto, so that a mistake in the program under test is not shared by what it is tested against.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const BLOCK = 32;

const keyOf = (aesKey: string): Buffer => {
  if (!/^[A-Za-z0-9]{43}$/.test(aesKey)) throw new Error('an EncodingAESKey has 43 characters [A-Za-z0-9]');
  return Buffer.from(`${aesKey}=`, 'base64');
};

/** What a sealed message can have wrong with it, for tests of those who open it. */
export interface Flaw {
  /** `zero`: the last byte is 0; `long`: it says 33; `uneven`: one of the padding bytes differs. */
  padding?: 'zero' | 'long' | 'uneven';
  /** A length field that does not tell the truth. */
  length?: number;
}

export interface Sealing {
  aesKey: string;
  receiveid: string;
  message: string;
  /** 16 bytes. */
  random?: Buffer;
  flaw?: Flaw;
}

/** Base64 of AES-256-CBC over random(16) + uint32be(length) + message + receiveid, padded to 32. */
export function seal({ aesKey, receiveid, message, random = randomBytes(16), flaw = {} }: Sealing): string {
  const key = keyOf(aesKey);
  const body = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(flaw.length ?? body.length);
  const plain = pad(Buffer.concat([random, length, body, Buffer.from(receiveid)]), flaw.padding);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

function pad(plain: Buffer, flaw?: Flaw['padding']): Buffer {
  const count = BLOCK - (plain.length % BLOCK);
  const padding = Buffer.alloc(count, count);
  if (flaw === 'zero') padding.fill(0);
  if (flaw === 'long') padding.fill(BLOCK + 1);
  // With a single byte of padding there is nothing to be uneven: make it a whole block more.
  if (flaw === 'uneven')
    return Buffer.concat([plain, Buffer.alloc(count, 7), Buffer.alloc(BLOCK - 1, 9), Buffer.from([BLOCK])]);
  return Buffer.concat([plain, padding]);
}

/** Opens what `seal` made; throws if any part is not as it must be. */
export function unseal(aesKey: string, sealed: string): { message: string; receiveid: string; random: Buffer } {
  const key = keyOf(aesKey);
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length === 0 || bytes.length % BLOCK !== 0) throw new Error('the ciphertext is no multiple of 32 bytes');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = unpad(Buffer.concat([decipher.update(bytes), decipher.final()]));
  if (plain.length < 20) throw new Error('the plain text is shorter than its header');
  const end = 20 + plain.readUInt32BE(16);
  if (end > plain.length) throw new Error('the length field points beyond the end');
  return {
    random: plain.subarray(0, 16),
    message: plain.toString('utf8', 20, end),
    receiveid: plain.toString('utf8', end),
  };
}

function unpad(plain: Buffer): Buffer {
  const count = plain[plain.length - 1] ?? 0;
  if (count < 1 || count > BLOCK) throw new Error(`padding of ${count}`);
  for (const byte of plain.subarray(plain.length - count)) if (byte !== count) throw new Error('uneven padding');
  return plain.subarray(0, plain.length - count);
}

/** msg_signature: lower-case hex SHA-1 over the four strings, sorted and joined. */
export function sign(token: string, timestamp: string, nonce: string, encrypt: string): string {
  const sorted = [token, timestamp, nonce, encrypt].map((part) => Buffer.from(part)).sort(Buffer.compare);
  return createHash('sha1').update(Buffer.concat(sorted)).digest('hex');
}

/** How the files behind media URLs are encrypted; `aeskey` is base64 of 32 bytes, one per file. */
export function sealFile(content: Buffer, aeskey: string): Buffer {
  const key = Buffer.from(aeskey, 'base64');
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(pad(content)), cipher.final()]);
}
