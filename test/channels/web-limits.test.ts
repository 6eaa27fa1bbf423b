/** How much the web door takes: the burst, and then so much a second. The clock is moved by hand. */
import { UI } from '../pages/fixture.js';
import { unsent } from '../support/channel.js';
import { textReply } from './fake-assistant.js';
import { type Harness, harness, ORIGIN, type Visitor } from './harness.js';

let serial = 0;
const write = (visitor: Visitor) => visitor.post({ id: `message-${++serial}`, text: 'a' });
const read = (visitor: Visitor) => visitor.get('/api/history');
const arrive =
  ({ server }: Harness) =>
  async (from: string) =>
    server.app.request(`${ORIGIN}/`, { headers: { 'X-Forwarded-For': from } });

/** How many of `most` requests are taken before the first that is told to wait. */
async function taken(most: number, request: () => Promise<Response>): Promise<number> {
  for (let count = 0; count < most; count += 1) if ((await request()).status === 429) return count;
  return most;
}

/** As many visitors as it takes to stay below each one's own limit. */
async function crowd({ visit }: Harness, people: number): Promise<() => Visitor> {
  const all: Visitor[] = [];
  for (let count = 0; count < people; count += 1) all.push(await visit());
  let next = -1;
  return () => {
    next = (next + 1) % people;
    const visitor = all[next];
    if (!visitor) throw new Error('nobody came');
    return visitor;
  };
}

test('a visitor sends ten messages at once, then one in two seconds', async () => {
  const { visit, clock } = await harness();
  const visitor = await visit();
  expect(await taken(20, () => write(visitor))).toBe(10);
  const refused = await write(visitor);
  expect(refused.headers.get('retry-after')).toBe('2');
  expect(await refused.json()).toEqual({ error: { code: 'tooFast', text: UI['error.tooFast'] } });
  await clock.advance(1999);
  expect(await taken(5, () => write(visitor))).toBe(0);
  await clock.advance(1);
  expect(await taken(5, () => write(visitor))).toBe(1);
});

test('everybody together sends two hundred at once, then a hundred a second', async () => {
  const house = await harness();
  const next = await crowd(house, 100);
  expect(await taken(300, () => write(next()))).toBe(200);
  await house.clock.advance(1000);
  expect(await taken(300, () => write(next()))).toBe(100);
});

test('a visitor reads thirty times at once, then twice a second', async () => {
  const { visit, clock } = await harness();
  const visitor = await visit();
  expect(await taken(60, () => read(visitor))).toBe(30);
  await clock.advance(1000);
  expect(await taken(60, () => read(visitor))).toBe(2);
});

test('everybody together reads four hundred times at once, then two hundred a second', async () => {
  const house = await harness();
  const next = await crowd(house, 100);
  expect(await taken(600, () => read(next()))).toBe(400);
  await house.clock.advance(1000);
  expect(await taken(600, () => read(next()))).toBe(200);
});

test('opening a stream counts as reading', async () => {
  const { visit } = await harness();
  const visitor = await visit();
  await taken(60, () => read(visitor));
  expect((await visitor.get('/api/stream')).status).toBe(429);
});

test('one visitor in a hurry does not slow another', async () => {
  const { visit } = await harness();
  const [hasty, calm] = [await visit(), await visit()];
  await taken(20, () => write(hasty));
  expect((await write(calm)).status).toBe(202);
});

describe('new visitors of one address', () => {
  test('are sixty at once, then one a second; who is refused gets a sentence and no cookie', async () => {
    const house = await harness({ proxies: 1 });
    const from = (address: string) => () => arrive(house)(address);
    expect(await taken(100, from('203.0.113.7'))).toBe(60);
    const refused = await from('203.0.113.7')();
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('set-cookie')).toBeNull();
    expect(await refused.text()).toBe(UI['error.tooMany']);
    await house.clock.advance(1000);
    expect(await taken(5, from('203.0.113.7'))).toBe(1);
    expect(await taken(5, from('203.0.113.8'))).toBe(5);
  });

  test('do not keep out a visitor who has been there', async () => {
    const house = await harness({ proxies: 1 });
    const [cookie = ''] = ((await arrive(house)('203.0.113.7')).headers.get('set-cookie') ?? '').split(';');
    await taken(100, () => arrive(house)('203.0.113.7'));
    const headers = { Cookie: cookie, 'X-Forwarded-For': '203.0.113.7' };
    expect((await house.server.app.request(`${ORIGIN}/`, { headers })).status).toBe(200);
  });

  test('are counted by the real address over a real socket, whatever they write in a header', async () => {
    const { server } = await harness({ port: 0 });
    const { url } = await server.listen();
    let count = 0;
    const visit = () => fetch(url, { headers: { 'X-Forwarded-For': `203.0.113.${++count}`, Connection: 'close' } });
    const welcome = await taken(100, visit);
    await server.close(0);
    expect(welcome).toBe(60);
  });
});

describe('what is remembered for pages that come back', () => {
  test('is ten replies of a conversation', async () => {
    const { visit, web, assistant } = await harness();
    const visitor = await visit();
    await write(visitor);
    const conversation = assistant.events[0]?.conversation ?? '';
    for (let count = 1; count <= 11; count += 1)
      await web.send(conversation, [assistant.item(textReply('x'), `item-${count}`, 'a')], unsent());
    const resumed = async (after: string) => {
      const events = await visitor.stream(after);
      const { data } = await events.until('hello');
      await events.close();
      return (data as { resumed: boolean }).resumed;
    };
    expect([await resumed('item-1'), await resumed('item-2')]).toEqual([false, true]);
  });

  test('is five hundred conversations', async () => {
    const { visit, web, assistant } = await harness();
    const visitor = await visit();
    await write(visitor);
    const others = async (from: number, to: number) => {
      for (let count = from; count < to; count += 1)
        await web.send(`web-${count}`, [assistant.item(textReply('x'), `item-${count}`, 'a')], unsent());
    };
    const resumed = async () => {
      const events = await visitor.stream(`message-${serial}.0`);
      const { data } = await events.until('hello');
      await events.close();
      return (data as { resumed: boolean }).resumed;
    };
    await others(0, 499);
    expect(await resumed()).toBe(true);
    await others(499, 500);
    expect(await resumed()).toBe(false);
  });
});

describe('open streams', () => {
  test('are four of a conversation', async () => {
    const { visit, web } = await harness();
    const visitor = await visit();
    for (let count = 0; count < 6; count += 1) await visitor.stream();
    expect(web.streams).toBe(4);
    await web.stop();
  });

  test('are a thousand in all', async () => {
    const { visit, web, clock } = await harness();
    let refused = 0;
    for (let count = 0; count < 1001; count += 1) {
      await clock.advance(10);
      if ((await (await visit()).get('/api/stream')).status === 503) refused += 1;
    }
    expect({ refused, open: web.streams }).toEqual({ refused: 1, open: 1000 });
    await web.stop();
  });

  test('hold back at most a quarter of a megabyte for a page that does not read', async () => {
    const { visit, web, assistant } = await harness();
    const visitor = await visit();
    await visitor.stream();
    await write(visitor);
    const conversation = assistant.events[0]?.conversation ?? '';
    const send = (count: number) =>
      web.send(conversation, [assistant.item(textReply('x'.repeat(32 * 1024)), `item-${count}`, 'a')], unsent());
    for (let count = 0; count < 6; count += 1) await send(count);
    expect(web.streams).toBe(1);
    for (let count = 6; count < 10; count += 1) await send(count);
    expect(web.streams).toBe(0);
  });
});
