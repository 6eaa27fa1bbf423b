/** 自建应用: corp id and secret, the app itself, its callback. */
import { z } from 'zod';
import type { AppConfig } from '../../config-wecom.js';
import { checkCallback } from './callback.js';
import { Calls } from './calls.js';
import { type Checks, type Desk, ok, wrong } from './desk.js';

/** Page 90227. It is asked because it costs nothing and is refused where sending would be: 60020, 301002, 40056. */
const agent = z.object({ name: z.string().catch(''), close: z.number().catch(0) });
/** That this interface is not allowed tells nothing about sending. */
const UNTOLD = [48002];

export async function* app(desk: Desk, config: AppConfig): Checks {
  const { word } = desk;
  const { corpId, agentId, token, aesKey } = config;
  const calls = new Calls(desk);
  const called = await calls.token(corpId, config.secret);
  if ('outcome' in called) yield { id: 'token', ...called.outcome };
  else {
    yield { id: 'token', ...ok(word('doctor.token.ok')) };
    const query = { agentid: String(agentId) };
    const asked = await calls.call((api) => api.get('/cgi-bin/agent/get', query, { schema: agent }), UNTOLD);
    if ('outcome' in asked) yield { id: 'agent', ...asked.outcome };
    else {
      const { name, close } = asked.value;
      const outcome =
        close === 1
          ? wrong(word('doctor.app.closed', { name }), word('wecom.hint.50003'))
          : ok(word('doctor.app.ok', { name }));
      yield { id: 'agent', ...outcome };
    }
  }
  const place = word('doctor.place.app');
  const secrets = { token, aesKey, receiveId: corpId };
  yield { id: 'callback', ...(await checkCallback(desk, { path: '/wecom/app', secrets, place })) };
}
