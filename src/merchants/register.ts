/** The list of shops in memory: one buffer of rows and three indexes. Pure. */
import type { Merchant, Merchants } from '../dialogue/merchants.js';
import type { Row } from './row.js';

/** Rows of a list at most; a provider of that size has systems of its own to ask. */
export const ROWS_MAX = 200_000;

/** Listed by more than one shop: says nothing. */
const AMBIGUOUS = -1;
/** Bytes that the buffer begins with; it doubles when it is full. */
const FIRST_BYTES = 64 * 1024;

export interface Counts {
  shops: number;
  terminals: number;
  users: number;
}

/** What adding a row came upon. */
export interface Added {
  /** False: the merchant number is in the list already, and the row was left out. */
  taken: boolean;
  /** Serials and userids that another shop lists as well; they lead to neither. */
  serials: number;
  users: number;
}

/** Grows row by row, then is read. Costs about 0.3 KB a shop. */
export class Register implements Merchants {
  #rows = Buffer.alloc(FIRST_BYTES);
  #used = 0;
  /** Row n lies from `#ends[n - 1]` to `#ends[n]`. */
  readonly #ends: number[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #serials = new Map<string, number>();
  readonly #users = new Map<string, number>();

  /** @throws {RangeError} beyond {@link ROWS_MAX}; callers stop before */
  add({ number, shop, region, acquirer, terminals, userids }: Row): Added {
    if (this.#ends.length >= ROWS_MAX) throw new RangeError(`more than ${ROWS_MAX} shops`);
    const key = keyOf(number);
    if (this.#numbers.has(key)) return { taken: false, serials: 0, users: 0 };
    const index = this.#ends.length;
    this.#numbers.set(key, index);
    const flat = terminals.flatMap(({ serial, model }) => [serial, model]);
    this.#write(JSON.stringify([number, shop, region, acquirer, ...flat]));
    const serials = terminals.filter(({ serial }) => !enter(this.#serials, keyOf(serial), index)).length;
    const users = userids.filter((user) => !enter(this.#users, keyOf(user), index)).length;
    return { taken: true, serials, users };
  }

  byNumber(number: string): Merchant | undefined {
    return this.#at(this.#numbers.get(keyOf(number)));
  }

  bySerial(serial: string): Merchant | undefined {
    return this.#at(this.#serials.get(keyOf(serial)));
  }

  byUser(user: string): Merchant | undefined {
    return this.#at(this.#users.get(keyOf(user)));
  }

  namesUser(user: string): boolean {
    return this.#users.has(keyOf(user));
  }

  get counts(): Counts {
    return { shops: this.#ends.length, terminals: this.#serials.size, users: this.#users.size };
  }

  #write(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#used + bytes > this.#rows.length) {
      const larger = Buffer.alloc(Math.max(this.#rows.length * 2, this.#used + bytes));
      this.#rows.copy(larger, 0, 0, this.#used);
      this.#rows = larger;
    }
    this.#used += this.#rows.write(text, this.#used);
    this.#ends.push(this.#used);
  }

  #at(index: number | undefined): Merchant | undefined {
    const end = index === undefined ? undefined : this.#ends[index];
    if (index === undefined || end === undefined) return undefined;
    const row = JSON.parse(this.#rows.toString('utf8', this.#ends[index - 1] ?? 0, end)) as string[];
    const [number = '', shop = '', region = '', acquirer = '', ...flat] = row;
    const terminals = flat
      .filter((_, at) => at % 2 === 0)
      .map((serial, at) => ({ serial, model: flat[at * 2 + 1] ?? '' }));
    return { number, shop, region, acquirer, terminals };
  }
}

/** False if another row had it. */
function enter(index: Map<string, number>, key: string, row: number): boolean {
  const before = index.get(key);
  index.set(key, before === undefined || before === row ? row : AMBIGUOUS);
  return before === undefined || before === row;
}

const ASCII = /^[!-~]+$/;

/**
 * A string of its own: a part of a larger one would keep all of that in memory. Numbers and userids are ASCII; for what is not there
 * is a key that nothing has.
 */
function keyOf(text: string): string {
  if (!ASCII.test(text)) return '';
  return Buffer.from(text.toUpperCase(), 'latin1').toString('latin1');
}
