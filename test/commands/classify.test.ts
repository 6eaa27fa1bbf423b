import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { INTENTS, STANDARD_QUESTIONS } from '../../src/knowledge/schema.js';
import { realWorld } from '../support/world.js';
import { cleanUp, ROOT, Running, run } from './cli.js';

interface Understood {
  text: string;
  intents: { id: string; p: number }[];
  causes: { id: string; p: number }[];
  entities: { type: string; value: string; system?: string; start: number; end: number }[];
  evidence: { question: string; option: string }[];
  observations: { question: string; option: string }[];
  outOfScope: number;
}
const parse = (line: string): Understood => JSON.parse(line) as Understood;

let classify: Running;
const ask = async (line: string): Promise<Understood> => parse(await classify.ask(line));
beforeAll(() => {
  classify = new Running(['classify', '--json']);
});
afterAll(cleanUp);

const sum = (list: readonly { p: number }[]) => list.reduce((total, { p }) => total + p, 0);
const ranked = (list: readonly { p: number }[]) => list.every(({ p }, index) => p <= (list[index - 1]?.p ?? 1));

function checkForm(understood: Understood, text: string): void {
  const keys = ['text', 'intents', 'causes', 'entities', 'evidence', 'outOfScope', 'observations'];
  expect(Object.keys(understood)).toEqual(keys);
  expect(understood.text).toBe(text);
  expect(understood.intents.map(({ id }) => id).sort()).toEqual([...INTENTS].sort());
  expect(understood.causes.map(({ id }) => id).sort()).toEqual([
    'balance',
    'channel',
    'device',
    'network',
    'qualification',
  ]);
  for (const list of [understood.intents, understood.causes]) {
    expect(Math.abs(sum(list) - 1)).toBeLessThan(1e-9);
    expect(ranked(list)).toBe(true);
    for (const one of list) expect(Object.keys(one)).toEqual(['id', 'p']);
  }
  expect(understood.outOfScope).toBe(understood.intents.find(({ id }) => id === 'out-of-scope')?.p);
  for (const { type, value, start, end, ...rest } of understood.entities) {
    expect(type).toMatch(/^[a-z-]+$/);
    expect(value).not.toBe('');
    expect(Object.keys(rest).filter((key) => key !== 'system')).toEqual([]);
    expect(0 <= start && start < end && end <= text.length).toBe(true);
  }
  for (const { question } of understood.evidence) expect(STANDARD_QUESTIONS).toContain(question);
  for (const { question } of understood.observations) expect(STANDARD_QUESTIONS).not.toContain(question);
  for (const { question, option, ...rest } of [...understood.evidence, ...understood.observations]) {
    expect(rest).toEqual({});
    const known = realWorld().knowledge.questions.get(question);
    expect(known?.options.map(({ id }) => id)).toContain(option);
  }
}

test('there are the 17 intents of the design', () => {
  expect(INTENTS).toHaveLength(17);
});

test('each real sentence comes out in the shape of the contract', async () => {
  const file = join(ROOT, 'knowledge', 'phrases', 'real-utterances.yaml');
  const all = (parseYaml(readFileSync(file, 'utf8')) as { text: string }[]).map(({ text }) => text);
  const texts = all.filter((text) => !/[\r\n]/.test(text));
  expect(texts.length).toBeGreaterThan(30);
  for (const text of texts.slice(0, 150)) checkForm(await ask(text), text);
});

describe('offsets count UTF-16 units of the text as given and cut out the thing itself', () => {
  test.each([
    ['机器显示代码A0，刷不了', 'A0'],
    ['😀😀提示 A0', 'A0'],
    ['　　提示Ａ０了', 'Ａ０'],
    ['收款５０００元失败', '５０００元'],
    ['用的拉卡拉的机器', '拉卡拉'],
    ['刷工商银行的卡刷不了', '工商银行'],
    ['A\u0301啊提示A0', 'A0'],
  ])('%s', async (text, thing) => {
    const { entities } = await ask(text);
    expect(entities.map(({ start, end }) => text.slice(start, end))).toContain(thing);
    checkForm(await ask(text), text);
  });
});

describe('a line that is odd is understood as well as can be:', () => {
  test.each([
    ['empty', ''],
    ['spaces', '  '],
    ['emoji only', '😀👨‍👩‍👧🏽'],
    ['control characters', '\u0000\u0007\u001b[31m'],
    ['100 kB', '刷卡不行'.repeat(8_500)],
    ['JSON', '{"text": "刷卡不行"}'],
    ['half a surrogate pair cannot come in UTF-8, but a replacement can', '\ufffd刷卡'],
  ])('%s', async (_, text) => {
    checkForm(await ask(text), text);
  });

  test('a carriage return belongs to the line end', async () => {
    expect((await ask('刷卡不行\r')).text).toBe('刷卡不行');
  });
});

test('answers to questions that this knowledge base adds come apart from the standard ones', async () => {
  const { evidence, observations } = await ask('刷卡扫码都不行，机器顶上没有信号图标');
  expect(evidence).toContainEqual({ question: 'scope', option: 'all' });
  expect(observations).toContainEqual({ question: 'link', option: 'none' });
});

test('a line that cannot be read gets one line that says why, and the next is understood', async () => {
  classify.write(new Uint8Array([0xff, 0xfe]));
  expect(JSON.parse(await classify.ask(''))).toEqual({ error: 'encoding' });
  expect(JSON.parse(await classify.ask('x'.repeat(2 * 1024 * 1024)))).toEqual({ error: 'length' });
  checkForm(await ask('刷卡不行'), '刷卡不行');
});

test('the end of the input ends it with 0, with one line out for each line in', async () => {
  const { code, err, lines } = await run(['classify', '--json'], '刷卡不行\r\n\n扫码不行');
  expect({ code, err, texts: lines.map((line) => parse(line).text) }).toEqual({
    code: 0,
    err: '',
    texts: ['刷卡不行', '', '扫码不行'],
  });
});

test('a sentence can be an argument, for people or for programs', async () => {
  const [people, programs] = await Promise.all([
    run(['classify', '微信能收', '支付宝不行\u001b[31m']),
    run(['classify', '--json', '微信能收支付宝不行']),
  ]);
  expect(people.code).toBe(0);
  expect(people.lines[0]).toBe('微信能收 支付宝不行\ufffd[31m');
  expect(people.out).toContain('scope=one');
  checkForm(parse(programs.lines[0] ?? ''), '微信能收支付宝不行');
});

test('private numbers are masked, at their length', async () => {
  const text = '卡号6222021234567890128刷不了';
  const understood = await ask(text);
  expect(understood.text).toHaveLength(text.length);
  expect(JSON.stringify(understood)).not.toContain('6222021234567890128');
  expect((await run(['classify', text])).out).not.toContain('1234567890');
});
