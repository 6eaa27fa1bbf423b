/** Which of an organisation's numbers is for this shop: its own region's, if there is one, else the one for the whole country. Pure. */
import { isOfShop } from '../dialogue/shop.js';
import type { Turn } from '../dialogue/world.js';
import { isShowable } from '../knowledge/contact.js';
import { namesPlace, placeName } from '../knowledge/region.js';
import type { Contact } from '../knowledge/schema.js';

/** The contacts that hold everywhere. */
export function nationwide({ world }: Turn): Contact[] {
  return [...world.knowledge.contacts.values()].filter(({ regions }) => regions.length === 0);
}

/** The nationwide contact that one for a region belongs to; any other is its own. */
export function headOf({ world }: Turn, contact: Contact): Contact | undefined {
  return contact.branchOf === undefined ? contact : world.knowledge.contacts.get(contact.branchOf);
}

/**
 * The number for the shop's region in place of the nationwide one. The list's region counts, else what the user says: of a place in the
 * list the smallest region that holds it, of two places that the user names neither. One that may not be shown changes nothing.
 * @returns `contact` itself where there is none
 */
export function inRegion(turn: Turn, contact: Contact): Contact {
  const { world, session, words } = turn;
  // Where a shop is, is not for everybody who knows its number.
  const listed = isOfShop(session.shop) ? session.shop.region : undefined;
  const text = listed ?? [...session.heard, words ?? ''].join('\n');
  const fitting = [...world.knowledge.contacts.values()]
    .filter((one) => one.branchOf === contact.id && isShowable(one))
    .map((one) => ({ one, width: narrowest(text, one.regions) }))
    .filter(({ width }) => width > 0)
    .sort((a, b) => b.width - a.width || (a.one.id < b.one.id ? -1 : 1));
  const [best, ...others] = fitting;
  if (!best || (listed === undefined && others.length > 0)) return contact;
  return best.one;
}

/** How far into the text the last of these regions goes: 「上海浦东」 is in 浦东 rather than in 上海. 0: it is in none. */
function narrowest(text: string, regions: readonly string[]): number {
  const ends = regions
    .filter((region) => namesPlace(text, region))
    .map((region) => text.lastIndexOf(placeName(region)) + placeName(region).length);
  return Math.max(0, ...ends);
}
