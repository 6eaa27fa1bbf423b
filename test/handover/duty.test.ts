import { ASKED_MAX, byPressure, confirmed, NO_DUTY, over, take, wasAsked } from '../../src/handover/duty.js';

const shop = (name: string) => ({ channel: 'web', conversation: name });
const askedBy = (...names: string[]) =>
  names.reduce((duty, name) => wasAsked(duty, `h-${name}`, shop(name)).duty, NO_DUTY);

test('requests are counted; one that comes twice is the same', () => {
  const duty = askedBy('a', 'b');
  expect(wasAsked(duty, 'h-a', shop('a'))).toEqual({ duty, n: 1 });
  expect(wasAsked(duty, 'h-c', shop('c')).n).toBe(3);
});

test('no more requests are remembered than the bound, and no more that are over', () => {
  const names = Array.from({ length: 3 * ASKED_MAX }, (_, n) => `s${n}`);
  const duty = askedBy(...names);
  expect(duty.asked).toHaveLength(ASKED_MAX);
  expect(duty.asked.at(-1)?.n).toBe(3 * ASKED_MAX);
  let done = NO_DUTY;
  for (const name of names) done = over(wasAsked(done, `h-${name}`, shop(name)).duty, `h-${name}`, '李四');
  expect(done.asked).toEqual([]);
  expect(done.past).toHaveLength(ASKED_MAX);
});

test('one is taken at a time', () => {
  const first = take(askedBy('a', 'b'), 1);
  if (first === null || first === 'busy') throw new Error('not taken');
  expect(take(first.duty, 2)).toBe('busy');
  expect(take(first.duty, 1)).toEqual(first);
  expect(take(first.duty, 9)).toBeNull();
  expect(take(over(first.duty, 'h-a'), 2)).toMatchObject({ asked: { n: 2 } });
});

test('only what is theirs is confirmed, and what is over for others leaves theirs alone', () => {
  const first = take(askedBy('a', 'b'), 1);
  if (first === null || first === 'busy') throw new Error('not taken');
  expect(confirmed(first.duty, 'h-b').mine?.sure).toBe(false);
  expect(confirmed(first.duty, 'h-a').mine?.sure).toBe(true);
  expect(over(first.duty, 'h-b').mine?.n).toBe(1);
});

test('the most pressing comes first, of those that press alike whoever waits longest', () => {
  let duty = askedBy('a', 'b');
  duty = wasAsked(duty, 'h-c', shop('c'), { severity: 'emergency' }).duty;
  duty = wasAsked(duty, 'h-d', shop('d'), { severity: 'urgent' }).duty;
  expect(byPressure(duty).map(({ n }) => n)).toEqual([3, 4, 1, 2]);
  duty = wasAsked(duty, 'h-b', shop('b'), { severity: 'emergency' }).duty;
  expect(byPressure(duty).map(({ n }) => n)).toEqual([2, 3, 4, 1]);
  expect(duty.count).toBe(4);
});

test('beyond the bound an emergency is forgotten last', () => {
  let duty = wasAsked(NO_DUTY, 'h-x', shop('x'), { severity: 'emergency' }).duty;
  for (let n = 0; n < 3 * ASKED_MAX; n += 1) duty = wasAsked(duty, `h-${n}`, shop(`${n}`)).duty;
  expect(duty.asked).toHaveLength(ASKED_MAX);
  expect(byPressure(duty)[0]?.handover).toBe('h-x');
});
