import { parseHours } from '../../src/duty/hours.js';
import { isShowable } from '../../src/knowledge/contact.js';
import { namesPlace } from '../../src/knowledge/region.js';
import { realWorld } from '../support/world.js';
import { emptyFolder, errorsOf, knowledgeFolder, removeFolders } from './folder.js';

afterEach(removeFolders);

const ROLE = '商户的机具';
const contact = (id: string, more: Record<string, string>) => {
  const fields = { name: id, number: '"021-00000001"', kind: 'acquirer', role: ROLE, grade: 'official', ...more };
  const lines = Object.entries({ ...fields, sources: '[ours]' }).map(([key, value]) => `    ${key}: ${value}`);
  return `  - id: ${id}\n${lines.join('\n')}\n`;
};
const SOURCE =
  '- { id: ours, title: 我们自己, publisher: 我们, url: https://example.com/us, grade: official, checked: 2026-11-01 }\n';

async function check(...contacts: string[]) {
  const overlay = emptyFolder();
  await overlay.write('knowledge/sources/ours.yaml', SOURCE);
  await overlay.write('knowledge/contacts.yaml', `contacts:\n${contacts.join('')}`);
  return knowledgeFolder().check(overlay);
}

const HEAD = contact('whole', {});
const inShanghai = (id: string, more: Record<string, string> = {}) =>
  contact(id, { regions: '[上海]', branchOf: 'whole', ...more });

test('a number for a region in place of a nationwide one is sound', async () => {
  expect(errorsOf(await check(HEAD, inShanghai('there'))).map(({ message }) => message)).toEqual([]);
});

test.each([
  ['regions of nothing', [contact('there', { regions: '[上海]' })]],
  ['a branch of nobody', [inShanghai('there', { branchOf: 'nobody' })]],
  ['a branch without regions', [HEAD, contact('there', { branchOf: 'whole' })]],
  ['a branch of a branch', [HEAD, inShanghai('there'), inShanghai('here', { branchOf: 'there' })]],
  ['a branch of another kind', [HEAD, inShanghai('there', { kind: 'issuer' })]],
  ['two branches for one place', [HEAD, inShanghai('there'), inShanghai('here', { regions: '[浙江, 上海市]' })]],
])('%s is refused', async (_, contacts) => {
  expect(errorsOf(await check(...contacts)).map(({ rule }) => rule)).toContain('contact-region');
});

test('of two contacts with one name the operator is told', async () => {
  const { problems } = await check(HEAD, contact('other', { name: 'whole' }));
  expect(problems.filter(({ rule }) => rule === 'contact-name')).toMatchObject([{ severity: 'warning' }]);
});

test('a number that doNotUse warns of is refused as a contact', async () => {
  const overlay = emptyFolder();
  await overlay.write('knowledge/sources/ours.yaml', SOURCE);
  const bad = 'doNotUse:\n  - { number: "021-00000001", claimedFor: 某家, reason: 错的, sources: [ours] }\n';
  await overlay.write('knowledge/contacts.yaml', `contacts:\n${HEAD}${bad}`);
  const problems = errorsOf(await knowledgeFolder().check(overlay));
  expect(problems.map(({ rule }) => rule)).toEqual(['contact-refused']);
});

test.each([
  ['广东深圳南山', '深圳', true],
  ['广东省深圳市', '深圳市', true],
  ['广东深圳', '深圳市', true],
  ['上海市浦东新区', '浦东', true],
  ['上海南站', '海南', false],
  ['上海南站', '上海', true],
  ['青海西宁', '海西', false],
  ['', '上海', false],
])('「%s」 names 「%s」: %s', (text, region, is) => {
  expect(namesPlace(text, region)).toBe(is);
});

describe('the whole of contacts.yaml', () => {
  const { contacts, sources, lexicon } = realWorld().knowledge;
  const all = [...contacts.values()];
  const shown = all.filter(isShowable);

  test('whatever may be shown was confirmed by the organisation or by two sources, and says when it was checked', () => {
    for (const { id, grade, sources: named, number } of shown) {
      const dates = named.map((source) => sources.get(source)?.checked);
      expect({ id, dates: dates.every((date) => date !== undefined && date >= '2025-01-01') }).toEqual({
        id,
        dates: true,
      });
      if (number === '110') continue;
      const several = grade === 'official' || named.length >= 2;
      expect({ id, grade: ['official', 'multi'].includes(grade), several }).toEqual({ id, grade: true, several: true });
    }
  });

  test('whatever may be shown can be dialled: a service number, no mobile and no foreign one', () => {
    for (const { id, number } of shown) {
      const digits = number.replaceAll('-', '');
      expect({ id, ok: /^(?:110|9[56]\d{3,4}|1\d{4}|400\d{7}|0\d{9,11})$/.test(digits) }).toEqual({ id, ok: true });
    }
  });

  test('no two that may be shown have one number, and each number has one name', () => {
    expect(new Set(shown.map(({ number }) => number)).size).toBe(shown.length);
    expect(new Set(shown.map(({ name }) => name)).size).toBe(shown.length);
  });

  test('whoever can be called says what they help with and what to have at hand', () => {
    for (const { id, role, prepare } of shown)
      expect({ id, role: role !== '', prepare: prepare.length > 0 }).toEqual({ id, role: true, prepare: true });
  });

  test('every bank and every acquirer that is understood by name is a contact or has none on purpose', () => {
    for (const id of Object.keys(lexicon.banks)) expect(contacts.get(id)?.kind).toBe('issuer');
    for (const id of Object.keys(lexicon.acquirers))
      expect(['acquirer', 'wechat-pay', 'alipay', 'unionpay', undefined]).toContain(contacts.get(id)?.kind);
  });

  test('hours are read, or say by themselves that they are not certain', () => {
    const unread = all.filter(({ hours }) => hours !== '' && parseHours(hours) === null).map(({ id }) => id);
    expect(unread).toEqual(['alipay', 'pab', 'pboc-12363', 'nfra-12378']);
  });
});
