/** What every door stands on: environment, content, data folder, public address, the service itself. */

import { flowRule } from '../../content.js';
import { isPosDoctorError } from '../../errors.js';
import { checkKnowledge } from '../../knowledge/check.js';
import { formatProblem } from '../../knowledge/problem.js';
import { isLoopbackHost } from '../../loopback.js';
import { saysOfBot } from './bot.js';
import { type Checks, type Desk, hasCallback, note, type Outcome, ok, wrong } from './desk.js';

export async function* basics(desk: Desk): Checks {
  const { wecom } = desk.config;
  const doors = [wecom.bot ?? wecom.botCallback, wecom.app, wecom.kf, wecom.groupRobot].filter(Boolean).length;
  // Else there had been a BAD_CONFIG.
  yield { id: 'environment', ...ok(desk.word('doctor.env.ok', { n: doors })) };
  yield { id: 'content', ...content(desk) };
  yield { id: 'data', ...(await data(desk)) };
  yield { id: 'public-url', ...publicUrl(desk, doors > 0) };
  yield { id: 'service', ...service(desk) };
}

/** As the service would read it: without a day, because sources that grow old stop nobody. */
function content({ config, word }: Desk): Outcome {
  const { contentDir } = config;
  const { problems } = checkKnowledge({ contentDir, providers: [flowRule(contentDir)] });
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (!first) return ok(word('doctor.content.ok'));
  const text = word('doctor.content.wrong', { n: errors.length, first: formatProblem(first) });
  return wrong(text, word('doctor.content.fix'));
}

export async function data(desk: Pick<Desk, 'config' | 'word' | 'service'>): Promise<Outcome> {
  const { config, service } = desk;
  if (config.databaseUrl !== undefined) return database(desk, config.databaseUrl);
  return dataFolder(desk, service.folder ?? 'absent');
}

/** Looked at, not touched: the tables are made by the service. */
async function database({ word }: Pick<Desk, 'word'>, url: string): Promise<Outcome> {
  const { stateOf } = await import('../../store/postgres/schema.js');
  try {
    const current = (await stateOf(url)) === 'current';
    return ok(current ? word('doctor.db.ok') : word('doctor.db.absent'));
  } catch (error) {
    if (!isPosDoctorError(error)) throw error;
    return wrong(word('doctor.db.wrong', { why: error.message }), word('doctor.db.fix'));
  }
}

function dataFolder(
  { config, word }: Pick<Desk, 'config' | 'word'>,
  folder: NonNullable<Desk['service']['folder']>,
): Outcome {
  const dir = config.dataDir;
  if (folder === 'free') return ok(word('doctor.data.ok', { dir }));
  if (folder === 'absent') return ok(word('doctor.data.absent', { dir }));
  if ('heldBy' in folder) return ok(word('doctor.data.held', { dir, pid: folder.heldBy }));
  return wrong(word('doctor.data.wrong', { dir, why: folder.refused }), word('doctor.data.fix'));
}

function publicUrl({ config, word }: Desk, anyDoor: boolean): Outcome {
  const { publicUrl: url, publicUrlGiven: given } = config;
  const fix = word('doctor.url.fix');
  // WeCom calls the address that its console was told, so nothing but the pages is missing.
  if (!given && anyDoor) return note(word('doctor.url.links'), fix);
  if (!hasCallback(config)) return ok(word('doctor.url.ok', { url }));
  // Rehearsing with a WeCom on this machine.
  if (isLocal(url) && isLocal(config.wecom.apiBase)) return ok(word('doctor.url.ok', { url }));
  if (isLocal(url)) return wrong(word('doctor.url.local', { url }), fix);
  return url.startsWith('https:') ? ok(word('doctor.url.ok', { url })) : wrong(word('doctor.url.plain', { url }), fix);
}

const isLocal = (url: string): boolean => isLoopbackHost(new URL(url).hostname);

function service({ config, word, service: { ready, stranger, url } }: Desk): Outcome {
  // A bot that is not connected is told in its own block.
  const fine = ready?.ok || (config.wecom.bot && saysOfBot(ready) !== null);
  if (ready && fine) return ok(word('doctor.service.ok', { url: ready.url }));
  if (ready) {
    const text = word('doctor.service.wrong', { url: ready.url, why: ready.why ?? '' });
    return wrong(text, word('doctor.service.fix'));
  }
  if (stranger) return wrong(word('doctor.service.stranger', { url: url ?? '' }), word('doctor.service.strangerFix'));
  return url === null ? note(word('doctor.service.portless')) : note(word('doctor.service.none', { url }));
}
