import fc from 'fast-check';
import { assignFolds, groupAlike } from '../../src/eval/folds.js';

test('versions of one sentence are one group, different sentences are not', () => {
  const groups = groupAlike([
    { text: '刷卡提示余额不足怎么回事' },
    { text: '刷卡，提示余额不足，怎么回事？' },
    { text: '刷卡提示余额不足是怎么回事' },
    { text: '网络连不上' },
  ]);
  expect(new Set([groups[0], groups[1], groups[2]]).size).toBe(1);
  expect(groups[3]).not.toBe(groups[0]);
});

test('what shares a source stays together', () => {
  const groups = groupAlike([
    { text: '网络连不上', source: 'a' },
    { text: '余额不足', source: 'a' },
    { text: '打印不出来', source: 'b' },
  ]);
  expect(groups[0]).toBe(groups[1]);
  expect(groups[2]).not.toBe(groups[0]);
});

test('folds keep groups whole, whatever the groups, and none stays empty while there are groups enough', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1 }),
      fc.integer({ min: 2, max: 6 }),
      (list, folds) => {
        const assigned = assignFolds(Int32Array.from(list), folds);
        const foldsOf = new Map<number, Set<number>>();
        list.forEach((group, i) => {
          foldsOf.set(group, (foldsOf.get(group) ?? new Set()).add(assigned[i] ?? -1));
        });
        for (const set of foldsOf.values()) expect(set.size).toBe(1);
        expect(new Set(assigned).size).toBe(Math.min(folds, foldsOf.size));
      },
    ),
  );
});
