/**
 * Cuts a normalised utterance into clauses, at marks, line ends, spaces between Chinese words and the lexicon's contrast words,
 * and tells what each clause says of its subject: 「网络没问题」 names the network to clear it.
 */
import type { Lexicon } from '../knowledge/schema.js';
import type { Normalised } from '../text/normalise.js';
import { indexWords, wordAt } from './words.js';

export interface Clause {
  /** Without quotation marks, spaces inside Chinese and fillers. */
  text: string;
  /** Range in the normalised text. */
  start: number;
  end: number;
  /** Position in the normalised text of each unit of `text`. */
  at: number[];
  /** True if a mark that ends a sentence stands before it: nothing is read across it. */
  opens: boolean;
  /** True if a question mark ends it or a question word is in it. */
  asks: boolean;
  /** Length of the contrast word that it begins with, or 0. */
  lead: number;
}

const ALNUM = /[a-z0-9]/;
const HAN = /\p{Script=Han}/u;
const MARK = /[\p{P}\p{S}]/u;
const QUOTE = /["'\p{Pi}\p{Pf}\u300c-\u300f\u3010\u3011\u300a\u300b<>()[\]{}*]/u;
const STOP = /[.!?;\u3002\n]/;

/** Marks that list things or show a currency: what they join is said of together. */
const JOINT = /[\u3001/\u00b7&\p{Sc}]/u;

/** What a unit does between clauses; the class of each unit is computed once. */
const INSIDE = 1;
const BORDER = 2;
const SILENT = 3;
const BLANK = 4;
const classes = new Uint8Array(0x10000);

function classOf(unit: number): number {
  let known = classes[unit] ?? 0;
  if (known === 0) {
    const character = String.fromCharCode(unit);
    if (character === '\n') known = BORDER;
    else if (character === ' ') known = BLANK;
    else if (QUOTE.test(character)) known = SILENT;
    else known = MARK.test(character) && !JOINT.test(character) ? BORDER : INSIDE;
    classes[unit] = known;
  }
  return known;
}

const han = new Int8Array(0x10000);
/** True for a Chinese character. */
export function isHan(unit: number): boolean {
  if (unit < 0x2e80) return false;
  let known = han[unit] ?? 0;
  if (known === 0) {
    known = HAN.test(String.fromCharCode(unit)) ? 1 : -1;
    han[unit] = known;
  }
  return known === 1;
}

/** A mark inside 「acq.total_fee_exceed」, 「23:00」, 「1.5」, 「wi-fi」, 「-2125」 or 「1,000」 ends nothing. */
function insideToken(text: string, at: number): boolean {
  const after = text[at + 1] ?? '';
  if (!ALNUM.test(after)) return text[at] === '%';
  const before = text[at - 1] ?? '';
  const mark = text[at];
  if (mark === ',') return /\d/.test(before) && /^\d{3}(?!\d)/.test(text.slice(at + 1, at + 5));
  if (mark === '!' || mark === '?' || mark === ';') return false;
  return ALNUM.test(before) || (mark === '-' && /\d/.test(after));
}

/** Makes the function that cuts. Words in `contrasts` begin a clause. */
export function createClauses(
  lexicon: Pick<Lexicon, 'contrasts' | 'fillers' | 'questionWords'>,
): (source: Normalised) => Clause[] {
  const words = (list: readonly string[]) => indexWords(list.map((word) => [word, word]));
  const contrasts = words(lexicon.contrasts);
  const fillers = words(lexicon.fillers);
  return ({ text }) => {
    const clauses: Clause[] = [];
    let open = { units: '', at: [] as number[], lead: 0 };
    let opens = true;
    const close = (end: number): void => {
      const { units, at, lead } = open;
      if (units !== '') {
        const asks = text[end] === '?' || lexicon.questionWords.some((word) => units.includes(word));
        clauses.push({ text: units, start: at[0] ?? 0, end, at, opens, asks, lead });
        opens = false;
      }
      open = { units: '', at: [], lead: 0 };
    };
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      const kind = classOf(unit);
      if (kind === BORDER && !insideToken(text, at)) {
        close(at);
        if (STOP.test(text[at] ?? '')) opens = true;
        continue;
      }
      if (kind === SILENT) continue;
      if (kind === BLANK) {
        const before = text.charCodeAt(at - 1);
        const after = text.charCodeAt(at + 1);
        if (isHan(before) && isHan(after)) close(at);
        else if (!isHan(before) && !isHan(after)) {
          open.units += ' ';
          open.at.push(at);
        }
        continue;
      }
      const filler = wordAt(fillers, text, at);
      if (filler !== undefined) {
        at += filler.word.length - 1;
        continue;
      }
      const turn = wordAt(contrasts, text, at)?.word.length ?? 0;
      if (turn > 0 && open.units !== '') close(at);
      if (turn > 0) open.lead = turn;
      for (let i = 0; i < Math.max(1, turn); i++) {
        open.units += text[at + i];
        open.at.push(at + i);
      }
      at += Math.max(1, turn) - 1;
    }
    close(text.length);
    return clauses;
  };
}
