/** What a written conversation finds there besides the content: the operator's shops, their earlier cases, contacts of the operator's own. Pure. */
import { z } from 'zod';
import { withMerchants } from '../dialogue/listed-world.js';
import { listed } from '../dialogue/merchants.js';
import type { ShopCases } from '../dialogue/past-cases.js';
import type { World } from '../dialogue/world.js';
import { contactSchema } from '../knowledge/schema.js';

const MINUTE = 60_000;

const shopSchema = z.strictObject({
  number: z.string(),
  shop: z.string(),
  region: z.string().default(''),
  acquirer: z.string().default(''),
  terminals: z.array(z.strictObject({ serial: z.string(), model: z.string().default('') })).default([]),
  userids: z.array(z.string()).default([]),
});

/** A case that somebody else of a shop had; minutes after the conversation's beginning. */
const earlierSchema = z.strictObject({
  merchant: z.string(),
  at: z.number().default(-60),
  fault: z.string().optional(),
  fix: z.string().optional(),
  outcome: z.enum(['resolved', 'resolved-by-human', 'paid', 'open']).default('resolved'),
  acquirer: z.string().optional(),
});

export const givenWorld = {
  /** The operator's list of shops. */
  shops: z.array(shopSchema).default([]),
  /** Cases of others of these shops. */
  earlier: z.array(earlierSchema).optional(),
  /** Contacts of the operator's overlay. */
  contacts: z.array(contactSchema).optional(),
  /** The operator's own hotline and its hours. */
  hotline: z.string().optional(),
  hotlineHours: z.string().optional(),
};

type Given = z.infer<z.ZodObject<typeof givenWorld>>;

/** The world of a conversation that begins at `start` (ms since the epoch). */
export function worldOf(given: Given, content: World, start: number): World {
  const { shops, earlier = [], contacts = [], hotline, hotlineHours = '' } = given;
  const world = shops.length === 0 ? content : withMerchants(content, listed(shops));
  const known = new Map([...world.knowledge.contacts, ...contacts.map((one) => [one.id, one] as const)]);
  const own = hotline === undefined ? {} : { hotline, hotlineHours };
  const organization = { ...world.knowledge.organization, ...own };
  return {
    ...world,
    knowledge: { ...world.knowledge, contacts: known, organization },
    shopCases: casesOf(earlier, start),
  };
}

function casesOf(earlier: NonNullable<Given['earlier']>, start: number): ShopCases {
  const cases = earlier.map(({ at: minutes, merchant, outcome, fault, fix, acquirer }, index) => {
    const at = start + minutes * MINUTE;
    const what = { ...(fault && { fault }), ...(fix && { fix }), ...(acquirer && { acquirer }) };
    return { case: index + 1, opened: at - MINUTE, at, merchant, outcome, ...what };
  });
  const same = (a: string, b: string) => a.toUpperCase() === b.toUpperCase();
  return { of: (wanted) => cases.filter(({ merchant }) => same(merchant, wanted)) };
}
