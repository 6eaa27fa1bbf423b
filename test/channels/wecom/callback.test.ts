import { CALLBACK_LIMITS, WINDOW_MS } from '../../../src/channels/wecom/callback.js';
import { CallbackCrypto } from '../../../src/channels/wecom/crypto.js';
import { PosDoctorError } from '../../../src/errors.js';
import { gate } from '../../support/channel.js';
import {
  crypto,
  type Door,
  door,
  inPieces,
  jsonOf,
  post,
  queryOf,
  SECRETS,
  signed,
  xmlOf,
} from './callback-requests.js';
import { settle } from './stub.js';

let at: Door;
beforeEach(() => {
  at = door();
});

async function outcome(response: Promise<Response> | Response): Promise<[number, string]> {
  const { status } = await response;
  return [status, await (await response).text()];
}

describe('verifying the URL', () => {
  const verify = (echo: string, more: Record<string, string> = {}, seconds = at.seconds()) => {
    const { query, encrypt } = signed(at, echo, seconds);
    return Promise.resolve(at.app.request(queryOf({ ...query, echostr: encrypt, ...more })));
  };

  test('answers the text alone', async () => {
    const response = await verify('4242424242424242');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).toBe('4242424242424242');
  });

  test('works while nothing can be delivered', async () => {
    at.next.push(() => Promise.reject(new Error('disk full')));
    expect(await outcome(post(at, signed(at, 'x')))).toEqual([503, '']);
    expect(await outcome(verify('1'))).toEqual([200, '1']);
  });

  test('works when a plus came as a space', async () => {
    let request = signed(at, 'x');
    while (!request.encrypt.includes('+')) request = signed(at, 'x');
    const { query, encrypt } = request;
    const url = queryOf({ ...query, echostr: encrypt.replaceAll('+', ' ') });
    expect(await outcome(at.app.request(url))).toEqual([200, 'x']);
  });

  test.each([
    ['a wrong signature', { msg_signature: 'a'.repeat(40) }, 403],
    ['another nonce', { nonce: 'other' }, 403],
    ['no echostr', { echostr: '' }, 400],
    ['an echostr that is too long', { echostr: 'A'.repeat(5000) }, 400],
    ['a signature of another form', { msg_signature: 'A'.repeat(40) }, 400],
    ['no signature', { msg_signature: '' }, 400],
    ['a time that is no number', { timestamp: '1e9' }, 400],
    ['a nonce that is too long', { nonce: 'n'.repeat(65) }, 400],
  ])('is refused for %s', async (_, more, status) => {
    expect(await outcome(verify('1', more))).toEqual([status, '']);
    expect(at.delivered).toEqual([]);
  });

  test('is refused for the time of another day', async () => {
    expect(await outcome(verify('1', {}, at.seconds() - 86_400))).toEqual([403, '']);
  });
});

describe('a message', () => {
  test('is delivered in plain text and acknowledged with nothing', async () => {
    const request = signed(at, '<xml>该渠道业务不可用</xml>');
    expect(await outcome(post(at, request))).toEqual([200, '']);
    const { msg_signature: signature, timestamp, nonce } = request.query;
    const meta = { signature, timestamp: Number(timestamp), nonce };
    expect(at.delivered).toEqual([{ plain: '<xml>该渠道业务不可用</xml>', meta }]);
  });

  test('is acknowledged only when it is durable', async () => {
    const { opened, open } = gate();
    at.next.push(() => opened.then(() => undefined));
    let answered = false;
    const response = post(at, signed(at, 'x')).finally(() => {
      answered = true;
    });
    await settle(() => at.delivered.length === 1);
    await at.clock.advance(60_000);
    expect(answered).toBe(false);
    open();
    expect(await outcome(response)).toEqual([200, '']);
  });

  test('that could not be kept is asked for again, and then delivered', async () => {
    at.next.push(() => Promise.reject(new PosDoctorError('STORE_FULL', { why: 'ENOSPC' })));
    const request = signed(at, 'x');
    expect(await outcome(post(at, request))).toEqual([503, '']);
    expect(await outcome(post(at, request))).toEqual([200, '']);
    expect(at.delivered).toHaveLength(2);
  });

  test('that nobody can read is not asked for again', async () => {
    at.next.push(() => Promise.reject(new PosDoctorError('CALLBACK_REFUSED', { why: 'contents' })));
    expect(await outcome(post(at, signed(at, 'x')))).toEqual([400, '']);
  });

  test('a delivery that throws at once is as one that fails later', async () => {
    at = door({
      deliver: () => {
        throw new Error('broken');
      },
    });
    expect(await outcome(post(at, signed(at, 'x')))).toEqual([503, '']);
  });

  test('may come in pieces without its length', async () => {
    const request = signed(at, 'x');
    const body = xmlOf(request.encrypt);
    const streamed = { method: 'POST', body: inPieces(body.slice(0, 99), body.slice(99)), duplex: 'half' };
    expect(await outcome(at.app.request(queryOf(request.query), streamed as RequestInit))).toEqual([200, '']);
    expect(at.delivered).toHaveLength(1);
  });

  test.each(['{"encrypt":"%"}', '{"tousername":"x", "Encrypt" : "%","agentid":""}'])('as JSON: %s', async (form) => {
    at = door({ envelope: 'json' });
    const request = signed(at, '{"msgtype":"text"}');
    const body = form.replace('%', request.encrypt.replaceAll('/', '\\/'));
    expect(await outcome(post(at, request, body))).toEqual([200, '']);
    expect(at.delivered[0]?.plain).toBe('{"msgtype":"text"}');
  });

  test('as XML without CDATA', async () => {
    const request = signed(at, 'x');
    expect(await outcome(post(at, request, `<xml>\n<Encrypt> ${request.encrypt}\n</Encrypt></xml>`))).toEqual([
      200,
      '',
    ]);
  });
});

describe('a passive reply', () => {
  test('is sealed for the bot with the nonce that came', async () => {
    at = door({ envelope: 'json' });
    at.next.push(async () => '{"msgtype":"stream"}');
    const request = signed(at, 'x');
    const [status, text] = await outcome(post(at, request, jsonOf(request.encrypt)));
    expect(status).toBe(200);
    const { encrypt, msgsignature, timestamp, nonce, ...rest } = JSON.parse(text);
    expect([nonce, timestamp, rest]).toEqual([request.query.nonce, at.seconds(), {}]);
    const sealed = { encrypt, signature: msgsignature, timestamp: String(timestamp), nonce };
    expect(crypto.open(sealed)).toBe('{"msgtype":"stream"}');
  });

  test('is sealed for the app as XML', async () => {
    at.next.push(async () => '<xml>好</xml>');
    const request = signed(at, 'x');
    const [, text] = await outcome(post(at, request));
    const form =
      /^<xml><Encrypt><!\[CDATA\[(.+)\]\]><\/Encrypt><MsgSignature><!\[CDATA\[(\w{40})\]\]><\/MsgSignature><TimeStamp>(\d+)<\/TimeStamp><Nonce><!\[CDATA\[(.+)\]\]><\/Nonce><\/xml>$/;
    const [, encrypt = '', signature = '', timestamp = '', nonce = ''] = form.exec(text) ?? [];
    expect(crypto.open({ encrypt, signature, timestamp, nonce })).toBe('<xml>好</xml>');
  });
});

describe('a request that comes again', () => {
  test('after it was taken is acknowledged without being delivered', async () => {
    const request = signed(at, 'x');
    expect((await post(at, request)).status).toBe(200);
    await at.clock.advance(15_000);
    expect(await outcome(post(at, request))).toEqual([200, '']);
    await at.clock.advance(4 * 60_000);
    expect((await post(at, request)).status).toBe(403);
    expect(at.delivered).toHaveLength(1);
  });

  test.each([
    ['taken', 200],
    ['not taken', 503],
  ])('while it is being delivered waits for what becomes of it: %s', async (what, status) => {
    const { opened, open } = gate();
    at.next.push(async () => {
      await opened;
      if (what !== 'taken') throw new Error('x');
      return undefined;
    });
    const request = signed(at, 'x');
    const first = post(at, request);
    await settle(() => at.delivered.length === 1);
    const second = post(at, request);
    // Nothing tells that it waits, but that it has had time enough to be delivered too.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    open();
    expect([(await first).status, (await second).status]).toEqual([status, status]);
    expect(at.delivered).toHaveLength(1);
  });

  test('within 20 s gets the very answer that it got before, if one was given', async () => {
    const at = door();
    at.next.push(async () => 'the answer');
    const message = signed(at, 'hello');
    const first = await (await post(at, message)).text();
    await at.clock.advance(19_000);
    const again = await post(at, message);
    expect(first).not.toBe('');
    expect([again.status, again.headers.get('Content-Type')]).toEqual([200, 'text/xml; charset=utf-8']);
    expect(await again.text()).toBe(first);
    expect(at.delivered).toHaveLength(1);
    await at.clock.advance(2_000);
    expect((await post(at, message)).status).toBe(403);
  });

  test('at the same time gets the same answer', async () => {
    const at = door();
    at.next.push(async () => 'the answer');
    const message = signed(at, 'hello');
    const answers = await Promise.all([post(at, message), post(at, message)]);
    const [one, two] = await Promise.all(answers.map((answer) => answer.text()));
    expect(two).toBe(one);
  });

  test('after its time is over is refused', async () => {
    const request = signed(at, 'x');
    await post(at, request);
    await at.clock.advance(WINDOW_MS + 1);
    expect(await outcome(post(at, request))).toEqual([403, '']);
  });

  test('with another body is refused: what was taken says nothing for it', async () => {
    const request = signed(at, 'x');
    await post(at, request);
    expect(await outcome(post(at, request, xmlOf(signed(at, 'y').encrypt)))).toEqual([403, '']);
  });
});

describe('a message is refused', () => {
  const sealedBy = (more: Partial<typeof SECRETS>) =>
    signed(at, 'x', at.seconds(), new CallbackCrypto({ ...SECRETS, ...more }));

  test.each([
    [WINDOW_MS / 1000, 200],
    [WINDOW_MS / 1000 + 1, 403],
    [-WINDOW_MS / 1000, 200],
    [-WINDOW_MS / 1000 - 1, 403],
  ])('or not, by its time: %i s from ours', async (apart, status) => {
    expect((await post(at, signed(at, 'x', at.seconds() + apart))).status).toBe(status);
  });

  test('alike for a wrong token, key and receiver', async () => {
    const others = [{ token: 'otherToken' }, { aesKey: 'A'.repeat(43) }, { receiveId: 'ww2' }];
    for (const more of others) expect(await outcome(post(at, sealedBy(more)))).toEqual([403, '']);
    await at.clock.advance(1000);
    expect(at.log.lines.map(({ data }) => data.refused)).toEqual([{ signature: 1, contents: 1, receiver: 1 }]);
    expect(at.delivered).toEqual([]);
  });

  test.each([
    ['nothing', ''],
    ['no Encrypt', '<xml></xml>'],
    ['an Encrypt without an end', '<xml><Encrypt>AAAA'],
    ['JSON for a door of XML', '{"encrypt":"AAAA"}'],
  ])('for a body with %s', async (_, body) => {
    expect(await outcome(post(at, signed(at, 'x'), body))).toEqual([400, '']);
  });

  test('by another method', async () => {
    expect(await outcome(at.app.request(queryOf(signed(at, 'x').query), { method: 'PUT' }))).toEqual([405, '']);
  });

  test('beyond the size, by what it says or by what comes', async () => {
    const request = signed(at, 'x');
    const body = xmlOf(request.encrypt).padEnd(CALLBACK_LIMITS.bodyMax);
    expect(await outcome(post(at, request, `${body} `))).toEqual([413, '']);
    const streamed = { method: 'POST', body: inPieces(body, ' ', 'never read'), duplex: 'half' };
    expect(await outcome(at.app.request(queryOf(request.query), streamed as RequestInit))).toEqual([413, '']);
    expect(await outcome(post(at, request, body))).toEqual([200, '']);
  });
});
