/**
 * The check that the admin console makes when a callback URL is saved, made by ourselves: once by the public way and, if that
 * fails, once directly, which tells a service that does not run from a proxy that does not lead to it.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { CallbackCrypto, type CallbackSecrets } from '../../channels/wecom/crypto.js';
import { type Desk, note, type Outcome, ok, wrong } from './desk.js';
import { PROBE_MS, type Probed, probe } from './probe.js';

/** How an address answered: as it should, or not. */
type Answered = { kind: 'right' } | { kind: 'away'; code: string } | { kind: 'other'; status: number };

export interface CallbackDoor {
  path: '/wecom/app' | '/wecom/kf' | '/wecom/bot';
  secrets: CallbackSecrets;
  /** Where in the admin console the URL is set, in words. */
  place: string;
}

export async function checkCallback(desk: Desk, door: CallbackDoor): Promise<Outcome> {
  const { config, word, service } = desk;
  const url = `${config.publicUrl}${door.path}`;
  const outside = config.publicUrlGiven ? await ask(desk, url, door.secrets) : null;
  if (outside?.kind === 'right') return ok(word('doctor.callback.ok', { url, place: door.place }));
  const here = service.url && `${service.url}${door.path}`;
  const inside = here === null ? null : here === url && outside ? outside : await ask(desk, here, door.secrets);
  if (inside && inside.kind !== 'right') return notAnswering(desk, service.url ?? '', inside);
  if (outside === null) return note(word('doctor.callback.local', { url: here ?? url }));
  const why = whyOf(desk, outside);
  const text = word('doctor.callback.outside', { url, why }) + (inside ? word('doctor.callback.direct') : '');
  return wrong(text, outsideFix(desk, outside));
}

/** One signed question; the right answer is its plain text, byte for byte. */
async function ask(desk: Desk, url: string, secrets: CallbackSecrets): Promise<Answered> {
  const plain = String(randomInt(2 ** 40, 2 ** 47));
  const timestamp = Math.floor(desk.clock.now() / 1000);
  const nonce = randomBytes(8).toString('hex');
  const { encrypt, signature } = new CallbackCrypto(secrets).seal(plain, timestamp, nonce);
  const query = new URLSearchParams({
    msg_signature: signature,
    timestamp: String(timestamp),
    nonce,
    echostr: encrypt,
  });
  return judged(await probe(`${url}?${query}`, desk), plain);
}

function judged(probed: Probed, plain: string): Answered {
  if ('away' in probed) return { kind: 'away', code: probed.away };
  if (probed.status === 200 && probed.text === plain) return { kind: 'right' };
  return { kind: 'other', status: probed.status };
}

/** On this machine already it is not as it should be. */
function notAnswering({ word }: Desk, url: string, answered: Exclude<Answered, { kind: 'right' }>): Outcome {
  if (answered.kind === 'away') return wrong(word('doctor.callback.down', { url }), word('doctor.callback.downFix'));
  const restart = word('doctor.callback.restart');
  if (answered.status === 403) return wrong(word('doctor.callback.secrets'), restart);
  if (answered.status === 404) return wrong(word('doctor.callback.closed'), restart);
  return wrong(word('doctor.service.stranger', { url }), word('doctor.service.strangerFix'));
}

function whyOf({ word }: Desk, answered: Exclude<Answered, { kind: 'right' }>): string {
  if (answered.kind === 'away')
    return answered.code === 'timeout' ? word('doctor.why.timeout', { n: PROBE_MS / 1000 }) : answered.code;
  if (answered.status === 200) return word('doctor.why.other');
  return answered.status >= 300 && answered.status < 400 ? word('doctor.why.redirect') : `HTTP ${answered.status}`;
}

function outsideFix({ word, config, service }: Desk, answered: Exclude<Answered, { kind: 'right' }>): string {
  const base = config.publicUrl;
  if (answered.kind === 'other') return word('doctor.callback.proxy', { url: service.url ?? '' });
  if (/^(?:ENOTFOUND|EAI_)/.test(answered.code)) return word('doctor.callback.dns', { host: new URL(base).hostname });
  if (/CERT|SSL|TLS|UNABLE_TO_|SELF_SIGNED/.test(answered.code)) return word('doctor.callback.tls');
  if (answered.code === 'ECONNREFUSED') return word('doctor.callback.refused');
  return word('doctor.callback.away', { url: `${base}/healthz` });
}
