import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUp, ROOT, run, tempFolder } from './cli.js';
import { Service } from './service.js';

const TROUBLE = '该渠道业务不可用';

let content: string;
beforeEach(() => {
  content = tempFolder();
  for (const folder of ['knowledge', 'flows']) mkdirSync(join(content, folder));
});
afterEach(cleanUp);

/** Lays a repair flow over ours that says something else to a message without words. */
function layOver(sentence: string): void {
  const ours = readFileSync(join(ROOT, 'flows', 'repair.yaml'), 'utf8');
  writeFileSync(
    join(content, 'flows', 'repair.yaml'),
    ours.replace(/^ {2}(empty|no-words): .*$/gm, `  $1: ${sentence}`),
  );
}

/** An organization file with nothing but the line that is different; the page shows the name. */
const named = (name: string) => `assistantName: ${name}\n`;

const start = () => Service.start({ CONTENT_DIR: content, DATA_DIR: tempFolder() });
const logged = (service: Service, message: string, times = 1) =>
  service.running.until(() => service.log.filter(({ msg }) => msg.startsWith(message)).length >= times);

async function answerTo(service: Service, text: string): Promise<string> {
  const visitor = await service.visit();
  expect(await visitor.send({ text })).toBe(202);
  return visitor.lastText();
}

test('an overlay is in use from the start, in every command', async () => {
  layOver('这是我们自己的话。');
  writeFileSync(join(content, 'knowledge', 'organization.yaml'), named('福来'));
  const service = await start();
  expect(await (await fetch(`${service.url}/`)).text()).toContain('<h1>福来</h1>');
  const { lines } = await run(['chat', '--json'], '\n', { CONTENT_DIR: content });
  expect(JSON.parse(lines[0] ?? '').replies[0].text).toBe('这是我们自己的话。');
});

test('an edit is taken up while it runs, without a restart and without losing a conversation', async () => {
  const service = await start();
  const visitor = await service.visit();
  await visitor.send({ text: TROUBLE });
  const before = await visitor.history();
  writeFileSync(join(content, 'knowledge', 'organization.yaml'), named('福来'));
  await logged(service, 'the changed content is in use');
  expect(await (await fetch(`${service.url}/`)).text()).toContain('<h1>福来</h1>');
  expect(await visitor.history()).toEqual(before);
});

test('a bad edit is refused with file and line, the old content stays, and a mended one is taken', async () => {
  const service = await start();
  const file = join(content, 'knowledge', 'organization.yaml');
  writeFileSync(file, named('福来'));
  await logged(service, 'the changed content is in use');
  writeFileSync(file, 'asistantName: 坏了\n');
  await logged(service, 'the changed content is refused');
  expect(service.running.err).toMatch(/organization\.yaml:\d+:\d+ error/);
  expect(await (await fetch(`${service.url}/`)).text()).toContain('<h1>福来</h1>');
  writeFileSync(file, named('又好了'));
  await logged(service, 'the changed content is in use', 2);
  expect(await (await fetch(`${service.url}/`)).text()).toContain('<h1>又好了</h1>');
});

test('a flow edit counts as well, and a broken flow is refused', async () => {
  const service = await start();
  layOver('说几个字吧。');
  await logged(service, 'the changed content is in use');
  expect(await answerTo(service, '。。。。')).toBe('说几个字吧。');
  writeFileSync(join(content, 'flows', 'repair.yaml'), 'id: repair\ninitial: nowhere\nstates: {}\n');
  await logged(service, 'the changed content is refused');
  expect(service.running.err).toMatch(/repair\.yaml:2:\d+ error flow-target/);
  expect(await answerTo(service, '。。。。')).toBe('说几个字吧。');
  expect(await service.running.kill('SIGTERM')).toMatchObject({ code: 0 });
});
