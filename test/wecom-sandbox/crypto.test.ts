/** The sandbox's own crypto against published vectors and WeCom's library. */
import { decrypt, encrypt, getSignature } from '@wecom/crypto';
import fc from 'fast-check';
import { seal, sealFile, sign, unseal } from './crypto.js';

// The worked example of WeCom's documentation, paths 90968 and 91144.
const OFFICIAL = {
  token: 'QDG6eK',
  aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  receiveid: 'wx5823bf96d3bd56c7',
  timestamp: '1409659589',
  nonce: '263014780',
  signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
  encrypt: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
  message: '1616140317555161061',
  random: '63343162363434393163323436386430',
};
// Made for this project with fixed randoms.
const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const MADE = [
  {
    name: 'a bot, receiveid empty',
    receiveid: '',
    message: '4242424242424242',
    encrypt: 'Q3stYC6hdFzMh9T8HCvyDL817KAD4oESa+/rVLP35/8koE18rA6WvG+85Y3TZvQNKLV6LeEN6HWf8t2ZLt451Q==',
    signed: ['1795392000', 'n0nce-001', '891eed9400f5f856e14ec20ad199991ce1631d8e'],
  },
  {
    name: 'Chinese and an emoji',
    receiveid: 'ww0000000000000001',
    message: '收款😀失败',
    encrypt: 'Q3stYC6hdFzMh9T8HCvyDGc+2qFMoTE3ENUWpkRTskB+h0dyihs0Ct5D+SV1v/6FGmz9jNuBOh6mIbekNpPpbw==',
    signed: ['1', 'n', '59ff737312428f71113bcefd91721f25bcfa5f92'],
  },
  {
    name: 'a whole block of padding',
    receiveid: '',
    message: 'aaaaaaaaaaaa',
    encrypt: 'Q3stYC6hdFzMh9T8HCvyDLnHnMxa6qQiTsfyeuCiKSYIGfWJV8jczt0SIuOUCmef49XMmA20bCG8duSrXLGOew==',
    signed: ['1', 'n', 'ed6a2c0475ab51ee2fa806c2f8adac9db543e72c'],
  },
] as const;

test('the worked example of the documentation comes out to the byte', () => {
  const { token, aesKey, receiveid, message, timestamp, nonce } = OFFICIAL;
  const random = Buffer.from(OFFICIAL.random, 'hex');
  expect(seal({ aesKey, receiveid, message, random })).toBe(OFFICIAL.encrypt);
  expect(sign(token, timestamp, nonce, OFFICIAL.encrypt)).toBe(OFFICIAL.signature);
  expect(unseal(aesKey, OFFICIAL.encrypt)).toEqual({ message, receiveid, random });
});

test.each(MADE)('$name', ({ receiveid, message, encrypt: sealed, signed: [timestamp, nonce, signature] }) => {
  const random = Buffer.from('0123456789abcdef');
  expect(seal({ aesKey: KEY, receiveid, message, random })).toBe(sealed);
  expect(unseal(KEY, sealed)).toMatchObject({ message, receiveid });
  expect(sign('fakeToken2026', timestamp, nonce, sealed)).toBe(signature);
});

test("WeCom's library opens what the sandbox seals, and the other way round", () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 30 }), (message, receiveid) => {
      fc.pre(Buffer.from(message).toString('utf8') === message && Buffer.from(receiveid).toString() === receiveid);
      const opened = decrypt(KEY, seal({ aesKey: KEY, receiveid, message }));
      expect([opened.message, opened.id]).toEqual([message, receiveid]);
      expect(unseal(KEY, encrypt(KEY, message, receiveid))).toMatchObject({ message, receiveid });
    }),
    { numRuns: 100 },
  );
  const sealed = seal({ aesKey: KEY, receiveid: '', message: 'x' });
  expect(sign('t', '1', 'n', sealed)).toBe(getSignature('t', '1', 'n', sealed));
});

test.each([
  ['padding', 'zero'],
  ['padding', 'long'],
  ['padding', 'uneven'],
  ['length', 0x7fffffff],
] as const)('a flaw in %s (%s) is not opened', (part, value) => {
  const sealed = seal({ aesKey: KEY, receiveid: '', message: 'hi', flaw: { [part]: value } });
  expect(() => unseal(KEY, sealed)).toThrow(/padding|length/);
});

test('a file is sealed as in the vector', () => {
  const sealed = sealFile(Buffer.from('fake jpeg bytes for tests'), 'LMnpautA5AONxaxzoiK8rMQkQCI1T5HdHZaCQzRH0ZU=');
  expect(sealed.toString('base64')).toBe('BARcPFCHFpH4uZW4OZ6hygRDlYQTLmDni5aRE+1zSSM=');
});
