// Kill -9 at random points of a running load.
import { crowd, judge, seeded } from './load.js';
import { openStand, wait } from './stand.js';

/** `kills` times: wait a moment, kill one process, start it again. @returns the verdict of WeCom's records */
export async function killScenario({ database, processes = 1, kills, seed, progress, opened = () => {} }) {
  const stand = await openStand({ database, processes });
  opened(stand);
  const random = seeded(seed);
  const load = crowd(stand, { doors: ['app', 'kf'], parallel: 6, seed });
  await wait(1_000);
  for (let kill = 1; kill <= kills; kill += 1) {
    await wait(50 + random() * 700);
    const service = stand.services[Math.floor(random() * stand.services.length)];
    await service.kill();
    await service.start();
    progress(`kill ${kill} of ${kills}`);
  }
  await wait(1_000);
  await load.stop();
  const verdict = await judge(load.people);
  const breaches = breachesOf(stand.sandbox);
  const broken = brokenBy(verdict, breaches, kills);
  const good = broken.length === 0;
  await stand.close(!good);
  return { ...verdict, breaches, broken, good, folder: good ? undefined : stand.folder };
}

/** What was promised and is not so, in words. `repeats`: replies that the app, which has no key for them, may have shown twice. */
export function brokenBy({ lost, twice, disordered }, breaches, repeats) {
  return [
    lost.length > 0 && `${lost.length} lost`,
    twice.kf > 0 && `${twice.kf} shown twice at 微信客服, where nothing may be`,
    twice.app > repeats && `${twice.app} shown twice at the app, where ${repeats} may be`,
    disordered.length > 0 && `${disordered.length} conversations out of order`,
    breaches.length > 0 && `${breaches.length} times against WeCom's rules`,
  ].filter((line) => line !== false);
}

/** What WeCom would not have taken. A msgid, card or last frame sent again because nobody lived to hear that it was taken is none. */
export function breachesOf(sandbox) {
  return sandbox.violations
    .filter(({ errcode }) => ![40058, 42014, 846608].includes(errcode))
    .map(({ door, api, rule, detail }) => `${door} ${api}: ${rule} ${detail}`);
}
