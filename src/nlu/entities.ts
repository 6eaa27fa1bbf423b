/** What an utterance names: codes with their system, channels, banks, acquirers, terminals, amounts, phones, times. */
import type { Knowledge } from '../knowledge/schema.js';
import { type Normalised, original } from '../text/normalise.js';
import { createCodeFinder } from './codes.js';
import type { Entity, EntityType } from './understanding.js';
import { METHOD_OF, oneWay, waysBefore } from './ways.js';
import { findWords, indexWords } from './words.js';

/** Channel or acquirer → the code system that it speaks; acquirers with a system of their own id speak that one. */
const SYSTEM_OF: Readonly<Record<string, string>> = {
  wechat: 'wechat-pay',
  alipay: 'alipay',
  'cloud-quickpass': 'unionpay-acp',
  'bank-card': 'unionpay-pos',
  'credit-card': 'unionpay-pos',
  'foreign-card': 'unionpay-pos',
};

const PHONE = /(?<![\d*])(1[3-9]\d)[ -]?(?:\d{4}|\*{4})[ -]?(\d{4})(?![\d*])/g;
const CLOCK = /(?<![\d:.])(?:[01]?\d|2[0-4]):[0-5]\d(?![\d:])/g;
const NUMBER = /\d+(?:,\d{3})*(?:\.\d+)?/g;

/** A found thing in positions of the normalised text. */
interface Found {
  type: EntityType;
  value: string;
  start: number;
  end: number;
}

/** A range in which a statement says that what it names works. */
export interface Range {
  start: number;
  end: number;
}

export type FindEntities = (
  source: Normalised,
  bare: { text: string; at: readonly number[] },
  cleared: readonly Range[],
) => Entity[];

/** Makes the function that finds entities; their offsets are in the original text. */
export function createEntities(
  knowledge: Pick<Knowledge, 'codes' | 'lexicon' | 'systems'>,
  normalise: (text: string) => string,
): FindEntities {
  const { lexicon, systems } = knowledge;
  const codes = createCodeFinder(knowledge, normalise);
  const groups: [EntityType, Readonly<Record<string, readonly string[]>>][] = [
    ['acquirer', lexicon.acquirers],
    ['channel', lexicon.channels],
    ['bank', lexicon.banks],
    ['terminal', lexicon.terminals],
  ];
  const names = indexWords(
    groups.flatMap(([type, group]) =>
      Object.entries(group).flatMap(([id, words]) => words.map((word) => [normalise(word), `${type}:${id}`] as const)),
    ),
  );
  const times = indexWords(lexicon.times.map((word) => [normalise(word), 'time']));
  const timeUnits = indexWords(lexicon.units.time.map((word) => [word, 'time']));
  const money = indexWords(Object.keys(lexicon.units.money).map((word) => [word, word]));
  const numerals = lexicon.units.numerals;

  const unitAt = (index: typeof money, text: string, at: number) => {
    const from = text[at] === ' ' ? at + 1 : at;
    const hit = index.get(text.charCodeAt(from))?.find(({ word }) => text.startsWith(word, from));
    return hit === undefined ? undefined : { ...hit, end: from + hit.word.length };
  };

  function amounts(text: string, taken: readonly Found[]): Found[] {
    const found: Found[] = [];
    const add = (value: number, start: number, end: number, currency: boolean): void => {
      let yuan = value;
      let stop = end;
      // 「3千块」: one factor after the other.
      for (let unit = unitAt(money, text, stop); unit !== undefined; unit = unitAt(money, text, stop)) {
        yuan *= lexicon.units.money[unit.word] ?? 1;
        stop = unit.end;
      }
      if (stop === end && !currency) return;
      if (taken.some((other) => other.start < stop && start < other.end)) return;
      found.push({ type: 'amount', value: String(Math.round(yuan * 100) / 100), start, end: stop });
    };
    for (const match of text.matchAll(NUMBER)) {
      const end = match.index + match[0].length;
      // 「报51,300块」: what is a code already is no thousands of what comes after the comma.
      const code = taken.find((other) => other.start <= match.index && other.end < end && text[other.end] === ',');
      const start = code && code.end > match.index ? code.end + 1 : match.index;
      const currency = /[¥$]\s?$/.test(text.slice(0, start));
      add(Number(text.slice(start, end).replaceAll(',', '')), start, end, currency);
    }
    for (let at = 0; at < text.length; at++) {
      const value = numerals[text[at] ?? ''];
      // One numeral only: 「一块」, 「两百」; a longer one is not worth reading wrongly.
      if (value !== undefined && numerals[text[at - 1] ?? ''] === undefined) add(value, at, at + 1, false);
    }
    return found;
  }

  /** Times that stand side by side are one (「昨晚 23:30」, 「晚上11点半」). */
  function timesIn(text: string, taken: readonly Found[]): Found[] {
    const found: Found[] = findWords(times, text).map(({ start, end }) => ({ type: 'time', value: '', start, end }));
    for (const match of text.matchAll(CLOCK))
      found.push({ type: 'time', value: '', start: match.index, end: match.index + match[0].length });
    for (const match of text.matchAll(/\d{1,4}/g)) {
      const unit = unitAt(timeUnits, text, match.index + match[0].length);
      if (unit !== undefined && !/\d/.test(text[match.index - 1] ?? ''))
        found.push({ type: 'time', value: '', start: match.index, end: unit.end });
    }
    const merged: Found[] = [];
    for (const time of found.sort((a, b) => a.start - b.start || b.end - a.end)) {
      const last = merged[merged.length - 1];
      if (last !== undefined && time.start - last.end <= 1) last.end = Math.max(last.end, time.end);
      else if (!taken.some((other) => other.start < time.end && time.start < other.end)) merged.push({ ...time });
    }
    return merged.map((time) => ({ ...time, value: text.slice(time.start, time.end) }));
  }

  function phones(text: string): Found[] {
    return Array.from(text.matchAll(PHONE), (match) => ({
      type: 'phone' as const,
      value: `${match[1]}****${match[2]}`,
      start: match.index,
      end: match.index + match[0].length,
    }));
  }

  function named(text: string): Found[] {
    return findWords(names, text).map(({ id, start, end }) => {
      const colon = id.indexOf(':');
      return { type: id.slice(0, colon) as EntityType, value: id.slice(colon + 1), start, end };
    });
  }

  return (source, bare, cleared) => {
    const { text } = source;
    const found = named(text);
    const ways = found.filter(({ type, value }) => type === 'channel' && METHOD_OF[value] !== undefined);
    const namedSystems: Found[] = found.flatMap((hit) => {
      const system = hit.type === 'channel' || hit.type === 'acquirer' ? (SYSTEM_OF[hit.value] ?? hit.value) : '';
      return systems.has(system) ? [{ type: 'system' as const, value: system, start: hit.start, end: hit.end }] : [];
    });
    const phone = phones(text);
    const codeHits = codes
      .find(text, bare)
      .filter(({ start, end }) => !phone.some((hit) => hit.start < end && start < hit.end));
    const seen: Found[] = [...phone, ...codeHits.map((hit) => ({ type: 'code' as const, ...hit }))];
    const numbers = amounts(text, seen);
    const all = [...found, ...namedSystems, ...phone, ...numbers, ...timesIn(text, [...seen, ...numbers])];
    const entities: Entity[] = all.map(({ type, value, start, end }) => ({
      type,
      value,
      ...original(source, start, end),
    }));
    for (const hit of codeHits) {
      const system = systemFor(hit, { named: namedSystems, ways, codes: codeHits, cleared });
      entities.push({
        type: 'code',
        value: hit.value,
        ...(system === undefined ? {} : { system }),
        ...original(source, hit.start, hit.end),
      });
    }
    return entities.sort((a, b) => a.start - b.start || a.end - b.end);
  };

  /**
   * The system that the sentence names for a code: that of the nearest way of paying or acquirer before it which is not named only to
   * say that it works, else of the first one after it that reads the code. None if the nearest does not read the code (「刷卡报51,微信报55」
   * names no system for the 55), or if a mere way of paying leaves several (「扫码报99」).
   */
  function systemFor(
    code: { value: string; start: number },
    { named, ways, codes, cleared }: Beside,
  ): string | undefined {
    const failing = <T extends Range>(all: readonly T[]): T[] =>
      all.filter((hit) => !cleared.some((range) => hit.start >= range.start && hit.end <= range.end));
    const readings = (knowledge.codes.get(code.value) ?? []).map((reading) => reading.system);
    const readBy = (system: string): string | undefined => (readings.includes(system) ? system : undefined);
    const ofChannel = (channel: string | undefined): string | undefined => {
      const own = SYSTEM_OF[channel ?? ''];
      if (own !== undefined || channel === undefined) return own === undefined ? undefined : readBy(own);
      const fitting = readings.filter((id) =>
        systems.get(id)?.payMethods.some((method) => method === METHOD_OF[channel]),
      );
      return fitting.length === 1 ? fitting[0] : undefined;
    };
    const before = waysBefore(failing(ways), codes, code.start);
    const system = failing(named).findLast((hit) => hit.start <= code.start);
    if (system !== undefined && system.end > (before.at(-1)?.end ?? 0)) return readBy(system.value);
    if (before.length > 0) return ofChannel(oneWay(before.map(({ value }) => value)));
    return failing(named).find(({ value }) => readings.includes(value))?.value;
  }
}

/** What else a sentence names beside a code. */
interface Beside {
  named: readonly Found[];
  ways: readonly Found[];
  codes: readonly { start: number; end: number }[];
  cleared: readonly Range[];
}
