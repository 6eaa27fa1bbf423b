import { readConfig } from '../src/config.js';

const keep = (env: NodeJS.ProcessEnv) => readConfig(env).keep;

test('what is stored is kept for half a year and a year, or as long as is said', () => {
  expect(keep({})).toEqual({ conversationDays: 180, journalDays: 365 });
  expect(keep({ KEEP_CONVERSATIONS_DAYS: '', KEEP_JOURNAL_DAYS: '30' })).toEqual({
    conversationDays: 180,
    journalDays: 30,
  });
  expect(keep({ KEEP_CONVERSATIONS_DAYS: '0', KEEP_JOURNAL_DAYS: '0' })).toEqual({});
});

test.each(['-1', '1.5', 'ever', '100000'])('%s days are refused by name', (days) => {
  for (const name of ['KEEP_CONVERSATIONS_DAYS', 'KEEP_JOURNAL_DAYS'])
    expect(() => keep({ [name]: days })).toThrow(`${name}: a whole number of days`);
});
