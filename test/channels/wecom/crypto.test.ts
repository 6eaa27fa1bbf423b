import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getSignature } from '@wecom/crypto';
import fc from 'fast-check';
import { CallbackCrypto, type CallbackSecrets, type Sealed } from '../../../src/channels/wecom/crypto.js';
import { isPosDoctorError } from '../../../src/errors.js';

interface Vector {
  id: string;
  kind: string;
  token: string;
  encodingAESKey: string;
  receiveid: string;
  timestamp?: string;
  nonce?: string;
  encrypt: string;
  msg_signature?: string;
  message: string;
  random16?: string;
  random16_hex?: string;
}
const vectors = JSON.parse(readFileSync(new URL('./vectors.json', import.meta.url), 'utf8')) as {
  public: Vector[];
  generated: Vector[];
  negative: Vector[];
};
const positive = [...vectors.public, ...vectors.generated].filter(({ kind }) => kind !== 'media_decrypt');
const forged = vectors.negative.filter(({ encrypt }) => encrypt !== undefined);
const badKeys = vectors.negative.filter(({ encrypt }) => encrypt === undefined);

const cryptoOf = ({ token, encodingAESKey, receiveid }: Vector): CallbackCrypto =>
  new CallbackCrypto({ token, aesKey: encodingAESKey, receiveId: receiveid });

/** Some sources have no signature; then it is made here, so that the ciphertext is what is tested. */
function sealedOf({ token, timestamp = '1', nonce = 'n', encrypt, msg_signature }: Vector): Sealed {
  return { timestamp, nonce, encrypt, signature: msg_signature ?? getSignature(token, timestamp, nonce, encrypt) };
}

function whyRefused(crypto: CallbackCrypto, sealed: Sealed): string {
  try {
    crypto.open(sealed);
  } catch (error) {
    if (isPosDoctorError(error, 'CALLBACK_REFUSED')) return String(error.subject.why);
    throw error;
  }
  return 'opened';
}

const SECRETS: CallbackSecrets = {
  token: 'fakeToken2026',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  receiveId: 'ww0000000000000001',
};
const crypto = new CallbackCrypto(SECRETS);
const signed = (encrypt: string): Sealed => {
  const signature = getSignature(SECRETS.token, '1', 'n', encrypt);
  return { timestamp: '1', nonce: 'n', encrypt, signature };
};

/** Encrypts exactly these bytes, whatever they are, and signs the result. */
function raw(bytes: Buffer): Sealed {
  const key = Buffer.from(`${SECRETS.aesKey}=`, 'base64');
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return signed(Buffer.concat([cipher.update(bytes), cipher.final()]).toString('base64'));
}

function plain(message: string, { id = SECRETS.receiveId, length = Buffer.byteLength(message) } = {}): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt32BE(length, 16);
  return Buffer.concat([head, Buffer.from(message), Buffer.from(id)]);
}

const padded = (bytes: Buffer, by = 32 - (bytes.length % 32)): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(32 - (bytes.length % 32), by)]);

describe('the published vectors', () => {
  test('there are as many as the collection has', () => {
    expect([vectors.public.length, vectors.generated.length, vectors.negative.length]).toEqual([15, 12, 9]);
  });

  test.each(positive.map((vector) => [vector.id, vector] as const))('%s opens', (_, vector) => {
    expect(cryptoOf(vector).open(sealedOf(vector))).toBe(vector.message);
  });

  test.each(positive.map((vector) => [vector.id, vector] as const))('%s is sealed to the same bytes', (_, vector) => {
    const { random16 = '', random16_hex: hex } = vector;
    const random = hex === undefined ? Buffer.from(random16) : Buffer.from(hex, 'hex');
    const { timestamp, nonce, encrypt, signature } = sealedOf(vector);
    expect(cryptoOf(vector).seal(vector.message, timestamp, nonce, random)).toEqual({ encrypt, signature });
  });

  test.each(forged.map((vector) => [vector.id, vector] as const))('%s is refused', (id, vector) => {
    const why = whyRefused(cryptoOf({ ...vector, receiveid: '' }), sealedOf(vector));
    const expected = /signature|nonce/.test(id) ? 'signature' : id.includes('receiveid') ? 'receiver' : 'contents';
    expect(why).toBe(expected);
  });

  test.each(badKeys.map((vector) => [vector.id, vector] as const))('%s is no key', (_, { encodingAESKey }) => {
    const build = () => new CallbackCrypto({ ...SECRETS, aesKey: encodingAESKey });
    expect(build).toThrow(expect.objectContaining({ code: 'BAD_CONFIG' }));
  });
});

describe('sealing and opening', () => {
  const nonces = fc.stringMatching(/^[A-Za-z0-9]{1,16}$/);

  test('gives back any text', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 200 }).map((text) => text.toWellFormed());
    fc.assert(
      fc.property(texts, nonces, fc.nat(), (text, nonce, timestamp) => {
        const sealed = crypto.seal(text, timestamp, nonce);
        expect(crypto.open({ ...sealed, nonce, timestamp: String(timestamp) })).toBe(text);
      }),
    );
  });

  test('two seals of one text differ', () => {
    expect(crypto.seal('x', 1, 'n').encrypt).not.toBe(crypto.seal('x', 1, 'n').encrypt);
  });

  test('a byte changed anywhere is refused', () => {
    const sealed: Sealed = {
      ...crypto.seal('该渠道业务不可用', '1795392004', 'nonce'),
      timestamp: '1795392004',
      nonce: 'nonce',
    };
    const parts = fc.constantFrom('signature', 'timestamp', 'nonce', 'encrypt');
    fc.assert(
      fc.property(parts, fc.nat(), fc.integer({ min: 1, max: 127 }), (part, at, flip) => {
        const text = sealed[part];
        const place = at % text.length;
        const code = text.charCodeAt(place) ^ flip;
        const changed = text.slice(0, place) + String.fromCharCode(code) + text.slice(place + 1);
        expect(whyRefused(crypto, { ...sealed, [part]: changed })).toBe('signature');
      }),
    );
  });

  test('a byte of the ciphertext changed by one who can sign never ends in another error', () => {
    const cipher = Buffer.from(crypto.seal('该渠道业务不可用', 1, 'n').encrypt, 'base64');
    fc.assert(
      fc.property(fc.nat(cipher.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(cipher);
        changed[at] = (changed[at] ?? 0) ^ flip;
        // A change in the random or the text itself cannot be told: the form has no other check.
        expect(['opened', 'contents', 'receiver']).toContain(whyRefused(crypto, signed(changed.toString('base64'))));
      }),
    );
  });
});

describe('contents that somebody with the token signed', () => {
  test('open if they are whole', () => {
    expect(crypto.open(raw(padded(plain('hi'))))).toBe('hi');
  });

  test.each([
    ['a padding of zero', padded(plain('hi'), 0)],
    ['a padding of 33', padded(plain('hi'), 33)],
    ['a padding longer than what there is', Buffer.alloc(32, 32)],
    ['a padding whose bytes differ', Buffer.concat([padded(plain('hi')).subarray(0, 62), Buffer.from([1, 2])])],
    ['a length beyond the end', padded(plain('hi', { length: 0x7fffffff }))],
    ['a length of all ones', padded(plain('hi', { length: 0xffffffff }))],
    ['sixteen bytes', Buffer.alloc(16, 16)],
    ['forty-eight bytes', Buffer.concat([plain('hi', { id: 'ww00000000' }), Buffer.alloc(16, 16)])],
  ])('are refused for %s', (_, bytes) => {
    expect(bytes.length % 16).toBe(0);
    expect(whyRefused(crypto, raw(bytes))).toBe('contents');
  });

  test.each([
    ['nothing', () => ''],
    ['no base64 characters', (good: string) => `${good.slice(0, -4)}!!!!`],
    ['a line break inside', (good: string) => `${good.slice(0, 4)}\n${good.slice(4)}`],
    ['base64 for URLs', () => '-_-_'.repeat(16)],
    ['no padding characters', (good: string) => good.replace(/=+$/, '')],
    [
      'unused bits that are set',
      (good: string) => good.replace(/.==$/, (end) => `${end.startsWith('Q') ? 'R' : 'B'}==`),
    ],
  ])('are refused for %s', (_, change) => {
    const good = Buffer.alloc(64).toString('base64');
    expect(good).toMatch(/A==$/);
    expect(whyRefused(crypto, signed(change(good)))).toBe('contents');
  });

  test.each([
    ['another corp', { id: 'ww0000000000000002' }],
    ['nobody', { id: '' }],
    ['a longer id', { id: `${SECRETS.receiveId}0` }],
    ['an id cut by the length', { length: 3 }],
  ])('are refused for %s', (_, more) => {
    expect(whyRefused(crypto, raw(padded(plain('hi', more))))).toBe('receiver');
  });

  test('a text cut inside a character is still a text', () => {
    const bytes = plain('扣款', { length: 5 });
    const cut = Buffer.concat([bytes.subarray(0, 25), Buffer.from(SECRETS.receiveId)]);
    expect(crypto.open(raw(padded(cut)))).toBe('扣\uFFFD');
  });
});

test('no refusal holds the message or a secret', () => {
  const sealed = { ...crypto.seal('6222021234567890123', '1', 'n'), timestamp: '1', nonce: 'n' };
  const other = new CallbackCrypto({ ...SECRETS, receiveId: '' });
  try {
    other.open(sealed);
  } catch (error) {
    expect(JSON.stringify(error) + String(error)).not.toMatch(/6222|fakeToken|abcdefgh/);
    return;
  }
  throw new Error('opened');
});
