/** The knowledge that ships: what must hold whoever edits it. */
import { checkKnowledge } from '../../src/knowledge/check.js';
import { isShowable } from '../../src/knowledge/contact.js';
import { loadKnowledge } from '../../src/knowledge/load.js';
import { CAUSES } from '../../src/knowledge/schema.js';
import { TODAY } from './folder.js';

const { knowledge } = loadKnowledge();
const readings = [...knowledge.codes.values()].flat();

test('is sound', () => {
  const errors = checkKnowledge({ today: TODAY }).problems.filter((problem) => problem.severity === 'error');
  expect(errors).toEqual([]);
});

test('splits the five causes into at least 25 faults', () => {
  expect([...knowledge.causes.keys()]).toEqual([...CAUSES]);
  expect(knowledge.faults.size).toBeGreaterThanOrEqual(25);
});

describe('codes', () => {
  test('are 325 readings in twelve systems', () => {
    expect(readings).toHaveLength(325);
    expect(knowledge.systems.size).toBe(12);
  });

  test('34 are spelt alike in several systems and have different causes there', () => {
    const differ = [...knowledge.codes.values()].filter((all) => new Set(all.map((reading) => reading.cause)).size > 1);
    expect(differ).toHaveLength(34);
    expect(knowledge.codes.get('75')?.map((reading) => [reading.system, reading.retry])).toEqual([
      ['unionpay-acp', 'query_first'],
      ['unionpay-pos', 'no'],
    ]);
  });

  test('where the money may be gone, looking the transaction up comes first', () => {
    const queryFirst = readings.filter((reading) => reading.retry === 'query_first');
    expect(queryFirst).toHaveLength(49);
    for (const { say } of queryFirst) {
      expect(say).toMatch(/^先(?:查|在收银台查)/);
      // Collecting again is named only as what not to do, or after the outcome is known.
      const again = say.search(/重收|重新收|再收|再试|重试|再付|另收|再决定|才能重新|再请顾客/);
      if (again >= 0)
        expect(say.slice(0, again)).toMatch(/不要|没查清前|查清|确认没|查到没付成|没付成的|撤销成功|还不确定|查到没付/);
    }
  });

  test('speak to a person at the till: short, no jargon, no splitting', () => {
    for (const { code, say, meaning } of readings) {
      expect(`${code} ${say.length}`).toBe(`${code} ${Math.min(say.length, 90)}`);
      expect(say).toMatch(/[。）]$/);
      expect(say + meaning).not.toMatch(/分单|减小金额|路由|灌密钥|[,;:?!()]/);
    }
  });
});

describe('contacts', () => {
  test('are 42, each with what to have at hand unless it is nobody a merchant calls', () => {
    expect(knowledge.contacts.size).toBe(42);
    const bare = [...knowledge.contacts.values()].filter((contact) => contact.prepare.length === 0);
    expect(bare.map((contact) => contact.id)).toEqual(['pboc-clearing']);
  });

  test('of a single source are not shown', () => {
    const hidden = [...knowledge.contacts.values()]
      .filter((contact) => !isShowable(contact))
      .map((contact) => contact.id);
    expect(hidden.sort()).toEqual(['allinpay', 'digital-rmb', 'fuiou', 'leshua', 'pboc-clearing', 'unionpay-merchant']);
  });

  test('a bank asks for the card in hand and never for the whole number', () => {
    for (const contact of knowledge.contacts.values())
      if (contact.kind === 'issuer') {
        expect(contact.prepare.join()).toContain('后四位');
        expect(contact.note).toContain('不要');
      }
  });

  test('no number that must not be used is a contact', () => {
    const bad = new Set(knowledge.doNotUse.map(({ number }) => number));
    expect(knowledge.doNotUse).toHaveLength(10);
    for (const { number } of knowledge.contacts.values()) expect(bad.has(number)).toBe(false);
  });
});

test('no organisation is assumed: there is no hotline until an operator gives one', () => {
  expect(knowledge.organization).toMatchObject({ hotline: '', onCall: [], dutyHours: [] });
});
