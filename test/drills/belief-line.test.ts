import { playDrill } from '../support/drill.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

const summaryOf = (words: readonly string[]) =>
  playDrill(realWorld(), 'sim-unpaid', words).replies.find(({ type }) => type === 'summary')?.text ?? '';

test('the debrief says in words what the picture shows: how the true cause stood at first and after each question', () => {
  const summary = summaryOf(['看卡在哪一步', '看网络图标']);
  expect(summary).toMatch(/判断：真正的原因是「网络连接」：开始有 26% 的把握，\S+之后 \d+%，看网络图标之后 \d+%。/);
});

test('of many questions the last four are told', () => {
  const asked = ['看卡在哪一步', '看网络图标', '看是不是全都不行', '问最近换过什么', '问旁边的店', '签到试试'];
  expect(summaryOf(asked).match(/之后 \d+%/g)).toHaveLength(4);
});

test('nothing is said of it where nothing was asked', () => {
  expect(summaryOf([])).not.toContain('判断：');
});
