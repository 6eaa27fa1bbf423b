import { meansName, scopeNames } from '../../src/incidents/names.js';
import { realWorld } from '../support/world.js';

const { knowledge } = realWorld();

test('a scope is named in the words of people, and what has no word stands as it is', () => {
  expect(scopeNames({ channel: 'wechat', acquirer: 'lakala', region: '样例市' }, knowledge)).toEqual([
    '微信支付',
    '拉卡拉',
    '样例市',
  ]);
  expect(scopeNames({ channel: 'of-mars' }, knowledge)).toEqual(['of-mars']);
  expect(scopeNames({}, knowledge)).toEqual([]);
});

test('what an incident means is a fault or a cause by its name, never by its id', () => {
  for (const fault of knowledge.faults.values()) expect(meansName(fault.id, knowledge)).toBe(fault.title);
  for (const { id, label } of knowledge.causes.values()) expect(meansName(id, knowledge)).toBe(label);
  expect(meansName('of-mars', knowledge)).toBe('of-mars');
});
