import { type BoardChange, changed, emptyBoard, SHOWN_MS } from '../../src/incidents/board.js';
import { renderStatus } from '../../src/pages/status.js';
import { fixtureKnowledge } from './fixture.js';

/** 2026-11-23 10:40 in China. */
const AT = Date.UTC(2026, 10, 23, 2, 40);
const MINUTE = 60_000;
const OPEN: BoardChange = { do: 'open', what: '微信支付', scope: { channel: 'wechat' }, means: 'channel-outage' };
const boardOf = (...changes: [BoardChange, number][]) =>
  changes.reduce((board, [change, at]) => changed(board, change, at).board, emptyBoard());
const page = (board: ReturnType<typeof boardOf> | undefined, now: number) =>
  renderStatus(fixtureKnowledge(), { board, readAt: now }, now).html;

test('what is out: what, since when, what to do, the end only if it was given and is not over', () => {
  const change: BoardChange = { ...OPEN, workaround: '刷卡', expectedEnd: AT + 60 * MINUTE };
  const board = boardOf([change, AT], [{ do: 'update', id: '1123-1', note: '平台在处理' }, AT + MINUTE]);
  const text = page(board, AT + 5 * MINUTE);
  for (const said of ['截至 10:45', '微信支付', '10:40 起', '先用刷卡收', '预计 11:40 恢复', '10:41 平台在处理'])
    expect(text).toContain(said);
  expect(page(board, AT + 61 * MINUTE)).not.toContain('预计');
  expect(page(boardOf([OPEN, AT]), AT)).not.toContain('预计');
});

test('nothing open, and a board that could not be read, are not the same', () => {
  expect(page(emptyBoard(), AT)).toContain('现在没有已知的故障');
  expect(page(undefined, AT)).toContain('读不到');
  expect(page(undefined, AT)).not.toContain('没有已知的故障');
});

test('planned and lately closed ones are shown; old, suspected and called-off ones are not', () => {
  const suspected: BoardChange = { ...OPEN, do: 'suspect', what: '疑似的', since: AT, ratio: 12 };
  const plan: BoardChange = {
    ...OPEN,
    do: 'plan',
    what: '银联',
    since: AT + 60 * MINUTE,
    expectedEnd: AT + 90 * MINUTE,
  };
  const off: BoardChange = { ...plan, what: '取消的' };
  const board = boardOf(
    [OPEN, AT],
    [{ do: 'close', id: '1123-1' }, AT + MINUTE],
    [suspected, AT],
    [plan, AT],
    [off, AT],
  );
  const now = changed(board, { do: 'close', id: '1123-4' }, AT + 2 * MINUTE).board;
  const text = page(now, AT + 3 * MINUTE);
  expect(text).toMatch(/计划维护[\s\S]*银联[\s\S]*11:40 到 12:10[\s\S]*最近 7 天已恢复[\s\S]*10:40 到 10:41，已恢复/);
  expect(text).not.toMatch(/疑似的|取消的/);
  expect(page(now, AT + 70 * MINUTE)).toMatch(/正在处理[\s\S]*银联/);
  expect(page(now, AT + SHOWN_MS + 2 * MINUTE)).not.toContain('微信支付');
});

test('whatever an operator writes is text', () => {
  const html = '<script>alert("x")</script>'.slice(0, 30);
  const text = page(boardOf([{ ...OPEN, what: html, workaround: html }, AT]), AT);
  expect(text).toContain('&lt;script&gt;');
  expect(text).not.toMatch(/<script/);
});

test('a suspicion that nobody ever confirmed is shown neither while it lasts nor after it', () => {
  const { means, scope } = OPEN;
  const suspect: BoardChange = { do: 'suspect', what: '疑似的', scope, means, since: AT, ratio: 12 };
  for (const end of ['pass', 'reject', 'close'] as const)
    expect(page(boardOf([suspect, AT], [{ do: end, id: '1123-1' }, AT + MINUTE]), AT + 2 * MINUTE)).not.toContain(
      '疑似的',
    );
});
