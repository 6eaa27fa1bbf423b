import { createOptions } from '../../src/nlu/options.js';
import { createNormaliser } from '../../src/text/normalise.js';
import { knowledge } from './fixture.js';

const normalise = createNormaliser(knowledge.lexicon.synonyms);
const choose = createOptions(knowledge.questions, knowledge.lexicon, (text) => normalise(text).text);
const answer = (question: string, raw: string): string | null => choose(question, normalise(raw).text);

describe('an answer to the question on the table', () => {
  test('every label and every listed way of saying it chooses its option', () => {
    const wrong: string[] = [];
    for (const question of knowledge.questions.values())
      for (const option of question.options)
        for (const said of [option.label, ...option.said])
          if (answer(question.id, said) !== option.id)
            wrong.push(`${question.id}: ${said} → ${answer(question.id, said)}`);
    expect(wrong).toEqual([]);
  });

  test('「没有」 is not 「有」', () => {
    expect(answer('recent-change', '没有')).toBe('no');
    expect(answer('recent-change', '没有啊!')).toBe('no');
    expect(answer('risk-notice', '有的')).toBe('yes');
    expect(answer('charged', '没扣呀')).toBe('no');
    expect(answer('charged', '扣了呀')).toBe('yes');
    expect(answer('sign-in', '没有成功')).toBe('fails');
  });

  test('marks, fillers, width and traditional characters do not matter', () => {
    expect(answer('scope', '嗯,全都不行……')).toBe('all');
    expect(answer('other-card', '換了也不行！')).toBe('fails-too');
    expect(answer('card-kind', 'ＶＩＳＡ')).toBe('foreign');
  });

  test('a saying inside a somewhat longer answer counts, the longest one first', () => {
    expect(answer('sign-in', '刚试了签到失败')).toBe('fails');
    expect(answer('charged', '他说没扣款')).toBe('no');
  });

  test('a question is no answer', () => {
    expect(answer('charged', '扣了吗')).toBeNull();
    expect(answer('charged', '钱扣没扣怎么看')).toBeNull();
    expect(answer('hotspot', '能不能再说一遍')).toBeNull();
    expect(answer('sign-in', '难道签到失败?')).toBeNull();
  });

  test('a long sentence, an unknown question and silence choose nothing', () => {
    expect(answer('charged', '我想问一下你们这个机器的押金什么时候可以退给我们')).toBeNull();
    expect(answer('no-such-question', '有')).toBeNull();
    expect(answer('charged', '')).toBeNull();
    expect(answer('charged', '。。。')).toBeNull();
  });
});
