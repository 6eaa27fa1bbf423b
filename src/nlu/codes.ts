/** Response codes in a sentence: which tokens are one, and in which system. */
import type { Knowledge } from '../knowledge/schema.js';
import { sounds } from '../text/pinyin.js';
import { findNumerals } from './numerals.js';
import { findWords, indexWords, type WordHit, type WordIndex, wordAt } from './words.js';

export interface CodeHit {
  /** As codes.yaml writes it, in upper case; a code that no table knows as it was written, in upper case. */
  value: string;
  known: boolean;
  start: number;
  end: number;
}

export interface CodeFinder {
  /** Codes in a normalised text, by position. `bare`: its visible characters, and where each stands in the text. */
  find(text: string, bare: { text: string; at: readonly number[] }): CodeHit[];
}

const TOKEN = /-?[a-z0-9]+(?:[._-][a-z0-9]+)*/g;
const SPLIT = /^([a-z]{3,})(\d{2,5})$/;
const HEAD = /^(\d{2,3}|[a-z]\d)-(?=[a-z])/;
const SHORT = /^(?:\d{2,5}|[a-z]\d{1,2}|\d[a-z]|[a-z]{2}|-\d{4,5})$/;
/** What an unknown token must look like to be taken for a code when a code word stands beside it. */
const CODE_LIKE = /^(?:\d{2}|[a-z]\d|(?=.*_)[a-z_]{6,40}|acq\.[a-z_]+)$/;
/** Longer ones only right after such a word: before it they are rather a model (「n910报错」). */
const LONGER_CODE_LIKE = /^(?:[a-z]\d[a-z]\d|[a-z]{1,2}\d{3,4})$/;
const LETTERS = /[a-z]{5}|^[a-z]+[._]/;
const HAN = /\p{Script=Han}/u;
/** 该渠道…: what it points at follows, long enough to stand alone. */
const HEADED = /^\u8be5.{7}/;
const GAP = /^[^a-z0-9]*$/;
const JOINTS = /[._-]/g;

/** How many units may stand between a code word and its code, and between codes in a row (「96或者91」). */
const BEFORE = 2;
const AFTER = 1;
const BETWEEN = 3;
/** A known code that closes the clause right after a way of paying (「刷卡25」); a round number there, or one after an app, is rather an amount. */
const WAYS = ['bank-card', 'credit-card', 'scan', 'contactless'];
const AFTER_CHANNEL = /^(?:\d[1-9]|[a-z]\d)$/;
const CLOSES = /^(?: ?(?:$|[,;.!?\u3002\n])| \p{Script=Han})/u;

interface Table {
  exact: Map<string, string>;
  squeezed: Map<string, string>;
  /** Screen texts by their sound, without marks. */
  texts: WordIndex;
}

function tableOf(codes: Knowledge['codes'], normalise: (text: string) => string): Table {
  const exact = new Map<string, string>();
  const squeezed = new Map<string, string>();
  const texts: [string, string][] = [];
  for (const code of codes.keys()) {
    const plain = normalise(code);
    if (!HAN.test(plain)) {
      exact.set(plain, code);
      // People drop the points, underscores and the leading 「acq.」.
      const bare = plain.replace(JOINTS, '');
      if (bare.length >= 6 && !squeezed.has(bare)) squeezed.set(bare, code);
      const short = plain.replace(/^acq\./, '').replace(JOINTS, '');
      if (short.length >= 8 && !squeezed.has(short)) squeezed.set(short, code);
      continue;
    }
    // 「a / b」 are two wordings; what stands before a colon is the code that the wording comes with.
    for (const wording of plain.split(' / '))
      for (const part of [wording, wording.slice(wording.indexOf(':') + 1)]) {
        const visible = part.replace(/[\p{P}\p{S}\s]/gu, '');
        // 「该曲道业务不可用」 sounds the same, and people drop the 「该」 in front.
        if (visible.length >= 4) texts.push([sounds(visible), code]);
        if (HEADED.test(visible)) texts.push([sounds(visible.slice(1)), code]);
      }
  }
  return { exact, squeezed, texts: indexWords(texts) };
}

/** Makes the finder. `normalise` brings a code into the form of the texts that will be searched. */
export function createCodeFinder(
  knowledge: Pick<Knowledge, 'codes' | 'lexicon'>,
  normalise: (text: string) => string,
): CodeFinder {
  const { lexicon } = knowledge;
  const table = tableOf(knowledge.codes, normalise);
  const marks = indexWords([
    ...lexicon.codeWords.map((word) => [normalise(word), 'code'] as const),
    ...lexicon.failures.map((word) => [normalise(word), 'failure'] as const),
  ]);
  const channels = indexWords(
    WAYS.flatMap((id) => (lexicon.channels[id] ?? []).map((word) => [normalise(word), id] as const)),
  );
  const links = indexWords(
    [...lexicon.codeLinks, ...lexicon.denials, ...Object.values(lexicon.acquirers).flat()].map((word) => [
      normalise(word),
      word,
    ]),
  );
  const units = indexWords(
    [...Object.keys(lexicon.units.money), ...lexicon.units.time, ...lexicon.units.count].map((word) => [word, word]),
  );

  const canonical = (token: string): string | undefined =>
    table.exact.get(token) ??
    // People drop the sign of 「-2125」.
    table.exact.get(`-${token}`) ??
    (token.length >= 6 ? table.squeezed.get(token.replace(JOINTS, '')) : undefined);

  /** A number with a unit, or inside a time, a date, a decimal or an ordinal. */
  const counts = (text: string, start: number, end: number): boolean => {
    const next = text[end] === ' ' ? end + 1 : end;
    const unit = units.get(text.charCodeAt(next))?.find(({ word }) => text.startsWith(word, next));
    // 「91 分别什么意思」: no unit of time, but the beginning of another word.
    if (unit !== undefined && (wordAt(marks, text, next)?.word.length ?? 0) <= unit.word.length) return true;
    return /(?:\d[:./~-]?|[~+¥$])$/.test(text.slice(0, start)) || /^[:./~+*]\d|^\*/.test(text.slice(end));
  };

  const closes = (text: string, paid: readonly WordHit[], raw: string, start: number, end: number): boolean =>
    AFTER_CHANNEL.test(raw) &&
    CLOSES.test(text.slice(end)) &&
    paid.some((word) => text.slice(word.end, start).trim() === '' && word.end <= start);

  const beside = (text: string, words: readonly WordHit[], start: number, end: number): 'code' | 'failure' | null => {
    let found: 'code' | 'failure' | null = null;
    for (const word of words) {
      const before = word.end <= start && start - word.end <= BEFORE && GAP.test(text.slice(word.end, start));
      const after = word.start >= end && word.start - end <= AFTER && GAP.test(text.slice(end, word.start));
      if (before || after) found = word.id === 'code' ? 'code' : (found ?? 'failure');
    }
    return found;
  };

  return {
    find(text, bare) {
      const hits: CodeHit[] = [];
      for (const { id, start, end } of findWords(table.texts, sounds(bare.text)))
        hits.push({ value: id, known: true, start: bare.at[start] ?? 0, end: (bare.at[end - 1] ?? 0) + 1 });
      const tokens = tokensOf(text);
      const words = findWords(marks, text);
      // 「代码五十一」: numerals count only right beside a word for a code.
      for (const { value: number, start, end } of findNumerals(
        text,
        lexicon.units.numerals,
        lexicon.privateWords.digits,
      )) {
        const value = canonical(number);
        if (value === undefined || counts(text, start, end) || beside(text, words, start, end) !== 'code') continue;
        hits.push({ value, known: true, start, end });
      }
      if (tokens.length === 0) return hits.filter((hit) => !denied(text, hit));
      const paid = findWords(channels, text);
      // The whole utterance is one token, apart from code words: it answers the question for the code.
      const spoken = words.reduce((sum, { id, start, end }) => (id === 'code' ? sum + end - start : sum), 0);
      const candidates: CodeHit[] = [];
      const strangers: CodeHit[] = [];
      for (const { raw, start, end, headed } of tokens) {
        const value = canonical(raw);
        if (value !== undefined && (LETTERS.test(raw) || raw.startsWith('-'))) {
          hits.push({ value, known: true, start, end });
          continue;
        }
        const longer =
          value === undefined && LONGER_CODE_LIKE.test(raw) && beside(text, words, start, start) === 'code';
        if (!longer && !(value === undefined ? CODE_LIKE : SHORT).test(raw)) continue;
        if (/\d$/.test(raw) && counts(text, start, end)) continue;
        const hit: CodeHit = { value: value ?? raw.toUpperCase(), known: value !== undefined, start, end };
        const context = beside(text, words, start, end);
        if (value === undefined) {
          if (context === 'code' || headed || raw.startsWith('acq.')) strangers.push(hit);
        } else if (
          context !== null ||
          headed ||
          start === 0 ||
          bare.text.length - spoken <= raw.length ||
          closes(text, paid, raw, start, end)
        ) {
          hits.push(hit);
        } else candidates.push(hit);
      }
      // 「提示96或者91」: a code beside a code.
      for (const candidate of candidates) if (hits.some((hit) => near(text, hit, candidate))) hits.push(candidate);
      if (linkedOnly(text, bare.text, [...hits, ...candidates], words, paid))
        hits.push(...candidates.filter((candidate) => !hits.includes(candidate)));
      // The code word beside a stranger belongs to the code that is known (「联迪a8显示68」).
      if (hits.length === 0) hits.push(...strangers);
      return hits.filter((hit) => !denied(text, hit)).sort((a, b) => a.start - b.start);
    },
  };

  /** True if nothing stands beside the codes but ways of paying, code words and words that join codes (「不是51是55」). */
  function linkedOnly(
    text: string,
    visible: string,
    codes: readonly CodeHit[],
    words: readonly WordHit[],
    paid: readonly WordHit[],
  ): boolean {
    if (codes.length === 0) return false;
    const taken = [...codes, ...paid, ...words.filter(({ id }) => id === 'code')];
    const joining = findWords(links, text).filter(
      (link) => !taken.some((hit) => hit.start < link.end && link.start < hit.end),
    );
    const told = [...taken, ...joining].reduce((sum, { start, end }) => sum + end - start, 0);
    return told >= visible.replace(/[\p{P}\p{S}\s]/gu, '').length;
  }

  /** 「不是51」 names the code to rule it out; 「是不是51」 and 「不是51吗」 ask. */
  function denied(text: string, { start, end }: CodeHit): boolean {
    const before = text.slice(0, start).trimEnd();
    const rest = /^[^,;.!?\u3002\n]*\??/.exec(text.slice(end))?.[0] ?? '';
    const asks =
      lexicon.questionWords.some((word) => before.endsWith(word) || rest.includes(word)) || rest.endsWith('?');
    return !asks && lexicon.denials.some((word) => before.endsWith(word));
  }

  function near(text: string, a: CodeHit, b: CodeHit): boolean {
    const [left, right] = a.start < b.start ? [a, b] : [b, a];
    return right.start - left.end <= BETWEEN && GAP.test(text.slice(left.end, right.start));
  }

  /** Tokens that may be codes; `headed`: something follows after a dash or colon (「28-pin输入超过次数」). */
  function tokensOf(text: string): { raw: string; start: number; end: number; headed: boolean }[] {
    const tokens: { raw: string; start: number; end: number; headed: boolean }[] = [];
    for (const match of text.matchAll(TOKEN)) {
      let raw = match[0];
      let start = match.index;
      const head = HEAD.exec(raw);
      const split = SPLIT.exec(raw);
      if (canonical(raw) === undefined && head?.[1] !== undefined) {
        tokens.push({ raw: head[1], start, end: start + head[1].length, headed: true });
        continue;
      }
      if (canonical(raw) === undefined && split?.[1] !== undefined && split[2] !== undefined) {
        start += split[1].length;
        raw = split[2];
      } else if (raw.startsWith('-') && canonical(raw) === undefined) {
        start += 1;
        raw = raw.slice(1);
      }
      const end = start + raw.length;
      tokens.push({ raw, start, end, headed: raw.length === 2 && /^[:-][^\d\s]/.test(text.slice(end, end + 2)) });
    }
    return tokens;
  }
}
