/** A drill and what is real: neither leaves a trace in the other. */
import fc from 'fast-check';
import { newSession, type Session } from '../../src/dialogue/session.js';
import { type TurnInput, type TurnResult, takeTurn } from '../../src/dialogue/turn.js';
import { wordsOf } from '../../src/drills/trainees.js';
import { realWorld } from '../support/world.js';

const START = Date.UTC(2026, 10, 24, 2);
beforeAll(() => void realWorld(), 60_000);

/** A conversation, turn by turn. */
function talk() {
  let session: Session | null = null;
  let at = START;
  return {
    session: () => session ?? newSession(),
    take(input: TurnInput, seconds = 20): TurnResult {
      at += seconds * 1000;
      const result = takeTurn(session, input, at, realWorld());
      session = structuredClone(result.session);
      return result;
    },
    say(text: string): TurnResult {
      return this.take({ kind: 'message', texts: [text], hidden: [] });
    },
  };
}

const texts = ({ replies }: TurnResult) => replies.map(({ text }) => text).join('\n');
const types = ({ happenings }: TurnResult) => happenings.map(({ type }) => type);
/** Everything of a session but the drill and what counts turns. */
function real({ drill: _, drilled: __, frames, turns: ___, lastTurnAt: ____, saidAt: _____, ...rest }: Session) {
  return { ...rest, frames: frames.filter(({ skill }) => skill !== 'drill') };
}

describe('a drill', () => {
  it('says of every word that it is one', () => {
    const chat = talk();
    const said = ['演练 sim-unpaid #1', '查末笔', '1', '提示', '随便', '结束演练'].flatMap(
      (text) => chat.say(text).replies,
    );
    expect(said.length).toBeGreaterThanOrEqual(6);
    for (const { text } of said) expect(text).toMatch(/^【演练】/);
  });

  it('changes nothing of a real case that lies beneath, and adds no event of one', () => {
    const drill = realWorld().knowledge.drills.get('sim-unpaid');
    if (!drill) throw new Error('no such drill');
    const chat = talk();
    chat.say('刷卡提示51');
    const before = real(chat.session());
    const happened = ['演练 sim-unpaid #1', ...wordsOf('model', drill, realWorld(), 1)].flatMap((text) =>
      types(chat.say(text)),
    );
    expect(new Set(happened)).toEqual(new Set(['drill-started', 'drill-ended']));
    expect(real(chat.session())).toEqual(before);
  });

  it('hears whatever is said without a trace in what is real, in any order', () => {
    const words = fc.constantFrom(
      '查末笔',
      '机器没信号',
      '提示77',
      '顾客没扣款',
      '换张卡试试',
      '拆机器',
      '转人工',
      '谢谢',
      '95588',
      '2',
      '7',
      '打收单机构',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (said) => {
        const chat = talk();
        chat.say('演练 sim-unpaid #3');
        const empty = real(chat.session());
        for (const text of said) {
          const result = chat.say(text);
          if (chat.session().drill?.paused) return;
          expect(types(result).filter((type) => !type.startsWith('drill-'))).toEqual([]);
        }
        expect(real(chat.session())).toEqual(empty);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    '我被骗了，刚转了两万过去',
    '真的出事了，机器冒烟',
    '顾客被扣了三次钱',
    '全店都收不了款了，这是真的',
    '店里账户被冻结了',
    '顾客的卡被吞了',
  ])('makes way at once for what is real: %s', (text) => {
    const chat = talk();
    chat.say('演练 sim-unpaid #1');
    chat.say('查末笔');
    const result = chat.say(text);
    expect(texts(result)).toMatch(/先停下演练/);
    expect(texts(result).length).toBeGreaterThan(60);
    for (const { text: said } of result.replies) expect(said).not.toMatch(/【演练】/);
    expect(types(result)).toContain('drill-interrupted');
    expect(chat.session().drill?.paused).toBe(true);
  });

  it('goes on where it was interrupted, and then takes the words as its own', () => {
    const chat = talk();
    chat.say('演练 sim-unpaid #1');
    chat.say('查末笔');
    chat.say('顾客说扣了两次，先记下提示');
    const back = chat.say('继续演练');
    expect(back.replies.at(-1)?.text).toMatch(/^【演练】/);
    expect(
      chat
        .session()
        .drill?.entries.at(-1)
        ?.done.map(({ act }) => act),
    ).toContain('record');
    expect(chat.session().drill?.entries[0]?.done[0]?.act).toBe('look-up');
  });

  it('answers a real case after it broke out, while it waits', () => {
    const chat = talk();
    chat.say('演练 sim-unpaid #1');
    chat.say('不是演练，真的收不了款了');
    const result = chat.say('机器没信号，刷卡扫码都不行');
    expect(texts(result)).not.toMatch(/【演练】/);
    expect(chat.session().case.texts.length).toBeGreaterThan(0);
    chat.say('结束演练');
    expect(chat.session().drill).toBeUndefined();
  });

  it('ends by itself after half an hour of silence', () => {
    const chat = talk();
    const { wakeUps } = chat.say('演练 sim-unpaid #1');
    expect(wakeUps).toEqual([{ name: 'drill', at: START + 20_000 + 30 * 60_000 }]);
    const result = chat.take({ kind: 'wake', name: 'drill' }, 1800);
    expect(types(result)).toEqual(['drill-ended']);
    expect(result.happenings[0]?.data.outcome).toBe('silence');
    expect(chat.session().drill).toBeUndefined();
  });

  it('lets things happen while nothing is said, against the clock', () => {
    const chat = talk();
    const { wakeUps } = chat.say('演练 sim-unpaid #1 计时');
    expect(wakeUps).toEqual([{ name: 'drill', at: START + 20_000 + 90_000 }]);
    const result = chat.take({ kind: 'wake', name: 'drill' }, 90);
    expect(texts(result)).toMatch(/^【演练】顾客：到底行不行/);
    expect(result.wakeUps).toEqual([{ name: 'drill', at: START + 20_000 + 200_000 }]);
    expect(chat.session().drill?.seconds).toBe(90);
  });

  it('is gone after 「重新开始」', () => {
    const chat = talk();
    chat.say('演练 sim-unpaid #1');
    chat.take({ kind: 'reset' });
    expect(chat.session().drill).toBeUndefined();
  });
});
