import fc from 'fast-check';
import { readSceneParam, sceneParam } from '../../../src/channels/wecom/scene.js';

const numbers = fc.stringMatching(/^[0-9A-Za-z_-]{1,32}$/);

test('what a sticker says comes back, decoded once, twice or not at all', () => {
  fc.assert(
    fc.property(numbers, numbers, (merchant, terminal) => {
      const param = sceneParam({ merchant, terminal });
      expect(Buffer.byteLength(param)).toBeLessThanOrEqual(128);
      const once = encodeURIComponent(param);
      for (const text of [param, once, encodeURIComponent(once)])
        expect(readSceneParam(text)).toEqual({ merchant, terminal });
    }),
  );
});

test.each([
  ['t=SN1&m=NO1', { merchant: 'NO1', terminal: 'SN1' }],
  ['merchant=NO1&Terminal=SN1&x=y', { merchant: 'NO1', terminal: 'SN1' }],
  ['m=NO1', { merchant: 'NO1' }],
  ['m=&t=SN1', { terminal: 'SN1' }],
  ['m=&m=NO1', { merchant: 'NO1' }],
  ['m=<script>&t=a b', {}],
  [`m=${'1'.repeat(33)}`, {}],
  ['m=商户', {}],
  ['sticker', {}],
  ['%', {}],
  ['m%3DNO1%26t%3', { merchant: 'NO1' }],
  ['', {}],
  [`m=NO1&x=${'y'.repeat(600)}`, {}],
  ['__proto__=x&constructor=y', {}],
])('%s is read as far as it says something', (text, scene) => {
  expect(readSceneParam(text)).toEqual(scene);
});

test('whatever it says, what is read has the form of a number', () => {
  const parts = fc.constantFrom('m', 't', '=', '&', '%', '%3D', '26', 'A', '-', ' ', '<', '+', 'é', '\0');
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 30 }), (text) => {
      for (const value of Object.values(readSceneParam(text.join('')))) expect(value).toMatch(/^[0-9A-Za-z_-]{1,32}$/);
    }),
  );
});

test.each([
  { merchant: '', terminal: 'T' },
  { merchant: 'M', terminal: 'T'.repeat(33) },
  { merchant: 'M&t=other', terminal: 'T' },
  { merchant: '商户', terminal: 'T' },
])('%j makes no sticker', (scene) => {
  expect(() => sceneParam(scene)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENTS' }));
});
