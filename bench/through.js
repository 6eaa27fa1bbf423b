// Turns through the assistant without a door: accept, turn, commit, dispatch and journal; nobody reads the answers.
import { Assistant } from '../dist/assistant.js';
import { loadWorld } from '../dist/content.js';
import { conversations } from './turns.js';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
export const clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
let loaded;
const world = () => {
  loaded ??= loadWorld({ publicUrl: 'http://127.0.0.1:3000' });
  return loaded;
};

export async function startAssistant(store) {
  const channel = {
    name: 'bench',
    capabilities: { markdown: false, cards: false, buttons: 0, bytesPerMessage: 1e9, canPush: false, canEdit: false },
    start: async () => {},
    send: async () => {},
    stop: async () => {},
  };
  const assistant = new Assistant({ store, world, channels: [channel], clock, log: quiet });
  await assistant.start();
  return assistant;
}

/** The conversations of the tests, as far as they need no clock. */
export const scripts = () => conversations(world()).filter((script) => script.every(({ kind }) => kind !== 'wake'));

let number = 0;

/** Takes one input in; resolves when its answer is durable. */
export function take(assistant, conversation, input) {
  number += 1;
  const base = { id: `e${number}`, conversation, at: Date.now(), mayJoin: false };
  const event =
    input.kind === 'message' ? { ...base, kind: 'message', text: input.texts.join('\n') } : { ...base, ...input };
  return assistant.accept('bench', event);
}

/**
 * So many turns, `parallel` conversations at once, everything settled at the end; with `alone` after each turn as well.
 * @returns turns a second
 */
export async function drive(assistant, { turns, parallel, name = 'w', alone = false }) {
  const all = scripts();
  let left = turns;
  const worker = async (worker) => {
    for (let round = 0; left > 0; round += 1) {
      const conversation = `${name}${worker}-${round}`;
      for (const input of all[(round + worker) % all.length]) {
        if (left <= 0) return;
        left -= 1;
        await take(assistant, conversation, input);
        if (alone) await assistant.settled(conversation);
      }
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: parallel }, (_, index) => worker(index)));
  await assistant.settled();
  return (turns / (performance.now() - start)) * 1000;
}
