/** `pos-doctor serve`: the service with the web chat and the knowledge pages. */
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Command } from 'commander';
import { pino } from 'pino';
import { Assistant } from '../assistant.js';
import { careOf } from '../care/care.js';
import { openControl } from '../care/control.js';
import { cookieKey } from '../channels/web/identity.js';
import { createWebChannel } from '../channels/web.js';
import { type Config, readConfig } from '../config.js';
import { buildWorld, loadFlows, loadWorld } from '../content.js';
import { withMerchants } from '../dialogue/listed-world.js';
import type { World } from '../dialogue/world.js';
import { createDoors } from '../doors.js';
import { DrillPlan } from '../drill-plan.js';
import { collectWhenIdle } from '../idle.js';
import { BoardWatch } from '../incident-board.js';
import { IncidentWatch } from '../incident-watch.js';
import { type IncidentState, listed } from '../incidents/board.js';
import { suspectsOf } from '../incidents/index.js';
import { formatProblem, hasErrors, type Problem } from '../knowledge/problem.js';
import type { Knowledge } from '../knowledge/schema.js';
import { watchKnowledge } from '../knowledge/watch.js';
import type { Log } from '../log.js';
import { logNames } from '../log-names.js';
import { operatorLogger, privateLog } from '../log-private.js';
import { ShopBook } from '../merchants/shop-book.js';
import { Metrics } from '../metrics/metrics.js';
import { OutboxLook } from '../metrics/outbox.js';
import { observedStore } from '../observed-store.js';
import { createServer } from '../server.js';
import { sharedTime } from '../shared-time.js';
import { groupAt, noticeboards } from '../switchboard.js';
import { followMerchants } from './load-merchants.js';
import { openStore } from './open-store.js';
import { tellOfStore } from './store-told.js';

const EXAMPLES = `
Examples:
  $ pos-doctor serve                                  web chat on http://127.0.0.1:3000, data in ./data
  $ DATABASE_URL=postgres://… pos-doctor serve         data in PostgreSQL, shared by any number of services
  $ HOST=0.0.0.0 PORT=8080 PUBLIC_URL=https://pos.example.com pos-doctor serve
  $ CONTENT_DIR=./ours pos-doctor serve               lay your own knowledge/ and flows/ over ours; edits take effect at once`;

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run the service: web chat, knowledge pages, health checks')
    .addHelpText('after', EXAMPLES)
    .action(() => serve(readConfig(process.env)));
}

async function serve(config: Config): Promise<void> {
  let world = loadWorld({ contentDir: config.contentDir, publicUrl: config.publicUrl });
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  const metrics = new Metrics({ version, knowledge: () => world.knowledge, process: true });
  // Nobody can be named before the store is open; what is logged until then is named in a way that nobody can find.
  let nameOf = logNames(randomBytes(32));
  const log = privateLog(
    operatorLogger(config.logLevel, pino.destination({ dest: 2, sync: true })),
    (conversation) => nameOf(conversation),
    (level, message) => metrics.logged(level, message),
  );
  const opened = await openStore(config, tellOfStore(log), config.keep);
  const store = observedStore(opened, metrics);
  const { clock, stop: stopTime } = await sharedTime(store.claims).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const shops = await followMerchants({
    config,
    knowledge: () => world.knowledge,
    clock,
    log,
    use: (merchants) => {
      world = withMerchants(world, merchants);
    },
  });
  const web = createWebChannel({
    publicUrl: () => world.publicUrl,
    knowledge: () => world.knowledge,
    mask: (text) => world.mask(text).text,
    key: async () => {
      const key = await cookieKey(store);
      nameOf = logNames(key);
      return key;
    },
    proxies: config.trustProxy,
    peers: store.claims,
    clock,
    log,
  });
  const doors = createDoors({
    config: config.wecom,
    store,
    knowledge: () => world.knowledge,
    publicUrl: () => world.publicUrl,
    publicUrlGiven: config.publicUrlGiven,
    clock,
    log,
    observer: metrics,
  });
  const channels = [web, ...doors.channels];
  const board = new BoardWatch(store, clock, log);
  const shopCases = new ShopBook({ store, clock, log, days: config.keep.journalDays });
  const known = (): World => ({ ...world, shopCases, ...(board.board ? { incidents: board.board.incidents } : {}) });
  const observer = shopCases.besides(metrics);
  const assistant = new Assistant({ store, world: known, channels, clock, log, observer });
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  const holder = `${process.pid}-${randomBytes(6).toString('hex')}`;
  const drills = new DrillPlan({
    store,
    clock,
    log,
    knowledge: () => world.knowledge,
    accept: (channel, event) => assistant.accept(channel, event),
    groupAt: (chat) => groupAt(chat, byName),
    holder,
  });
  const lookout = new IncidentWatch({
    store,
    clock,
    log,
    knowledge: () => world.knowledge,
    suspects: () => suspectsOf(world.model),
    accept: (channel, event) => assistant.accept(channel, event),
    noticeboards: () => noticeboards(world.knowledge, byName),
    holder,
  });
  const outbox = new OutboxLook(store, clock);
  const incidents = (state: IncidentState) => board.board && listed(board.board, state, clock.now()).length;
  metrics.watch({ channels, outbox, storeKeeps: () => assistant.storeKeeps, incidents, lookout });
  const { callbacks } = doors;
  const server = createServer({
    config,
    knowledge: () => world.knowledge,
    assistant,
    web,
    callbacks,
    log,
    incidents: () => ({ board: board.board, readAt: board.readAt, now: clock.now() }),
    metrics: { token: config.metricsToken, contentType: metrics.contentType, read: () => metrics.read() },
  });
  // Before the first message: what is out is known from the first answer on.
  await board.start();
  await assistant.start();
  shopCases.start();
  lookout.start();
  drills.start();
  // Over a database commands need nobody's help.
  const control =
    config.databaseUrl === undefined
      ? await openControl(
          config.dataDir,
          careOf(shopCases.forgetsWith(store), clock, assistant, async () => world.merchants),
          log,
        )
      : null;
  let url: string;
  try {
    ({ url } = await server.listen());
  } catch (error) {
    await control?.close();
    await drills.stop();
    await lookout.stop();
    await board.stop();
    await shopCases.stop();
    await assistant.stop();
    throw error;
  }
  // With PORT=0 the address is known only now.
  if (!config.publicUrlGiven) world = { ...world, publicUrl: url };
  const watch = watchOverlay(
    config,
    log,
    () => world,
    (next) => {
      world = next;
    },
  );
  const stopCollecting = collectWhenIdle(clock, () => assistant.accepted);
  const stopped = stopSignal();
  process.stdout.write(`pos-doctor is ready: ${url}\n${doors.open.map((door) => `open to WeCom: ${door}\n`).join('')}`);
  log.info({ signal: await stopped }, 'stopping: finishing what is under way');
  watch?.close();
  shops?.close();
  stopCollecting();
  stopTime();
  // No new connection from now on; the assistant finishes what is under way and closes the streams that hold old ones open.
  const closed = server.close();
  await drills.stop();
  await lookout.stop();
  await board.stop();
  await control?.close();
  await shopCases.stop();
  await assistant.stop();
  await closed;
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process as usual. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    const stop = (signal: NodeJS.Signals): void => {
      for (const one of signals) process.removeListener(one, stop);
      resolve(signal);
    };
    for (const one of signals) process.on(one, stop);
  });
}

/** Swaps changed content in whole, or says where it is wrong and keeps the old. */
function watchOverlay(config: Config, log: Log, current: () => World, swap: (world: World) => void) {
  const { contentDir } = config;
  if (contentDir === undefined) return undefined;
  const refuse = (problems: readonly Problem[]) => {
    const errors = problems.filter(({ severity }) => severity === 'error');
    log.error({ problems: errors.map(formatProblem) }, 'the changed content is refused; the old one stays in use');
  };
  const take = (knowledge: Knowledge): void => {
    const { flows, problems } = loadFlows(contentDir, new Set(knowledge.contacts.keys()));
    if (hasErrors(problems)) {
      refuse(problems);
      return;
    }
    swap(withMerchants(buildWorld(knowledge, flows, current().publicUrl), current().merchants));
    log.info({ version: knowledge.version }, 'the changed content is in use');
  };
  return watchKnowledge({
    contentDir,
    onAccepted: (knowledge) => {
      try {
        take(knowledge);
      } catch (error) {
        // A file that went away between two looks, say. The next change is looked at again.
        log.error({ error: String(error) }, 'the changed content could not be read; the old one stays in use');
      }
    },
    onRefused: refuse,
  });
}
