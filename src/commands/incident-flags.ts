/** What `pos-doctor incident` is told, as a change of the board. Pure but for what is handed in. */
import { PosDoctorError } from '../errors.js';
import { type Board, type BoardChange, boardChangeSchema, stateAt } from '../incidents/board.js';
import type { Attribute, Attributes } from '../incidents/index.js';
import { mayBeOut, meansOf, narrowest } from '../incidents/scope.js';
import type { Knowledge } from '../knowledge/schema.js';
import { chinaDay, readChinaTime, withDay } from '../text/china-time.js';

/** As commander gives them. */
export interface IncidentFlags {
  channel?: string;
  acquirer?: string;
  bank?: string;
  region?: string;
  terminal?: string;
  all?: boolean;
  means?: string;
  since?: string;
  from?: string;
  to?: string;
  until?: string;
  workaround?: string;
  what?: string;
  note?: string;
  confirm?: boolean;
  json?: boolean;
}

const MAINTENANCE = 'channel-maintenance';
/** Instead of an end that nobody knows any more. */
const UNKNOWN_END = 'unknown';

/** @param now ms since the epoch @throws BAD_ARGUMENTS that says what to write */
export function opening(
  kind: 'open' | 'plan',
  what: string,
  flags: IncidentFlags,
  knowledge: Knowledge,
  now: number,
): BoardChange {
  const scope = scopeOf(what, flags, knowledge);
  mustWork(flags.workaround, scope, knowledge);
  const usual = kind === 'plan' ? MAINTENANCE : meansOf(scope);
  const about = {
    what,
    scope,
    means: meaning(flags.means ?? usual, knowledge),
    ...given({ workaround: flags.workaround }),
  };
  if (kind === 'plan') {
    if (flags.from === undefined || flags.to === undefined) refuse('say when: --from 23:00 --to 23:30');
    const since = timeOf('from', flags.from, now, 'future');
    return checked({ do: 'plan', ...about, since, expectedEnd: timeOf('to', flags.to, since, 'future') });
  }
  return checked({ do: 'open', ...about, ...when('since', flags.since, now, 'past'), ...endOf(flags.until, now) });
}

/** @param now ms since the epoch @throws BAD_ARGUMENTS that says what to write */
export function updating(id: string, flags: IncidentFlags, now: number): BoardChange {
  const { note, what, workaround, confirm, until } = flags;
  const end = until === UNKNOWN_END ? { expectedEnd: null } : endOf(until, now);
  const change = { ...given({ note, what, workaround, confirm }), ...end };
  if (Object.keys(change).length === 0) refuse('say what is new: --note, --until, --workaround, --what or --confirm');
  return checked({ do: 'update', id, ...change });
}

export function closing(id: string, { note }: IncidentFlags): BoardChange {
  return checked({ do: 'close', id, ...given({ note }) });
}

function checked(change: unknown): BoardChange {
  const parsed = boardChangeSchema.safeParse(change);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return refuse(`${issue?.path.join('.') ?? 'it'}: ${issue?.message ?? 'not usable'}`);
}

const given = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const endOf = (until: string | undefined, now: number): { expectedEnd?: number } =>
  until === undefined ? {} : { expectedEnd: timeOf('until', until, now, 'future') };

const when = (flag: string, text: string | undefined, now: number, toward: 'past' | 'future'): { since?: number } =>
  text === undefined ? {} : { since: timeOf(flag, text, now, toward) };

function timeOf(flag: string, text: string, near: number, toward: 'past' | 'future'): number {
  const at = readChinaTime(text, near, toward);
  // 23:59 in the morning is most likely a slip, not last night: the day is to be said.
  if (at !== undefined && isOtherDay(text, at, near, toward))
    refuse(`--${flag} ${text} would be ${withDay(at)}; if that is meant write --${flag} "${withDay(at)}"`);
  return (
    at ?? refuse(`--${flag} ${text} is no time; write 10:40, "2026-11-23 10:40" (China) or 2026-11-23T10:40:00+08:00`)
  );
}

/** How far a time of the clock alone may lie beyond midnight, ms: 「23:50」 said at 00:10, maintenance of the night said at noon. */
const OVER_MIDNIGHT_MS = { past: 6 * 3_600_000, future: 18 * 3_600_000 } as const;
const WITH_DAY = /\d{4}-\d{2}-\d{2}/;

const isOtherDay = (text: string, at: number, near: number, toward: 'past' | 'future'): boolean =>
  !WITH_DAY.test(text) && Math.abs(at - near) > OVER_MIDNIGHT_MS[toward] && chinaDay(at) !== chinaDay(near);

/**
 * That the same thing is on the board already: a second one would be told of, and ended, by itself.
 * @param now ms since the epoch @throws BAD_ARGUMENTS that names the one to update
 */
export function mustBeNew(wanted: BoardChange, { incidents }: Board, now: number): void {
  if (wanted.do !== 'open' && wanted.do !== 'plan') return;
  const { scope, since = now, expectedEnd = Number.POSITIVE_INFINITY } = wanted;
  const kind = wanted.do === 'open' ? 'outage' : 'maintenance';
  const same = incidents.find(
    (one) =>
      one.kind === kind &&
      ['open', 'planned', 'suspected'].includes(stateAt(one, now)) &&
      inOrder(one.scope) === inOrder(scope) &&
      // Maintenance of another night is another one.
      (kind === 'outage' || (since < (one.expectedEnd ?? Number.POSITIVE_INFINITY) && one.since < expectedEnd)),
  );
  if (same === undefined) return;
  const how = `update ${same.id}${stateAt(same, now) === 'suspected' ? ' --confirm' : ''}`;
  refuse(`${same.id} (${same.what}) is on the board for the same: \`pos-doctor incident ${how}\``);
}

const inOrder = (scope: Readonly<Record<string, string | undefined>>): string =>
  JSON.stringify(
    Object.entries(scope)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Ids, or words of the lexicon; without any, what the name itself says (「微信支付」). */
function scopeOf(what: string, flags: IncidentFlags, { lexicon }: Knowledge): Attributes {
  const lists = {
    channel: lexicon.channels,
    acquirer: lexicon.acquirers,
    bank: lexicon.banks,
    terminal: lexicon.terminals,
  };
  const scope: Attributes = {};
  for (const [name, list] of Object.entries(lists) as [Exclude<Attribute, 'region'>, typeof lexicon.channels][]) {
    const written = flags[name];
    if (written === undefined) continue;
    scope[name] =
      idOf(written, list) ?? refuse(`--${name} ${written} is not known; one of ${Object.keys(list).join(', ')}`);
  }
  if (flags.region !== undefined) scope.region = flags.region;
  const some = Object.keys(scope).length > 0;
  if (some && flags.all === true) refuse('--all is everybody; leave it out, or the rest');
  if (some || flags.all === true) return scope;
  const channel = idOf(what, lexicon.channels);
  if (channel !== undefined) return { channel };
  const bank = idOf(what, lexicon.banks);
  if (bank !== undefined) return { bank };
  const acquirer = idOf(what, lexicon.acquirers);
  if (acquirer !== undefined) return { acquirer };
  return refuse('say whom it concerns: --channel, --acquirer, --bank, --region, --terminal, or --all for everybody');
}

function idOf(written: string, list: Readonly<Record<string, readonly string[]>>): string | undefined {
  const word = written.trim().toLowerCase();
  if (Object.hasOwn(list, word)) return word;
  return Object.entries(list).find(([, forms]) => forms.includes(word))?.[0];
}

/** @throws BAD_ARGUMENTS for a workaround that is out as well: merchants would be sent to what is broken */
function mustWork(workaround: string | undefined, { channel }: Attributes, { lexicon: { channels } }: Knowledge): void {
  if (workaround === undefined || channel === undefined) return;
  const pairs = Object.entries(channels).flatMap(([id, forms]) => forms.map((form) => ({ id, form })));
  const named: string[] = [];
  let left = workaround.toLowerCase();
  for (const { id, form } of pairs.sort((a, b) => b.form.length - a.form.length)) {
    if (!left.includes(form)) continue;
    left = left.replaceAll(form, ' ');
    named.push(id);
  }
  const out = narrowest(named).find((id) => mayBeOut(id, channel));
  if (out !== undefined)
    refuse(
      `--workaround ${workaround}: ${out} is, or holds, what is out (${channel}); name a way to be paid that works`,
    );
}

function meaning(id: string, { faults, causes }: Knowledge): string {
  const known = faults.has(id) || [...causes.values()].some((cause) => cause.id === id);
  return known
    ? id
    : refuse(`--means ${id} is no fault and no cause; \`pos-doctor knowledge check\` names their files`);
}

function refuse(what: string): never {
  throw new PosDoctorError('BAD_ARGUMENTS', { what });
}
