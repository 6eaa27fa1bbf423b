/** What a sentence says of money: that it moved, that it did not, that nobody knows, that somebody has tried once more. Pure. */
import { CHARGED } from '../knowledge/schema.js';
import type { Evidence } from '../nlu/understanding.js';
import type { Flow } from './flow.js';
import { essence } from './options.js';
import type { Turn } from './world.js';

const LISTS = [
  'doubt',
  'fee',
  'word',
  'again',
  'tried',
  'other-way',
  'courtesy',
  'hedge',
  'unclear',
  'theirs',
  'not-arrived',
  'late',
] as const;
type List = (typeof LISTS)[number];

/** Patterns are compiled once a flow: flows are replaced, never changed. */
const compiled = new WeakMap<Flow, Record<List, RegExp>>();

/** Matches nothing. */
const NEVER = /(?!)/;

function pattern(turn: Turn, list: List): RegExp {
  const flow = turn.world.flows.get('repair');
  if (!flow) return NEVER;
  let made = compiled.get(flow);
  if (!made) {
    const join = (name: List) => new RegExp((flow.words[`money-${name}`] ?? ['(?!)']).join('|'));
    made = Object.fromEntries(LISTS.map((name) => [name, join(name)])) as Record<List, RegExp>;
    compiled.set(flow, made);
  }
  return made[list];
}

function normalized(turn: Turn): string {
  return turn.understanding?.normalized ?? '';
}

/** Whether a sentence leaves open that money moved: 「不知道扣没扣」, 「可能扣了」. Such a transaction is looked up first. */
export function leavesMoneyOpen(turn: Turn): boolean {
  return pattern(turn, 'doubt').test(normalized(turn)) && !pattern(turn, 'fee').test(normalized(turn));
}

/** Pieces of a text as people set them apart; a question mark stays with what it ends. */
const PIECES = /[\s,，。!！;；、]+|(?<=[?？])/u;

function piecesOf(turn: Turn, text: string): string[] {
  return text.split(PIECES).filter((piece) => essence(piece) !== '' && !pattern(turn, 'courtesy').test(essence(piece)));
}

/** A text without the pieces that speak of money: what is left may answer another question, 「没扣」 never does. */
export function besideMoney(turn: Turn, text: string): string {
  if (!pattern(turn, 'word').test(text)) return text;
  const left = text.split(PIECES).filter((piece) => !pattern(turn, 'word').test(piece));
  return left.join(' ').trim();
}

/** Characters of the longest piece that is a hedge and nothing else (「好像是吧」). */
const LONGEST_HEDGE = 6;

/**
 * True if a sentence hedges, turns, supposes or asks: 「好像没扣」, 「没扣，但是…」, 「没扣款？」. Greetings and pleas for help don't; what
 * stands in a piece that is not about money does only if it is a turn, or short and nothing but a hedge.
 */
export function isDoubtful(turn: Turn, text: string): boolean {
  const { contrasts, questionWords } = turn.world.knowledge.lexicon;
  const doubts = turn.world.flows.get('repair')?.words.doubt ?? [];
  return piecesOf(turn, text.normalize('NFKC')).some((piece) => {
    const has = (words: readonly string[]) => words.some((word) => piece.includes(word));
    if (has(contrasts)) return true;
    if (pattern(turn, 'word').test(piece)) return piece.includes('?') || has(doubts) || has(questionWords);
    return essence(piece).length <= LONGEST_HEDGE && pattern(turn, 'hedge').test(piece);
  });
}

/**
 * - `yes`, `no`: it moved, it did not.
 * - `doubt`: it is said that nobody knows, or 「没扣」 with a hedge.
 * - `again`: another attempt, after what is said of the money: whatever was known holds for the one before.
 */
export type MoneyHeard = 'yes' | 'no' | 'doubt' | 'again';

/** `asked`: in answer to whether money moved, so that a hedge anywhere in the words is one about that. */
export function moneyIn(turn: Turn, asked: boolean): MoneyHeard | undefined {
  const { understanding } = turn;
  if (understanding === null) return undefined;
  const found = understanding.evidence.find(({ question }) => question === CHARGED);
  if (found?.option === 'yes') return 'yes';
  if (leavesMoneyOpen(turn)) return 'doubt';
  if (found?.option !== 'no') return triesAgain(turn) ? 'again' : undefined;
  const text = understanding.text.normalize('NFKC');
  if (asked ? isDoubtful(turn, text) : isHedged(turn, text, found)) return 'doubt';
  return triesAfterwards(turn, text, found) ? 'again' : 'no';
}

/** True if the clause itself is in doubt, or a hedge stands beside it: 「应该 没扣」, 「没扣，好像」. */
function isHedged(turn: Turn, text: string, { start, end }: Evidence): boolean {
  const beside = [piecesOf(turn, text.slice(0, start)).at(-1), piecesOf(turn, text.slice(end))[0]];
  const hedges = beside.some(
    (piece = '') => essence(piece).length <= LONGEST_HEDGE && pattern(turn, 'hedge').test(piece),
  );
  return hedges || text[end] === '?' || isDoubtful(turn, text.slice(start, end));
}

/** True if the words tell of another attempt: 「又刷了一次」, 「换了张卡」. */
export function triesAgain(turn: Turn): boolean {
  return pattern(turn, 'again').test(normalized(turn)) || pattern(turn, 'tried').test(normalized(turn));
}

/** True if another attempt is told of after the last word on the money: 「没扣，我又刷了一次」, but not 「又刷了一次，没扣」. */
function triesAfterwards(turn: Turn, text: string, { start, end }: Evidence): boolean {
  if (!pattern(turn, 'again').test(normalized(turn))) return false;
  const words = [...text.slice(start).matchAll(new RegExp(pattern(turn, 'word'), 'g'))].at(-1);
  const tail = text.slice(words === undefined ? end : start + words.index + words[0].length);
  return essence(tail) !== '' && pattern(turn, 'again').test(turn.world.nlu.understand(tail).normalized);
}

/** True if somebody has paid by another attempt or another way: 「换张卡付成功了」, 「给了现金」. This sale must not be collected once more. */
export function paidAnotherWay(turn: Turn): boolean {
  const text = normalized(turn);
  return pattern(turn, 'other-way').test(text) && !pattern(turn, 'not-arrived').test(text);
}

/** True if the words tell what the customer's side shows (「他手机上写付款成功」): no proof that the shop has the money. */
export function showsTheirSide(turn: Turn): boolean {
  return pattern(turn, 'theirs').test(normalized(turn));
}

/** True if words on the question whether money moved say that this is not known: 「没收到短信」, 「他走了」. */
export function isUnclear(turn: Turn): boolean {
  return pattern(turn, 'unclear').test(normalized(turn));
}

/**
 * True if a transaction taken for failed is said to have gone through after all: its result came late, or was misread. Words of
 * another attempt or another way of paying are not about it, and what the customer's phone shows is no result.
 */
export function turnsOutPaid(turn: Turn): boolean {
  const { session } = turn;
  if (session.case.money !== 'failed' || session.closed !== null || session.caseNumber === 0) return false;
  if (!pattern(turn, 'late').test(normalized(turn)) || paidAnotherWay(turn) || triesAgain(turn)) return false;
  return !showsTheirSide(turn) && !isDoubtful(turn, turn.understanding?.text ?? '');
}
