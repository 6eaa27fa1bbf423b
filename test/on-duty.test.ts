/** Whom a hand-over calls: those whom the duty calendar names for this case at this moment. */
import type { World } from '../src/dialogue/world.js';
import { planOf, WEEK } from './duty/plan.js';
import { MINUTE, service, withPlan } from './support/on-call.js';
import { realWorld } from './support/world.js';

/** Monday, 23 November 2026, in China. */
const at = (hours: number, minutes = 0): number => Date.UTC(2026, 10, 23, hours - 8, minutes);
const AFTER_HOURS = { emergency: ['值班主管', '值班甲'], urgent: [], normal: [] };
const week = (own: Parameters<typeof withPlan>[0] = {}): World =>
  withPlan({ ...planOf(WEEK), afterHours: AFTER_HOURS, ...own });
const [DAY, EVENING, LEAD] = ['wecom-app:duty-a', 'wecom-app:duty-b', 'wecom-app:duty-lead'];

beforeAll(() => void realWorld(), 60_000);

let house: Awaited<ReturnType<typeof service>>;
afterEach(() => house.assistant.stop());

async function open(now: number, world = week(), doors = ['wecom-app']): Promise<void> {
  house = await service(doors, { world, at: now });
}
/** Who was asked, in the app. */
const asked = () => [DAY, EVENING, LEAD].filter((one) => house.said('wecom-app', one).join().includes('找人工'));
const wants = async (text = '找人') => {
  await house.merchant('刷卡不行，没扣款');
  await house.merchant(text);
};

test('in the day the first of the shift, then the next of it', async () => {
  await open(at(10));
  await wants();
  expect(asked()).toEqual([DAY]);
  await house.pass(3 * MINUTE);
  expect(asked()).toEqual([DAY, EVENING]);
  await house.pass(10 * MINUTE);
  expect(asked()).toEqual([DAY, EVENING]);
});

test('in the evening only whoever has that shift', async () => {
  await open(at(20));
  await wants();
  expect(asked()).toEqual([EVENING]);
  await house.pass(10 * MINUTE);
  expect(asked()).toEqual([EVENING]);
});

test('at night nobody is called: the merchant hears at once when somebody is there, with the numbers, and is called for then', async () => {
  await open(at(27));
  await wants();
  const heard = house.said('web').join();
  expect(heard).toContain('现在没人值班，今天 08:30 有人');
  expect(heard).toContain('机身贴纸');
  const before = house.said('web').length;
  await house.pass(60 * MINUTE);
  expect(asked()).toEqual([]);
  expect(house.said('web')).toHaveLength(before);
  await house.pass(271 * MINUTE);
  expect(asked()).toEqual([DAY]);
  expect(house.said('web').at(-1)).toContain('有人值班了，已经叫了值班甲');
});

test('at night an emergency calls those whom the after-hours rule names, in its order', async () => {
  await open(at(27));
  await house.merchant('我被骗了');
  expect(asked()).toEqual([LEAD]);
  expect(house.said('web').at(-1)).toContain('已经叫了值班主管');
  await house.pass(3 * MINUTE);
  expect(asked()).toEqual([DAY, LEAD]);
});

test('at night an emergency without such a rule calls nobody, and says when somebody is there', async () => {
  await open(at(27), week({ afterHours: { emergency: [], urgent: [], normal: [] } }));
  await house.merchant('我被骗了');
  expect(asked()).toEqual([]);
  expect(house.said('web')).toHaveLength(1);
  expect(house.said('web')[0]).toMatch(/110[\s\S]*现在没人值班，今天 08:30 有人/);
});

test('whoever takes nothing but emergencies is asked for nothing else', async () => {
  await open(at(10), week({ shifts: [], dutyHours: [] }));
  await wants();
  await house.pass(20 * MINUTE);
  expect(asked()).toEqual([DAY, EVENING]);
});

test('a shift that ends meanwhile hands on to the next', async () => {
  await open(at(17, 58), week({ shifts: shiftsOf(['值班甲'], ['值班乙']) }));
  await wants();
  expect(asked()).toEqual([DAY]);
  await house.pass(3 * MINUTE);
  expect(asked()).toEqual([DAY, EVENING]);
});

test('a lunch break is no time to be called in, and its end is told', async () => {
  await open(at(12, 10));
  await wants();
  expect(asked()).toEqual([]);
  expect(house.said('web').join()).toContain('今天 13:00 有人');
  await house.pass(50 * MINUTE);
  expect(asked()).toEqual([DAY]);
});

test('the group hears it in the day, but after hours only those named', async () => {
  const world = week({ onCallGroup: 'wrTeam' });
  await open(at(10), world, ['wecom-bot']);
  await wants();
  expect(house.said('web').join()).toContain('已经叫了值班同事');
  await house.assistant.stop();
  await open(at(27), world, ['wecom-bot']);
  await house.merchant('我被骗了');
  expect(house.said('web').at(-1)).toContain('已经叫了值班主管');
});

test('of fifty on duty five are asked', async () => {
  const onCall = Array.from({ length: 50 }, (_, n) => ({ name: `p${n}`, userid: `p${n}`, duty: '' }));
  await open(at(10), withPlan({ onCall }));
  await wants();
  await house.pass(60 * MINUTE);
  const called = onCall.filter(({ userid }) => house.said('wecom-app', `wecom-app:${userid}`).length > 0);
  expect(called.map(({ name }) => name)).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
});

test('the calendar is read when a human is wanted, and for no other turn', async () => {
  let reads = 0;
  const world = week();
  const { shifts } = world.knowledge.organization;
  Object.defineProperty(world.knowledge.organization, 'shifts', {
    get: () => {
      reads += 1;
      return shifts;
    },
  });
  await open(at(10), world);
  for (const text of ['刷卡不行', '没扣款', '银联客服电话', '在吗', '别的卡也不行']) await house.merchant(text);
  expect(reads).toBe(0);
  await house.merchant('找人');
  const once = reads;
  expect(once).toBeGreaterThan(0);
  await house.colleague({ option: 'take-1' }, 'duty-a');
  for (const text of ['在吗', '我的终端是新的']) await house.merchant(text);
  expect(reads).toBe(once);
});

function shiftsOf(day: string[], evening: string[]): ReturnType<typeof planOf>['shifts'] {
  return [
    { name: '白班', days: '每天', from: '08:00', to: '18:00', breaks: [], onCall: day },
    { name: '晚班', days: '每天', from: '18:00', to: '23:00', breaks: [], onCall: evening },
  ];
}
