/** The page of incidents: what is out now, what is planned, what was over lately. Pure. */
import {
  type Board,
  type BoardIncident,
  endOf,
  listed,
  SHOWN_MS,
  stateAt,
  wasCalledOff,
  wasNeverKnown,
} from '../incidents/board.js';
import type { Knowledge } from '../knowledge/schema.js';
import { chinaTime } from '../text/china-time.js';
import { type Child, type Html, html } from './html.js';
import { list, section } from './parts.js';
import { frame, type Page, type Site, siteOf } from './site.js';

/** What a process knows of the board, and when it read it last (ms since the epoch). */
export interface BoardSeen {
  board: Board | undefined;
  readAt: number;
}

/** @param now ms since the epoch */
export function renderStatus(knowledge: Knowledge, { board, readAt }: BoardSeen, now: number): Page {
  const site = siteOf(knowledge);
  const { word } = site;
  const body =
    board === undefined ? html`<p class="notice">${word('status.unread')}</p>` : boardIn(site, board, readAt, now);
  return frame(site, { title: word('status.title'), trail: [], body });
}

function boardIn(site: Site, board: Board, readAt: number, now: number): Html {
  const { word } = site;
  const open = listed(board, 'open', now);
  const lately = listed(board, 'closed', now).filter(
    (one) => !wasCalledOff(one) && !wasNeverKnown(one) && now - (endOf(one, now) ?? now) <= SHOWN_MS,
  );
  const group = (title: string, found: readonly BoardIncident[]): Child =>
    found.length > 0 && section(title, list(found.map((one) => entry(site, one, now))));
  return html`<p>${word('status.asOf', { at: chinaTime(readAt, now) })}</p>
${open.length === 0 && html`<p class="notice">${word('status.nothing')}</p>`}
${group(word('status.open'), open)}
${group(word('status.planned'), listed(board, 'planned', now))}
${group(word('status.closed'), lately)}
<p><small>${word('status.hint')}</small></p>`;
}

function entry({ word }: Site, incident: BoardIncident, now: number): Html {
  const { what, kind, since, expectedEnd, workaround, updates } = incident;
  const state = stateAt(incident, now);
  const over = endOf(incident, now);
  const time = (at: number): string => chinaTime(at, now);
  const expected = state === 'open' && expectedEnd !== undefined && expectedEnd > now ? expectedEnd : undefined;
  const when =
    over !== undefined
      ? word('status.was', { since: time(since), end: time(over) })
      : state === 'planned'
        ? word('status.will', { since: time(since), end: time(expectedEnd ?? since) })
        : word('status.since', { since: time(since) });
  return html`<strong>${what}</strong> ${word(`status.${kind}`)}<br>${when}${
    expected && html`<br>${word('status.until', { until: time(expected) })}`
  }${state === 'open' && workaround && html`<br>${word('status.workaround', { workaround })}`}${updates
    .toReversed()
    .map(({ at, note }) => html`<br><small>${time(at)} ${note}</small>`)}`;
}
