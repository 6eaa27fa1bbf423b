import {
  BOARD_LIMITS,
  type Board,
  type BoardChange,
  boardChangeSchema,
  boardFrom,
  changed,
  emptyBoard,
  endOf,
  listed,
  SHOWN_MS,
  stateAt,
  wasCalledOff,
  wasNeverKnown,
} from '../../src/incidents/board.js';

/** 2026-11-23 10:40 in China. */
const AT = Date.UTC(2026, 10, 23, 2, 40);
const MINUTE = 60_000;
const OPEN: BoardChange = { do: 'open', what: '微信支付', scope: { channel: 'wechat' }, means: 'channel-outage' };
const plan = (since: number, expectedEnd: number): BoardChange => ({ ...OPEN, do: 'plan', since, expectedEnd });

function after(...changes: [BoardChange, number][]): Board {
  return changes.reduce((board, [change, at]) => changed(board, change, at).board, emptyBoard());
}

describe('an incident', () => {
  test('is open since now, or since when it is said to be, under a short name', () => {
    const { board, incident } = changed(emptyBoard(), OPEN, AT);
    expect(incident).toMatchObject({ id: '1123-1', state: 'open', since: AT, by: 'operator', kind: 'outage' });
    expect(board).toMatchObject({ version: 1, updatedAt: AT });
    const second = changed(board, { ...OPEN, since: AT - 5 * MINUTE, workaround: '先用刷卡' }, AT);
    expect(second.incident).toMatchObject({ id: '1123-2', since: AT - 5 * MINUTE, workaround: '先用刷卡' });
  });

  test('is named by the day in China', () => {
    const late = Date.UTC(2026, 10, 23, 16, 1);
    expect(changed(emptyBoard(), OPEN, late).incident.id).toBe('1124-1');
  });

  test('is updated: notes, another end, and no end', () => {
    const board = after([{ ...OPEN, expectedEnd: AT + 60 * MINUTE }, AT]);
    const later = changed(
      board,
      { do: 'update', id: '1123-1', note: '银行在修', expectedEnd: AT + 90 * MINUTE },
      AT + 1,
    );
    expect(later.incident).toMatchObject({
      updates: [{ at: AT + 1, note: '银行在修' }],
      expectedEnd: AT + 90 * MINUTE,
    });
    const unknown = changed(later.board, { do: 'update', id: '1123-1', expectedEnd: null }, AT + 2);
    expect(unknown.incident.expectedEnd).toBeUndefined();
  });

  test('is closed once', () => {
    const board = after([OPEN, AT], [{ do: 'close', id: '1123-1', note: '好了' }, AT + MINUTE]);
    expect(board.incidents).toMatchObject([{ state: 'closed', closedAt: AT + MINUTE, updates: [{ note: '好了' }] }]);
    expect(() => changed(board, { do: 'close', id: '1123-1' }, AT + 2 * MINUTE)).toThrow(/closed already/);
  });

  test('that outlasts its expected end stays open', () => {
    const board = after([{ ...OPEN, expectedEnd: AT + MINUTE }, AT]);
    expect(listed(board, 'open', AT + 100 * MINUTE)).toHaveLength(1);
  });

  test('that is suspected follows what is counted, goes by or is a false alarm; nothing of that once it is known', () => {
    const scope = { channel: 'wechat' };
    const suspect: BoardChange = { do: 'suspect', what: '微信', scope, means: 'channel-outage', since: AT, ratio: 12 };
    const board = after([suspect, AT]);
    const measure: BoardChange = {
      do: 'measure',
      id: '1123-1',
      what: '扫码',
      scope,
      means: 'channel-outage',
      ratio: 5,
    };
    expect(changed(board, measure, AT).incident).toMatchObject({
      what: '扫码',
      ratio: 5,
      state: 'suspected',
      since: AT,
    });
    const passed = changed(board, { do: 'pass', id: '1123-1' }, AT + 1).incident;
    expect(passed).toMatchObject({ state: 'closed', closedAt: AT + 1, passed: true });
    const rejected = changed(board, { do: 'reject', id: '1123-1' }, AT + 1).incident;
    expect([rejected.passed, wasNeverKnown(rejected), wasNeverKnown(passed)]).toEqual([undefined, true, true]);
    const { board: known } = changed(board, { do: 'update', id: '1123-1', confirm: true }, AT + 1);
    for (const change of [measure, { do: 'pass', id: '1123-1' }, { do: 'reject', id: '1123-1' }] as BoardChange[])
      expect(() => changed(known, change, AT + 2)).toThrow(/known already/);
    expect(wasNeverKnown(changed(known, { do: 'close', id: '1123-1' }, AT + 2).incident)).toBe(false);
  });

  test('that was suspected is known once an operator says so', () => {
    const { do: _, ...about } = OPEN as Extract<BoardChange, { do: 'open' }>;
    const board = after([{ ...about, do: 'suspect', since: AT, ratio: 12 }, AT]);
    expect(board.incidents).toMatchObject([{ state: 'suspected', by: 'detection', ratio: 12 }]);
    const known = changed(board, { do: 'update', id: '1123-1', confirm: true }, AT + 1).incident;
    expect(known).toMatchObject({ state: 'open', by: 'operator' });
  });
});

describe('planned maintenance', () => {
  const [from, to] = [AT + 60 * MINUTE, AT + 120 * MINUTE];

  test('opens and closes by the clock', () => {
    const [one] = after([plan(from, to), AT]).incidents;
    if (!one) throw new Error('nothing is planned');
    expect([AT, from - 1, from, to - 1, to].map((at) => stateAt(one, at))).toEqual([
      'planned',
      'planned',
      'open',
      'open',
      'closed',
    ]);
    expect(endOf(one, to + 5)).toBe(to);
  });

  test('can be closed early, made longer, and called off', () => {
    const board = after([plan(from, to), AT]);
    const early = changed(board, { do: 'close', id: '1123-1' }, from + 1).incident;
    expect([stateAt(early, from + 2), endOf(early, from + 2), wasCalledOff(early)]).toEqual([
      'closed',
      from + 1,
      false,
    ]);
    const longer = changed(board, { do: 'update', id: '1123-1', expectedEnd: to + MINUTE }, from + 1).incident;
    expect(stateAt(longer, to)).toBe('open');
    expect(() => changed(board, { do: 'update', id: '1123-1', expectedEnd: null }, from)).toThrow(/needs an end/);
    expect(wasCalledOff(changed(board, { do: 'close', id: '1123-1' }, AT).incident)).toBe(true);
  });

  test.each<[string, BoardChange]>([
    ['ends before it begins', plan(from, from)],
    ['is over already', plan(AT - 2, AT)],
    ['is an outage of the future', { ...OPEN, since: AT + 1 } as BoardChange],
    ['is expected to be over already', { ...OPEN, since: AT - 2, expectedEnd: AT - 1 } as BoardChange],
  ])('is refused if it %s', (_, change) => {
    expect(() => changed(emptyBoard(), change, AT)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENTS' }));
  });
});

describe('bounds', () => {
  test('so many at once, and no more', () => {
    const many = Array.from({ length: BOARD_LIMITS.active }, (): [BoardChange, number] => [OPEN, AT]);
    const board = after(...many);
    expect(() => changed(board, OPEN, AT)).toThrow(/close one first/);
    expect(() => changed(board, { do: 'update', id: '1123-3', note: '还在修' }, AT)).not.toThrow();
  });

  test('closed ones make room, the oldest first, and are forgotten after a week', () => {
    let board = emptyBoard();
    for (let number = 0; number < BOARD_LIMITS.closed + 5; number += 1) {
      const opened = changed(board, OPEN, AT + number);
      board = changed(opened.board, { do: 'close', id: opened.incident.id }, AT + number).board;
    }
    expect(board.incidents.length).toBeLessThanOrEqual(BOARD_LIMITS.closed);
    expect(listed(board, 'closed', AT + 100)[0]?.closedAt).toBe(AT + BOARD_LIMITS.closed + 4);
    expect(changed(board, OPEN, AT + SHOWN_MS + 1000).board.incidents).toHaveLength(1);
    expect(boardFrom(JSON.parse(JSON.stringify(board)))).toEqual(board);
  });

  test('the latest updates', () => {
    let board = after([OPEN, AT]);
    for (let number = 0; number < BOARD_LIMITS.updates + 3; number += 1)
      board = changed(board, { do: 'update', id: '1123-1', note: `${number}` }, AT + number).board;
    expect(board.incidents[0]?.updates.map(({ note }) => note).at(0)).toBe('3');
    expect(board.incidents[0]?.updates).toHaveLength(BOARD_LIMITS.updates);
  });

  test.each([
    ['two lines', { ...OPEN, what: '微信\n支付' }],
    ['a direction mark', { ...OPEN, what: '微信\u202e支付' }],
    ['too long', { ...OPEN, what: '微'.repeat(BOARD_LIMITS.what + 1) }],
    ['no subject', { ...OPEN, what: ' ' }],
    ['another attribute', { ...OPEN, scope: { shop: 'x' } }],
    ['maintenance without an end', { ...OPEN, do: 'plan', since: AT }],
  ])('words are one short line: %s', (_, change) => {
    expect(boardChangeSchema.safeParse(OPEN).success).toBe(true);
    expect(boardChangeSchema.safeParse(change).success).toBe(false);
  });

  test('what is stored is a board, or is said to be none', () => {
    expect(boardFrom(null)).toEqual(emptyBoard());
    for (const value of [{ version: 2, incidents: [] }, [], 'x', { ...emptyBoard(), more: 1 }])
      expect(() => boardFrom(value)).toThrow(expect.objectContaining({ code: 'DATA_CORRUPT' }));
  });
});

test('an incident that is not there is named', () => {
  expect(() => changed(emptyBoard(), { do: 'close', id: '1123-9' }, AT)).toThrow(/no incident 1123-9/);
});
