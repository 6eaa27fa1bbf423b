// What counting costs: the whole path of a turn over the memory store, counted and not, in turns. Run after a build: node bench/metrics.js
import { Assistant } from '../dist/assistant.js';
import { systemClock } from '../dist/clock.js';
import { loadWorld } from '../dist/content.js';
import { Metrics } from '../dist/metrics/metrics.js';
import { observedStore } from '../dist/observed-store.js';
import { createMemoryStore } from '../dist/store/memory.js';
import { conversations } from './turns.js';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const world = loadWorld({ publicUrl: 'http://127.0.0.1:3000' });
const scripts = conversations(world);

/** @returns {Promise<number>} microseconds of processor time a turn */
async function round(counted) {
  const metrics = new Metrics({ version: '0', knowledge: () => world.knowledge });
  const store = counted ? observedStore(createMemoryStore(), metrics) : createMemoryStore();
  const channel = {
    name: 'web',
    capabilities: { markdown: false, cards: true, buttons: 6, bytesPerMessage: 2048, canPush: false, canEdit: false },
    start: async () => {},
    send: async () => {},
    stop: async () => {},
  };
  const observer = counted ? { observer: metrics } : {};
  const options = { store, world: () => world, channels: [channel], clock: systemClock, log: quiet, ...observer };
  const assistant = new Assistant(options);
  await assistant.start();
  let turns = 0;
  const before = process.cpuUsage();
  for (const [index, script] of scripts.entries())
    for (const [step, input] of script.entries()) {
      if (input.kind !== 'message' || input.texts.join('') === '') continue;
      const base = { id: `m${step}`, conversation: `c${index}`, at: systemClock.now(), mayJoin: false };
      await assistant.accept('web', { ...base, kind: 'message', text: input.texts.join('\n') });
      turns += 1;
    }
  await assistant.settled();
  const { user, system } = process.cpuUsage(before);
  await assistant.stop();
  return (user + system) / turns;
}

// The least of many rounds is what it costs; the rest is what else the machine does. Each goes first as often as the other.
const plain = [];
const counted = [];
for (let pair = 0; pair < 16; pair += 1)
  for (const which of pair % 2 === 0 ? [false, true] : [true, false])
    (which ? counted : plain).push(await round(which));
const [without, withIt] = [Math.min(...plain), Math.min(...counted)];
console.log(
  `a turn: ${without.toFixed(0)} µs, counted ${withIt.toFixed(0)} µs, ratio ${(withIt / without).toFixed(3)}`,
);
