/** The same said again: counted within half an hour, and nothing grows. */
import type { Session } from '../../src/dialogue/session.js';
import { takeTurn } from '../../src/dialogue/turn.js';
import { realWorld } from '../support/world.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 23, 2);

/** The session after each of these was said, a minute apart. */
function after(...texts: string[]): Session {
  return texts.reduce<Session | null>(
    (session, text, i) =>
      takeTurn(session, { kind: 'message', texts: [text], hidden: [] }, START + i * MINUTE, realWorld()).session,
    null,
  ) as Session;
}

beforeAll(() => void realWorld(), 60_000);

test.each([
  ['扫码扫不了', '扫码 扫不了', '扫码扫不了！'],
  ['刷卡没反应', '刷卡没反应啊', '刷卡没反应'],
  ['刷卡不行', '还是不行', '还没好', '没解决'],
])('%s, again and again: a human', (...texts) => {
  expect(after(...texts).handoff).toBe(true);
});

test.each([
  ['扫码扫不了', '扫码扫不了'],
  ['刷卡没反应', '卡插不进去', '换了卡也没反应'],
  ['好的', '好的', '好的'],
  ['谢谢', '好的', '谢谢'],
])('%s: none yet', (...texts) => {
  expect(after(...texts).handoff).toBe(false);
});

test('only the last few utterances are kept, and no more of each than is compared', () => {
  const said = after(...Array.from({ length: 12 }, (_, i) => `${'刷卡失败'.repeat(40)}${i}`)).said ?? [];
  expect(said).toHaveLength(8);
  expect(Math.max(...said.map(({ key }) => key.length))).toBeLessThanOrEqual(60);
});

test('another attempt told of for the third time in the same words leaves the money open again', () => {
  const tried = '换了张卡 一直转圈';
  const { handoff, case: now } = after('暂无可用的支付方式，没扣', tried, tried, '没扣', tried);
  expect(handoff).toBe(true);
  expect(now.money).toBe('unknown');
});
