import { apply, begin, KEEP, lastLine, open, rows, type State, unread } from './page/state.js';
import type { BubbleView, Chat, PanelView, Snapshot } from './page/types.js';

const PANEL = { service: 'up', violations: [] } as unknown as PanelView;

const chat = (id: string): Chat => ({
  id,
  title: id,
  sign: id,
  door: '',
  skin: 'wecom',
  people: [],
  mention: null,
  enter: 'none',
  voice: 'none',
  servicers: false,
  intro: '',
});

const bubble = (id: number, more: Partial<BubbleView> = {}): BubbleView => ({
  id,
  at: id * 1000,
  from: 'bot',
  name: '医生',
  kind: 'text',
  text: `第${id}条`,
  ...more,
});

const snapshot = (bubbles: Record<string, BubbleView[]>): Snapshot => ({
  chats: [chat('bot'), chat('kf')],
  faults: [],
  bubbles,
  panel: PANEL,
});

let state: State;
beforeEach(() => {
  state = begin(snapshot({ bot: [bubble(1)], kf: [bubble(2)] }), null, '');
});

test('begins with the chat that the address names, else with the first', () => {
  expect(state.current).toBe('bot');
  expect(begin(snapshot({}), null, 'kf').current).toBe('kf');
  expect(begin(snapshot({}), null, 'gone').current).toBe('bot');
});

test('what is there at the beginning counts as read, what comes in another chat does not', () => {
  expect(unread(state, 'kf')).toBe(0);
  state = apply(state, { bubbles: { kf: [bubble(3), bubble(4, { from: 'user' })], bot: [bubble(5)] } });
  expect([unread(state, 'kf'), unread(state, 'bot')]).toEqual([1, 0]);
  expect(unread(open(state, 'kf'), 'kf')).toBe(0);
});

test('after a break what was read stays read, and the open chat stays open', () => {
  state = open(apply(state, { bubbles: { bot: [bubble(3)] } }), 'kf');
  const again = begin(snapshot({ bot: [bubble(1), bubble(3), bubble(6)], kf: [bubble(2)] }), state, 'bot');
  expect([again.current, unread(again, 'bot')]).toEqual(['kf', 1]);
});

test('a changed bubble takes the place of what it was, new ones stand in order', () => {
  state = apply(state, { bubbles: { bot: [bubble(4), bubble(3), bubble(1, { text: '变了' })] } });
  expect(state.bubbles.bot?.map(({ id, text }) => [id, text])).toEqual([
    [1, '变了'],
    [3, '第3条'],
    [4, '第4条'],
  ]);
});

test('keeps no more bubbles than the local WeCom does', () => {
  const many = Array.from({ length: KEEP + 5 }, (_, index) => bubble(index + 10));
  expect(apply(state, { bubbles: { bot: many } }).bubbles.bot).toHaveLength(KEEP);
});

test('the panel stays as it was unless it changed', () => {
  expect(apply(state, { bubbles: {} }).panel).toBe(PANEL);
  const panel = { ...PANEL, service: 'restarting' } as PanelView;
  expect(apply(state, { bubbles: {}, panel }).panel).toBe(panel);
});

test('the last line is words without marks, or says what it is', () => {
  expect(lastLine(state, 'nobody')).toBe('');
  const said = (more: Partial<BubbleView>) => lastLine(apply(state, { bubbles: { bot: [bubble(9, more)] } }), 'bot');
  expect(said({ text: '**先查**\n再说' })).toBe('先查 再说');
  expect(said({ kind: 'media', text: 'image' })).toBe('[图片]');
});

test('oneself is on the right, and in a group everybody else has a name', () => {
  const [mine, other, bot] = rows(
    [bubble(1, { from: 'user', user: 'a' }), bubble(2, { from: 'user', user: 'b' }), bubble(3)],
    'a',
    true,
  );
  expect([mine, other, bot].map((row) => [row?.mine, row?.named])).toEqual([
    [true, false],
    [false, true],
    [false, true],
  ]);
  expect(rows([bubble(3)], 'a', false)[0]?.named).toBe(false);
  expect(rows([bubble(3, { from: 'servicer', user: 'z' })], 'a', false)[0]?.named).toBe(true);
});

test('the time stands above the first bubble and after a pause', () => {
  const hour = 3_600_000;
  const shown = rows([bubble(1), bubble(2), bubble(3, { at: hour })], '', false).map(({ timed }) => timed);
  expect(shown).toEqual([true, false, true]);
});
