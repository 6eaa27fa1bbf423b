/** What is noted in a drill against its story: in figures, in words, around the clock. */
import { amountNamed, methodNamed, timeNamed } from '../../src/drills/facts.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

const words = () => realWorld().flows.get('drill')?.words ?? {};

test.each([
  ['36元', 36, 'right'],
  ['金额36', 36, 'right'],
  ['三十六块', 36, 'right'],
  ['一百二十元', 120, 'right'],
  ['一百零二元', 102, 'right'],
  ['一百二块', 120, 'right'],
  ['一万二千元', 12_000, 'right'],
  ['8,600元', 8600, 'right'],
  ['36.50元', 36.5, 'right'],
  ['136元', 36, 'wrong'],
  ['六十三块', 36, 'wrong'],
  ['一块看看', 36, undefined],
  ['不知道多少', 36, undefined],
] as const)('the amount in 「%s」 for %s: %s', (text, amount, fit) => {
  expect(amountNamed(text, { amount }, words())).toBe(fit);
});

test.each([
  ['12:10', 'right'],
  ['12点10分', 'right'],
  ['中午十二点一刻', 'right'],
  ['12点多', 'right'],
  ['12:29', 'right'],
  ['刚才', 'right'],
  ['下午3点', 'wrong'],
  ['十一点半', 'wrong'],
  ['有一点慢', undefined],
] as const)('the time in 「%s」 at ten past twelve: %s', (text, fit) => {
  expect(timeNamed(text, { at: '12:10' }, 240, words())).toBe(fit);
});

test.each([
  ['刷卡', 'card', 'right'],
  ['插卡付的', 'card', 'right'],
  ['扫码', 'card', 'wrong'],
  ['挥了一下手机', 'tap', 'right'],
  ['不是刷卡，是扫码', 'scan', 'right'],
  ['顾客付的', 'card', undefined],
] as const)('the way of paying in 「%s」 for %s: %s', (text, pay, fit) => {
  expect(methodNamed(text, { pay }, words())).toBe(fit);
});
