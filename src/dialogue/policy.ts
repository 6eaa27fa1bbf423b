/** Which skill gets the turn. Order matters: danger, then the question on the table, then commands, then what was understood. Pure. */
import { CHARGED, UNKNOWN } from '../knowledge/schema.js';
import type { Understanding } from '../nlu/understanding.js';
import { isDoubtful } from './absorb.js';
import { dangerIn, remarkIn } from './danger.js';
import type { Flow } from './flow.js';
import { advance, call, currentState, say, sentence } from './interpreter.js';
import { askHuman, byMeaning, SURE } from './meaning.js';
import { leavesMoneyOpen } from './money-doubt.js';
import { essence, mentionedOption, namedOption, resemblingOption } from './options.js';
import type { ReplyOption } from './reply.js';
import { checkpoint, SESSION_LIMITS } from './session.js';
import { promptOf, statusOf } from './state.js';
import { isMasked, unmasked } from './unmasked.js';
import type { Turn } from './world.js';

/** Characters of the longest 「我不会…」 that is nothing else. */
const LONGEST_PLEA = 16;
/** A tap, or its typed twin in `chat --json`. */
export function takeOption(turn: Turn, option: string, question?: string): void {
  const prompt = promptOf(turn.session);
  const onTable = prompt?.options.some(({ id }) => id === option) === true;
  if (!prompt || !onTable || (question !== undefined && question !== prompt.question)) {
    turn.signal = { name: 'refused', option };
    call(turn, 'repair', 'stale');
    return;
  }
  answer(turn, option);
}

/** Words, masked. `hidden` names the kinds of private data that were masked. */
export function takeWords(turn: Turn, hidden: readonly string[]): void {
  if (hidden.length > 0) {
    const kinds = hidden.map((kind) => sentence(turn, `private-${kind}`, {}, 'alerts')).filter((name) => name !== '');
    say(turn, sentence(turn, 'private', { kinds: kinds.join('、') }, 'alerts'));
  }
  // A masked number alone is no answer and no description: nothing is read, and the thread goes on.
  if (isMasked(turn.words ?? '') && essence(unmasked(turn)) === '') {
    if (hidden.length === 0) say(turn, sentence(turn, 'not-needed', {}, 'alerts'));
    call(turn, 'repair', 'hidden');
    return;
  }
  if (essence(turn.words ?? '') === '') {
    if (hidden.length === 0) call(turn, 'repair', 'empty');
    return;
  }
  // To the letter first, which costs nothing; then by what the words were understood to say.
  if (takeLiterally(turn)) return;
  const understanding = understand(turn);
  if (essence(understanding.normalized) === '') call(turn, 'repair', 'empty');
  else if (dangerIn(turn)) call(turn, 'alerts');
  else if (!takeLiterally(turn)) takeFreely(turn);
}

/** Reads the words, once. */
function understand(turn: Turn): Understanding {
  const question = promptOf(turn.session)?.question;
  // Whether money moved is read from what was said alone: a question on the table must not lend a word its meaning.
  const context = question === undefined || question === CHARGED ? {} : { question };
  turn.understanding ??= turn.world.nlu.understand(unmasked(turn), context);
  return turn.understanding;
}

/** Words that are an option on the table or a command, as written or, once read, as normalised (「解決了」). */
function takeLiterally(turn: Turn): boolean {
  const text = turn.understanding?.normalized ?? turn.words ?? '';
  const named = optionNamed(turn, text);
  const command = named === undefined ? commandIn(turn, text) : undefined;
  if (named !== undefined) answer(turn, named);
  else if (command !== undefined) obey(turn, command);
  return named !== undefined || command !== undefined;
}

function takeFreely(turn: Turn): void {
  if (remarkIn(turn)) {
    call(turn, 'small-talk');
    return;
  }
  if (isLost(turn)) {
    helpOn(turn);
    return;
  }
  const option = wantsHuman(turn) ? undefined : optionMentioned(turn);
  if (option !== undefined) answer(turn, option);
  else if (wantsHuman(turn)) askHuman(turn);
  else byMeaning(turn);
}

/** 「我不会弄」: said of what is on the table, or of nothing. */
function isLost(turn: Turn): boolean {
  const said = essence(turn.understanding?.normalized ?? '', wordList(turn, 'particles'));
  return said.length <= LONGEST_PLEA && wordList(turn, 'cannot').some((form) => new RegExp(form).test(said));
}

/** Who cannot do what a question asks does not know the answer; a fix that is too hard makes room for the next one, or a human. */
function helpOn(turn: Turn): void {
  const knows = promptOf(turn.session)?.options.some(({ id }) => id === UNKNOWN) === true;
  if (knows) answer(turn, UNKNOWN);
  else call(turn, 'repair', 'cannot');
}

function wordList(turn: Turn, key: string): readonly string[] {
  return turn.world.flows.get('repair')?.words[key] ?? [];
}

/** The options on the table with all the ways to say them. */
function choices(turn: Turn): (ReplyOption & { said: readonly string[] })[] {
  const prompt = promptOf(turn.session);
  const state = currentState(turn);
  const known = turn.world.knowledge.questions.get(prompt?.question ?? '');
  return (prompt?.options ?? []).map(({ id, label }) => {
    const own = known?.options.find((one) => one.id === id)?.said ?? state?.options.find((one) => one.id === id)?.said;
    return { id, label, said: [...(own ?? []), ...(id === UNKNOWN ? wordList(turn, 'unknown') : [])] };
  });
}

function optionNamed(turn: Turn, text: string): string | undefined {
  const options = choices(turn);
  const ordinals = options.map((_, index) => wordList(turn, `ordinal-${index + 1}`));
  return namedOption(text, options, ordinals, wordList(turn, 'particles'));
}

function optionMentioned(turn: Turn): string | undefined {
  if (promptOf(turn.session)?.question === CHARGED) return chargedMentioned(turn);
  const options = choices(turn);
  const particles = wordList(turn, 'particles');
  const question = promptOf(turn.session)?.question;
  const evidence = turn.understanding?.evidence.find((one) => one.question === question);
  if (evidence && options.some(({ id }) => id === evidence.option)) return evidence.option;
  const { negations, contrasts, questionWords } = turn.world.knowledge.lexicon;
  const text = turn.understanding?.normalized ?? '';
  // 「能刷了，但是又显示96」 and 「这样就可以了吗」 hold an option's words and don't choose it.
  if ([...contrasts, ...questionWords].some((word) => text.includes(word))) return undefined;
  return mentionedOption(text, options, particles) ?? resemblingOption(text, options, particles, negations);
}

/**
 * What a sentence says of whether money moved. Only a plain 「没扣」 clears: with a doubt, a turn or a question in the sentence it is
 * not known, and looked up.
 */
function chargedMentioned(turn: Turn): string | undefined {
  const text = turn.understanding?.normalized ?? '';
  const evidence = turn.understanding?.evidence.find(({ question }) => question === CHARGED)?.option;
  if (evidence === 'yes') return 'yes';
  if (leavesMoneyOpen(turn)) return UNKNOWN;
  const options = choices(turn).filter(({ id }) => id !== 'no');
  const mentioned = mentionedOption(text, options, wordList(turn, 'particles'));
  if (mentioned !== undefined) return mentioned;
  if (evidence === 'no') return isDoubtful(turn, turn.words ?? '') ? UNKNOWN : 'no';
  return undefined;
}

/** Essence → command, made once a flow: flows are replaced, never changed. */
const commandsOf = new WeakMap<Flow, ReadonlyMap<string, string>>();

function commandIn(turn: Turn, text: string): string | undefined {
  const flow = turn.world.flows.get('repair');
  if (!flow) return undefined;
  const particles = wordList(turn, 'particles');
  let commands = commandsOf.get(flow);
  if (!commands) {
    const pairs = Object.entries(flow.commands).flatMap(([name, forms]) =>
      forms.map((form): [string, string] => [essence(form, particles), name]),
    );
    // The first command that lists a form has it.
    commands = new Map(pairs.reverse());
    commandsOf.set(flow, commands);
  }
  return commands.get(essence(text, particles));
}

function obey(turn: Turn, command: string): void {
  if (command === 'human') askHuman(turn);
  else if (command === 'solved' && !hasCase(turn)) {
    understand(turn);
    call(turn, 'small-talk');
  } else call(turn, 'repair', command);
}

function wantsHuman(turn: Turn): boolean {
  const [top] = turn.understanding?.intents ?? [];
  return top?.id === 'agent' && top.p >= SURE;
}

/** Something is under way that can be solved. */
function hasCase(turn: Turn): boolean {
  return ['asking', 'fixing', 'escalated'].includes(statusOf(turn.session, turn.world));
}

/** Gives an answer to what is on the table, after marking the spot for 「上一步」. */
function answer(turn: Turn, option: string): void {
  turn.session.trail = [...turn.session.trail, checkpoint(turn.session)].slice(-SESSION_LIMITS.trail);
  turn.session.misunderstood = 0;
  turn.signal = { name: 'answered', option };
  advance(turn, 'answered');
}
