/** Hand-overs as the tests of the machine ask for them. */
import type { Contact, Effect } from '../../src/handover/types.js';

export const MINUTE = 60_000;
export const duties = { accept: 3 * MINUTE, idle: 60 * MINUTE, open: 720 * MINUTE };

export const contact = (name: string): Contact => ({
  name,
  userid: name,
  channel: 'wecom-app',
  conversation: `wecom-app:${name}`,
});

/** A request, with nobody to ask yet. */
export const REQUEST = { id: 'h1', severity: 'normal', why: '', duties, summary: '刷卡不行', atDoor: false } as const;

/** What the merchant is told. */
export const said = (effects: readonly Effect[]) => effects.flatMap((one) => (one.do === 'say' ? [one.what] : []));
