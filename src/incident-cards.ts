/** What the on-call group is told of the board: one card for each state of an incident, under a name by which it is told once. Pure. */
import { fill } from './dialogue/flow.js';
import { type Board, type BoardIncident, endOf, stateAt, wasCalledOff, wasNeverKnown } from './incidents/board.js';
import { scopeNames } from './incidents/names.js';
import { hashOf } from './incidents/streams.js';
import { entryOf, type Noticed } from './incidents/suspicion.js';
import type { Knowledge } from './knowledge/schema.js';
import { chinaTime } from './text/china-time.js';

/** That something is over is no news after so long, ms: whoever was not there then sees it on the board. */
const FRESH_MS = 2 * 3_600_000;

export interface Card {
  /** Unique over the board's whole life; the same card has the same key wherever it is made. */
  key: string;
  kind: 'Suspected' | 'Open' | 'Maintenance' | 'Closed' | 'Rejected' | 'Passed' | 'Quiet';
  incident: BoardIncident;
}

/**
 * The cards that are to have been shown by now. @param quiet ids of open incidents whose reports are back to what is usual
 * @param now ms since the epoch
 */
export function cardsFor({ incidents }: Pick<Board, 'incidents'>, quiet: ReadonlySet<string>, now: number): Card[] {
  return incidents.flatMap((incident) => {
    const { id, since, what, workaround, expectedEnd, updates, kind } = incident;
    const card = (made: Card['kind'], more: unknown = ''): Card => ({
      key: `${id}:${since}:${made}:${hashOf(JSON.stringify(more)).toString(36)}`,
      kind: made,
      incident,
    });
    const news = [what, workaround, expectedEnd, updates.at(-1)?.at];
    switch (stateAt(incident, now)) {
      case 'suspected':
        return [card('Suspected', what)];
      case 'open':
        if (kind === 'maintenance') return [card('Maintenance', news)];
        return [card('Open', news), ...(quiet.has(id) ? [card('Quiet')] : [])];
      case 'closed':
        if (now - (endOf(incident, now) ?? now) > FRESH_MS || wasCalledOff(incident)) return [];
        return [card(incident.passed ? 'Passed' : wasNeverKnown(incident) ? 'Rejected' : 'Closed')];
      default:
        return [];
    }
  });
}

/** What a card says. @param way how to answer it there: a key of ui.yaml @param now ms since the epoch */
export function cardText({ kind, incident }: Card, way: string, knowledge: Knowledge, now: number): string {
  const { ui } = knowledge;
  const { id, what, scope, since, expectedEnd, workaround, counted, updates } = incident;
  const word = (key: string, values: Readonly<Record<string, string | number>>) =>
    fill(ui[`incident.${key}`] ?? '', values);
  const answer = (say: string, type: string) => word(way, { say: word(say, { id }), type });
  const end = endOf(incident, now) ?? expectedEnd;
  return word(`card${kind}`, {
    id,
    what,
    since: chinaTime(since, now),
    until: end === undefined ? '' : chinaTime(end, now),
    whom: scopeNames(scope, knowledge).join(' · ') || word('everybody', {}),
    reports: counted?.reports ?? '',
    usual: counted?.usual ?? '',
    workaround: workaround ?? '',
    note: updates.at(-1)?.note ?? '',
    confirm: answer('sayConfirm', `update ${id} --confirm`),
    reject: answer('sayReject', `close ${id}`),
    close: answer('sayClose', `close ${id}`),
  });
}

/** Open incidents that were suspected first, and of which no more is reported than usual. */
export function quietOn(board: Board, noticed: readonly Noticed[], now: number): Set<string> {
  const over = noticed.filter(({ ended }) => ended !== undefined);
  const entries = over.flatMap((one) => entryOf(board, one) ?? []);
  return new Set(entries.filter((one) => stateAt(one, now) === 'open').map(({ id }) => id));
}
