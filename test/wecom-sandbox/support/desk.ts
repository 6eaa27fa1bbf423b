/** The local WeCom with what the page does in it, without a service. */
import { type TestClock, testClock } from '../../support/clock.js';
import { createSandbox, type Sandbox } from '../index.js';
import type { Act, Change, Done } from '../page/types.js';
import { Acts } from '../run/acts.js';
import { BOT_NAME, KF_NAME, places, SERVICER } from '../run/corp.js';
import { faultMenu } from '../run/fault-menu.js';
import { Feed } from '../run/feed.js';
import { Wire } from './wire.js';

export interface Desk {
  sandbox: Sandbox;
  feed: Feed;
  /** A subscribed connection of the bot. */
  wire: () => Promise<Wire>;
  perform: (act: Act) => Promise<Done>;
  /** What the page is told next, however little. */
  news: () => Promise<Change>;
  restarts: number;
}

/** Gives each test a desk of its own. */
export function deskForEach(give: (desk: Desk) => void): void {
  let sandbox: Sandbox;
  let feed: Feed;
  beforeEach(async () => {
    const clock: TestClock = testClock();
    sandbox = createSandbox({
      clock,
      bot: { name: BOT_NAME },
      kf: { accounts: { wkSANDBOX1: KF_NAME }, servicers: [SERVICER.id] },
    });
    const { wsUrl } = await sandbox.start();
    const chats = places(false);
    feed = new Feed({ sandbox, places: chats, faults: faultMenu(false), callbackMode: false, clock });
    const desk: Desk = {
      sandbox,
      feed,
      restarts: 0,
      wire: () => Wire.subscribed(wsUrl, sandbox),
      perform: (act) => acts.perform(act),
      news: async () => {
        let told: Change = { bubbles: {} };
        const off = feed.subscribe((change) => {
          told = change;
        });
        await clock.advance(1000);
        off();
        return told;
      },
    };
    const restart = async () => {
      desk.restarts += 1;
    };
    const acts = new Acts({ sandbox, feed, places: chats, callbackMode: false, restart });
    give(desk);
  });
  afterEach(async () => {
    feed.stop();
    await sandbox.stop();
  });
}
