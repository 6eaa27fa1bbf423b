// The parts of `npm run bench`: each gives rows of the table, [what, measured, target or remark], and what a later part compares with.
import { diagnosisBench } from './diagnosis.js';
import { growthBench, SIZES } from './growth.js';
import { nluBench } from './nlu.js';
import { processesBench } from './processes.js';
import { assistantBench, memoryBench, startBench } from './service.js';
import { shareBench } from './share.js';
import { storeBench } from './store.js';
import { flowStepBench, turnBench } from './turns.js';
import { abuseBench, doorBench } from './wecom.js';

export const us = (value) => `${value.toFixed(0)} µs`;
export const ms = (value) => `${value.toFixed(0)} ms`;
export const rate = (value) => `${Math.round(value).toLocaleString('en-US')}/s`;
export const tenth = (value) => value.toFixed(1);
export const percent = (value) => `${(value * 100).toFixed(0)} %`;
const list = (values, text) => values.map(text).join(' / ');

/** What one process computes. @returns the turns, for the peers */
export async function core({ row, progress }) {
  progress('time to the first reply');
  row('`node dist/cli.js` to first reply', ms(await startBench()), '≤ 1,500 ms');
  progress('understanding');
  const nlu = nluBench();
  row(
    'training, by the build or for an overlay of phrases, cold / warm',
    `${ms(nlu.coldTrainMs)} / ${ms(nlu.trainMs)}`,
  );
  row(`understand p50 / p99 (${nlu.phrases} sentences)`, `${us(nlu.p50us)} / ${us(nlu.p99us)}`, '≤ 150 µs / 1 ms');
  progress('diagnosis');
  const diagnosis = diagnosisBench();
  row('belief + plan p50 / p99', `${us(diagnosis.step.p50us)} / ${us(diagnosis.step.p99us)}`, '≤ 2 ms');
  progress('flow step');
  const step = flowStepBench();
  row(
    'flow step, ours / XState 5',
    `${step.ours.toFixed(3)} µs / ${step.xstate.toFixed(1)} µs`,
    `1 : ${Math.round(step.xstate / step.ours)}`,
  );
  progress('turns without I/O');
  const turns = turnBench();
  row('whole turn without I/O p50 / p99', `${us(turns.p50us)} / ${us(turns.p99us)}`, 'p99 ≤ 3 ms');
  row(
    'turns a second, one thread by the clock / by processor time of all threads',
    `${rate(turns.perSecond)} / ${rate(turns.perCpuSecond)}`,
    '≥ 5,000/s',
  );
  return turns;
}

/** What the stores cost. */
export async function store({ row, progress }) {
  progress('embedded store');
  const found = await storeBench();
  const assistant = await assistantBench();
  const raw = { serial: found.perSecond['raw 1'], parallel: found.perSecond['raw 16'] };
  const against = (measured, bare) => `${rate(measured)} = ${(measured / bare).toFixed(2)} × raw`;
  row('raw atomic replace + fsync, serial / 16 parallel', `${rate(raw.serial)} / ${rate(raw.parallel)}`);
  row('turns with lowdb, serial', against(assistant.serial, raw.serial), '≥ 0.5 × raw');
  row('turns with lowdb, 16 parallel', against(assistant.parallel, raw.parallel), '≥ 0.5 × raw');
  row('turns with memory store, whole path', rate(assistant.memory));
  row('recovery with 1 k / 10 k / 100 k conversations', list(Object.values(found.recoveryMs), ms), 'flat');
  progress('memory after 10,000 turns');
  row('RSS idle after 10,000 turns', `${(await memoryBench()).toFixed(0)} MB`, '≤ 150 MB');
  await share({ row, progress });
}

/** What the store is of a turn. */
export async function share({ row, progress }) {
  progress("the stores' share of a turn");
  const stores = Object.entries(await shareBench());
  const names = list(stores, ([name]) => name);
  row(
    `store's share of a turn, one at a time: ${names}`,
    list(stores, ([, one]) => percent(one.share)),
    'time in which a call of the store was under way, without the turn computed inside it, of the time from accepting to journaled; no door',
  );
  const rates = (how) => list(stores, ([, one]) => `${rate(one[how])} (${one.ratio[how].toFixed(2)})`);
  row(`turns of the same (ratio to memory), one at a time`, rates('alone'));
  row(`… 16 conversations at once`, rates('together'));
}

/** What ever more stored conversations change. */
export async function growth({ row, progress }) {
  const sizes = list(SIZES, (size) => `${size / 1000} k`);
  for (const { name, perSecond, ratios } of await growthBench({ progress: (text) => progress(`growth: ${text}`) }))
    row(
      `turns with ${sizes} stored conversations, 16 at once, ${name}`,
      `${list(perSecond, rate)} = ${list(ratios, (ratio) => ratio.toFixed(2))}`,
      `flat within 20 %: ${ratios.every((ratio) => ratio >= 0.8 && ratio <= 1.2) ? 'yes' : 'no'}`,
    );
}

/** Turns through the doors, against the local WeCom. @returns the doors, for the peers */
export async function doors({ row, progress }) {
  progress('doors, against the local WeCom');
  const found = {
    app: { memory: await doorBench('app', 'memory'), lowdb: await doorBench('app', 'lowdb') },
    bot: { memory: await doorBench('bot', 'memory'), lowdb: await doorBench('bot', 'lowdb') },
  };
  const atHundred = ({ at100 }) => `${tenth(at100.p50)} / ${tenth(at100.p99)} ms`;
  for (const [door, { memory, lowdb }] of Object.entries(found)) {
    const target = door === 'app' ? '≥ 500/s / ≥ 300/s' : '';
    row(
      `turns through the ${door} door, memory / lowdb`,
      `${rate(memory.perSecond)} / ${rate(lowdb.perSecond)}`,
      target,
    );
    row(
      '… p50 / p99 at 100 turns/s, memory; lowdb',
      `${atHundred(memory)}; ${atHundred(lowdb)}`,
      door === 'app' ? 'p99 ≤ 50 ms' : '',
    );
  }
  progress('10,000 bad callbacks beside good ones');
  const abused = await abuseBench();
  row(
    'p99 of good callbacks, quiet / beside 500 bad ones a second',
    `${tenth(abused.quiet)} / ${tenth(abused.during)} ms`,
    '≤ 1.5 ×',
  );
  row(
    'heap before / after 10,000 bad callbacks',
    list([abused.heapBefore, abused.heapAfter], (bytes) => `${tenth(bytes / 1e6)} MB`),
    'flat',
  );
  return found;
}

/** The real service, one to three processes of it. */
export async function processes({ row, progress }) {
  const kinds = await processesBench({ progress: (text) => progress(`processes: ${text}`) });
  for (const { name, perSecond, p50, p99, cpuMs, saturates } of kinds) {
    row(
      `turns of the service through the app door at full speed, ${name}; p50 / p99`,
      `${rate(perSecond)}; ${ms(p50)} / ${ms(p99)}`,
      saturates ?? 'what saturates: not measured here',
    );
    const { services, postgres, driver } = cpuMs ?? {};
    row(
      '… processor time a turn: services + PostgreSQL + WeCom, balancer and people',
      cpuMs ? `${tenth(services)} + ${tenth(postgres)} + ${tenth(driver)} ms` : 'not measured here',
    );
  }
}
