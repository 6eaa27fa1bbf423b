import { type Certificate, certificatePage } from '../../src/pages/certificate.js';
import { siteOf } from '../../src/pages/site.js';
import { fixtureKnowledge } from './fixture.js';

const site = siteOf(fixtureKnowledge());
const run = (n: number) => ({
  id: `20261101-100${n}-3f9a`,
  date: `2026-11-${String(n).padStart(2, '0')}`,
  title: `scenario ${n}`,
  score: 60 + n,
});
const certificate = (more: Partial<Certificate> = {}): Certificate => ({
  name: 'Zhang',
  team: 'shop one',
  runs: [run(1), run(2), run(4)],
  date: '2026-11-30',
  causes: ['network', 'other'],
  ...more,
});

test('it says who, what was practised, how often, from when to when, with which score on average, and by whom it is signed', () => {
  const page = certificatePage(certificate(), site);
  expect(page).toContain('<p class="name">Zhang</p>');
  expect(page).toContain('shop one');
  expect(page).toContain('2026-11-01 至 2026-11-04 完成收款故障应急演练 3 次，平均 62 分');
  expect(page).toContain('练过的原因：network label、其他。');
  for (const { title, score, id } of certificate().runs)
    for (const one of [title, `>${score}<`, id]) expect(page).toContain(one);
  expect(page).toContain('日期：2026-11-30');
  expect(page).toContain('不是从业资格证明');
  expect(page).not.toMatch(/certificate\.\w|debrief\.|\{\w+\}<|<script/);
});

test('it is not made out without a drill', () => {
  expect(() => certificatePage(certificate({ runs: [] }), site)).toThrow(RangeError);
});

test('of many drills the last twelve are listed, and it says how many are not', () => {
  const page = certificatePage(certificate({ runs: Array.from({ length: 20 }, (_, n) => run(n + 1)) }), site);
  expect(page.match(/<tr><td>/g)).toHaveLength(12);
  expect(page).toContain('更早的 8 次没有列出');
  expect(page).toContain('scenario 20<');
  expect(page).not.toContain('scenario 8<');
  expect(page).toContain('演练 20 次');
});

test('names break nothing, and a team that there is not leaves no gap', () => {
  const page = certificatePage(certificate({ name: '<i>&"', team: '' }), site);
  expect(page).toContain('&lt;i&gt;&amp;&quot;');
  expect(page).not.toContain('<i>');
  expect(page).not.toContain('<p></p>');
});
