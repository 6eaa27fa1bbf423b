/** Emergencies: one message with what to do, the numbers and who was called, whatever else was going on. Pure. */
import { alertOf, emergencyIn } from '../dialogue/danger.js';
import { flowOf, say, sentence } from '../dialogue/interpreter.js';
import { regExpOf } from '../dialogue/regexp.js';
import type { Link, Reply } from '../dialogue/reply.js';
import { openCase, SESSION_LIMITS } from '../dialogue/session.js';
import type { Turn } from '../dialogue/world.js';
import type { Contact } from '../knowledge/schema.js';
import { caseClosed, caseEvent } from './case-events.js';
import { endedLine } from './closing.js';
import { contactFor, contactLine, dialLinks, operatorLine, ownIsOpen, roleLine } from './contact-choice.js';
import { offDutyLine } from './duty.js';
import { type Role, rolesToCall, urgentContacts } from './roles.js';
import { isAskedFor, standingLine } from './standing.js';
import { summaryOf } from './summary.js';

const SKILL = 'handoff';

/** The numbers of the case, those of its emergency first, each once. */
export function numbersToCall(
  turn: Turn,
  others: readonly Role[] = [],
): { lines: string[]; links: Link[]; contacts: (Contact | undefined)[] } {
  const called = rolesToCall(turn);
  // Whoever installed the terminal can always be asked.
  const roles: Role[] = [...(called.length > 0 ? called : (['acquirer'] as const)), ...others];
  const urgent = urgentContacts(turn);
  // The operator's own people know the shop, whoever else is called; while they are closed it is said when they open.
  const own = roles.includes('acquirer') ? [] : [operatorLine(turn)].filter((line) => line !== '');
  const contacts = [...urgent, ...roles.map((role) => contactFor(turn, role))];
  const lines = [...urgent.map((contact) => contactLine(turn, contact)), ...roles.map((role) => roleLine(turn, role))];
  return { lines: [...new Set([...lines, ...own])], links: dialLinks(turn, contacts, true), contacts };
}

/** Whatever the turn was about to say becomes one message, and somebody is called if nobody was yet. */
export function callInEmergency(turn: Turn): string {
  const { session } = turn;
  const emergency = emergencyIn(turn);
  // What these very words settled needs nobody.
  if (emergency === undefined || (turn.absorbed && session.closed !== null)) return 'said';
  const open = isAskedFor(turn) && !turn.replies.some(({ handover }) => handover !== undefined);
  const known = open && session.emergency !== undefined;
  // The same once more tells whoever was called nothing new.
  const news = session.emergency !== emergency || turn.absorbed;
  if (session.caseNumber === 0 || session.closed !== null) openCase(session, turn.at);
  if (!turn.absorbed && turn.words !== null)
    session.heard = [...session.heard, turn.words.slice(0, 200)].slice(-SESSION_LIMITS.heard);
  session.emergency = emergency;
  session.handoff = true;
  const isOurs = flowOf(turn, SKILL).alerts.some(({ id }) => id === emergency);
  if (isOurs) turn.happenings.push({ type: 'alert', data: { alert: emergency } });
  if (!open) noteCalled(turn);
  const { lines, links } = isOurs
    ? numbersToCall(turn)
    : { lines: [ownIsOpen(turn) ? operatorLine(turn) : ''], links: dialLinks(turn, []) };
  const asks = turn.replies.findLast(({ options }) => options.length > 0);
  turn.emergency = { question: asks?.text ?? '' };
  const others = turn.replies.filter((reply) => reply !== asks).map(({ text }) => text);
  const warning = isOurs ? (alertOf(turn.world, emergency)?.text ?? '') : '';
  const { holds = [], 'holds-lead': leads = [] } = flowOf(turn, SKILL).words;
  const held = holds.some((word) => warning.includes(word));
  const again = held ? sentence(turn, 'hold-money', {}, 'triage') : '';
  const question = asks?.text ?? '';
  const asked = held ? leads.reduce((left, form) => left.replace(regExpOf(form), ''), question) : question;
  const told = [
    warning,
    ...others.filter((text) => text !== again),
    ...lines,
    open ? standingLine(turn, 'above') : offDutyLine(turn),
  ];
  // What was about to be said may hold the same numbers.
  const once = [...new Set(told.flatMap((part) => part.split('\n')))].filter((line) => line !== '');
  const reply: Reply = {
    ...(asks ?? { type: 'contact', options: [] }),
    text: [...once, ...(asks ? [asked] : [])].join('\n'),
    links: [
      ...new Map([...turn.replies.flatMap((one) => one.links), ...links].map((link) => [link.url, link])).values(),
    ],
  };
  if (news) turn.briefing = summaryOf(turn, 'people');
  const { handover: _, ...said } = reply;
  turn.replies.splice(0, turn.replies.length, known ? said : { ...said, handover: summaryOf(turn) });
  return 'said';
}

/** 「已解决」 where nothing but the emergency is open: nobody is needed any more. */
export function emergencyOver(turn: Turn, said = 'solved'): string {
  const { session } = turn;
  session.frames = session.frames.slice(-1);
  session.handoff = false;
  session.closed = 'resolved';
  caseClosed(turn, 'resolved-by-human');
  say(turn, endedLine(turn, sentence(turn, said, {}, SKILL)), 'summary');
  return 'cannot';
}

/** Once: the turn may have called a human already. */
function noteCalled(turn: Turn): void {
  if (!turn.happenings.some(({ type }) => type === 'human')) caseEvent(turn, 'human', { why: 'emergency' });
}
