/** Teams are invited to their drills while the service runs: at their time, once, never while something is out. */
import { Assistant } from '../src/assistant.js';
import type { World } from '../src/dialogue/world.js';
import { DrillPlan, LATE_MS, LOOK_MS } from '../src/drill-plan.js';
import { parseTime } from '../src/duty/time.js';
import { changeBoard } from '../src/incident-board.js';
import { drillTeamSchema } from '../src/knowledge/schema.js';
import { silentLog } from '../src/log.js';
import type { CaseEvent, Store } from '../src/store/store.js';
import { groupAt } from '../src/switchboard.js';
import { FakeChannel } from './support/channel.js';
import { type TestClock, testClock } from './support/clock.js';
import { sharedMemory } from './support/watched.js';
import { realWorld } from './support/world.js';

beforeAll(() => void realWorld(), 60_000);

const GROUP = 'wecom-bot:g:room1:@team';
const NOON = parseTime('2026-12-15 12:00') ?? 0;
const MINUTE = 60_000;

let clock: TestClock;
let store: Store;
const running: Service[] = [];
beforeEach(async () => {
  clock = testClock(NOON);
  store = await sharedMemory();
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

class Service {
  readonly bot = new FakeChannel('wecom-bot');
  readonly #assistant: Assistant;
  readonly #plan: DrillPlan;

  constructor(name: string, team: object = {}) {
    const world = realWorld();
    const entry = { name: '一店', group: 'room1', people: ['lihua'], drill: 'sim-unpaid', ...team };
    const teams = [drillTeamSchema.parse(entry)];
    const { knowledge } = world;
    const content: World = {
      ...world,
      knowledge: { ...knowledge, organization: { ...knowledge.organization, teams } },
    };
    this.#assistant = new Assistant({ store, world: () => content, channels: [this.bot], clock, log: silentLog });
    const byName = new Map([['wecom-bot', this.bot]]);
    this.#plan = new DrillPlan({
      store,
      clock,
      log: silentLog,
      knowledge: () => content.knowledge,
      accept: (channel, event) => this.#assistant.accept(channel, event),
      groupAt: (chat) => groupAt(chat, byName),
      holder: name,
    });
    running.push(this);
  }

  async start(): Promise<this> {
    await this.#assistant.start();
    this.#plan.start();
    await this.pass(1);
    return this;
  }

  async stop(): Promise<void> {
    await this.#plan.stop();
    await this.#assistant.stop();
  }

  pass(minutes: number): Promise<void> {
    return clock.advance(minutes * MINUTE, async () => {
      await this.#plan.settled();
      await this.#assistant.settled();
    });
  }
}

async function invitations(): Promise<CaseEvent[]> {
  const found: CaseEvent[] = [];
  for await (const event of store.readJournal()) if (event.type === 'drill-invited') found.push(event);
  return found;
}

test('a team is invited in its group at its time, once, and that is written down', async () => {
  const one = await new Service('one').start();
  await one.pass(178);
  expect(one.bot.texts(GROUP)).toEqual([]);
  await one.pass(3);
  expect(one.bot.texts(GROUP)).toEqual([expect.stringMatching(/^【演练】一店：.*演练 sim-unpaid/)]);
  await one.pass(24 * 60);
  expect(one.bot.texts(GROUP)).toHaveLength(1);
  const wanted = NOON + 180 * MINUTE;
  expect(await invitations()).toMatchObject([
    { conversation: GROUP, data: { team: '一店', wanted, drill: 'sim-unpaid' } },
  ]);
});

test('a service that is started again invites nobody a second time, nor does a second one beside it', async () => {
  clock = testClock(NOON + 180 * MINUTE);
  const one = await new Service('one').start();
  const two = await new Service('two').start();
  await one.pass(5);
  await one.stop();
  const three = await new Service('three').start();
  await three.pass(5);
  expect([one, two, three].map(({ bot }) => bot.texts(GROUP).length)).toEqual([1, 0, 0]);
  expect(await invitations()).toHaveLength(1);
});

test('one that was down tells of it late, or not at all once the hour is over', async () => {
  clock = testClock(NOON + 180 * MINUTE + LATE_MS - 2 * LOOK_MS);
  const late = await new Service('late').start();
  expect(late.bot.texts(GROUP)).toHaveLength(1);
  store = await sharedMemory();
  clock = testClock(NOON + 180 * MINUTE + LATE_MS);
  const gone = await new Service('gone').start();
  await gone.pass(10);
  expect(gone.bot.texts(GROUP)).toEqual([]);
});

test('while something is out nobody is invited; when it is over, at the next free hour', async () => {
  const one = await new Service('one').start();
  const outage = { do: 'open' as const, what: '银联', scope: {}, means: 'channel-outage' };
  await one.pass(170);
  const { id } = await changeBoard(store, outage, clock.now());
  await one.pass(80);
  expect(one.bot.texts(GROUP)).toEqual([]);
  await changeBoard(store, { do: 'close', id }, clock.now());
  await one.pass(40);
  // 12:00 and four and a half hours: closed at ten past four, so five o'clock is next.
  expect(one.bot.texts(GROUP)).toEqual([]);
  await one.pass(15);
  expect(one.bot.texts(GROUP)).toHaveLength(1);
});

test('a team without a group, or without a door into groups, is left alone', async () => {
  clock = testClock(NOON + 180 * MINUTE);
  const none = await new Service('none', { group: undefined }).start();
  expect(none.bot.sent).toEqual([]);
  store = await sharedMemory();
  const shut = new Service('shut');
  Object.assign(shut.bot.capabilities, { canPush: false });
  await shut.start();
  expect(shut.bot.sent).toEqual([]);
  expect(await invitations()).toEqual([]);
});

test('without a scenario of its own the team gets one that there is', async () => {
  clock = testClock(NOON + 180 * MINUTE);
  await new Service('one', { drill: undefined }).start();
  const [invitation] = await invitations();
  expect([...realWorld().knowledge.drills.keys()]).toContain(invitation?.data.drill);
});
