/** Finds the option on the table that words choose. What settles whether money moved is read more strictly than the rest. Pure. */
import { CHARGED, UNKNOWN } from '../knowledge/schema.js';
import { emergencyIn } from './danger.js';
import { currentState } from './interpreter.js';
import {
  besideMoney,
  isDoubtful,
  isUnclear,
  leavesMoneyOpen,
  moneyIn,
  paidAnotherWay,
  showsTheirSide,
  triesAgain,
} from './money-doubt.js';
import { essence, mentionedOption, namedOption, resemblingOption, soundingOption, type Turned } from './options.js';
import { PLAN_ROLE, PLAN_SITUATION } from './plan-run.js';
import { regExpOf } from './regexp.js';
import type { ReplyOption } from './reply.js';
import { promptOf } from './state.js';
import type { Turn } from './world.js';

/** What the look-up of a transaction showed. */
export const LOOKED_UP = 'looked-up';
const PROCESSING = 'processing';
const PAID = 'paid';
const SEVERAL = 'several';
const OTHER_CARD = 'other-card';
const CARDS: readonly string[] = ['bank-card', 'credit-card', 'foreign-card'];

function isOtherWay({ type, value }: { type: string; value: string }): boolean {
  return type === 'channel' && !CARDS.includes(value);
}

/** The option that says that an attempt failed, by question. */
const CLEARING: Readonly<Record<string, string>> = { [CHARGED]: 'no', [LOOKED_UP]: 'failed' };

/** A list of words of the repair flow. */
export function wordList(turn: Turn, key: string): readonly string[] {
  return turn.world.flows.get('repair')?.words[key] ?? [];
}

type Choice = ReplyOption & { said: readonly string[] };

/** The options on the table with all the ways to say them. */
function choices(turn: Turn): Choice[] {
  const prompt = promptOf(turn.session);
  const state = currentState(turn);
  const { questions, situations, planRoles } = turn.world.knowledge;
  const known = questions.get(prompt?.question ?? '');
  const planned = prompt?.question === PLAN_SITUATION ? situations : prompt?.question === PLAN_ROLE ? planRoles : null;
  return (prompt?.options ?? []).map(({ id, label }) => {
    const own = saidFor(known?.options, id) ?? saidFor(state?.options, id) ?? planned?.get(id)?.said ?? [];
    return { id, label, said: id === UNKNOWN ? [...own, ...wordList(turn, 'unknown')] : own };
  });
}

function saidFor(
  options: readonly { id: string; said?: readonly string[] | undefined }[] | undefined,
  option: string,
): readonly string[] | undefined {
  return options?.find(({ id }) => id === option)?.said;
}

function turned(turn: Turn): Turned {
  const joined = (key: string) => regExpOf(wordList(turn, key).join('|') || '(?!)');
  return { before: joined('turned-before'), after: joined('turned-after') };
}

/** The option that words are to the letter. One that clears the money is not said with a doubt: 「没扣吧？」. */
export function optionNamed(turn: Turn, text: string): string | undefined {
  const options = choices(turn);
  const ordinals = options.map((_, index) => wordList(turn, `ordinal-${index + 1}`));
  const named = namedOption(text, options, ordinals, wordList(turn, 'particles'));
  const question = promptOf(turn.session)?.question ?? '';
  if (named === undefined || CLEARING[question] !== named) return named;
  if (question === LOOKED_UP && isMissing(turn, text)) return PROCESSING;
  return isDoubtful(turn, text) ? undefined : named;
}

/** Skin tones, the wish for a coloured picture, spaces. */
const OF_NO_MATTER = /[\u{1F3FB}-\u{1F3FF}\uFE0F\s]/gu;

/** The option that a sign without a word stands for. */
export function optionSigned(turn: Turn): string | undefined {
  const sign = (turn.words ?? '').replace(OF_NO_MATTER, '');
  return choices(turn).find(({ said }) => said.includes(sign))?.id;
}

/** The option that words hold or resemble. */
export function optionMentioned(turn: Turn): string | undefined {
  const question = promptOf(turn.session)?.question;
  if (question === CHARGED) return chargedMentioned(turn);
  // 「客户被多扣了三笔」 is no result of a look-up.
  if (question === LOOKED_UP && emergencyIn(turn) !== undefined) return undefined;
  if (question === LOOKED_UP) return lookUpMentioned(turn);
  const options = choices(turn);
  const particles = wordList(turn, 'particles');
  const evidence = turn.understanding?.evidence.find((one) => one.question === question);
  if (evidence && options.some(({ id }) => id === evidence.option)) return evidence.option;
  const { negations, contrasts, questionWords } = turn.world.knowledge.lexicon;
  const text = besideMoney(turn, turn.understanding?.normalized ?? '');
  // 「能刷了，但是又显示96」 and 「这样就可以了吗」 hold an option's words and don't choose it.
  if ([...contrasts, ...questionWords].some((word) => text.includes(word))) return undefined;
  // 「换了微信就行」 is about another way of paying, not another card.
  if (question === OTHER_CARD && turn.understanding?.entities.some(isOtherWay) === true) return undefined;
  return (
    mentionedOption(text, options, particles, turned(turn)) ??
    resemblingOption(text, options, particles, negations, turned(turn))
  );
}

/**
 * What a sentence says of whether money moved. Only a plain 「没扣」 clears: with a doubt, a turn, a question or one more attempt in the
 * sentence it is not known, and looked up.
 */
function chargedMentioned(turn: Turn): string | undefined {
  const text = turn.understanding?.normalized ?? '';
  const heard = moneyIn(turn, true);
  if (heard === 'yes') return 'yes';
  if (leavesMoneyOpen(turn)) return UNKNOWN;
  const particles = wordList(turn, 'particles');
  const options = choices(turn);
  const moved = options.filter(({ id }) => id !== 'no');
  const mentioned = mentionedOption(text, moved, particles, turned(turn));
  if (mentioned !== undefined) return mentioned;
  if (heard === 'no') return 'no';
  if (turn.understanding?.evidence.some(({ question }) => question === CHARGED) || isUnclear(turn)) return UNKNOWN;
  if (heard === 'again') return undefined;
  const plain = wordList(turn, 'money-reported').reduce((left, form) => left.replace(regExpOf(form), ''), text);
  const chosen = soundingOption(text, options, particles) ?? namedOption(plain, options, [], particles);
  return chosen !== undefined && isDoubtful(turn, turn.understanding?.text ?? '') ? UNKNOWN : chosen;
}

/**
 * True if words that fit nothing asked say a plain 「没有」 to the warning that came before the question: 「上一笔扣没扣款还没弄清，先别
 * 再收」.
 */
export function deniesCharge(turn: Turn): boolean {
  const { session, understanding, world } = turn;
  if (!session.cautioned || session.case.money !== 'unknown' || session.case.asked.includes(CHARGED)) return false;
  const options = world.knowledge.questions.get(CHARGED)?.options ?? [];
  const text = understanding?.normalized ?? '';
  return (
    namedOption(text, options, [], wordList(turn, 'particles')) === 'no' && !isDoubtful(turn, understanding?.text ?? '')
  );
}

/**
 * What looking the transaction up showed, in words. Only a plain 「失败」 clears. Where the words hedge, turn or contradict each other,
 * the outcome is as open as one still being processed. What the customer's phone shows is no result, and how another payment or
 * attempt went says nothing of this one.
 */
function lookUpMentioned(turn: Turn): string | undefined {
  const text = turn.understanding?.normalized ?? '';
  const charged = turn.understanding?.evidence.find(({ question }) => question === CHARGED)?.option;
  if (paidAnotherWay(turn) || triesAgain(turn)) return undefined;
  if (matches(turn, 'look-up-one-of-two', text)) return PAID;
  const particles = wordList(turn, 'particles');
  const options = choices(turn);
  const failed = options.filter(({ id }) => id === CLEARING[LOOKED_UP]);
  const saysFailed = mentionedOption(text, failed, particles, turned(turn)) !== undefined;
  if (showsTheirSide(turn)) return saysFailed ? PROCESSING : undefined;
  const denies = matches(turn, 'look-up-denied', text);
  const open = denies || isDoubtful(turn, turn.understanding?.text ?? '') || charged === 'yes';
  if (saysFailed) return open || isMissing(turn, text) ? PROCESSING : CLEARING[LOOKED_UP];
  // Not found is not failed, however it is said.
  if (denies || isMissing(turn, text)) return PROCESSING;
  const rest = options.filter(({ id }) => id !== CLEARING[LOOKED_UP]);
  if (isDoubtful(turn, turn.understanding?.text ?? '')) return undefined;
  if (matches(turn, 'look-up-several', text)) return SEVERAL;
  const mentioned = mentionedOption(text, rest, particles, turned(turn));
  const missing = matches(turn, 'look-up-missing', text) || matches(turn, 'money-not-arrived', text);
  return mentioned ?? (missing ? PROCESSING : undefined);
}

/** True if a text matches one of the patterns of a list of the repair flow. */
function matches(turn: Turn, key: string, text: string): boolean {
  return wordList(turn, key).some((form) => regExpOf(form).test(text));
}

/** 「后台没有这笔」 where the customer was charged, and not only the terminal slow: on its way or lost, but not failed. */
export function isMissing(turn: Turn, text: string): boolean {
  const { case: current, heard } = turn.session;
  const yes = current.answers.find(({ question, option }) => question === CHARGED && option === 'yes');
  const charged = yes?.from === 'answer' || heard.some((words) => matches(turn, 'look-up-charged', words));
  return yes !== undefined && charged && matches(turn, 'look-up-missing', text);
}

/** True if words take a result back by which the transaction counts as failed (「看错了 不是失败」). `before`: as in optionInstead. */
export function takesFailureBack(turn: Turn, before: Turn): boolean {
  if (turn.session.case.money !== 'failed' || promptOf(before.session)?.question !== LOOKED_UP) return false;
  return wrongPieces(before).wrong.length > 0;
}

/** The pieces of the words that say that an answer was wrong, and the others. */
function wrongPieces(turn: Turn): { wrong: string[]; rest: string[] } {
  const all = (turn.understanding?.normalized ?? '')
    .split(/[\s,，。!！;；、]+/u)
    .filter((piece) => essence(piece) !== '');
  const rest = all.filter((piece) => !matches(turn, 'took-wrong', piece));
  return { wrong: all.filter((piece) => !rest.includes(piece)), rest };
}

/**
 * The option of the question before this one that words choose instead of the answer given (「点错了 是1」). Without it, 「点错了」 asks
 * again. `before`: this turn, with what was on the table then.
 */
export function optionInstead(before: Turn): string | undefined {
  const { wrong, rest: left } = wrongPieces(before);
  if (wrong.length === 0 || left.length === 0) return undefined;
  const text = wordList(before, 'took-instead').reduce(
    (rest, form) => rest.replace(regExpOf(form), ''),
    left.join(' '),
  );
  return optionNamed(before, text) ?? optionNamed(before, left.join(' '));
}
