/** One merchant of the simulated morning at the till: what is done next about what was just said, and how long that takes. Pure. */
import type { Reply } from '../dialogue/reply.js';
import type { Session } from '../dialogue/session.js';
import { promptOf } from '../dialogue/state.js';
import type { TurnInput } from '../dialogue/turn-input.js';
import type { World } from '../dialogue/world.js';
import { CHARGED, UNKNOWN } from '../knowledge/schema.js';
import type { MorningSettings } from './morning-settings.js';
import { switchFix, type Visitor } from './morning-visitors.js';
import { pick, type Random } from './random.js';
import type { Prices } from './walk.js';

/** How a case ended for the merchant: it works, the payment was found, told what is out and collecting another way, or a call. */
export type End = 'helped' | 'paid' | 'told' | 'call';

export type Move =
  | { kind: 'say'; input: TurnInput; text: string; question?: string; option?: string; minutes: number }
  | { kind: 'end'; end: End; minutes: number };

/** What the merchant keeps in mind. */
export interface Talk {
  moves: number;
  /** Steps that charge, tried without success. */
  attempts: number;
  rephrased: number;
  followed: boolean;
}

export interface Rules {
  world: World;
  settings: MorningSettings;
  prices: Prices;
}

export const newTalk = (): Talk => ({ moves: 0, attempts: 0, rephrased: 0, followed: false });

const WIDE: ReadonlySet<string> = new Set(['device', 'network']);
/** Nobody answers more often than this: then a human is asked for. */
const PATIENCE = 24;
const REPHRASES = 2;

export function nextMove(
  visitor: Visitor,
  talk: Talk,
  session: Session,
  replies: readonly Reply[],
  { world, settings, prices }: Rules,
  random: Random,
): Move {
  talk.moves += 1;
  if (session.handoff) return { kind: 'end', end: 'call', minutes: prices.humanCall };
  if (session.closed !== null)
    return { kind: 'end', end: talk.followed ? 'told' : session.lookUp === 'paid' ? 'paid' : 'helped', minutes: 0 };
  const { words } = settings;
  const speak = (text: string): Move => ({
    kind: 'say',
    input: { kind: 'message', texts: [text], hidden: [], rated: true },
    text,
    minutes: world.knowledge.costs.questionOverhead,
  });
  if (talk.moves > PATIENCE) return speak(words.human);
  const asked = replies.findLast(({ question }) => question !== undefined) ?? promptOf(session);
  if (asked?.question === undefined || asked.options.length === 0) {
    talk.rephrased += 1;
    return speak(talk.rephrased > REPHRASES ? words.human : (words.rephrase[visitor.channel] ?? words.human));
  }
  const { question, options } = asked;
  const wanted = answerTo(
    question,
    options.map(({ id }) => id),
    visitor,
    talk,
    session,
    world,
  );
  const option = options.find(({ id }) => id === wanted) ?? options.find(({ id }) => id === UNKNOWN) ?? options[0];
  if (option === undefined) return speak(words.human);
  const minutes = minutesFor(question, option.id, session, { world, settings, prices });
  const typed = random() < settings.typed;
  return {
    kind: 'say',
    input: typed
      ? { kind: 'message', texts: [option.label], hidden: [], rated: true }
      : { kind: 'option', option: option.id, question, rated: true },
    text: option.label,
    question,
    option: option.id,
    minutes,
  };
}

/** Back after a while: it is still the same. */
export const backAgain = ({ channel }: Visitor, { settings: { words } }: Rules, random: Random): string =>
  pick([...words.back, words.rephrase[channel] ?? words.back[0] ?? ''], random);

function answerTo(
  question: string,
  options: readonly string[],
  visitor: Visitor,
  talk: Talk,
  session: Session,
  world: World,
): string {
  const { merchant } = visitor;
  const paid = merchant.moved && talk.attempts === 0;
  const incident = (world.incidents ?? []).find(({ id }) => id === session.incident);
  const isIt = incident !== undefined && concerns(visitor, incident.scope);
  switch (question) {
    case 'fix': {
      const fix = world.model.fixById.get(session.fix ?? '');
      if (fix !== undefined && merchant.cures.has(fix.id)) return 'solved';
      if (fix !== undefined && fix.charges !== 'none') talk.attempts += 1;
      return 'not-solved';
    }
    case 'looked-up':
      return paid ? 'paid' : 'failed';
    case 'paid-now':
      return 'unpaid';
    case 'incident-scope':
      return isIt ? 'yes' : scopeAnswer(visitor, incident?.scope ?? {});
    case 'incident': {
      if (!isIt) return 'other';
      talk.followed = followsWell(visitor, world);
      return talk.followed ? 'ok' : 'human';
    }
    case CHARGED:
      return talk.attempts > 0 ? 'no' : (merchant.answers.get(CHARGED) ?? UNKNOWN);
    default:
      return (
        merchant.answers.get(question) ??
        [visitor.channel, visitor.acquirer, merchant.cause].find((id) => options.includes(id)) ??
        UNKNOWN
      );
  }
}

/** Is the trouble that the merchant has the one of this scope? */
export const concerns = (
  { trouble, acquirer }: Visitor,
  scope: { channel?: string | undefined; acquirer?: string | undefined },
): boolean =>
  trouble !== undefined &&
  (scope.channel === undefined || scope.channel === trouble.channel) &&
  (scope.acquirer === undefined || scope.acquirer === acquirer);

/** 「付不了的只有微信吗？」「您的机器是……的吗？」 as it is, whatever else is wrong. */
function scopeAnswer(
  { channel, acquirer, merchant }: Visitor,
  scope: { channel?: string | undefined; acquirer?: string | undefined },
): string {
  if (scope.acquirer !== undefined && scope.acquirer !== acquirer) return 'no';
  // What is wrong with the machine or the network is wrong with every app.
  const only = merchant.answers.get('scope') !== 'all' && !WIDE.has(merchant.cause);
  return scope.channel === undefined || (scope.channel === channel && only) ? 'yes' : 'no';
}

/** Whoever is told what is out need not find it: another way of paying, or waiting for the end, helps as the fault's own fixes do. */
function followsWell({ merchant, trouble }: Visitor, { knowledge }: World): boolean {
  const fixes = knowledge.faults.get(trouble?.means ?? '')?.fixes ?? [];
  return fixes.some(({ id }) => merchant.cures.has(id));
}

/** What it takes to find the answer, or to do what was said; minutes by costs.yaml and the knowledge. */
function minutesFor(question: string, option: string, session: Session, { world, prices }: Rules): number {
  const { model, knowledge } = world;
  const overhead = knowledge.costs.questionOverhead;
  const costOf = (id: string): number => model.questionById.get(id)?.cost ?? overhead;
  switch (question) {
    case 'fix':
      return model.fixById.get(session.fix ?? '')?.cost ?? overhead;
    case 'looked-up':
      return prices.lookUp;
    case 'incident-scope':
      return costOf('pay-method');
    case 'incident': {
      const incident = (world.incidents ?? []).find(({ id }) => id === session.incident);
      const fix = switchFix(knowledge, incident?.means ?? '');
      // Whoever does as told looks the payment up and collects another way; whoever is told wrongly sees that another way fails, too.
      return option === 'other' ? costOf('scope') : (model.fixById.get(fix ?? '')?.cost ?? overhead);
    }
    default:
      return costOf(question);
  }
}
