import fc from 'fast-check';
import { recordOf } from '../../src/drills/record.js';
import { recordOfTrainee } from '../support/drill-record.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

test('what a drill leaves in the journal is read back whole', () => {
  const record = recordOfTrainee(realWorld(), 'sim-unpaid', 'model');
  expect(record).toMatchObject({ drill: 'sim-unpaid', fault: 'network-sim-unpaid', outcome: 'finished', seed: 1 });
  expect(record.judged.map(({ id, points }) => [id, points])).toEqual(
    record.items.map(({ id, points }) => [id, points]),
  );
  expect(record.judged.flatMap(({ rules }) => rules).some(({ entry }) => entry !== undefined)).toBe(true);
});

test('anything else is no record, and no error', () => {
  fc.assert(fc.property(fc.anything(), (data) => recordOf(data) === null));
  const record = recordOfTrainee(realWorld(), 'sim-unpaid', 'model');
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(record)), fc.constantFrom(undefined, null, 'x', [{}]), (key, value) => {
      const broken = { ...record, [key]: value };
      return (key === 'drill' || key === 'fault') && value === 'x'
        ? recordOf(broken) !== null
        : recordOf(broken) === null;
    }),
  );
});
