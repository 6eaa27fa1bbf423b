/** The case in words for whoever takes it over. Pure. */
import { believe } from '../diagnosis/belief.js';
import { readingsOf } from '../dialogue/absorb.js';
import { joined, sentence } from '../dialogue/interpreter.js';
import { PLAN } from '../dialogue/plan-run.js';
import { regExpOf } from '../dialogue/regexp.js';
import { shownShop } from '../dialogue/shop.js';
import type { Turn } from '../dialogue/world.js';
import { momentOf } from '../duty/time.js';
import { CHARGED } from '../knowledge/schema.js';
import { planLine } from './plan-summary.js';
import { urgentContacts } from './roles.js';
import { type Reader, shopLines } from './shop-lines.js';
import { because, percent } from './wording.js';

const SKILL = 'handoff';
/** Causes named in the summary: the two most likely. */
const NAMED_CAUSES = 2;
/** A fault this likely is named instead of its cause; a cause read out is as likely. */
const SURE_OF_FAULT = 0.5;
/** Less likely causes say nothing to whoever answers the phone. */
const WORTH_NAMING = 0.3;

/** The case in lines, masked, complete enough that nothing has to be told twice. `reader`: for whom. */
export function summaryOf(turn: Turn, reader: Reader = 'user'): string {
  const { session } = turn;
  // 「没扣」 by word of mouth is not told on as if it had been looked up.
  const said = session.case.money === 'failed' && session.lookUp !== 'failed';
  const money = said ? 'said' : session.case.money;
  const line = (key: string, values: Record<string, string>) =>
    Object.values(values).every((value) => value !== '') ? sentence(turn, key, values, SKILL) : '';
  const shop = [session.facts.acquirer, session.facts.bank].map((id) => nameOf(turn, id)).filter((name) => name !== '');
  return [
    sentence(turn, 'summary-title', {}, SKILL),
    line('summary-said', { said: joined(turn, wordsOf(turn), 'points') }),
    line('summary-codes', {
      codes: joined(
        turn,
        session.case.codes.map((seen) => codeInWords(turn, seen.code, seen.systems)),
        'items',
      ),
    }),
    line('summary-known', { known: known(turn) }),
    line('summary-money', { money: sentence(turn, `money-${money}`, {}, SKILL) }),
    line(reader === 'people' ? 'summary-belief-people' : 'summary-belief', { belief: beliefInWords(turn, reader) }),
    line('summary-tried', { tried: tried(turn) }),
    planLine(turn),
    photosLine(turn, reader),
    line('summary-shop', { shop: joined(turn, shop, 'items') }),
    ...shopLines(turn, reader),
    line('summary-need', { things: joined(turn, needed(turn, reader), 'items') }),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

/** What else whoever answers the phone will ask for. */
function needed(turn: Turn, reader: Reader): string[] {
  const { merchant, terminal } = (reader === 'user' ? shownShop(turn.session.shop) : turn.session.shop) ?? {};
  const known = { merchant, terminal, time: undefined, amount: undefined };
  return Object.entries(known).map(([thing, value]) =>
    value === undefined ? sentence(turn, `need-${thing}`, {}, SKILL) : '',
  );
}

/** Pictures that came: nobody here could look at them, and no door passes them on. */
function photosLine(turn: Turn, reader: Reader): string {
  const { photos } = turn.session;
  if (photos === undefined) return '';
  const { month, day, time } = momentOf(photos.at, turn.at);
  const when = sentence(turn, 'at-date', { month, day, time }, 'contacts');
  return sentence(turn, reader === 'people' ? 'summary-photos-people' : 'summary-photos', { n: photos.n, when }, SKILL);
}

/** Clauses of the user's own; with more of them the first, with which it began, and the last. */
const MOST_WORDS = 8;
const FIRST_WORDS = 3;

/** The user's own words, clause by clause as they were written, each once, without those that only steer the conversation or the plan. */
function wordsOf({ session, world }: Turn): string[] {
  const roles = [...world.knowledge.planRoles.values()].flatMap(({ label, said }) => [label, ...said]);
  const commands = new Set([...Object.values(world.flows.get('repair')?.commands ?? {}).flat(), ...roles]);
  const { start = [], 'go-on': goOn = [], stop = [] } = world.flows.get(PLAN)?.words ?? {};
  const ofPlan = [...start, ...goOn, ...stop].map(regExpOf);
  // 「还是不行」 after the call is what whoever takes the case has to know.
  for (const word of world.flows.get(SKILL)?.words.unsolved ?? []) commands.delete(word);
  const clauses = session.heard.flatMap((said) => said.split(/[\n,\u3001\u3002\uff0c\uff1b;!\uff01]+/u));
  const steers = (clause: string): boolean =>
    clause.split(/\s+/u).every((word) => commands.has(word)) || ofPlan.some((form) => form.test(clause));
  const kept = clauses.map((clause) => clause.trim()).filter((clause) => clause !== '' && !steers(clause));
  const words = [...new Set(kept)];
  return words.length <= MOST_WORDS
    ? words
    : [...words.slice(0, FIRST_WORDS), ...words.slice(FIRST_WORDS - MOST_WORDS)];
}

function codeInWords(turn: Turn, code: string, systems: readonly string[]): string {
  const [only, ...others] = readingsOf(turn, code, systems);
  return only && others.length === 0 ? sentence(turn, 'code-meant', { code, meaning: only.meaning }, SKILL) : code;
}

function known(turn: Turn): string {
  // Whether it was charged has a line of its own.
  const others = turn.session.case.answers.filter(({ question }) => question !== CHARGED);
  const cited = others.map(({ question, option }) => because(turn, question, option));
  return joined(turn, cited, 'clauses');
}

/** Read out, only what is more likely than not, and no figures; for our own people, what leads. */
function beliefInWords(turn: Turn, reader: Reader): string {
  const { world, session } = turn;
  // Of a fraud nobody wants to hear which fault of the terminal it looks like.
  if (urgentContacts(turn).length > 0) return '';
  if (session.case.texts.length + session.case.answers.length + session.case.codes.length === 0) return '';
  const belief = believe(world.model, session.case);
  const [id, p] = [...belief.faults].sort(([, a], [, b]) => b - a)[0] ?? ['', 0];
  const fault = world.knowledge.faults.get(id)?.title ?? '';
  // Whoever answers the phone is helped more by what is wrong than by which of five kinds it is.
  if (fault !== '' && p >= SURE_OF_FAULT)
    return sentence(
      turn,
      reader === 'people' ? 'belief-item' : 'belief-fault',
      { title: fault, percent: percent(p) },
      SKILL,
    );
  const named = [...belief.causes]
    .sort(([, a], [, b]) => b - a)
    .slice(0, NAMED_CAUSES)
    .map(([id, p]) => ({
      title: [...world.knowledge.causes.values()].find((cause) => cause.id === id)?.label ?? '',
      p,
    }))
    .filter(({ title, p }) => title !== '' && p >= (reader === 'people' ? WORTH_NAMING : SURE_OF_FAULT))
    .map(({ title, p }) =>
      sentence(turn, reader === 'people' ? 'belief-item' : 'belief-cause', { title, percent: percent(p) }, SKILL),
    );
  return joined(turn, named, 'clauses');
}

function tried(turn: Turn): string {
  const titles = turn.session.tried.map(({ fix, outcome }) =>
    sentence(turn, `tried-${outcome}`, { fix: turn.world.knowledge.fixes.get(fix)?.title ?? fix }, SKILL),
  );
  return joined(turn, titles, 'items');
}

function nameOf(turn: Turn, id: string | undefined): string {
  return id === undefined ? '' : (turn.world.knowledge.contacts.get(id)?.name ?? '');
}
