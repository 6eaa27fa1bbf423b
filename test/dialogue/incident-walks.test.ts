/** Whatever is said while something is out. */
import fc from 'fast-check';
import type { Session } from '../../src/dialogue/session.js';
import { type TurnInput, takeTurn } from '../../src/dialogue/turn.js';
import type { BoardIncident } from '../../src/incidents/board.js';
import { realWorld } from '../support/world.js';

const START = Date.UTC(2026, 10, 23, 2);
const MINUTE = 60_000;
const given = (id: string, more: Partial<BoardIncident>): BoardIncident => ({
  id,
  kind: 'outage',
  what: '微信支付',
  scope: { channel: 'wechat' },
  means: 'channel-outage',
  since: START - MINUTE,
  workaround: '现金',
  state: 'open',
  by: 'operator',
  updates: [],
  ...more,
});
/** The second is over ten minutes after the beginning. */
const boardAt = (now: number): BoardIncident[] => [
  given('one', {}),
  given('two', {
    what: '银联刷卡',
    scope: { channel: 'bank-card' },
    ...(now > START + 10 * MINUTE ? { state: 'closed', closedAt: START + 10 * MINUTE } : {}),
  }),
  given('three', { what: '疑似的', scope: {}, state: 'suspected', by: 'detection', ratio: 20 }),
];

const SAID = [
  '微信付不了',
  '微信扫码付不了，没扣',
  '刷卡不行',
  '刷卡不行 没扣款',
  '付不了',
  '扣了',
  '不知道扣没扣',
  '没扣',
  '我又刷了一次 转圈',
  '换支付宝付成功了',
  '不是，别的也不行',
  '都不行',
  '好的',
  '还是不行',
  '上一步',
  '再说一遍',
  '找人',
  '重新开始',
  '算了',
  '刷卡报68',
  '支付宝',
];
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ say: fc.constantFrom(...SAID) }) },
  { weight: 3, arbitrary: fc.record({ tap: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.constant({ wake: 'incident' }) },
);

function inputOf(move: { say?: string; tap?: number; wake?: string }, session: Session | null): TurnInput {
  if (move.wake !== undefined) return { kind: 'wake', name: move.wake };
  const options = session?.frames.at(-1)?.prompt?.options ?? [];
  const tapped = options[(move.tap ?? 0) % Math.max(1, options.length)];
  if (move.tap !== undefined && tapped) return { kind: 'option', option: tapped.id };
  return { kind: 'message', texts: [move.say ?? '付不了'], hidden: [] };
}

test('this sale is never sent another way before it is known to have failed, what is suspected is never told, an end once', () => {
  const world = realWorld();
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), (moves) => {
      let session: Session | null = null;
      let over = 0;
      let told = 0;
      for (const [index, move] of moves.entries()) {
        const at = START + (index + 1) * MINUTE;
        const result = takeTurn(session, inputOf(move, session), at, { ...world, incidents: boardAt(at) });
        session = result.session;
        const text = result.replies.map((reply) => reply.text).join('\n');
        if (/(?:^|\n)(?:是的话，)?先用现金收/.test(text)) expect(session.case.money).toBe('failed');
        else if (text.includes('不是您店里的问题')) expect(text).toContain('没弄清别再收');
        expect(text).not.toContain('疑似的');
        if (/不是您店里的问题[，：]银联刷卡/.test(text)) {
          expect(at).toBeLessThanOrEqual(START + 10 * MINUTE);
          told += 1;
        }
        over += text.split('银联刷卡已恢复').length - 1;
        expect(result.replies.every((reply) => !/[{}]|undefined/.test(reply.text))).toBe(true);
      }
      expect(over).toBeLessThanOrEqual(Math.min(1, told));
    }),
    {
      numRuns: 300,
      examples: [
        // Back to what was said of an incident that is over meanwhile.
        [
          [
            ...[{ tap: 0 }, { tap: 0 }, { wake: 'incident' }, { tap: 0 }, { say: '还是不行' }, { tap: 0 }],
            ...[{ say: '好的' }, { say: '都不行' }, { tap: 0 }, { wake: 'incident' }, { say: '上一步' }],
          ],
        ],
      ],
    },
  );
});
