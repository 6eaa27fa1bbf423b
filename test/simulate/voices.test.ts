import { loadWorld } from '../../src/content.js';
import { loadYardsticks } from '../../src/simulate/load.js';
import { evidenceOf } from '../../src/simulate/openings.js';
import { randomFrom } from '../../src/simulate/random.js';
import { SPEECHLESS, type Voices, voicesOf } from '../../src/simulate/voices.js';

let voices: Voices;

beforeAll(() => {
  const world = loadWorld({ publicUrl: 'https://shop.example' });
  const { openings, settings } = loadYardsticks();
  // Read by the understanding that learned from them: what is tested is who says what, not how well it is read.
  const read = openings.map(({ text, faults }) => ({ text, faults, causes: [], ...evidenceOf(world, text) }));
  const vague = ['channel', 'qualification', 'device', 'network', 'balance'].map((cause) => ({
    text: '付不了',
    faults: null,
    causes: [cause],
    ...evidenceOf(world, '付不了'),
  }));
  voices = voicesOf(world.model, [...read, ...vague], settings, 0.08, randomFrom(1));
}, 60_000);

const meanBelief = (fault: string, wanted: string): number => {
  const random = randomFrom(2);
  let [sum, count] = [0, 0];
  for (let n = 0; n < 500; n += 1) {
    const said = voices.said(fault, random).at(-1);
    if (said === undefined) continue;
    sum += said.faults[wanted] ?? 0;
    count += 1;
  }
  return sum / count;
};

test('whoever suffers an outage is believed to, more than whoever has no paper', () => {
  expect(meanBelief('channel-outage', 'channel-outage')).toBeGreaterThan(
    3 * meanBelief('device-printer', 'channel-outage'),
  );
});

test('beliefs are distributions; some say nothing, some leave before they answer', () => {
  const random = randomFrom(3);
  const talks = Array.from({ length: 300 }, () => voices.said('channel-outage', random));
  for (const { faults, after } of talks.flat()) {
    expect(Object.values(faults).reduce((left, right) => left + right, 0)).toBeCloseTo(1, 6);
    expect(after).toBeGreaterThanOrEqual(0);
  }
  for (const length of [0, 1, 2]) expect(talks.some((talk) => talk.length === length)).toBe(true);
});

test('what is out decides what is wrong; ordinary faults fit the way of paying and what is common there', () => {
  const random = randomFrom(4);
  const drawn = (of: () => string) => new Set(Array.from({ length: 200 }, of));
  expect([...drawn(() => voices.outage({ bank: 'b1' }, random))]).toEqual(['channel-issuer-down']);
  const only = { channel: 0, qualification: 0, device: 0, network: 1, balance: 0, other: 0 };
  for (const fault of drawn(() => voices.ordinary('wechat', [only], null, random))) expect(fault).toMatch(/^network-/);
  expect(SPEECHLESS.said('channel-outage', random)).toEqual([]);
});
