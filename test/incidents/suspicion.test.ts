import {
  BOARD_LIMITS,
  type Board,
  type BoardChange,
  changed,
  emptyBoard,
  incidentSchema,
} from '../../src/incidents/board.js';
import type { Noticed } from '../../src/incidents/suspicion.js';
import { entryOf, plannedOn, suspicions } from '../../src/incidents/suspicion.js';
import { realWorld } from '../support/world.js';

const AT = Date.UTC(2026, 10, 23, 2, 40);
const MINUTE = 60_000;
const { knowledge } = realWorld();

const alarm = (stream: string, more: Partial<Noticed> = {}): Noticed => ({
  id: `1:${stream}`,
  stream,
  since: AT / MINUTE - 10,
  reports: 20,
  expected: 2,
  ...more,
});
const after = (...changes: [BoardChange, number][]): Board =>
  changes.reduce((board, [change, at]) => changed(board, change, at).board, emptyBoard());
const outage = (scope: object): BoardChange => ({
  do: 'open',
  what: '某某',
  scope,
  means: 'channel-outage',
  since: AT - 30 * MINUTE,
});
const wanted = (board: Board, alarms: Noticed[], now = AT) => suspicions(board, alarms, now, knowledge);
/** The board as it is once it says what the detector says. */
const settledWith = (board: Board, alarms: Noticed[], now = AT): Board =>
  wanted(board, alarms, now).reduce((one, change) => changed(one, change, now).board, board);

test('an alarm is suspected under the words that people use, with what was counted', () => {
  expect(wanted(emptyBoard(), [alarm('channel=wechat&acquirer=lakala')])).toEqual([
    {
      do: 'suspect',
      what: '微信支付 拉卡拉',
      scope: { channel: 'wechat', acquirer: 'lakala' },
      means: 'channel-outage',
      since: AT - 10 * MINUTE,
      ratio: 8.2,
      counted: { reports: 20, usual: 2 },
      burst: '1:channel=wechat&acquirer=lakala',
    },
  ]);
});

test.each([
  ['', '多种收款方式', 'channel-outage'],
  ['bank=icbc', '中国工商银行', 'channel-issuer-down'],
  [
    `region=${encodeURIComponent('很长的地区名字'.repeat(5))}`,
    '很长的地区名字'.repeat(5).slice(0, BOARD_LIMITS.what),
    'channel-outage',
  ],
])('%s is called %s and means %s', (stream, what, means) => {
  expect(wanted(emptyBoard(), [alarm(stream)])).toMatchObject([{ what, means }]);
});

test('what is done is not done again', () => {
  const alarms = [alarm('channel=wechat')];
  const board = settledWith(emptyBoard(), alarms);
  expect(wanted(board, alarms)).toEqual([]);
  expect(incidentSchema.safeParse(board.incidents[0]).success).toBe(true);
});

test('figures follow what is counted, in steps; and another explanation', () => {
  const board = settledWith(emptyBoard(), [alarm('channel=wechat')]);
  const grown = (reports: number) => wanted(board, [alarm('channel=wechat', { reports })]);
  expect(grown(22)).toEqual([]);
  expect(grown(40)).toMatchObject([{ do: 'measure', counted: { reports: 40 } }]);
  const explained = wanted(board, [alarm('acquirer=lakala', { id: '1:channel=wechat' })]);
  expect(explained).toMatchObject([{ do: 'measure', scope: { acquirer: 'lakala' }, what: '拉卡拉' }]);
  expect(settledWith(board, [alarm('acquirer=lakala', { id: '1:channel=wechat' })]).incidents).toHaveLength(1);
});

test('one that ended, or that the detector forgot, goes by; one that was confirmed stays', () => {
  const board = settledWith(emptyBoard(), [alarm('channel=wechat')]);
  const passes = [{ do: 'pass', id: '1123-1' }];
  expect(wanted(board, [alarm('channel=wechat', { ended: AT / MINUTE })])).toEqual(passes);
  expect(wanted(board, [])).toEqual(passes);
  const { board: confirmed } = changed(board, { do: 'update', id: '1123-1', confirm: true }, AT);
  expect(wanted(confirmed, [])).toEqual([]);
  expect(wanted(confirmed, [alarm('channel=wechat', { reports: 80 })])).toEqual([]);
});

describe('is not suspected', () => {
  test('what is known already, or wider', () => {
    for (const scope of [{ channel: 'wechat' }, { channel: 'scan' }, {}])
      expect(wanted(after([outage(scope), AT]), [alarm('channel=wechat&acquirer=lakala')])).toEqual([]);
  });

  test('the tail of one that was closed', () => {
    const board = after(
      [outage({ channel: 'wechat' }), AT - 20 * MINUTE],
      [{ do: 'close', id: '1123-1' }, AT - 5 * MINUTE],
    );
    expect(wanted(board, [alarm('channel=wechat')])).toEqual([]);
  });

  test('a false alarm, of the same burst', () => {
    const board = settledWith(emptyBoard(), [alarm('channel=wechat')]);
    const { board: rejected } = changed(board, { do: 'reject', id: '1123-1' }, AT);
    expect(wanted(rejected, [alarm('channel=wechat')])).toEqual([]);
    expect(wanted(rejected, [alarm('channel=wechat', { id: 'begun anew', since: AT / MINUTE - 12 })])).toEqual([]);
  });
});

describe('is suspected nevertheless', () => {
  test('what is wider than what is known', () => {
    expect(
      wanted(after([outage({ channel: 'wechat', acquirer: 'lakala' }), AT]), [alarm('channel=wechat')]),
    ).toHaveLength(1);
  });

  test('a new burst after a false alarm', () => {
    const board = settledWith(emptyBoard(), [alarm('channel=wechat')]);
    const { board: rejected } = changed(board, { do: 'reject', id: '1123-1' }, AT);
    const later = AT + 60 * MINUTE;
    const next = alarm('channel=wechat', { id: 'next', since: later / MINUTE - 5 });
    expect(entryOf(rejected, next)).toBeUndefined();
    expect(wanted(rejected, [next], later)).toMatchObject([{ do: 'suspect' }]);
  });
});

test('maintenance is expected as long as it lasts, no longer than until it was closed', () => {
  const plan: BoardChange = {
    do: 'plan',
    what: '银联',
    scope: { channel: 'unionpay' },
    means: 'channel-maintenance',
    since: AT + MINUTE,
    expectedEnd: AT + 60 * MINUTE,
  };
  const planned = { attributes: { channel: 'unionpay' }, from: AT + MINUTE };
  const board = after([plan, AT], [outage({ channel: 'wechat' }), AT]);
  expect(plannedOn(board)).toEqual([{ ...planned, to: AT + 60 * MINUTE }]);
  const { board: closed } = changed(board, { do: 'close', id: '1123-1' }, AT + 5 * MINUTE);
  expect(plannedOn(closed)).toEqual([{ ...planned, to: AT + 5 * MINUTE }]);
});
