import { InOrder } from '../../../src/channels/wecom/in-order.js';

/** Works that end when they are told to. */
function works() {
  const log: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const work = (name: string) => () => {
    log.push(name);
    return new Promise<string>((resolve, reject) => {
      ends.set(name, (error) => (error ? reject(error) : resolve(name)));
    });
  };
  return { log, work, end: (name: string, error?: Error) => ends.get(name)?.(error) };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

test('of one conversation each begins when the one before is over, whether well or not', async () => {
  const order = new InOrder();
  const { log, work, end } = works();
  const first = order.run('c', work('1'));
  const second = order.run('c', work('2'));
  const third = order.run('c', work('3'));
  await tick();
  expect(log).toEqual(['1']);
  end('1', new Error('broken'));
  await expect(first).rejects.toThrow('broken');
  await tick();
  expect(log).toEqual(['1', '2']);
  end('2');
  await tick();
  end('3');
  expect(await Promise.all([second, third])).toEqual(['2', '3']);
});

test('conversations do not wait for one another, and leave nothing behind', async () => {
  const order = new InOrder();
  const { log, work, end } = works();
  const both = [order.run('a', work('a')), order.run('b', work('b'))];
  await tick();
  expect(log).toEqual(['a', 'b']);
  expect(order.size).toBe(2);
  for (const name of ['a', 'b']) end(name);
  await Promise.all(both);
  expect(order.size).toBe(0);
});

test('so many may wait in one conversation and over all, and no more', async () => {
  const order = new InOrder(2, 3);
  const { work, end } = works();
  const kept = [order.run('a', work('1')), order.run('a', work('2'))];
  await expect(order.run('a', work('3'))).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  kept.push(order.run('b', work('4')));
  await expect(order.run('c', work('5'))).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  for (const name of ['1', '2', '4', '2']) {
    await tick();
    end(name);
  }
  await Promise.all(kept);
  expect(order.size).toBe(0);
});
