/** Contacts whom the platform will not write to: they count as not asked. */
import { PosDoctorError } from '../src/errors.js';
import { MINUTE, service, withOnCall } from './support/on-call.js';
import { realWorld } from './support/world.js';

beforeAll(() => void realWorld(), 60_000);

let house: Awaited<ReturnType<typeof service>>;
afterEach(() => house.assistant.stop());

/** Three on call in the app; what is written to these is refused for good. */
async function open(refused: readonly string[], names = ['zhangsan', 'lisi', 'wangwu']): Promise<void> {
  house = await service(['wecom-app', 'wecom-bot'], { world: withOnCall(...names) });
  const app = house.channel('wecom-app');
  if (!app) throw new Error('no app');
  app.before = ({ conversation }) => {
    if (refused.some((name) => conversation === `wecom-app:${name}`))
      throw new PosDoctorError('SEND_REFUSED', { channel: 'wecom-app', code: 81013, why: 'no member' });
  };
}
const wants = async () => {
  await house.merchant('刷卡不行，没扣款');
  await house.merchant('找人');
};
const heard = () => house.said('web').join('\n');
const asked = () =>
  ['zhangsan', 'lisi', 'wangwu'].filter((one) => house.said('wecom-app', `wecom-app:${one}`).join().includes('找人工'));

test('the next is asked at once, the merchant hears why, and the time runs from then', async () => {
  await open(['zhangsan']);
  await wants();
  expect(asked()).toEqual(['lisi']);
  expect(heard()).toContain('联系不上，已经改叫lisi，3 分钟内没人接我告诉您');
  await house.pass(2 * MINUTE);
  expect(asked()).toEqual(['lisi']);
  await house.pass(MINUTE);
  expect(asked()).toEqual(['lisi', 'wangwu']);
  expect(heard()).toContain('刚才那位没接上，已经再叫一位');
});

test('so is the one after the next, if that cannot be reached either', async () => {
  await open(['zhangsan', 'lisi']);
  await wants();
  expect(asked()).toEqual(['wangwu']);
  expect(heard()).toContain('已经改叫wangwu');
});

test('the next after somebody who did not come: nobody waits for him either', async () => {
  await open(['lisi']);
  await wants();
  expect(heard()).not.toContain('联系不上');
  await house.pass(3 * MINUTE);
  expect(asked()).toEqual(['zhangsan', 'wangwu']);
  expect(heard()).toContain('已经改叫wangwu');
});

test('nobody can be reached: the numbers at once, without a word of waiting', async () => {
  await open(['zhangsan', 'lisi', 'wangwu']);
  await wants();
  expect(house.said('web').at(-1)).toMatch(/联系不上，别干等，先打电话[\s\S]*机身贴纸/);
  const state = await house.assistant.state('c');
  expect(state).toMatchObject({ handoff: true, handoffState: 'timed-out' });
  await house.merchant('转人工');
  expect(house.said('web').slice(-3).join()).not.toMatch(/已经叫了|叫过的同事/);
});

test('whoever never saw a request hears nothing of what became of it', async () => {
  await open(['zhangsan']);
  await wants();
  const app = house.channel('wecom-app');
  if (app) app.before = () => undefined;
  await house.colleague({ text: '接手' }, 'lisi');
  expect(heard()).toContain('lisi接手了');
  expect(house.said('wecom-app', 'wecom-app:zhangsan')).toEqual([]);
});

test('whoever asks is never asked to take his own request, whichever door he came by', async () => {
  await open([]);
  await house.colleague({ text: '刷卡不行，没扣款' }, 'zhangsan', 'wecom-bot');
  await house.colleague({ text: '找人' }, 'zhangsan', 'wecom-bot');
  expect(asked()).toEqual(['lisi']);
  await house.pass(20 * MINUTE);
  expect(asked()).toEqual(['lisi', 'wangwu']);
});

test('the only one on call asks: he hears the numbers, and of nobody who was called', async () => {
  await open([], ['zhangsan']);
  await house.colleague({ text: '刷卡不行，没扣款' }, 'zhangsan', 'wecom-bot');
  await house.colleague({ text: '找人' }, 'zhangsan', 'wecom-bot');
  expect(asked()).toEqual([]);
  expect(house.said('wecom-bot', 'wecom-bot:u:zhangsan').join()).not.toContain('已经叫了');
});
