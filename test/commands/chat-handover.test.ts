/** A hand-over in the terminal: in words for people, as a state for programs. */
import { cleanUp, run } from './cli.js';

afterAll(cleanUp);

test('the terminal says each step in the words of the web page', async () => {
  const { out } = await run(['chat'], '刷卡不行，没扣款\n转人工\n银联客服电话多少\n已解决\n谢谢\n');
  expect(out.match(/叫不到人|转人工已结束/g)).toEqual(['叫不到人', '转人工已结束']);
});

test('for programs the state says how far it is, from the request until it is closed', async () => {
  const { lines } = await run(['chat', '--json'], '刷卡不行，没扣款\n转人工\n已解决\n');
  const states = lines.map((line) => (JSON.parse(line) as { state: object }).state);
  expect(states).toMatchObject([{ handoff: false }, { handoff: true, handoffState: 'requested' }, { handoff: false }]);
  expect(states.map((state) => 'handoffState' in state)).toEqual([false, true, false]);
});
