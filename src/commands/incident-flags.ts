/** What `pos-doctor incident` is told, as a change of the board. Pure but for what is handed in. */
import { PosDoctorError } from '../errors.js';
import { type BoardChange, boardChangeSchema } from '../incidents/board.js';
import type { Attribute, Attributes } from '../incidents/index.js';
import { meansOf } from '../incidents/scope.js';
import type { Knowledge } from '../knowledge/schema.js';
import { readChinaTime } from '../text/china-time.js';

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
  return (
    at ?? refuse(`--${flag} ${text} is no time; write 10:40, "2026-11-23 10:40" (China) or 2026-11-23T10:40:00+08:00`)
  );
}

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

function meaning(id: string, { faults, causes }: Knowledge): string {
  const known = faults.has(id) || [...causes.values()].some((cause) => cause.id === id);
  return known
    ? id
    : refuse(`--means ${id} is no fault and no cause; \`pos-doctor knowledge check\` names their files`);
}

function refuse(what: string): never {
  throw new PosDoctorError('BAD_ARGUMENTS', { what });
}
