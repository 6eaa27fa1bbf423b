/**
 * A simulated morning: merchants whose tills do not collect talk with the assistant as it is, while an outage comes and goes. Once with
 * the board that the detector and an operator keep, once without any. Pure: the seed decides everything.
 */
import { believe } from '../diagnosis/belief.js';
import { attributesIn, NEWS } from '../dialogue/incidents.js';
import type { Reply } from '../dialogue/reply.js';
import type { Session } from '../dialogue/session.js';
import { takeTurn } from '../dialogue/turn.js';
import type { TurnInput } from '../dialogue/turn-input.js';
import type { World } from '../dialogue/world.js';
import { MINUTE_MS } from '../incidents/calendar.js';
import { type Happened, type Note, Operator } from './morning-operator.js';
import type { MorningSettings } from './morning-settings.js';
import { backAgain, type End, newTalk, nextMove, type Rules, type Talk } from './morning-talk.js';
import { drawTown, type Town, timeOf } from './morning-town.js';
import { drawVisitors, type Visitor, type Words } from './morning-visitors.js';
import { type Random, randomFrom } from './random.js';
import type { Voices } from './voices.js';
import type { Prices } from './walk.js';
import type { Settings } from './yardsticks.js';

/** What was written or said, when (ms since the epoch). */
export type Line =
  | { who: 'merchant'; at: number; text: string; question?: string; option?: string }
  | { who: 'assistant'; at: number; text: string; question?: string; options: readonly string[] };

/** How it went with one merchant. */
export interface Conversation {
  visitor: Visitor;
  lines: Line[];
  end: End;
  /** Merchant minutes until then; a call counts as its minutes. */
  minutes: number;
  /** Questions put, looking the payment up included. */
  questions: number;
  /** First told of an incident: when (ms since the epoch), after how many questions. */
  told?: { at: number; after: number };
  /** When it was told that it is over. */
  news?: number;
  /** Incidents that the assistant says it told of, and news: what the judge must find. */
  claimed: number;
}

export interface Run {
  conversations: Conversation[];
  happened: readonly Happened[];
  notes: readonly Note[];
  /** Every report that reached the detector first: when, and whether it was the outage's. */
  reports: { at: number; kind: 'usual' | 'outage' | 'maintenance' }[];
}

const NO_INCIDENTS: ReadonlyMap<string, number> = new Map();

export interface MorningInput {
  world: World;
  words: Words;
  settings: MorningSettings;
  money: Settings;
  prices: Prices;
  /** What the shops said in the weeks before. */
  voices: Voices;
  shops: number;
  seed: number;
}

export interface Morning {
  seed: number;
  shops: number;
  /** Midnight in China, ms since the epoch. */
  day: number;
  /** With the board, and the same merchants without any. */
  with: Run;
  without: Run;
}

/** Events of one turn between two breaths of the caller. */
const BREATH = 50;
/** Hours after the last arrival in which talks end and news come. */
const AFTER_HOURS = 2;

/** Plays one morning twice. Yields on the way: how much is done, 0 … 1. */
export function* simulateMorning(input: MorningInput): Generator<number, Morning> {
  const { world, words, settings, money, shops, seed } = input;
  const town = drawTown(settings, input.voices, shops, seed);
  yield 0.2;
  const visitors = drawVisitors(town, world, words, settings, money);
  const informed = yield* play(input, town, visitors, new Operator(town, settings), 0.2);
  const without = yield* play(input, town, visitors, undefined, 0.6);
  return { seed, shops, day: timeOf(town, 0), with: informed, without };
}

/** A talk under way. */
interface Open {
  conversation: Conversation;
  session: Session | null;
  talk: Talk;
  random: Random;
  ended: boolean;
  /** Turns taken: wake-ups of an earlier one are void. */
  turns: number;
}

class Agenda {
  readonly #events: { at: number; run: () => void }[] = [];

  add(at: number, run: () => void): void {
    let low = 0;
    for (let high = this.#events.length; low < high; ) {
      const middle = (low + high) >> 1;
      // The earliest is last; of two at the same time the one that was added first.
      if ((this.#events[middle]?.at ?? 0) > at) low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, { at, run });
  }

  next(): { at: number; run: () => void } | undefined {
    return this.#events.pop();
  }
}

/** @param operator none: nobody knows of any incident */
function* play(
  { world: base, settings, prices }: MorningInput,
  town: Town,
  visitors: readonly Visitor[],
  operator: Operator | undefined,
  from: number,
): Generator<number, Run> {
  const agenda = new Agenda();
  const reports: Run['reports'] = [];
  const worldNow = (): World => ({ ...base, merchants: town.merchants, incidents: operator?.board.incidents ?? [] });

  const take = (one: Open, input: TurnInput, at: number): readonly Reply[] => {
    const world = worldNow();
    const { conversation } = one;
    const result = takeTurn(one.session, input, at, world);
    one.session = result.session;
    one.turns += 1;
    const { turns } = one;
    for (const { name, at: when } of result.wakeUps)
      if (name === NEWS || !one.ended)
        agenda.add(when, () => one.turns === turns && void take(one, { kind: 'wake', name }, when));
    for (const { text, question, options } of result.replies)
      conversation.lines.push({
        who: 'assistant',
        at,
        text,
        ...(question === undefined ? {} : { question }),
        options: options.map(({ label }) => label),
      });
    for (const { type, data } of result.happenings) {
      if (type !== 'incident' || (data.step !== 'told' && data.step !== 'over')) continue;
      conversation.claimed += 1;
      if (data.step === 'over') conversation.news ??= at;
      else conversation.told ??= { at, after: conversation.questions };
    }
    conversation.questions += result.replies.filter(isQuestion).length;
    if (operator !== undefined && !one.ended) report(one, at);
    return result.replies;
  };

  const report = ({ conversation: { visitor }, session, turns }: Open, at: number): void => {
    if (session === null || session.caseNumber > 1) return;
    const { region, model } = session.shop ?? {};
    const attributes = {
      ...attributesIn(session),
      ...(region === undefined ? {} : { region }),
      ...(model === undefined ? {} : { terminal: model }),
    };
    const owner = visitor.owner === undefined ? {} : { owner: visitor.owner };
    // What is already known to be out must not prove itself.
    const { faults } = believe(base.model, session.case, NO_INCIDENTS);
    const marks = { faults: Object.fromEntries(faults) };
    operator?.report({ at: visitor.at, shop: visitor.shop, ...owner, ...attributes, ...marks }, at);
    if (turns <= (visitor.listed ? 2 : 1)) reports.push({ at, kind: kindOf(visitor, settings) });
  };

  const step = (one: Open, replies: readonly Reply[], at: number): void => {
    const { conversation, session } = one;
    if (session === null) return;
    const rules: Rules = { world: worldNow(), settings, prices };
    const move = nextMove(conversation.visitor, one.talk, session, replies, rules, one.random);
    conversation.minutes += move.minutes;
    if (move.kind === 'end') {
      conversation.end = move.end;
      one.ended = true;
      comeBack(one, at, rules);
      return;
    }
    const when = at + move.minutes * MINUTE_MS;
    agenda.add(when, () => {
      const { text, question, option } = move;
      conversation.lines.push({
        who: 'merchant',
        at: when,
        text,
        ...(question === undefined ? {} : { question }),
        ...(option === undefined ? {} : { option }),
      });
      step(one, take(one, move.input, when), when);
    });
  };

  /** Some ask again while it is still out; only what is heard then counts, the minutes of the case are over. */
  const comeBack = (one: Open, at: number, rules: Rules): void => {
    const { visitor, end } = one.conversation;
    const [least, most] = settings.back.after;
    const when = at + (least + one.random() * (most - least)) * MINUTE_MS;
    const returns = one.random() < settings.back.share && end !== 'paid' && visitor.trouble !== undefined;
    if (!returns || when >= timeOf(town, visitor.trouble?.to ?? 0)) return;
    const text = backAgain(visitor, rules, one.random);
    agenda.add(when, () => {
      one.conversation.lines.push({ who: 'merchant', at: when, text });
      take(one, { kind: 'message', texts: [text], hidden: [], rated: true }, when);
    });
  };

  const conversations = visitors.map((visitor): Conversation => {
    const conversation: Conversation = { visitor, lines: [], end: 'helped', minutes: 0, questions: 0, claimed: 0 };
    const one: Open = {
      conversation,
      session: null,
      talk: newTalk(),
      random: randomFrom(visitor.seed),
      ended: false,
      turns: 0,
    };
    agenda.add(visitor.at, () => {
      const { at, merchant } = visitor;
      if (visitor.listed) take(one, { kind: 'enter', shop: { merchant: visitor.shop }, quiet: true }, at);
      const { text } = merchant.opening;
      conversation.lines.push({ who: 'merchant', at, text });
      step(one, take(one, { kind: 'message', texts: [text], hidden: [], rated: true }, at), at);
    });
    return conversation;
  });
  const end = timeOf(town, settings.to + AFTER_HOURS * 60);
  if (operator !== undefined)
    for (let at = timeOf(town, settings.from); at <= end; at += MINUTE_MS) agenda.add(at, () => operator.tick(at));

  const start = timeOf(town, settings.from);
  let count = 0;
  for (let event = agenda.next(); event !== undefined && event.at <= end; event = agenda.next()) {
    event.run();
    count += 1;
    if (count % BREATH === 0) yield from + (0.4 * Math.max(0, event.at - start)) / (end - start);
  }
  return { conversations, happened: operator?.happened ?? [], notes: operator?.notes ?? [], reports };
}

const isQuestion = ({ question, type }: Reply): boolean =>
  type === 'question' && question !== undefined && question !== 'incident';

const kindOf = ({ trouble }: Visitor, { outage }: MorningSettings): Run['reports'][number]['kind'] =>
  trouble === undefined ? 'usual' : trouble === outage ? 'outage' : 'maintenance';
