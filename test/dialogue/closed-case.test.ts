/** What the journal keeps of a finished case is enough to learn from, and holds nothing that anybody wrote. */
import { takeTurn } from '../../src/dialogue/turn.js';
import { LONGEST_REASON } from '../../src/skills/rating.js';
import { realWorld } from '../support/world.js';

const T0 = Date.UTC(2026, 10, 23, 2);

function play(inputs: readonly string[]) {
  const world = realWorld();
  let session: unknown = null;
  return inputs.flatMap((text, index) => {
    const result = takeTurn(session, { kind: 'message', texts: [text], hidden: [] }, T0 + index * 60_000, world);
    session = result.session;
    return result.happenings;
  });
}

test('a solved case is kept with its fault, its fix, its answers and what failed before', () => {
  const said = ['王小姐的机器没有信号，没扣款', '没解决', '没扣款', '解决了'];
  const [closed] = play(said).filter(({ type }) => type === 'closed');
  expect(closed?.data).toMatchObject({
    outcome: 'resolved',
    fix: expect.any(String),
    fault: expect.any(String),
    known: { failedFixes: [expect.any(String)], answers: expect.any(Array) },
  });
  expect(JSON.stringify(closed?.data)).not.toContain('王小姐');
});

test('a case that is cancelled is kept as it stood', () => {
  const [closed] = play(['刷卡扫码都不行，没扣款', '取消']).filter(({ type }) => type === 'closed');
  expect(closed?.data).toMatchObject({ outcome: expect.stringMatching(/cancel/), known: { money: 'failed' } });
});

test('a solved case is not cancelled by what is said after it', () => {
  const closed = play(['余额不足，别人的卡都能刷，没扣款', '解决了', '算了', '重新开始']).filter(
    ({ type }) => type === 'closed',
  );
  expect(closed.map(({ data }) => data.outcome)).toEqual(['resolved']);
});

test('why it did not help is kept, cut to what a reason takes', () => {
  const said = ['余额不足，别人的卡都能刷，没扣款', '解决了', '没帮上', '字太小老人家看着费劲'.repeat(60)];
  const happened = play(said).filter(({ type }) => type.startsWith('satisfaction'));
  expect(happened).toEqual([
    { type: 'satisfaction', data: { case: 1, rating: 'bad' } },
    { type: 'satisfaction-why', data: { case: 1, why: 'words', text: expect.any(String) } },
  ]);
  expect(String(happened[1]?.data.text).length).toBe(LONGEST_REASON);
});
