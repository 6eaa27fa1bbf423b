/** natural and nlp.js, if `bench/` is installed: they are no part of what is shipped. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { PeerEngine } from '../eval/peers.js';

const BENCH = new URL('../../bench/', import.meta.url);

/** How to get them. */
export const HOW = 'cd bench && npm ci';

interface Bayes {
  addDocument(tokens: string[], label: string): void;
  train(): void;
  classify(tokens: string[]): string;
}
interface Manager {
  addDocument(locale: string, text: string, intent: string): void;
  train(): Promise<unknown>;
  process(locale: string, text: string): Promise<{ classifications: { intent: string }[] }>;
}

/** Single characters and pairs: the best that natural was seen to do with Chinese short of a segmenter. */
function characters(text: string): string[] {
  const units = Array.from(text.toLowerCase().replace(/\s/g, ''));
  return [...units, ...units.slice(1).map((unit, at) => (units[at] ?? '') + unit)];
}

/** nlp.js reports each epoch on the console whatever it is told. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { log } = globalThis.console;
  globalThis.console.log = () => undefined;
  try {
    return await work();
  } finally {
    globalThis.console.log = log;
  }
}

/** The peers by name, or null if they are not installed. */
export function loadPeers(): Readonly<Record<string, PeerEngine>> | null {
  if (!existsSync(fileURLToPath(new URL('node_modules/natural', BENCH)))) return null;
  const require = createRequire(new URL('package.json', BENCH));
  return {
    'natural Bayes': async (rows) => {
      const { BayesClassifier } = require('natural/lib/natural/classifiers') as { BayesClassifier: new () => Bayes };
      const bayes = new BayesClassifier();
      for (const { text, label } of rows) bayes.addDocument(characters(text), label);
      bayes.train();
      return async (text) => bayes.classify(characters(text));
    },
    'nlp.js': async (rows) => {
      const { NlpManager } = require('node-nlp') as { NlpManager: new (settings: object) => Manager };
      const manager = new NlpManager({ languages: ['zh'], forceNER: false, nlu: { log: false }, autoSave: false });
      for (const { text, label } of rows) manager.addDocument('zh', text, label);
      await quietly(() => manager.train());
      // Its likeliest intent, also where it would rather say that there is none.
      return async (text) =>
        (await manager.process('zh', text)).classifications.find(({ intent }) => intent !== 'None')?.intent ?? '';
    },
  };
}
