import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkKnowledge } from '../../src/knowledge/check.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pos-doctor-teams-'));
  mkdirSync(join(folder, 'knowledge'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What is wrong with teams written so in an operator's file, over our own knowledge. */
function wrongWith(yaml: string): string[] {
  writeFileSync(join(folder, 'knowledge', 'organization.yaml'), yaml);
  const { problems } = checkKnowledge({ contentDir: folder });
  return problems
    .filter(({ file }) => file.endsWith('organization.yaml'))
    .map(({ line, rule, message }) => `${line} ${rule} ${message}`);
}

test('teams that can practise are sound, with the quarters of the reference unless they say otherwise', () => {
  expect(
    wrongWith('teams:\n  - { name: 一店, drill: sim-unpaid, people: [a] }\n  - { name: 二店, people: [b] }\n'),
  ).toEqual([]);
  const team = checkKnowledge({ contentDir: folder }).knowledge?.organization.teams[1];
  expect(team).toEqual({ name: '二店', people: ['b'], months: [3, 6, 9, 12], day: 15, time: '15:00' });
});

test.each([
  [
    'two of one name',
    '- { name: 一店, people: [a] }\n  - { name: 一店, people: [b] }',
    /^3 drill-team two teams are called "一店"/,
  ],
  ['somebody in two', '- { name: 一店, people: [a] }\n  - { name: 二店, people: [a] }', /^3 drill-team .*"一店" too/],
  ['nobody in it', '- { name: 一店 }', /^2 drill-team .*"一店" has nobody/],
  [
    'a scenario that there is not',
    '- { name: 一店, people: [a], drill: nothing }',
    /^2 drill-team no scenario "nothing"/,
  ],
  ['a day that February lacks', '- { name: 一店, day: 30 }', /^2 schema .*day/],
  ['a time that is none', '- { name: 一店, time: "25:00" }', /^2 schema .*time/],
  ['a month that is none', '- { name: 一店, months: [13] }', /^2 schema .*months/],
  ['a word that is no key', '- { name: 一店, mouths: [3] }', /^2 schema .*mouths/],
])('%s is told of on its line', (_, teams, problem) => {
  const found = wrongWith(`teams:\n  ${teams}\n`);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(problem);
});
