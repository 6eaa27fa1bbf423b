/** Comma-separated values as RFC 4180 has them, read piece by piece and written. Pure. */

/** UTF-16 units of a field; what is beyond is dropped and the record has a problem. An unclosed quote ends there as well. */
export const FIELD_MAX = 2_000;
/** Fields of a record; more are dropped and the record has a problem. */
export const FIELDS_MAX = 64;

/**
 * - `quote`: a quote that is not closed within {@link FIELD_MAX}, or something stands behind a closing one.
 * - `length`: a field is longer than {@link FIELD_MAX}.
 * - `fields`: there are more than {@link FIELDS_MAX}.
 */
export type CsvProblem = 'quote' | 'length' | 'fields';

export interface CsvRecord {
  /** Where it begins, from 1. A quoted field may go over several lines. */
  line: number;
  fields: string[];
  /** Lines that it goes over, if more than one. */
  lines?: number;
  problem?: CsvProblem;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Takes text in pieces of any size and gives the records that are complete. Lines end with LF, CRLF or CR; empty ones are no records.
 * A quote inside a field that does not begin with one stands for itself. Memory stays below one record's bound.
 */
export class CsvReader {
  #line = 1;
  #begunAt = 1;
  #fields: string[] = [];
  #field = '';
  #problem: CsvProblem | undefined;
  /** `start`: nothing of the field was seen. `shut`: its closing quote was, or the first of two that stand for one. */
  #state: 'start' | 'bare' | 'quoted' | 'shut' = 'start';
  /** The last unit was a CR: an LF after it ends nothing. */
  #afterCr = false;
  /** The last unit was a line break. */
  #afterBreak = false;

  /** The records that end within `text`. */
  push(text: string): CsvRecord[] {
    const records: CsvRecord[] = [];
    let at = 0;
    while (at < text.length) {
      const unit = text.charCodeAt(at);
      const followsCr = this.#afterCr;
      this.#afterCr = unit === CR;
      const isBreak = unit === LF || unit === CR;
      if (isBreak && !(unit === LF && followsCr)) this.#line += 1;
      this.#afterBreak = isBreak;
      if (this.#state === 'quoted') at = this.#inQuotes(text, at, unit, records);
      else {
        if (isBreak) {
          if (!(unit === LF && followsCr)) this.#endRecord(records);
        } else if (unit === COMMA) this.#endField();
        else if (unit === QUOTE && this.#state !== 'bare') this.#openOrDouble();
        else {
          const end = plainEnd(text, at);
          if (this.#state === 'shut') this.#fault('quote');
          this.#state = 'bare';
          this.#add(text.slice(at, end));
          at = end;
          continue;
        }
        at += 1;
      }
    }
    return records;
  }

  /** The last record, if the text does not end with a line break. */
  end(): CsvRecord[] {
    const records: CsvRecord[] = [];
    if (this.#state === 'quoted') this.#fault('quote');
    if (this.#state !== 'start' || this.#fields.length > 0) this.#endRecord(records);
    return records;
  }

  #inQuotes(text: string, at: number, unit: number, records: CsvRecord[]): number {
    if (unit === QUOTE) {
      this.#state = 'shut';
      return at + 1;
    }
    const isBreak = unit === LF || unit === CR;
    // Whatever the quote was meant for: it must not swallow the rest of the file.
    if (isBreak && this.#field.length >= FIELD_MAX) {
      this.#fault('quote');
      this.#endRecord(records);
      return at + 1;
    }
    const end = isBreak ? at + 1 : quotedEnd(text, at);
    this.#add(text.slice(at, end));
    return end;
  }

  #openOrDouble(): void {
    if (this.#state === 'shut') this.#add('"');
    this.#state = 'quoted';
  }

  #add(text: string): void {
    const room = FIELD_MAX - this.#field.length;
    if (text.length > room) this.#fault('length');
    this.#field += text.length > room ? text.slice(0, room) : text;
  }

  #fault(problem: CsvProblem): void {
    this.#problem = problem === 'quote' ? problem : (this.#problem ?? problem);
  }

  #endField(): void {
    if (this.#fields.length < FIELDS_MAX) this.#fields.push(this.#field);
    else this.#fault('fields');
    this.#field = '';
    this.#state = 'start';
  }

  #endRecord(records: CsvRecord[]): void {
    const blank = this.#state === 'start' && this.#fields.length === 0;
    const line = this.#begunAt;
    this.#endField();
    const problem = this.#problem;
    // Its own line break was counted, but for the last of a file.
    const lines = Math.max(1, this.#line - line - (this.#afterBreak ? 0 : -1));
    const over = lines > 1 ? { lines } : {};
    if (!blank) records.push({ line, fields: this.#fields, ...over, ...(problem === undefined ? {} : { problem }) });
    this.#fields = [];
    this.#problem = undefined;
    this.#begunAt = this.#line;
  }
}

/** Where a run of units that mean nothing outside of quotes ends. A quote in its middle means nothing either. */
function plainEnd(text: string, from: number): number {
  let at = from + 1;
  for (; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === COMMA || unit === LF || unit === CR) break;
  }
  return at;
}

/** The same inside of quotes. */
function quotedEnd(text: string, from: number): number {
  let at = from + 1;
  for (; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE || unit === LF || unit === CR) break;
  }
  return at;
}

/** One record with its line break, LF. A single empty field is quoted: an empty line is no record. */
export function csvLine(fields: readonly string[]): string {
  if (fields.length === 1 && fields[0] === '') return '""\n';
  return `${fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\n`;
}
