/** A card shows the choice that counted, in every door with cards. */

import { taskIdOf } from '../../../src/channels/wecom/card.js';
import { choiceOf } from '../../../src/channels/wecom/choice.js';
import type { Reply } from '../../../src/dialogue/reply.js';
import type { TranscriptLine } from '../../../src/store/store.js';
import { realWorld } from '../../support/world.js';
import type { Card } from '../../wecom-sandbox/cards.js';
import { cardOf } from '../../wecom-sandbox/rooms.js';
import { QUESTION, reply } from './items.js';
import { openStage, type Stage } from './stage.js';

const USER = 'zhangsan';
let stage: Stage;

interface Door {
  door: 'bot' | 'botCallback' | 'app';
  room: 'bot' | 'bot-http' | 'app';
  says(text: string): unknown;
  taps(label: string, taskId: string): unknown;
}

const DOORS: Door[] = [
  {
    door: 'bot',
    room: 'bot',
    says: (text) => stage.sandbox.bot.message({ user: USER, text }),
    taps: (label, taskId) => stage.sandbox.bot.tap(USER, label, { taskId }),
  },
  {
    door: 'botCallback',
    room: 'bot-http',
    says: (text) => stage.sandbox.botHttp.message({ user: USER, text }),
    taps: (label, taskId) => stage.sandbox.botHttp.tap(USER, label, { taskId }),
  },
  {
    door: 'app',
    room: 'app',
    says: (text) => stage.sandbox.app.user(USER).says(text),
    taps: (label, taskId) => stage.sandbox.app.user(USER).taps(label, {}, taskId),
  },
];

beforeAll(() => void realWorld(), 60_000);

describe.each(DOORS)('in the door $door', ({ door, room, says, taps }) => {
  beforeEach(async () => {
    stage = await openStage({ doors: [door] });
    says('该渠道业务不可用');
    await stage.pass(10_000);
  });
  afterEach(() => stage.stop());

  const cards = (): Card[] => stage.sandbox.rooms.seen(room, USER).flatMap((bubble) => cardOf(bubble, USER) ?? []);
  const shown = () => cards().filter(({ type }) => type === 'text_notice');

  test('a second tap on another button leaves the first choice on the card', async () => {
    const card = cards().at(-1);
    const [first, second] = card?.buttons ?? [];
    taps(first?.text ?? '', card?.taskId ?? '');
    taps(second?.text ?? '', card?.taskId ?? '');
    await stage.pass(10_000);
    const notices = shown();
    expect(notices).toHaveLength(1);
    expect(notices[0]?.text).toContain(`已选：${first?.text}`);
    stage.sandbox.assertClean();
  });

  test('a card whose question was answered by typing has expired', async () => {
    const card = cards().at(-1);
    says('很快就被拒绝了');
    await stage.pass(10_000);
    taps(card?.buttons[0]?.text ?? '', card?.taskId ?? '');
    await stage.pass(10_000);
    expect(shown()[0]?.text).toContain('过期');
    expect(shown()[0]?.text).not.toContain('已选');
    stage.sandbox.assertClean();
  });
});

describe('the choice', () => {
  const words = (key: string) => (key === 'chosen' ? '+{label}' : `<${key}>`);
  const asked = (id: string, question: string): TranscriptLine => {
    const shown: Reply = { ...QUESTION, question };
    return { id, at: 0, from: 'assistant', text: shown.text, reply: shown };
  };
  const said = (id: string, text: string): TranscriptLine => ({ id, at: 0, from: 'user', text });
  const error: TranscriptLine = { id: 'e', at: 0, from: 'assistant', text: '!', reply: reply('!', { type: 'error' }) };
  const after = (...lines: TranscriptLine[]) =>
    choiceOf([asked('q', 'charged'), ...lines], 'tap', taskIdOf('q'), words);

  test.each<[string, TranscriptLine[], string]>([
    ['that was taken', [said('tap', '没扣'), asked('r', 'scope')], '+没扣'],
    ['that ended the case', [said('tap', '没扣')], '+没扣'],
    ['that came second', [said('a', '扣了'), asked('r', 'scope'), said('tap', '没扣'), error], '+扣了'],
    ['that came second, after the end', [said('a', '扣了'), said('tap', '没扣'), error], '+扣了'],
    [
      'of a question that was answered in words',
      [said('a', '没有吧'), asked('r', 'scope'), said('tap', '扣了'), error],
      '<expired>',
    ],
    ['that was typed', [said('a', '没扣'), asked('r', 'scope'), said('tap', '扣了'), error], '+没扣'],
    [
      'of the same words on the next card',
      [said('a', '嗯'), asked('r', 'scope'), said('b', '不清楚'), said('tap', '扣了'), error],
      '<expired>',
    ],
    [
      'after an old card was tapped in vain',
      [said('o', '不清楚'), error, said('a', '扣了'), asked('r', 'scope'), said('tap', '没扣'), error],
      '+扣了',
    ],
    [
      'while the question still stood',
      [said('a', '银联电话多少'), asked('q2', 'charged'), said('tap', '没扣')],
      '+没扣',
    ],
    ['that the record no longer holds', [], '<expired>'],
  ])('%s', (_, lines, text) => expect(after(...lines)).toEqual({ title: QUESTION.text, text }));

  test('on a card of long ago is not known', () => {
    expect(choiceOf([said('tap', '扣了'), error], 'tap', taskIdOf('long ago'), words)).toEqual({
      title: '<choose>',
      text: '<expired>',
    });
  });
});
