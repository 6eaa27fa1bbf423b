/**
 * 智能机器人. Logging in is the only way to try a bot's secret, and it cuts whoever else has this bot connected; so it is not
 * done while the service runs, which is asked instead.
 */
import { BotConnection, NOT_READY } from '../../channels/wecom/bot/connection.js';
import { hintText, reactionTo } from '../../channels/wecom/errcodes.js';
import type { BotCallbackConfig, BotConfig } from '../../config-wecom.js';
import { silentLog } from '../../log.js';
import { checkCallback } from './callback.js';
import { type Checks, type Desk, note, type Outcome, ok, wrong } from './desk.js';
import type { Service } from './service.js';

/** Milliseconds within which the bot has to be logged in. */
export const CONNECT_MS = 12_000;
/** What `/readyz` begins with if it is this door that is shut. */
const DOOR = 'wecom-bot: ';

/** Why the running service's bot is not connected; null if it says nothing of it. */
export function saysOfBot(ready: Service['ready']): string | null {
  const why = ready?.ok === false ? (ready.why ?? '') : '';
  return why.startsWith(DOOR) ? why.slice(DOOR.length) : null;
}

export async function* bot(desk: Desk, config: BotConfig): Checks {
  yield { id: 'connection', ...(await connection(desk, config)) };
}

export async function* botCallback(desk: Desk, { token, aesKey }: BotCallbackConfig): Checks {
  const secrets = { token, aesKey, receiveId: '' };
  const place = desk.word('doctor.place.bot');
  yield { id: 'callback', ...(await checkCallback(desk, { path: '/wecom/bot', secrets, place })) };
}

async function connection(desk: Desk, config: BotConfig): Promise<Outcome> {
  const { word, service } = desk;
  const { ready, folder, url } = service;
  if (ready) return said(desk, config, saysOfBot(ready));
  // Whoever holds the folder may hold the connection too.
  if (folder !== null && typeof folder === 'object' && 'heldBy' in folder)
    return note(word('doctor.bot.held', { pid: folder.heldBy }), word('doctor.bot.heldFix', { url: url ?? '' }));
  if (!desk.connect) return note(word('doctor.bot.skipped'));
  await desk.say(word('doctor.bot.before'));
  return logIn(desk, config);
}

/** What the running service says of its connection. */
function said(desk: Desk, config: BotConfig, why: string | null): Outcome {
  const { word } = desk;
  if (why === null) return ok(word('doctor.bot.running'));
  if (why === NOT_READY.kicked) return wrong(word('doctor.bot.kicked'), word('wecom.kicked'));
  if (why === NOT_READY.refused) return wrong(word('doctor.bot.refused'), word('wecom.hint.853000'));
  return wrong(word('doctor.bot.offline', { why }), awayFix(desk, config));
}

/** Connects, subscribes, hangs up. */
function logIn(desk: Desk, config: BotConfig): Promise<Outcome> {
  const { word, ui, clock, random } = desk;
  const { id, secret, wsUrl } = config;
  return new Promise((resolve) => {
    const finish = (outcome: Outcome): void => {
      cancel();
      line.close('stopped');
      resolve(outcome);
    };
    const away = (): void =>
      finish(wrong(word('doctor.bot.away', { host: new URL(wsUrl).host }), awayFix(desk, config)));
    const line = new BotConnection({
      botId: id,
      secret,
      wsUrl,
      clock,
      log: silentLog,
      random,
      message: () => undefined,
      event: () => undefined,
      kicked: () => finish(wrong(word('doctor.bot.kicked'), word('doctor.bot.kickedFix'))),
      refused: (errcode) => finish(wrong(word('doctor.bot.refused'), hintText(ui, reactionTo(errcode).hint ?? ''))),
      online: () => finish(ok(word('doctor.bot.ok'))),
      lost: away,
    });
    const cancel = clock.after(CONNECT_MS, away);
    line.open();
  });
}

function awayFix({ word }: Desk, { wsUrl }: BotConfig): string {
  return word('doctor.bot.awayFix', { host: new URL(wsUrl).host });
}
