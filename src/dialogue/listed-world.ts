/** A world with a list of shops: the numbers in it are none to be hidden, though some look like a card's. Pure. */
import { createMask } from '../text/mask.js';
import type { Merchants } from './merchants.js';
import type { World } from './world.js';

/** Shorter numbers are never taken for a card's or an identity's; a mobile number has eleven digits and stays hidden. */
const NUMBER = /(?<![0-9A-Za-z_-])[0-9A-Za-z_-]{12,32}(?![0-9A-Za-z_-])/g;
/** Numbers looked up in one text. */
const LOOKED_UP_MAX = 20;
/** What stands for a listed number while the rest is hidden. */
const SPARED = 'q';

/** The same world with another list. One in ten merchant numbers of fifteen digits passes for a card number. */
export function withMerchants(world: World, merchants: Merchants): World {
  const mask = createMask(world.knowledge.lexicon.privateWords);
  return { ...world, merchants, mask: (text) => sparing(text, mask, merchants) };
}

function sparing(text: string, mask: World['mask'], merchants: Merchants): ReturnType<World['mask']> {
  let looked = 0;
  const isListed = (number: string): boolean => {
    looked += 1;
    return merchants.byNumber(number) !== undefined || merchants.bySerial(number) !== undefined;
  };
  const spared = text.replace(NUMBER, (number) =>
    /\d/.test(number) && looked < LOOKED_UP_MAX && isListed(number) ? SPARED.repeat(number.length) : number,
  );
  if (spared === text) return mask(text);
  const { text: hidden, found } = mask(spared);
  // What was hidden for what stands before it (「密码是…」) stays hidden.
  const restored = hidden.split('').map((unit, at) => (unit === spared[at] ? (text[at] ?? unit) : unit));
  return { text: restored.join(''), found };
}
