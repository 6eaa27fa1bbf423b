import { setImmediate } from 'node:timers/promises';
import { readConfig } from '../config.js';
import { soundKnowledge } from '../content.js';
import { type CrossResult, crossValidate, samplesOf } from '../eval/cross.js';
import { comparePeer, type PeerResult } from '../eval/peers.js';
import { evalReport } from '../pages/eval-report.js';
import { siteOf } from '../pages/site.js';
import { HOW, loadPeers } from './eval-peers.js';
import { endProgress, showProgress } from './progress.js';
import { expectWritable, writeWhole } from './whole-file.js';

/** Any number: the same one gives the same noise. */
const SEED = 20261123;

const percent = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : `${(value * 100).toFixed(1)} %`;

/** Prints what was found; with `html` writes the page as well. */
export async function evalOwn(options: {
  json?: boolean;
  html?: string;
  peers: boolean;
  folds: number;
}): Promise<void> {
  if (options.html !== undefined) expectWritable(options.html);
  const knowledge = soundKnowledge(readConfig(process.env).contentDir);
  const samples = samplesOf(knowledge, options.folds);
  const told = (what: string) => async (part: number) => {
    showProgress(`${what}: ${Math.round(part * 100)} % of ${samples.length} sentences`);
    await setImmediate();
  };
  const result = await crossValidate(knowledge, samples, { folds: options.folds, seed: SEED }, told('pos-doctor'));
  const engines = options.peers ? loadPeers() : {};
  const peers: PeerResult[] = [];
  for (const [name, engine] of Object.entries(engines ?? {}))
    peers.push(await comparePeer(name, engine, samples, options.folds, told(name)));
  endProgress();
  if (options.html !== undefined) writeWhole(options.html, evalReport(siteOf(knowledge), result, peers));
  if (options.json === true) {
    const { forecasts: _, outOfScope: __, ...figures } = result;
    process.stdout.write(`${JSON.stringify({ ...figures, peers: engines === null ? null : peers })}\n`);
  } else {
    process.stdout.write(asText(result, engines === null ? null : peers));
    if (options.html !== undefined) process.stdout.write(`\nreport: ${options.html}\n`);
  }
}

function asText(result: CrossResult, peers: readonly PeerResult[] | null): string {
  const { all, real } = result;
  const lines = [
    `${all.n} sentences, ${result.folds} folds, versions of one sentence in one fold`,
    '',
    `                      all      real people and pages (${real.n})`,
    `any label first       ${percent(all.anyTop1).padEnd(8)} ${percent(real.anyTop1)}   (± ${(result.error * 100).toFixed(1)})`,
    `any label among two   ${percent(all.anyTop2).padEnd(8)} ${percent(real.anyTop2)}`,
    `first label first     ${percent(all.single).padEnd(8)} ${percent(real.single)}`,
    `calibration error     ${(all.ece ?? 0).toFixed(3).padEnd(8)} ${(real.ece ?? 0).toFixed(3)}`,
    `out-of-scope AUROC    ${(result.oosAuroc ?? 0).toFixed(3)}`,
    '',
    'points lost by noise',
    ...Object.entries(result.lost).map(([name, points]) => `  ${name.padEnd(20)}${points.toFixed(1)}`),
    '',
    'beside others, same folds (any label / first label)',
    `  ${'pos-doctor'.padEnd(20)}${percent(all.anyTop1)} / ${percent(all.single)}`,
    ...(peers === null
      ? [`  natural and nlp.js are not installed: ${HOW}`]
      : peers.map(({ name, any, single }) => `  ${name.padEnd(20)}${percent(any)} / ${percent(single)}`)),
    '',
    `${'intent'.padEnd(16)}sentences  precision  recall  F1      any label`,
    ...result.intents.map(
      ({ label, count, precision, recall, f1, any }) =>
        `${label.padEnd(16)}${String(count).padStart(9)}  ${percent(precision).padStart(9)}  ${percent(recall).padStart(6)}  ${percent(f1).padStart(6)}  ${percent(any)}`,
    ),
    '',
    'worst confusions',
    ...result.confusions.flatMap(({ truth, told, count, examples }) => [
      `  ${count} × ${truth} taken for ${told}`,
      ...examples.map((example) => `      ${example}`),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
