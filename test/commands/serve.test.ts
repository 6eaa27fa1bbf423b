import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { cleanUp, expectComplaint, Running, run, tempFolder } from './cli.js';
import { Service } from './service.js';

const TROUBLE = '该渠道业务不可用';

afterEach(cleanUp);

test('says where it is, answers, and ends with 0 when told to, with everything on disk', async () => {
  const data = tempFolder();
  const service = await Service.start({ DATA_DIR: data });
  const visitor = await service.visit();
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  expect(await visitor.send({ text: TROUBLE })).toBe(202);
  const before = await visitor.history();
  expect(before.state.status).toBe('asking');
  const { code, signal, out } = await service.running.kill('SIGTERM');
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  expect(out).toBe(`pos-doctor is ready: ${service.url}\n`);
  expect(existsSync(join(data, 'lock'))).toBe(false);
  const again = await Service.start({ DATA_DIR: data });
  expect(await visitor.history(again.url)).toEqual({
    ...before,
    transcript: before.transcript.map((line) => expect.objectContaining({ text: line.text, from: line.from })),
  });
  expect((await again.running.kill('SIGINT')).code).toBe(0);
});

test('says at its start which doors are open, and no secret', async () => {
  const secret = 's3cretS3cret';
  const callback = { TOKEN: 'token', AES_KEY: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C' };
  const service = await Service.start({
    DATA_DIR: tempFolder(),
    WECOM_API_BASE: 'http://127.0.0.1:9',
    WECOM_CORP_ID: 'ww1',
    WECOM_APP_AGENT_ID: '1000002',
    WECOM_APP_SECRET: secret,
    WECOM_APP_TOKEN: callback.TOKEN,
    WECOM_APP_AES_KEY: callback.AES_KEY,
    WECOM_KF_SECRET: secret,
    WECOM_KF_TOKEN: callback.TOKEN,
    WECOM_KF_AES_KEY: callback.AES_KEY,
    WECOM_GROUP_ROBOT_KEY: secret,
  });
  const { out, err } = await service.running.kill('SIGTERM');
  expect(out.split('\n').slice(1)).toEqual([
    'open to WeCom: customer service for all accounts of the app, callback at /wecom/kf',
    'open to WeCom: app 1000002, callback at /wecom/app',
    'open to WeCom: group robot, outgoing only',
    '',
  ]);
  expect(out + err).not.toContain(secret);
});

test('ends the streams of open pages properly instead of waiting for them to go', async () => {
  const service = await Service.start({ DATA_DIR: tempFolder() });
  const visitor = await service.visit();
  const stream = await visitor.stream();
  const reader = stream.body?.getReader();
  await reader?.read();
  const ended = service.running.kill('SIGTERM');
  // Cut off, it would reject.
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read());
  expect(await ended).toMatchObject({ code: 0, signal: null });
});

test('after a kill is there again with what was accepted', async () => {
  const data = tempFolder();
  const service = await Service.start({ DATA_DIR: data });
  const visitor = await service.visit();
  await visitor.send({ text: TROUBLE });
  await service.running.kill('SIGKILL');
  const again = await Service.start({ DATA_DIR: data });
  const { transcript, state } = await visitor.history(again.url);
  expect(transcript[0]).toMatchObject({ from: 'user', text: TROUBLE });
  expect(transcript.length).toBeGreaterThan(1);
  expect(state.status).toBe('asking');
});

test('never logs what people write', async () => {
  const service = await Service.start({ DATA_DIR: tempFolder(), LOG_LEVEL: 'trace' });
  const visitor = await service.visit();
  await visitor.send({ text: '我的店叫福来顺，刷不了卡' });
  const { err } = await service.running.kill('SIGTERM');
  expect(err).not.toContain('福来顺');
});

describe('does not start, and says why in one line, when', () => {
  test('another process has the folder', async () => {
    const data = tempFolder();
    const service = await Service.start({ DATA_DIR: data });
    const pid = service.running.process.pid ?? 0;
    const [serve, chat] = await Promise.all([
      run(['serve'], '', { PORT: '0', DATA_DIR: data }),
      run(['chat', '--json'], '刷卡\n', { DATA_DIR: data }),
    ]);
    expectComplaint(serve, 1, 'DATA_LOCKED', `process ${pid}`, 'DATA_DIR');
    expectComplaint(chat, 1, 'DATA_LOCKED');
    expect(await (await service.visit()).send({ text: TROUBLE })).toBe(202);
  });

  test('the port is taken; the folder is free again then', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const data = tempFolder();
    const ended = await run(['serve'], '', { PORT: String(port), DATA_DIR: data });
    await new Promise((resolve) => other.close(resolve));
    expectComplaint(ended, 1, 'PORT_IN_USE', `127.0.0.1:${port}`, 'set PORT');
    expect(existsSync(join(data, 'lock'))).toBe(false);
  });

  test('the folder is from a newer version, which is left as it is', async () => {
    const data = tempFolder();
    writeFileSync(join(data, 'store.json'), '{"schema":99}');
    expectComplaint(await run(['serve'], '', { PORT: '0', DATA_DIR: data }), 1, 'DATA_TOO_NEW', 'store.json', '99');
    expectComplaint(await run(['chat', '--json'], '刷卡\n', { DATA_DIR: data }), 1, 'DATA_TOO_NEW');
    expect(readdirSync(data)).toEqual(expect.arrayContaining(['store.json']));
    expect(existsSync(join(data, 'lock'))).toBe(false);
  });

  test('the environment is wrong: every wrong variable by name, no value', async () => {
    const env = { PORT: 'secret-port', LOG_LEVEL: 'secret-level' };
    const ended = await run(['serve'], '', env);
    expectComplaint(ended, 2, 'BAD_CONFIG', 'PORT: ', 'LOG_LEVEL: ', 'docs/configuration.md');
    expect(ended.err).not.toContain('secret');
  });

  test('the data folder is a file', async () => {
    const file = join(tempFolder(), 'data');
    writeFileSync(file, '');
    expectComplaint(
      await run(['serve'], '', { PORT: '0', DATA_DIR: file }),
      2,
      'UNWRITABLE_FILE',
      file,
      'has to be a folder',
    );
  });

  test.each([
    ['below a file', (folder: string) => join(folder, 'file', 'data')],
    // Where nothing can be made and the system says that something is missing.
    ['in a folder of the system', () => '/proc/data'],
    ['a device', () => '/dev/full'],
  ])('the data folder is %s', async (_, path) => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    const data = path(folder);
    const [serve, chat] = await Promise.all([
      run(['serve'], '', { PORT: '0', DATA_DIR: data }),
      run(['chat', '--json'], '', { DATA_DIR: data }),
    ]);
    expectComplaint(serve, 2, 'UNWRITABLE_FILE', data);
    expectComplaint(chat, 2, 'UNWRITABLE_FILE', data);
  });

  test('there is no content folder where CONTENT_DIR points', async () => {
    const gone = join(tempFolder(), 'gone');
    expectComplaint(await run(['serve'], '', { PORT: '0', CONTENT_DIR: gone }), 2, 'BAD_CONTENT', gone);
  });

  test.each([
    ['knowledge/costs.yaml', 'humanCall: many\n', ':1:'],
    ['flows/repair.yaml', 'id: repair\n\tinitial: x\n', ':2:1'],
    ['flows/no-such-skill.yaml', 'id: no-such-skill\ninitial: a\nstates:\n  a: { status: idle }\n', ':1:'],
  ])('the overlay has a mistake in %s: file and line', async (file, text, where) => {
    const content = tempFolder();
    for (const folder of ['knowledge', 'flows']) mkdirSync(join(content, folder));
    writeFileSync(join(content, file), text);
    const [serve, chat] = await Promise.all([
      run(['serve'], '', { PORT: '0', CONTENT_DIR: content, DATA_DIR: tempFolder() }),
      run(['chat', '--json'], '', { CONTENT_DIR: content }),
    ]);
    expectComplaint(serve, 2, 'BAD_CONTENT', `${file}${where}`, 'knowledge check');
    expectComplaint(chat, 2, 'BAD_CONTENT', `${file}${where}`);
  });
});

test('works without anybody reading what it prints', async () => {
  const running = new Running(['serve'], { PORT: '0', DATA_DIR: tempFolder() });
  await running.line();
  running.process.stdout.destroy();
  expect(await running.kill('SIGTERM')).toMatchObject({ code: 0, signal: null });
});
