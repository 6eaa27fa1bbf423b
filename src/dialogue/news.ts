/** 「微信支付已恢复」: whoever was told of an incident hears once that it is over. Pure. */
import { endOf } from '../incidents/board.js';
import { chinaTime } from '../text/china-time.js';
import { INCIDENT_TOLD, newsFor, toldNow } from './incidents.js';
import { say, sentence } from './interpreter.js';
import { copyCase } from './session.js';
import { promptOf } from './state.js';
import type { Turn } from './world.js';

const SKILL = 'triage';

/** Says how what was told of last stands, if it is still out. @returns false if nothing of the kind is */
export function sayStill(turn: Turn): boolean {
  const { session, world, at } = turn;
  const incident = toldNow(session, world, at);
  if (incident === undefined) return false;
  const { what, kind, since, expectedEnd } = incident;
  const until = expectedEnd !== undefined && expectedEnd > at ? chinaTime(expectedEnd, at) : '';
  say(turn, sentence(turn, `incident-still-${kind}`, { what, since: chinaTime(since, at), until }, SKILL));
  return true;
}

/** Says what is over of what was told. The case of whoever was left with nothing but that is closed. */
export function sayNews(turn: Turn): void {
  const { session, world, at } = turn;
  const news = newsFor(session, world, at);
  if (news.length === 0) return;
  const over = new Set(news.map(({ id }) => id));
  session.told = session.told?.filter(({ id }) => !over.has(id));
  for (const incident of news) {
    turn.happenings.push({ type: 'incident', data: { incident: incident.id, step: 'over' } });
    const end = chinaTime(endOf(incident, at) ?? at, at);
    say(turn, sentence(turn, `incident-over-${incident.kind}`, { what: incident.what, end }, SKILL));
  }
  if (promptOf(session)?.question !== INCIDENT_TOLD || !over.has(session.incident ?? '')) return;
  const known = copyCase(session.case);
  const data = { case: session.caseNumber, outcome: 'incident', incident: session.incident, known };
  turn.happenings.push({ type: 'closed', data });
  session.closed = 'resolved';
  session.frames = [];
}
