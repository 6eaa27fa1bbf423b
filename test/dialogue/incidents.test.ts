import {
  candidates,
  heldFor,
  INCIDENT_BOUNDS,
  newsFor,
  nextLook,
  rememberTold,
  ruleOut,
} from '../../src/dialogue/incidents.js';
import { newSession, openCase } from '../../src/dialogue/session.js';
import { type TurnInput, takeTurn } from '../../src/dialogue/turn.js';
import type { BoardIncident } from '../../src/incidents/board.js';
import { realWorld } from '../support/world.js';

const AT = Date.UTC(2026, 10, 23, 2, 40);
const MINUTE = 60_000;
const outage = (id: string, more: Partial<BoardIncident> = {}): BoardIncident => ({
  id,
  kind: 'outage',
  what: '微信支付',
  scope: { channel: 'wechat' },
  means: 'channel-outage',
  since: AT,
  state: 'open',
  by: 'operator',
  updates: [],
  ...more,
});
const worldWith = (...incidents: BoardIncident[]) => ({ ...realWorld(), incidents });
const say = (text: string): TurnInput => ({ kind: 'message', texts: [text], hidden: [] });

test('what is remembered of incidents is bounded', () => {
  const session = newSession();
  for (let number = 0; number < 40; number += 1) {
    rememberTold(session, `i${number}`, AT);
    ruleOut(session, `i${number}`);
  }
  expect(session.told).toHaveLength(INCIDENT_BOUNDS.told);
  expect(session.told?.at(-1)?.id).toBe('i39');
  expect(session.ruledOut).toHaveLength(INCIDENT_BOUNDS.ruledOut);
  rememberTold(session, 'i39', AT + 1);
  expect(session.told?.filter(({ id }) => id === 'i39')).toEqual([{ id: 'i39', at: AT + 1 }]);
});

test('the end is looked for often at first, then less, and not for ever', () => {
  const told = [{ id: 'a', at: AT }];
  const waits = [0, 10, 60, 300].map(
    (minutes) => (nextLook({ told }, AT + minutes * MINUTE) ?? 0) - AT - minutes * MINUTE,
  );
  expect(waits.map((ms) => ms / MINUTE)).toEqual([2, 2, 6, 15]);
  expect(nextLook({ told }, AT + 9 * 24 * 60 * MINUTE)).toBeUndefined();
  expect(nextLook({}, AT)).toBeUndefined();
});

test('an incident that was called off is no news; one of a board that is not known is none either', () => {
  const told = [{ id: 'a', at: AT }];
  expect(newsFor({ told }, worldWith(outage('a', { state: 'closed', closedAt: AT })), AT + 1)).toEqual([]);
  expect(newsFor({ told }, worldWith(outage('a', { state: 'closed', closedAt: AT + 1 })), AT + 1)).toHaveLength(1);
  expect(newsFor({ told }, worldWith(), AT)).toEqual([]);
  expect(newsFor({ told }, realWorld(), AT)).toEqual([]);
});

test('how it was paid belongs to the case, who installed the terminal to the shop', () => {
  const session = { ...newSession(), facts: { channel: 'wechat', bank: 'icbc', acquirer: 'lakala' }, ruledOut: ['a'] };
  expect(candidates(session, worldWith(outage('a')), AT)).toEqual([]);
  openCase(session, AT);
  expect(session.facts).toEqual({ acquirer: 'lakala' });
  expect(candidates(session, worldWith(outage('a')), AT)).toHaveLength(1);
});

test('what held is in the case: others see the same belief, and the turn can be played again', () => {
  const world = worldWith(outage('a'));
  const { session } = takeTurn(null, say('微信付不了'), AT + MINUTE, world);
  expect(session.case.incidents?.['channel-outage']).toBeGreaterThan(100);
  expect(session.told).toEqual([{ id: 'a', at: AT + MINUTE }]);
  const held = heldFor(null, world, AT + MINUTE);
  const again = takeTurn(null, say('微信付不了'), AT + MINUTE, { ...realWorld(), incidents: held });
  expect(again.session).toEqual(session);
  expect(
    heldFor(
      session,
      worldWith(outage('a', { state: 'closed', closedAt: AT }), outage('b', { state: 'planned', since: AT + 1 })),
      AT,
    ),
  ).toEqual([expect.objectContaining({ id: 'a' })]);
  const after = takeTurn(session, say('微信还是付不了'), AT + 2 * MINUTE, worldWith());
  expect(after.session.case.incidents).toBeUndefined();
});

test('nobody is reminded to answer what needs no answer', () => {
  const { wakeUps } = takeTurn(null, say('微信付不了'), AT, worldWith(outage('a')));
  expect(wakeUps.map(({ name }) => name)).toEqual(['incident']);
});

test('a means that the content does not know changes nothing', () => {
  const world = worldWith(outage('a', { means: 'no-such-fault' }));
  const { session } = takeTurn(null, say('微信付不了'), AT, world);
  expect(session.told).toBeUndefined();
});
