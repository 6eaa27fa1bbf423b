/** Template cards: what is refused, what is only advised against. */
import { cardAdvice } from './card-advice.js';
import { type CardUse, readCard } from './cards.js';
import type { Json, JsonObject } from './json.js';
import { Refusal } from './rules.js';
import { buttonCard, noticeCard } from './support/yard.js';

const BOT: CardUse = { door: 'bot', purpose: 'send' };

function refusal(json: JsonObject, use = BOT): [string, number] | 'taken' {
  try {
    readCard(json, use);
    return 'taken';
  } catch (error) {
    if (error instanceof Refusal) return [error.rule, error.errcode];
    throw error;
  }
}

const button = (key: string, more: JsonObject = {}): JsonObject => ({ text: '好', style: 1, key, ...more });
const many = (count: number, make: (index: number) => Json): Json[] => Array.from({ length: count }, (_, i) => make(i));
const option = (id: string): JsonObject => ({ id, text: '好' });
const select = (key: string, options: Json[]): JsonObject => ({ question_key: key, title: '问', option_list: options });
const vote = (checkbox: JsonObject, more: JsonObject = {}): JsonObject => ({
  card_type: 'vote_interaction',
  task_id: 'T-1',
  main_title: { title: '问' },
  checkbox,
  submit_button: { text: '提交', key: 's' },
  ...more,
});
const multiple = (list: Json[], more: JsonObject = {}): JsonObject => ({
  card_type: 'multiple_interaction',
  task_id: 'T-1',
  main_title: { title: '问' },
  select_list: list,
  submit_button: { text: '提交', key: 's' },
  ...more,
});

test.each<[string, JsonObject]>([
  ['6 buttons', buttonCard('T-1', { button_list: many(6, (i) => button(`k${i}`)) })],
  ['a key of 1024 bytes', buttonCard('T-1', { button_list: [button('k'.repeat(1024))] })],
  ['a task_id of 128 bytes with every character allowed', buttonCard(`aZ09_-@${'x'.repeat(121)}`)],
  ['buttons and a card_action that leads nowhere', buttonCard('T-1', { card_action: { type: 0 } })],
  ['a notice without task_id', { ...noticeCard('T-1'), task_id: '' }],
  [
    '20 options to vote on',
    vote(
      select(
        'q',
        many(20, (i) => option(`o${i}`)),
      ),
    ),
  ],
  [
    '3 drop-downs of 10',
    multiple(
      many(3, (q) =>
        select(
          `q${q}`,
          many(10, (i) => option(`o${i}`)),
        ),
      ),
    ),
  ],
  ['option ids of 128 bytes', vote(select('q', [option('o'.repeat(128))]))],
])('%s: taken', (_, json) => {
  expect(refusal(json)).toBe('taken');
});

test.each<[string, JsonObject, string, number]>([
  ['no card_type', {}, 'card-type', 42031],
  ['an unknown card_type', { ...buttonCard('T-1'), card_type: 'poster' }, 'card-type', 42031],
  ['no title', buttonCard('T-1', { main_title: {} }), 'card-title', 42033],
  ['no button', buttonCard('T-1', { button_list: [] }), 'card-count', 40058],
  ['7 buttons', buttonCard('T-1', { button_list: many(7, (i) => button(`k${i}`)) }), 'card-count', 40058],
  ['a button without text', buttonCard('T-1', { button_list: [button('k', { text: '' })] }), 'card-button-text', 42038],
  ['a button without key', buttonCard('T-1', { button_list: [button('')] }), 'card-button-key', 42039],
  ['a key twice', buttonCard('T-1', { button_list: [button('k'), button('k')] }), 'card-button-key', 42039],
  ['a key of 1025 bytes', buttonCard('T-1', { button_list: [button('k'.repeat(1025))] }), 'card-button-key', 42039],
  ['no task_id', buttonCard(''), 'task-id', 42014],
  ['a task_id of 129 bytes', buttonCard('x'.repeat(129)), 'task-id', 42014],
  ['a task_id with a colon', buttonCard('T:1'), 'task-id', 42014],
  ['a task_id in Chinese', buttonCard('任务'), 'task-id', 42014],
  ['a notice without card_action', { ...noticeCard('T-1'), card_action: {} }, 'card-action', 42045],
  ['a card_action without url', { ...noticeCard('T-1'), card_action: { type: 1 } }, 'card-action', 42045],
  [
    '7 pairs',
    { ...noticeCard('T-1'), horizontal_content_list: many(7, () => ({ keyname: '键' })) },
    'card-horizontal',
    42035,
  ],
  [
    '5 paragraphs',
    { ...noticeCard('T-1'), vertical_content_list: many(5, () => ({ title: '一' })) },
    'card-vertical',
    42036,
  ],
  ['4 jumps', { ...noticeCard('T-1'), jump_list: many(4, () => ({ title: '去' })) }, 'card-jumps', 42042],
  ['a jump without url', { ...noticeCard('T-1'), jump_list: [{ title: '去', type: 1 }] }, 'card-url', 42028],
  ['4 drop-downs', multiple(many(4, (q) => select(`q${q}`, [option('o')]))), 'card-selects', 42047],
  [
    'the same question twice',
    multiple([select('q', [option('o')]), select('q', [option('o')])]),
    'card-question-key',
    42043,
  ],
  [
    '11 options in a drop-down',
    multiple([
      select(
        'q',
        many(11, (i) => option(`o${i}`)),
      ),
    ]),
    'card-options',
    42037,
  ],
  [
    '21 options to vote on',
    vote(
      select(
        'q',
        many(21, (i) => option(`o${i}`)),
      ),
    ),
    'card-options',
    42037,
  ],
  ['an option id of 129 bytes', vote(select('q', [option('o'.repeat(129))])), 'card-option-id', 42040],
  ['an option id twice', vote(select('q', [option('o'), option('o')])), 'card-option-id', 42040],
  ['an option without text', vote(select('q', [{ id: 'o', text: '' }])), 'card-option-text', 42041],
  ['no submit text', vote(select('q', [option('o')]), { submit_button: { key: 's' } }), 'card-submit-text', 42049],
  ['no submit key', vote(select('q', [option('o')]), { submit_button: { text: '交' } }), 'card-submit-key', 42046],
  [
    'an action menu without task_id',
    { ...noticeCard(''), action_menu: { action_list: [{ text: '停', key: 'k' }] } },
    'task-id',
    42014,
  ],
  ['a title that is no object', buttonCard('T-1', { main_title: '题' }), 'card-field', 40058],
  ['a pair without name', { ...noticeCard('T-1'), horizontal_content_list: [{ value: '值' }] }, 'card-keyname', 42027],
  [
    'a menu key twice',
    { ...noticeCard('T-1'), action_menu: { action_list: many(2, () => ({ text: '停', key: 'k' })) } },
    'card-menu-key',
    42051,
  ],
  ['a card_action that leads nowhere', { ...noticeCard('T-1'), card_action: { type: 0 } }, 'card-action', 42045],
  ['buttons and a card_action without url', buttonCard('T-1', { card_action: { type: 1 } }), 'card-action', 42045],
  [
    '4 menu actions',
    { ...noticeCard('T-1'), action_menu: { action_list: many(4, (i) => ({ text: '停', key: `k${i}` })) } },
    'card-count',
    40058,
  ],
  [
    'a picture too wide',
    {
      card_type: 'news_notice',
      main_title: { title: '新' },
      card_action: { type: 1, url: 'https://example.com' },
      card_image: { url: 'https://example.com/a.png', aspect_ratio: 2.5 },
    },
    'card-image',
    42044,
  ],
])('%s: refused', (_, json, rule, errcode) => {
  expect(refusal(json)).toEqual([rule, errcode]);
});

test('a robot takes notices only', () => {
  expect(refusal(buttonCard('T-1'), { door: 'webhook', purpose: 'send' })).toEqual(['card-type', 42031]);
  expect(refusal(noticeCard(''), { door: 'webhook', purpose: 'send' })).toBe('taken');
});

test('an update may leave the task_id out', () => {
  expect(refusal(buttonCard(''), { door: 'app', purpose: 'update' })).toBe('taken');
});

test('texts beyond the suggested length are advised against, longer for an app than for the bot', () => {
  const json = buttonCard('T-1', {
    main_title: { title: '题'.repeat(27), desc: '述'.repeat(30) },
    button_list: [button('k', { text: '钮'.repeat(11) }), button('l')],
    horizontal_content_list: [{ keyname: '键'.repeat(6), value: '值' }],
  });
  const fields = (door: 'bot' | 'app') => cardAdvice(json, door).map(({ field }) => field);
  expect(fields('bot')).toEqual(['main_title.title', 'horizontal_content_list[].keyname', 'button_list[].text']);
  expect(fields('app')).toEqual(['horizontal_content_list[].keyname', 'button_list[].text']);
});

test('a button style that is unknown, a quote beside an emphasis', () => {
  const json = buttonCard('T-1', {
    button_list: [button('k', { style: 5 })],
    quote_area: { title: '引' },
    emphasis_content: { title: '一' },
  });
  expect(cardAdvice(json, 'bot').map(({ field }) => field)).toEqual(['button_list[].style', 'quote_area']);
});

test('option texts and unknown fields are advised against, an emoji counts as one character', () => {
  const json = multiple(
    [
      select('q', [
        { id: 'o', text: '选'.repeat(11) },
        { id: 'p', text: '😀'.repeat(10) },
      ]),
    ],
    { colour: 'red' },
  );
  expect(cardAdvice(json, 'bot').map(({ field }) => field)).toEqual(['colour', 'select_list[].option_list[].text']);
});
