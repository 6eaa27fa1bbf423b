import { type AddressInfo, connect } from 'node:net';

import { openStage, type Stage } from './stage.js';

const PATH = '/wecom/app?msg_signature=0000000000000000000000000000000000000000&timestamp=1795399200&nonce=n';

/** Sends raw bytes and resolves with what came back until the connection was closed. */
function exchange(port: number, head: string, body: readonly string[], hangUp = false): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(head);
      for (const part of body) socket.write(part);
      if (hangUp) socket.destroy();
    });
    socket.on('data', (part) => {
      answer += part;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

describe.each([
  ['a server of one’s own', false],
  ['Botkit’s server', true],
])('callbacks behind %s', (_, botkitServer) => {
  let stage: Stage;
  let port: number;
  beforeAll(async () => {
    stage = await openStage({ doors: ['app'], botkitServer });
    port = (stage.server.address() as AddressInfo).port;
  });
  afterAll(() => stage.stop());

  const head = (more: string) => `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n${more}\r\n\r\n`;
  const stillGood = async () => {
    expect(await stage.sandbox.app.callbacks.check()).toMatchObject({ ok: true });
  };

  test('refuse a body that is announced too large, unread', async () => {
    const answer = await exchange(port, head('Content-Length: 10000000'), ['x']);
    expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i);
    await stillGood();
  });

  test('cut off a body that does not end', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const answer = await exchange(port, head('Transfer-Encoding: chunked'), Array<string>(20).fill(chunk));
    expect(answer).not.toMatch(/^HTTP\/1\.1 200/);
    await stillGood();
  });

  test('live on when the sender hangs up in the middle', async () => {
    await exchange(port, head('Content-Length: 1000'), ['half'], true);
    await stillGood();
  });
});
