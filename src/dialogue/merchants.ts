/** The shops that the operator has listed, as the dialogue sees them: looked up, never gone through. Pure. */
import type { Knowledge } from '../knowledge/schema.js';

export interface Terminal {
  /** Serial number. */
  serial: string;
  /** Empty if the list does not say. */
  model: string;
}

/** One shop of the register. Whom to reach there is not part of it: no conversation needs it. */
export interface Merchant {
  /** Merchant number. */
  number: string;
  shop: string;
  /** Empty if the list does not say, as the next. */
  region: string;
  /** As the operator wrote it: a name or an id of the lexicon. */
  acquirer: string;
  terminals: readonly Terminal[];
}

/** Each look-up takes the same time however many shops there are. Letter case makes no difference. */
export interface Merchants {
  byNumber(number: string): Merchant | undefined;
  /** None if two shops list the same serial. */
  bySerial(serial: string): Merchant | undefined;
  /** By userid or external_userid; none if two shops list the same one. */
  byUser(user: string): Merchant | undefined;
  /** Whether any shop lists the user. */
  namesUser(user: string): boolean;
}

/** An operator without a list. */
export const NO_MERCHANTS: Merchants = {
  byNumber: () => undefined,
  bySerial: () => undefined,
  byUser: () => undefined,
  namesUser: () => false,
};

/** The lexicon's id of an acquirer that the operator wrote by id or by one of its names. */
export function acquirerId(
  written: string,
  { acquirers }: Pick<Knowledge['lexicon'], 'acquirers'>,
): string | undefined {
  const wanted = written.trim().toLowerCase();
  if (wanted === '') return undefined;
  if (Object.hasOwn(acquirers, wanted)) return wanted;
  return Object.entries(acquirers).find(([, names]) => names.some((name) => name.toLowerCase() === wanted))?.[0];
}

/** A shop with the users it lists. */
export type Listed = Merchant & { userids: readonly string[] };

/** A short list, for conversations that are written down. */
export function listed(shops: readonly Listed[]): Merchants {
  const same = (a: string, b: string) => a.toUpperCase() === b.toUpperCase();
  return {
    byNumber: (number) => shops.find((shop) => same(shop.number, number)),
    bySerial: (wanted) => shops.find(({ terminals }) => terminals.some(({ serial }) => same(serial, wanted))),
    byUser: (user) => shops.find(({ userids }) => userids.some((one) => same(one, user))),
    namesUser: (user) => shops.some(({ userids }) => userids.some((one) => same(one, user))),
  };
}
