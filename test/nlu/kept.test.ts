/** A classifier that was kept says the same as when it was trained, and is never taken for another one's. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepLearned, learnedFrom } from '../../src/learned.js';
import { keep, openKept } from '../../src/nlu/kept.js';
import { createNlu, learn } from '../../src/nlu/understand.js';
import { knowledge as whole } from './fixture.js';

/** A thirtieth of the phrases: enough to learn something. */
const knowledge = { ...whole, phrases: whole.phrases.filter((_, index) => index % 30 === 0), realUtterances: [] };
const trained = learn(knowledge);
const SENTENCES = ['刷卡提示余额不足', 'POS机没信号了', 'ACQ.SYSTEM_ERROR 怎么办', '', '你好'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pos-doctor-kept-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('says the same as when it was trained', () => {
  const opened = openKept(keep(trained, 'key'), 'key');
  const [before, after] = [createNlu(knowledge, trained), createNlu(knowledge, opened)];
  for (const text of SENTENCES) expect(after.understand(text)).toEqual(before.understand(text));
});

test('is not opened under another key, nor when it is cut, torn or no file of ours', () => {
  const bytes = keep(trained, 'key');
  expect(openKept(bytes, 'another')).toBeUndefined();
  for (const length of [0, 1, 100, bytes.length - 1])
    expect(openKept(bytes.subarray(0, length), 'key')).toBeUndefined();
  expect(openKept(new Uint8Array([...bytes, 0]), 'key')).toBeUndefined();
  expect(openKept(new TextEncoder().encode('{}\n'), 'key')).toBeUndefined();
  expect(openKept(new TextEncoder().encode('null\n'), 'key')).toBeUndefined();
});

test('is read where it can lie at any place of its buffer', () => {
  const bytes = keep(trained, 'key');
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  for (const read of [shifted.subarray(3), Buffer.from(shifted.buffer, 3)]) {
    const opened = openKept(read, 'key');
    expect(opened?.vocabulary).toEqual(trained.vocabulary);
    expect(opened?.model).toEqual(trained.model);
  }
});

test('is taken from the file while the knowledge is the same, and made anew when a phrase, a rule or a sign changes', () => {
  const path = join(folder, 'understanding.bin');
  keepLearned(knowledge, path);
  const kept = readFileSync(path);
  // Something that training would never come to, to see where the result comes from.
  const marked = openKept(kept, JSON.parse(String(kept.subarray(0, kept.indexOf(10)))).key);
  if (!marked) throw new Error('not kept');
  marked.model.bias.fill(7);
  writeFileSync(path, keep(marked, JSON.parse(String(kept.subarray(0, kept.indexOf(10)))).key));
  const fromFile = (changed: typeof knowledge) => learnedFrom(changed, path).model.bias[0] === 7;
  expect(fromFile(knowledge)).toBe(true);
  const [first, ...rest] = knowledge.phrases;
  if (!first) throw new Error('no phrases');
  expect(fromFile({ ...knowledge, phrases: [{ ...first, text: `${first.text}呀` }, ...rest] })).toBe(false);
  expect(fromFile({ ...knowledge, phrases: [{ ...first, also: ['fee'] }, ...rest] })).toBe(false);
  expect(fromFile({ ...knowledge, evidence: knowledge.evidence.slice(1) })).toBe(false);
  const faults = new Map([...knowledge.faults].map(([id, fault]) => [id, { ...fault, signs: [] }]));
  expect(fromFile({ ...knowledge, faults })).toBe(false);
  const { contrasts } = knowledge.lexicon;
  expect(fromFile({ ...knowledge, lexicon: { ...knowledge.lexicon, contrasts: contrasts.slice(1) } })).toBe(false);
  expect(fromFile({ ...knowledge })).toBe(true);
});

test('a damaged file is as good as none', () => {
  const path = join(folder, 'understanding.bin');
  writeFileSync(path, 'not a classifier');
  const other = { ...knowledge, phrases: knowledge.phrases.slice(1) };
  expect(learnedFrom(other, path).model).toEqual(learn(other).model);
});
