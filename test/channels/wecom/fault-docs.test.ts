import { readFileSync } from 'node:fs';
import { FAULT_TABLE } from './fault-table.js';

const page = readFileSync(new URL('../../../docs/wecom-faults.md', import.meta.url), 'utf8');
const rows = FAULT_TABLE.map(
  ({ door, fault, twice }) => `| ${door} | ${fault} | 0 | ${twice === 0 ? '0' : 'at most 1'} |`,
);

test('the fault table in the docs is the one that the tests run', () => {
  const shown = page.split('\n').filter((line) => /^\| (?:bot|botCallback|app|kf) \|/.test(line));
  expect(shown).toEqual(rows);
});
