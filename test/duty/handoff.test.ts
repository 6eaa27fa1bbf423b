/** What somebody who asks for a human is told of those on duty. */
import { fileURLToPath } from 'node:url';
import type { World } from '../../src/dialogue/world.js';
import { runScript, type Script } from '../../src/eval/script.js';
import type { Organization } from '../../src/knowledge/schema.js';
import { readScripts } from '../support/scripts.js';
import { realWorld } from '../support/world.js';
import { PEOPLE, planOf, WEEK } from './plan.js';

function worldOf(own: Partial<Organization>): World {
  const { knowledge, ...rest } = realWorld();
  return { ...rest, knowledge: { ...knowledge, organization: { ...knowledge.organization, ...own } } };
}
const withDuty = worldOf({
  ...planOf(WEEK),
  name: '某服务商',
  afterHours: { emergency: [], urgent: ['值班乙'], normal: [] },
});

const scripts = readScripts(fileURLToPath(new URL('conversations/', import.meta.url)));

test.each(scripts)('$name: $script.title', ({ script }) => {
  expect(runScript(script, withDuty).failures).toEqual([]);
});

/** Everything said when a human is asked for, minutes after ten on a Monday morning. */
function said(world: World, minutes: number, ...before: string[]): string {
  const [first, ...rest] = [...before, '转人工'];
  const turns = [{ say: first, after: minutes, expect: {} }, ...rest.map((say) => ({ say, expect: {} }))];
  const run = runScript(
    { title: 'asked for a human', covers: [], incidents: [], shops: [], turns } satisfies Script,
    world,
  );
  return run.turns
    .flatMap(({ replies }) => replies.map(({ text, links }) => [text, ...links.map(({ url }) => url)].join(' ')))
    .join('\n');
}

describe('an operator that has written', () => {
  test('nobody down is not spoken of', () => {
    expect(said(realWorld(), 780)).not.toMatch(/值班/);
  });

  test('people and no hours has them named at any hour, as before', () => {
    expect(said(worldOf(planOf(PEOPLE)), 780)).toContain('值班：值班甲（白班）、值班乙（晚班）');
  });

  test('a hotline with hours has it called closed at night, with where else to turn, and no button to dial it', () => {
    const world = worldOf({ name: '某服务商', hotline: '400-000-0000', hotlineHours: '工作日 8:30—18:00' });
    const night = said(world, 780);
    expect(night).toContain('某服务商：400-000-0000，现在不在服务时间（工作日 8:30—18:00），明天 08:30 再打。');
    expect(night).toContain('机身贴纸');
    expect(night).not.toContain('tel:4000000000');
    expect(said(world, 1)).toContain('tel:4000000000');
    expect(said(world, 1)).not.toContain('不在服务时间');
  });

  test('a hotline whose hours nobody can be sure of has it given as it is', () => {
    const world = worldOf({ name: '某服务商', hotline: '400-000-0000', hotlineHours: '人工约 9:00—18:00' });
    expect(said(world, 780)).toContain('某服务商：400-000-0000，人工约 9:00—18:00');
  });

  test('a holiday is told the day after it, by its date', () => {
    const holidays = [{ name: '歇业', from: '2026-11-23', to: '2026-11-26' }];
    const world = worldOf({ ...planOf(WEEK), shifts: planOf(WEEK).shifts.slice(0, 1), holidays });
    expect(said(world, 1)).toContain('现在没人值班，11月27日 08:30 有人。');
  });
});

describe('whom to call first', () => {
  test('what is closed comes after what is open, and has no button', () => {
    const night = said(realWorld(), 780, '微信收款被冻结了，没扣款');
    expect(night.indexOf('收单机构（')).toBeGreaterThan(0);
    expect(night.indexOf('收单机构（')).toBeLessThan(night.indexOf('95017，现在不在服务时间'));
    expect(night).not.toContain('tel:95017');
    expect(said(realWorld(), 1, '微信收款被冻结了，没扣款')).toContain('tel:95017');
  });
});
