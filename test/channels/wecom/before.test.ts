import { mayHaveArrived } from '../../../src/channels/wecom/before.js';
import { realWorld } from '../../support/world.js';
import { openStage } from './stage.js';

beforeAll(() => void realWorld(), 60_000);

test('what was tried, or was made before this process, may have arrived; nothing else', () => {
  const item = { attempts: 0, createdAt: 1000 } as Parameters<typeof mayHaveArrived>[0][number];
  expect(mayHaveArrived([item], 1000)).toBe(false);
  expect(mayHaveArrived([{ ...item, attempts: 1 }], 1000)).toBe(true);
  expect(mayHaveArrived([item], 1001)).toBe(true);
  expect(mayHaveArrived([], 1001)).toBe(false);
});

test('an app’s card that the process before sent, and did not live to write down, counts as sent', async () => {
  const stage = await openStage({ doors: ['app'] });
  const cards = () => stage.sandbox.rooms.seen('app', 'zhangsan').filter(({ kind }) => kind === 'card');
  const { transact } = stage.store;
  // The message is taken in; that its answer went out is never written down.
  let writes = 1;
  stage.store.transact = async (conversation, work) => {
    if (conversation === 'wecom-app:zhangsan') writes -= 1;
    if (writes < 0) throw new Error('the process has died');
    return transact.call(stage.store, conversation, work) as never;
  };
  stage.sandbox.app.user('zhangsan').says('该渠道业务不可用');
  await stage.pass(500);
  expect(cards()).toHaveLength(1);
  stage.store.transact = transact;
  stage.sandbox.expect('task-id-reused');
  await stage.restart();
  await stage.pass(60_000);
  expect(cards()).toHaveLength(1);
  expect((await stage.store.read('wecom-app:zhangsan'))?.outbox).toEqual([]);
  expect(stage.logged()).not.toMatch(/refused for good|malformed/);
  expect(stage.logged()).toContain('a message is taken to have been sent before');
  stage.sandbox.assertClean({ warnings: false });
  await stage.stop();
});

test('so does one that another process sent, which was at it while this one ran already', async () => {
  const stage = await openStage({ doors: ['app'] });
  // As WeCom answers whoever takes the card up after the other has died.
  stage.sandbox.faults.api('message/send', { errcode: 42014 });
  stage.sandbox.app.user('zhangsan').says('POS机提示该渠道业务不可用');
  await stage.pass(5_000);
  expect((await stage.store.read('wecom-app:zhangsan'))?.outbox).toEqual([]);
  expect(stage.logged()).toContain('a message is taken to have been sent before');
  expect(stage.logged()).not.toMatch(/refused for good|malformed/);
  await stage.stop();
});

test('a text that is called malformed is a defect of ours, whatever was sent before', async () => {
  const stage = await openStage({ doors: ['app'] });
  stage.sandbox.faults.api('message/send', { errcode: 42014 });
  stage.sandbox.app.user('zhangsan').says('银联客服电话');
  await stage.pass(5_000);
  expect(stage.logged()).toContain('WeCom takes this for malformed');
  await stage.stop();
});
