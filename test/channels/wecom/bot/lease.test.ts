import { ConnectionLease, LEASE_MS, RENEW_MS } from '../../../../src/channels/wecom/bot/lease.js';
import { PosDoctorError } from '../../../../src/errors.js';
import { testClock } from '../../../support/clock.js';
import { keptLog } from '../stub.js';

const clock = testClock();
const state = { answer: async (): Promise<boolean> => true, changes: [] as string[] };
const log = keptLog();
const lease = new ConnectionLease({
  store: { acquireLease: () => state.answer(), releaseLease: async () => undefined },
  clock,
  log,
  name: 'wecom-bot:aib',
  holder: 'one',
  gained: () => state.changes.push('gained'),
  lost: () => state.changes.push('lost'),
});
const away = () => Promise.reject(new PosDoctorError('STORE_UNREACHABLE', { why: 'nothing listens there' }));
const told = () => log.lines.filter(({ level }) => level !== 'debug').map(({ level, data }) => [level, data.why]);

afterAll(() => lease.stop());

test('a lease that is lost is told once, with the reason; what is only late is not', async () => {
  await lease.start();
  state.answer = away;
  await clock.advance(LEASE_MS - RENEW_MS);
  expect([lease.held, told()]).toEqual([true, []]);
  await clock.advance(60_000);
  expect([lease.held, state.changes]).toEqual([false, ['gained', 'lost']]);
  expect(told()).toEqual([['warn', 'it expired while the store could not be reached']]);
  state.answer = async () => true;
  await clock.advance(RENEW_MS);
  expect(lease.held).toBe(true);
  state.answer = async () => false;
  await clock.advance(60_000);
  expect(told()).toEqual([
    ['warn', 'it expired while the store could not be reached'],
    ['warn', 'another process of ours has it'],
  ]);
});
