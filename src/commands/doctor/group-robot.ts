/** 群机器人: the only way to try its key is to say something with it. */
import { z } from 'zod';
import { Calls } from './calls.js';
import { type Checks, type Desk, note, ok } from './desk.js';

export async function* groupRobot(desk: Desk, { key }: { key: string }): Checks {
  const { word } = desk;
  const line = word('doctor.robot.line');
  if (!desk.send) {
    yield { id: 'send', ...note(word('doctor.robot.skipped')) };
    return;
  }
  const body = { msgtype: 'text', text: { content: line } };
  const options = { schema: z.object({}), query: { key } };
  const called = await new Calls(desk).call((api) => api.post('/cgi-bin/webhook/send', body, options));
  yield { id: 'send', ...('outcome' in called ? called.outcome : ok(word('doctor.robot.ok', { line }))) };
}
