/**
 * Who is asking: what the sticker, the platform or the user's own words say of the shop, joined with the operator's list. Anybody can
 * write a number, and the link behind a sticker; so what is only in the list is for our own people, unless the list names the user. Pure.
 */
import type { Knowledge } from '../knowledge/schema.js';
import type { KnownShop, Shop } from './event.js';
import { acquirerId, type Merchant, type Merchants, type Terminal } from './merchants.js';
import { acquirerIn } from './past-cases.js';
import { asListed, type Unlisted, unlistedIn } from './typed-number.js';
import { alternatives } from './unmasked.js';
import type { Turn, World } from './world.js';

/** Numbers looked up in one message; more are none of a shop's. */
const LOOKED_UP_MAX = 20;
/** Characters from which something may be a number of the list, and digits if it has nothing else: fewer are a sum or a code. */
const SHORTEST = 6;
const SHORTEST_DIGITS = 8;

export interface Numbers extends Shop {
  /** The words without the numbers and what announces them (「商户号是…」). */
  rest: string;
  /** A number that was announced and that the list, if there is one, does not have. */
  unlisted?: Omit<Unlisted, 'rest'>;
}

/** Numbers in the user's words, as far as they are in the list, digit by digit. */
export function numbersIn(said: string, world: World): Numbers {
  const words = asListed(said, world.merchants);
  const { merchants } = world;
  const found: Shop = {};
  let looked = 0;
  const rest = words.replace(patternOf(world), (whole: string, announced: string | undefined, text: string) => {
    const long = text.length >= (/^\d+$/.test(text) ? SHORTEST_DIGITS : SHORTEST);
    if (!/\d/.test(text) || (!long && announced === undefined) || looked >= LOOKED_UP_MAX) return whole;
    looked += 1;
    const merchant = merchants.byNumber(text);
    const owner = merchant ? undefined : merchants.bySerial(text);
    const serial = owner?.terminals.find((one) => same(one.serial, text))?.serial;
    if (merchant) found.merchant = merchant.number;
    if (serial !== undefined) found.terminal = serial;
    return merchant || owner ? ' ' : whole;
  });
  if (Object.keys(found).length > 0) return { ...found, rest };
  const unlisted = unlistedIn(words, world);
  if (!unlisted) return { rest: looked > 0 ? rest : said };
  const { rest: left, ...number } = unlisted;
  return { rest: left, unlisted: number };
}

/** Repetitions are bounded: a message of nothing but such words must not cost more than its length. Made once a list of words: it is replaced, never changed. */
const patterns = new WeakMap<Knowledge['lexicon'], RegExp>();

function patternOf({ knowledge: { lexicon }, flows }: World): RegExp {
  let pattern = patterns.get(lexicon);
  if (!pattern) {
    const { merchantNumber, link } = lexicon.privateWords;
    const owners = alternatives(flows.get('repair')?.words['shop-owners'] ?? []);
    const announced = `((?:${owners}){0,3}(?:${alternatives(merchantNumber)})\\s{0,4}(?:${alternatives(link)})?[:\\uff1a,\\uff0c\\s]{0,4})?`;
    pattern = new RegExp(`${announced}(?<![0-9A-Za-z_-])([0-9A-Za-z_-]{1,32})(?![0-9A-Za-z_-])`, 'giu');
    patterns.set(lexicon, pattern);
  }
  return pattern;
}

/**
 * Brings what is known of the shop up to date with the list. `said`: what this turn's sticker or words say; `sticker`: it takes the
 * place of all that was said before.
 * @returns whether another shop or terminal is known than before
 */
export function joinShop(turn: Turn, said: Shop, sticker = false): boolean {
  const { session, world, user } = turn;
  const before = session.shop;
  const told = sticker ? said : toldWith(toldOf(before), said, world.merchants);
  const found = lookedUp(told, user, world);
  const stuck = sticker || (before?.sticker === true && found?.merchant === before.merchant);
  const shop = found && withLearnt({ ...found, ...(stuck ? { sticker: true as const } : {}) }, turn);
  if (shop) session.shop = shop;
  else delete session.shop;
  takeAcquirer(turn, before?.acquirer, shop?.acquirer);
  const changed = shop?.merchant !== before?.merchant || shop?.terminal !== before?.terminal;
  if (changed && shop?.name !== undefined) turn.happenings.push({ type: 'shop', data: noted(shop) });
  return changed;
}

/** Older sessions hold nothing but what the sticker said. */
function toldOf(shop: KnownShop | undefined): Shop {
  if (shop?.told || !shop) return shop?.told ?? {};
  const { merchant, terminal, own } = shop;
  return own
    ? {}
    : { ...(merchant === undefined ? {} : { merchant }), ...(terminal === undefined ? {} : { terminal }) };
}

/** A number of another shop takes the place of all that was said of the one before. */
function toldWith(before: Shop, said: Shop, merchants: Merchants): Shop {
  if (said.merchant !== undefined) {
    const isTheirs = same(before.merchant ?? said.merchant, said.merchant);
    return isTheirs ? { ...before, ...said } : said;
  }
  if (said.terminal === undefined) return before;
  const owner = merchants.bySerial(said.terminal);
  // One that no list has may be any shop's, this one's as well.
  const isTheirs = before.merchant !== undefined && (owner === undefined || same(owner.number, before.merchant));
  return isTheirs ? { ...before, terminal: said.terminal } : { terminal: said.terminal };
}

function lookedUp(told: Shop, user: string | undefined, { merchants, knowledge }: World): KnownShop | undefined {
  const own = user === undefined ? undefined : merchants.byUser(user);
  const named = namedBy(told, merchants) ?? (told.merchant === undefined ? own : undefined);
  const isTold = told.merchant !== undefined || told.terminal !== undefined;
  if (!named) return isTold ? { ...told, told } : undefined;
  const [only, ...others] = named.terminals;
  const alone = others.length === 0 ? only?.serial : undefined;
  const serial = told.terminal ?? alone;
  const terminal = named.terminals.find((one) => serial !== undefined && same(one.serial, serial));
  const written = named.acquirer;
  return {
    merchant: named.number,
    ...(serial === undefined ? {} : { terminal: serial }),
    ...(isTold ? { told } : {}),
    ...(own?.number === named.number ? { own: true as const } : {}),
    name: named.shop,
    ...(named.region === '' ? {} : { region: named.region }),
    ...(written === '' ? {} : { acquirer: acquirerId(written, knowledge.lexicon) ?? written }),
    ...(terminal === undefined || terminal.model === '' ? {} : { model: terminal.model }),
  };
}

/** Whoever only typed the number may be anybody: neither learns from the shop's cases, nor are they learnt from. */
export function isOfShop(shop: KnownShop | undefined): shop is KnownShop & { merchant: string } {
  return shop?.merchant !== undefined && (shop.own === true || shop.sticker === true);
}

/** What an earlier case of the shop has said need not be asked again; the list knows better. */
function withLearnt(shop: KnownShop, { world, at }: Turn): KnownShop {
  if (shop.acquirer !== undefined || !isOfShop(shop)) return shop;
  const acquirer = acquirerIn(world.shopCases?.of(shop.merchant, at) ?? []);
  return acquirer === undefined ? shop : { ...shop, acquirer };
}

function namedBy({ merchant, terminal }: Shop, merchants: Merchants): Merchant | undefined {
  if (merchant !== undefined) return merchants.byNumber(merchant);
  return terminal === undefined ? undefined : merchants.bySerial(terminal);
}

/** What the list says counts as long as the user has not said otherwise. */
function takeAcquirer({ session, world }: Turn, before: string | undefined, now: string | undefined): void {
  const { facts } = session;
  const known = now !== undefined && Object.hasOwn(world.knowledge.lexicon.acquirers, now);
  if (facts.acquirer !== undefined && facts.acquirer === before && facts.acquirer !== now) delete facts.acquirer;
  if (known && facts.acquirer === undefined) facts.acquirer = now;
}

/** For the journal: what incidents and reports are counted by. */
function noted({ merchant, terminal, region, acquirer, model }: KnownShop): Readonly<Record<string, string>> {
  const all = { merchant, terminal, region, acquirer, model };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** What the user may be shown of it. */
export function shownShop(shop: KnownShop | undefined): Shop {
  if (!shop) return {};
  return shop.own === true ? shop : toldOf(shop);
}

/** The shop's terminals, if it has several and nobody knows which it is about. */
export function openTerminals({ session, world }: Turn): readonly Terminal[] {
  const { merchant, terminal } = session.shop ?? {};
  if (merchant === undefined || terminal !== undefined) return [];
  const terminals = world.merchants.byNumber(merchant)?.terminals ?? [];
  return terminals.length > 1 ? terminals : [];
}

const same = (a: string, b: string): boolean => a.toUpperCase() === b.toUpperCase();
