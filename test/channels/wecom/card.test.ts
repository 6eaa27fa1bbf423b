import {
  APP_CARD,
  BOT_CARD,
  buttonCard,
  buttonsOf,
  chosenCard,
  isCardOf,
  isOwner,
  taskIdOf,
} from '../../../src/channels/wecom/card.js';
import { QUESTION, reply } from './items.js';

const words = (key: string) => `<${key}>`;

describe('a card', () => {
  const buttons = buttonsOf(QUESTION, BOT_CARD) ?? [];

  test('holds the whole question if it fits, so that it need not be said twice', () => {
    const { card, whole } = buttonCard(QUESTION.text, buttons, 'T', BOT_CARD, words);
    expect(whole).toBe(true);
    expect(card).toMatchObject({
      card_type: 'button_interaction',
      task_id: 'T',
      main_title: { title: '这一笔扣款了吗？' },
      sub_title_text: '（先弄清这个，免得顾客被扣两次。）',
    });
    expect(card.button_list.map(({ text }) => text)).toEqual(['扣了', '没扣', '不清楚']);
  });

  test('with a first line that is too long for a heading carries the text below a heading of its own', () => {
    const { card, whole } = buttonCard('长'.repeat(60), buttons, 'T', BOT_CARD, words);
    expect([card.main_title.title, card.sub_title_text, whole]).toEqual(['<choose>', '长'.repeat(60), true]);
  });

  test('whose first line is too long has the question for a heading, and the rest below', () => {
    const why = '先把这两种情况分开，后面要做的事完全不一样，省得白跑一趟。';
    const { card, whole } = buttonCard(`${why}顾客这笔是怎么付的？\n（看是卡还是码。）`, buttons, 'T', BOT_CARD, words);
    expect([card.main_title.title, card.sub_title_text, whole]).toEqual([
      '顾客这笔是怎么付的？',
      `${why}\n（看是卡还是码。）`,
      true,
    ]);
    const long = buttonCard(`${'长'.repeat(113)}。顾客这笔是怎么付的？`, buttons, 'T', BOT_CARD, words);
    expect([long.card.main_title.title, long.whole]).toEqual(['顾客这笔是怎么付的？', false]);
  });

  test('never cuts a sentence: what does not fit stands beside it', () => {
    const { card, whole } = buttonCard('长'.repeat(113), buttons, 'T', BOT_CARD, words);
    expect([card.main_title.title, card.sub_title_text, whole]).toEqual(['<choose>', undefined, false]);
    expect(buttonCard('长'.repeat(113), buttons, 'T', APP_CARD, words).whole).toBe(true);
  });

  test('has no buttons if there are too many options, or a label that would be cut', () => {
    const many = Array.from({ length: 7 }, (_, index) => ({ id: `o${index}`, label: '选' }));
    expect(buttonsOf(reply('选', { options: many }), BOT_CARD)).toBeNull();
    expect(buttonsOf(reply('选', { options: many.slice(1) }), BOT_CARD)).toHaveLength(6);
    expect(buttonsOf(reply('选', { options: [{ id: 'a', label: '长'.repeat(11) }] }), BOT_CARD)).toBeNull();
    expect(buttonsOf(reply('说'), BOT_CARD)).toBeNull();
  });

  test('that was tapped shows what was chosen and has nothing to tap', () => {
    const card = chosenCard(QUESTION.text, '已选：没扣', 'https://pos.example.com', BOT_CARD);
    expect(card).toEqual({
      card_type: 'text_notice',
      main_title: { title: '这一笔扣款了吗？' },
      sub_title_text: '已选：没扣',
      card_action: { type: 1, url: 'https://pos.example.com' },
    });
    expect([...chosenCard('长'.repeat(40), '', 'https://a', BOT_CARD).main_title.title]).toHaveLength(26);
  });
});

test('a task id is the same each time, another for another reply, and within WeCom’s alphabet', () => {
  const id = taskIdOf('wecom-bot:u:张三:1:2:3:0', 'wecom-bot:g:wr1:zhangsan');
  expect(taskIdOf('wecom-bot:u:张三:1:2:3:0', 'wecom-bot:g:wr1:zhangsan')).toBe(id);
  expect(id).toMatch(/^[0-9A-Za-z_\-@]{1,128}$/);
  expect(taskIdOf('another')).not.toBe(taskIdOf('wecom-bot:u:张三:1:2:3:0'));
  expect([isCardOf(id, 'wecom-bot:u:张三:1:2:3:0'), isCardOf(id, 'another')]).toEqual([true, false]);
  expect([isOwner(id, 'wecom-bot:g:wr1:zhangsan'), isOwner(id, 'wecom-bot:g:wr1:lisi')]).toEqual([true, false]);
  expect(isOwner(taskIdOf('a'), 'anybody')).toBe(true);
});

test('a bracket is never cut: what stands in it stays with its sentence, and is no title', () => {
  const text = '扫码收不了的时候，这一笔到底卡在哪一步了呢，您看一下屏幕？\n（看是没读到、网不通，还是被拒绝了。）';
  const { card } = buttonCard(text, [], 'id', BOT_CARD, (key) => key);
  expect(card.main_title.title).not.toMatch(/^（|。$/u);
  expect(`${card.main_title.title}${card.sub_title_text ?? ''}`).toContain('（看是没读到、网不通，还是被拒绝了。）');
});
