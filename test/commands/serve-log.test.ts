/** What the running service logs at its most talkative, shows in its metrics, and how an operator finds somebody in it. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUp, expectComplaint, run, tempFolder } from './cli.js';
import { Service, type Visitor } from './service.js';

const HEADER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
/** Everything that must never be read in a log, with the sentences that hold it. */
const SAID: readonly (readonly [string, string])[] = [
  ['福来顺', '我的店叫福来顺，该渠道业务不可用'],
  ['6222021234567890128', '卡号6222021234567890128刷不了'],
  ['13812345678', '打我电话13812345678'],
  ['110101199003077758', '身份证110101199003077758'],
  ['hunter2', '密码是hunter2'],
  ['482913', '验证码482913'],
  ['886655', '密码：886655'],
];

afterEach(cleanUp);

async function talk(visitor: Visitor): Promise<void> {
  for (const [, text] of SAID) expect(await visitor.send({ text })).toBe(202);
  expect(await visitor.send({ option: 'scan' })).toBe(202);
  expect(await visitor.send({ text: '转人工' })).toBe(202);
}

test('no line holds what was written, nor what was answered, nor who it was', async () => {
  const service = await Service.start({ DATA_DIR: tempFolder(), LOG_LEVEL: 'trace' });
  const visitor = await service.visit();
  await talk(visitor);
  const { transcript } = await visitor.history();
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  await service.running.kill('SIGTERM');
  const { err } = service.running;
  expect(service.log.filter(({ msg }) => msg === 'an event was taken in').length).toBeGreaterThan(SAID.length);
  const sentences = transcript.flatMap(({ text }) => text.split('\n')).filter((line) => line.length > 3);
  for (const word of [...SAID.flat(), ...sentences, visitor.conversation]) {
    expect(err).not.toContain(word);
    expect(metrics).not.toContain(word);
  }
  // Not by escapes either.
  expect(err).not.toMatch(/\p{Script=Han}|\\u[4-9]/u);
});

test('the trace of a request is in the lines about it, and counts are in the metrics', async () => {
  const service = await Service.start({ DATA_DIR: tempFolder(), LOG_LEVEL: 'debug' });
  const page = await fetch(`${service.url}/`);
  const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const headers = { Cookie: cookie, Origin: service.url, 'Content-Type': 'application/json', traceparent: HEADER };
  const body = JSON.stringify({ id: 'message-1', text: '该渠道业务不可用' });
  expect((await fetch(`${service.url}/api/messages`, { method: 'POST', headers, body })).status).toBe(202);
  const answer = await fetch(`${service.url}/metrics`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const metrics = await answer.text();
  expect(metrics).toContain('pos_doctor_turns_total{door="web",outcome="asked"} 1');
  expect(metrics).toMatch(/^process_resident_memory_bytes \d/m);
  expect((await fetch(`${service.url}/readyz/http`)).status).toBe(200);
  await service.running.kill('SIGTERM');
  const lines = service.log as { msg: string; trace_id?: string }[];
  const traces = lines.filter(({ trace_id }) => trace_id !== undefined).map(({ msg, trace_id }) => [msg, trace_id]);
  expect(traces).toEqual([
    ['an event was taken in', '0af7651916cd43dd8448eb211c80319c'],
    ['replies were sent', '0af7651916cd43dd8448eb211c80319c'],
  ]);
});

test('with METRICS_TOKEN the metrics are for whoever has it; it is not printed', async () => {
  const token = 'only-prometheus-knows';
  const service = await Service.start({ DATA_DIR: tempFolder(), METRICS_TOKEN: token, LOG_LEVEL: 'trace' });
  expect((await fetch(`${service.url}/metrics`)).status).toBe(401);
  const headers = { Authorization: `Bearer ${token}` };
  expect((await fetch(`${service.url}/metrics`, { headers })).status).toBe(200);
  await service.running.kill('SIGTERM');
  expect(service.running.err + service.running.out).not.toContain(token);
});

describe('log-name', () => {
  test('finds a conversation by its name in the log and the other way round, beside the running service', async () => {
    const data = tempFolder();
    const service = await Service.start({ DATA_DIR: data, LOG_LEVEL: 'debug' });
    const visitor = await service.visit();
    await visitor.send({ text: '该渠道业务不可用' });
    await visitor.lastText();
    const { conversation } = visitor;
    const there = await run(['log-name', conversation], '', { DATA_DIR: data });
    const [name = ''] = there.lines[0]?.split('\t') ?? [];
    expect(there.lines).toEqual([`${name}\t${conversation}`]);
    expect((await run(['log-name', name], '', { DATA_DIR: data })).lines).toEqual(there.lines);
    await service.running.kill('SIGTERM');
    expect(service.running.err).toContain(`"conversation":"${name}"`);
  });

  test('finds every conversation of a WeCom user, and nobody else', async () => {
    const data = tempFolder();
    const service = await Service.start({ DATA_DIR: data });
    await service.running.kill('SIGTERM');
    const ids = ['wecom-app:zhangsan', 'wecom-bot:g:wr1:zhangsan', 'wecom-app:zhangsanfeng'];
    mkdirSync(join(data, 'journal'), { recursive: true });
    const day = new Date().toISOString().slice(0, 10);
    for (const [index, conversation] of ids.entries()) {
      const event = { id: `e${index}`, conversation, at: Date.now(), type: 'remark', data: {} };
      appendFileSync(join(data, 'journal', `${day}.jsonl`), `${JSON.stringify(event)}\n`);
    }
    const found = await run(['log-name', 'zhangsan'], '', { DATA_DIR: data });
    expect(found.lines.map((line) => line.split('\t')[1])).toEqual(ids.slice(0, 2));
    const nobody = await run(['log-name', 'lisi'], '', { DATA_DIR: data });
    expect([nobody.code, nobody.out]).toEqual([1, '']);
  });

  test('says so where no service has run, and what --days wants', async () => {
    const data = tempFolder();
    expectComplaint(await run(['log-name', 'wecom-app:x'], '', { DATA_DIR: data }), 2, 'UNREADABLE_FILE', data);
    expectComplaint(await run(['log-name', 'x', '--days', '0'], '', { DATA_DIR: data }), 2, 'BAD_ARGUMENTS', '--days');
  });
});
