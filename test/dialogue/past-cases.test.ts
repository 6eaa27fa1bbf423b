import fc from 'fast-check';
import { PAST_CASES, type PastCase, recentCases, withPast } from '../../src/dialogue/past-cases.js';
import type { Session } from '../../src/dialogue/session.js';
import { type TurnInput, takeTurn } from '../../src/dialogue/turn.js';
import { realWorld } from '../support/world.js';

const T0 = Date.UTC(2026, 10, 23, 2, 0, 0);
const DAY = 24 * 60 * 60_000;
const says = (text: string): TurnInput => ({ kind: 'message', texts: [text], hidden: [] });
const SOLVED = ['没扣款，机器没信号，签到失败', '解决了'];

function play(texts: readonly string[], from: Session | null = null, start = T0): Session {
  let session = from;
  texts.forEach((text, index) => {
    ({ session } = takeTurn(session, says(text), start + index * 60_000, realWorld()));
  });
  return session as unknown as Session;
}

test('a case that was solved is remembered with what it was and what helped', () => {
  const [past, ...more] = play(SOLVED).past ?? [];
  const { faults, fixes } = realWorld().knowledge;
  expect(more).toEqual([]);
  expect(past).toMatchObject({ case: 1, at: T0 + 60_000, outcome: 'resolved' });
  expect(fixes.get(past?.fix ?? '')?.fault).toBeDefined();
  expect(faults.get(past?.fault ?? '')?.cause).toBe(past?.cause);
});

test('one that was handed over and never ended is remembered as open; one about which nothing was done is not', () => {
  const left = play(['该渠道业务不可用', '找人']);
  expect(play(['该渠道业务不可用'], left, T0 + DAY).past).toMatchObject([{ outcome: 'open' }]);
  expect(play(['该渠道业务不可用'], play(['该渠道业务不可用']), T0 + DAY).past ?? []).toEqual([]);
});

test('one that is taken up again counts once, as it ended last', () => {
  const session = play([...SOLVED, '还是不行', '解决了']);
  expect((session.past ?? []).map((one) => one.case)).toEqual([
    ...new Set((session.past ?? []).map((one) => one.case)),
  ]);
});

test('the last five are kept, and none longer than ninety days', () => {
  let session: Session | null = null;
  for (let day = 0; day < 8; day += 1) session = play(SOLVED, session, T0 + day * DAY);
  expect(session?.past).toHaveLength(PAST_CASES.kept);
  expect(session?.past?.at(-1)?.at).toBe(T0 + 7 * DAY + 60_000);
  expect(play(['在吗'], session, T0 + 6 * DAY + PAST_CASES.days * DAY + 120_000).past).toHaveLength(1);
  expect(play(['在吗'], session, T0 + 8 * DAY + PAST_CASES.days * DAY).past).toEqual([]);
});

test('what is remembered changes nothing of what is believed or asked', () => {
  const plain = takeTurn(null, says('该渠道业务不可用'), T0 + 2 * DAY, realWorld());
  const later = takeTurn(play(SOLVED), says('该渠道业务不可用'), T0 + 2 * DAY, realWorld());
  expect(later.session.case).toEqual(plain.session.case);
  expect(later.replies.at(-1)?.question).toBe(plain.replies.at(-1)?.question);
});

test('however many are added, in whatever order they end, the bounds hold', () => {
  const one = fc.record({ case: fc.nat(9), at: fc.nat(), outcome: fc.constantFrom('resolved', 'open') });
  fc.assert(
    fc.property(fc.array(one as fc.Arbitrary<PastCase>, { maxLength: 30 }), fc.nat(), (cases, now) => {
      const kept = cases.reduce<PastCase[]>(withPast, []);
      expect(kept.length).toBeLessThanOrEqual(PAST_CASES.kept);
      expect(new Set(kept.map((past) => past.case)).size).toBe(kept.length);
      if (cases.length > 0) expect(kept.at(-1)).toEqual(cases.at(-1));
      expect(recentCases(kept, now).every(({ at }) => now - at <= PAST_CASES.days * DAY)).toBe(true);
    }),
  );
});
