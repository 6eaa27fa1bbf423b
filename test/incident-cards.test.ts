import { cardsFor, cardText } from '../src/incident-cards.js';
import { type Board, type BoardChange, changed, emptyBoard } from '../src/incidents/board.js';
import { realWorld } from './support/world.js';

const AT = Date.UTC(2026, 10, 23, 2, 40);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const about = { what: '微信支付', scope: { channel: 'wechat' }, means: 'channel-outage' };
const after = (...changes: [BoardChange, number][]): Board =>
  changes.reduce((board, [change, at]) => changed(board, change, at).board, emptyBoard());
const cards = (board: Board, now: number, quiet: string[] = []) => cardsFor(board, new Set(quiet), now);
const kinds = (board: Board, now: number, quiet: string[] = []) => cards(board, now, quiet).map(({ kind }) => kind);
const suspect: BoardChange = {
  do: 'suspect',
  ...about,
  since: AT - 5 * MINUTE,
  ratio: 8,
  counted: { reports: 17, usual: 2.1 },
};

test('each state of an incident has a card of its own, and the same state the same', () => {
  const suspected = after([suspect, AT]);
  const open = changed(suspected, { do: 'update', id: '1123-1', confirm: true }, AT + MINUTE).board;
  const noted = changed(open, { do: 'update', id: '1123-1', note: '在修' }, AT + 2 * MINUTE).board;
  const closed = changed(noted, { do: 'close', id: '1123-1' }, AT + 3 * MINUTE).board;
  const boards = [suspected, open, noted, closed];
  expect(boards.map((board) => kinds(board, AT + 3 * MINUTE))).toEqual([['Suspected'], ['Open'], ['Open'], ['Closed']]);
  const keys = boards.map((board) => cards(board, AT + 3 * MINUTE)[0]?.key);
  expect(new Set(keys).size).toBe(4);
  expect(boards.map((board) => cards(board, AT + 4 * MINUTE)[0]?.key)).toEqual(keys);
});

test('figures that move make no new card', () => {
  const board = after([suspect, AT]);
  const moved = changed(
    board,
    { do: 'measure', id: '1123-1', ...about, ratio: 20, counted: { reports: 60, usual: 3 } },
    AT,
  );
  expect(cards(moved.board, AT)[0]?.key).toBe(cards(board, AT)[0]?.key);
});

test('a false alarm and one that went by say so; what was called off, planned or over for long says nothing', () => {
  const end = (what: 'pass' | 'reject') => after([suspect, AT], [{ do: what, id: '1123-1' }, AT + MINUTE]);
  expect([kinds(end('pass'), AT + MINUTE), kinds(end('reject'), AT + MINUTE)]).toEqual([['Passed'], ['Rejected']]);
  expect(kinds(end('pass'), AT + 3 * HOUR)).toEqual([]);
  const plan: BoardChange = { do: 'plan', ...about, since: AT + HOUR, expectedEnd: AT + 2 * HOUR };
  expect(kinds(after([plan, AT]), AT)).toEqual([]);
  expect(kinds(after([plan, AT], [{ do: 'close', id: '1123-1' }, AT + MINUTE]), AT + 2 * MINUTE)).toEqual([]);
  expect(kinds(after([plan, AT]), AT + 1.5 * HOUR)).toEqual(['Maintenance']);
  expect(kinds(after([plan, AT]), AT + 2.5 * HOUR)).toEqual(['Closed']);
});

test('only of an open one it is said that reports are back to usual', () => {
  const open = after([{ do: 'open', ...about }, AT]);
  expect(kinds(open, AT, ['1123-1'])).toEqual(['Open', 'Quiet']);
  expect(kinds(after([suspect, AT]), AT, ['1123-1'])).toEqual(['Suspected']);
});

test('a card says what, since when, how many against how many, and what to answer', () => {
  const [card] = cards(after([suspect, AT]), AT);
  const text = (way: string) => (card ? cardText(card, way, realWorld().knowledge, AT) : '');
  for (const said of ['微信支付', '编号 1123-1', '10:35 起', '17 家', '约 2.1 家', '还没有告诉商户'])
    expect(text('byGroup')).toContain(said);
  expect(text('byGroup')).toContain('@我 说「误报 1123-1」');
  expect(text('byPerson')).toContain('回「确认 1123-1」');
  expect(text('byCommand')).toContain('敲 pos-doctor incident close 1123-1');
});

test('an open one says the way round, the expected end and the last news, if there are any', () => {
  const text = (change: BoardChange) => {
    const [card] = cards(after([change, AT]), AT);
    return card ? cardText(card, 'byGroup', realWorld().knowledge, AT) : '';
  };
  const full = text({ do: 'open', ...about, workaround: '刷卡', expectedEnd: AT + HOUR });
  expect(full).toContain('先用：刷卡\n预计 11:40 恢复\n恢复了，@我 说「恢复 1123-1」');
  expect(text({ do: 'open', ...about })).not.toMatch(/先用|预计|最新|平时/);
});
