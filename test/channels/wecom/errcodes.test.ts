import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { hintText, ipIn, KNOWN_ERRCODES, type Reaction, reactionTo } from '../../../src/channels/wecom/errcodes.js';

const ui = parse(readFileSync(new URL('../../../knowledge/ui.yaml', import.meta.url), 'utf8')) as Record<
  string,
  string
>;

/** Section 7 of the protocol page, by what it says to do. */
const LISTED: Readonly<Record<Reaction, readonly number[]>> = {
  ok: [0],
  retry: [-1, 6000],
  refresh: [40014, 42001],
  'slow-down': [45009, 45033],
  refuse: [
    ...[40003, 60111, 301021, 40004, 40005, 40006, 40007, 40009, 40010, 40011, 40123, 45001, 40096, 50002, 60011],
    ...[81013, 93006, 93008, 846605, 846608, 846609, 95007, 95014, 95019, 95016, 95026, 95027, 95030, 95031, 95032],
  ],
  'wait-for-customer': [95001, 95002, 95013, 95018],
  configure: [
    ...[40001, 40013, 40056, 40057, 48002, 48004, 48006, 50001, 80001, 85005, 50003, 60020, 93000, 93004, 301002],
    ...[853000, 95000, 95004, 95003, 95017, 95023, 95011, 95012],
    // Not of the page: what the guide warns of.
    60030,
  ],
  defect: [40008, 40058, 40063, 41001, 42014, 44004, 45002, 82001, 82002, 82003, 95008, 95009, 95022],
};

test.each(Object.entries(LISTED))('to %s as the page says', (reaction, codes) => {
  expect(codes.map((code) => [code, reactionTo(code).reaction])).toEqual(codes.map((code) => [code, reaction]));
});

test('the table has every code of the page, and no other than those named here', () => {
  expect([...KNOWN_ERRCODES].sort()).toEqual(Object.values(LISTED).flat().sort());
});

test('an unknown code is tried again, without a hint', () => {
  expect(reactionTo(99_999_999)).toEqual({ reaction: 'retry', what: expect.any(String) });
});

test('every setting that can be wrong has a hint in words, and ui.yaml has no other hint', () => {
  const keys = KNOWN_ERRCODES.flatMap((code) => reactionTo(code).hint ?? []);
  expect(keys).toHaveLength(LISTED.configure.length);
  const written = Object.keys(ui).filter((key) => /^wecom\.hint\.\d/.test(key));
  expect(written.sort()).toEqual(keys.sort());
  for (const key of keys) expect(ui[key]).toMatch(/\p{Script=Han}/u);
});

describe('the address that WeCom complains about', () => {
  test.each([
    [
      'not allow to access from your ip, hint: [1700_1_abc], from ip: 203.0.113.7, more info at https://open',
      '203.0.113.7',
    ],
    ['from ip: 203.0.113.7', '203.0.113.7'],
    ['from ip: 203.0.113.7. More', '203.0.113.7'],
    ['hint: [x], from ip: 2001:db8::7, more info', '2001:db8::7'],
    ['from ip: 999.1.2.3, more', undefined],
    ['not allow to access from your ip', undefined],
    ['from ip: , more', undefined],
    ['', undefined],
  ])('%s', (errmsg, ip) => expect(ipIn(errmsg)).toBe(ip));

  test('is in the hint, or what to look for if it is not known', () => {
    const { hint = '' } = reactionTo(60020);
    expect(hintText(ui, hint, '203.0.113.7')).toMatch(/203\.0\.113\.7.*加上 203\.0\.113\.7/s);
    expect(hintText(ui, hint)).toContain('出口 IP');
    expect(hintText(ui, hint)).not.toMatch(/[{}]/);
  });
});
