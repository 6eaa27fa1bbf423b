import { tellOfStore } from '../../src/commands/store-told.js';
import { PosDoctorError } from '../../src/errors.js';
import { logEventOf } from '../../src/metrics/log-events.js';
import { keptLog } from '../channels/wecom/stub.js';

test.each([
  ['STORE_UNREACHABLE', 'warn', 'store-background'],
  ['STORE_FULL', 'warn', 'store-background'],
  ['STORE_REFUSED', 'warn', 'store-background'],
  ['DATA_CORRUPT', 'error', 'store-problem'],
] as const)('%s is told as %s: %s', (code, level, event) => {
  const log = keptLog();
  tellOfStore(log)(new PosDoctorError(code, { file: 'c/1', why: 'nothing listens there' }));
  expect(log.lines.map((line) => [line.level, line.data.code, logEventOf(line.message)])).toEqual([
    [level, code, event],
  ]);
});
