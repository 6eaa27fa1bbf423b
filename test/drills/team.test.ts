/** Several people in one drill, each through a conversation of their own: who sees what, who can do what. */

import { type TurnInput, takeTurn } from '../../src/dialogue/turn.js';
import type { DrillNote } from '../../src/handover/letter.js';
import type { Place } from '../../src/handover/types.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);
const START = Date.UTC(2026, 10, 24, 2);

/** Conversations that write to each other; a letter arrives at once. */
class Room {
  readonly said = new Map<string, string[]>();
  readonly #sessions = new Map<string, unknown>();
  readonly #codes = new Map<string, Place>();
  #at = START;

  say(who: string, text: string): string {
    return this.#take(who, { kind: 'message', texts: [text], hidden: [] });
  }

  /** What somebody was told since the last look. */
  heard(who: string): string {
    const all = (this.said.get(who) ?? []).join('\n');
    this.said.set(who, []);
    return all;
  }

  seat(who: string) {
    return (this.#sessions.get(who) as { seat?: { role: string } } | undefined)?.seat;
  }

  #take(who: string, input: TurnInput): string {
    this.#at += 10_000;
    const result = takeTurn(this.#sessions.get(who) ?? null, input, this.#at, realWorld());
    this.#sessions.set(who, structuredClone(result.session));
    const texts = result.replies.map(({ text }) => text);
    this.said.set(who, [...(this.said.get(who) ?? []), ...texts]);
    const by = { channel: 'test', conversation: who };
    for (const { to, note } of result.letters ?? []) {
      const host = note.kind === 'drill-told' && note.host ? { host: by } : {};
      const signed = { ...note, ...host, by } as DrillNote;
      if (signed.kind === 'drill-open') this.#codes.set(signed.code, by);
      else if (signed.kind === 'drill-join') {
        const found = this.#codes.get(signed.code);
        this.#take(found?.conversation ?? who, { kind: 'drill', note: found ? signed : { kind: 'drill-none' } });
      } else if (to) this.#take(to.conversation, { kind: 'drill', note: signed });
    }
    return texts.join('\n');
  }
}

function opened(): { room: Room; code: string } {
  const room = new Room();
  const said = room.say('till', '多人演练 sim-unpaid #1 收银员');
  const code = /房间号 (\d{4})/.exec(said)?.[1] ?? '';
  return { room, code };
}

describe('a drill of several people', () => {
  it('is joined by its number; who is in the office sees neither screen nor customer', () => {
    const { room, code } = opened();
    room.say('office', `加入演练 ${code} 客服`);
    room.say('boss', `加入演练 ${code} 店长`);
    expect(room.heard('office')).toMatch(/您是客服/);
    expect(room.heard('boss')).toMatch(/您是店长.*\n屏幕：该渠道业务不可用/);
    expect(room.heard('till')).toMatch(/客服进来了[\s\S]*店长进来了/);
  });

  it('shows what is done to whoever does it, and what happens to whom it happens', () => {
    const { room, code } = opened();
    room.say('boss', `加入演练 ${code} 店长`);
    room.heard('boss');
    room.heard('till');
    room.say('boss', '看网络图标');
    expect(room.heard('boss')).toMatch(/打了叉/);
    expect(room.heard('till')).not.toMatch(/打了叉/);
    room.say('till', '查末笔');
    expect(room.heard('till')).toMatch(/交易失败/);
    expect(room.heard('boss')).not.toMatch(/交易失败/);
  });

  it('lets nobody see or touch what is not where they are', () => {
    const { room, code } = opened();
    room.say('office', `加入演练 ${code} 客服`);
    room.heard('office');
    room.say('office', '看网络图标');
    expect(room.heard('office')).toMatch(/您这个岗位做不了/);
    room.say('office', '打收单机构，报商户编号、终端号');
    expect(room.heard('office')).not.toMatch(/您这个岗位做不了/);
  });

  it('lets one role speak to another', () => {
    const { room, code } = opened();
    room.say('boss', `加入演练 ${code} 店长`);
    room.heard('boss');
    room.say('till', '告诉店长：什么都收不了');
    expect(room.heard('boss')).toMatch(/收银员说：告诉店长:什么都收不了/);
    room.heard('till');
    room.say('boss', '告诉收银员：先查末笔');
    expect(room.heard('till')).toMatch(/店长说/);
  });

  it('is judged once, for all: the summary reaches every seat, and the seats are free', () => {
    const { room, code } = opened();
    room.say('boss', `加入演练 ${code} 店长`);
    room.say('till', '查末笔');
    room.say('boss', '连手机热点');
    room.heard('boss');
    room.say('till', '结束演练');
    expect(room.heard('boss')).toMatch(/【演练】[\s\S]*演练结束/);
    expect(room.seat('boss')).toBeUndefined();
  });

  it('says so where nobody opened one of that number', () => {
    const room = new Room();
    room.say('boss', '加入演练 4321 店长');
    expect(room.heard('boss')).toMatch(/没有找到这个房间/);
  });

  it('lets whoever tells of something real go at once', () => {
    const { room, code } = opened();
    room.say('boss', `加入演练 ${code} 店长`);
    room.heard('boss');
    const said = room.say('boss', '我被骗了，刚转了两万过去');
    expect(said).toMatch(/110/);
    expect(room.seat('boss')).toBeUndefined();
    expect(room.heard('till')).toMatch(/店长离开了/);
  });

  it('marks every word of every seat', () => {
    const { room, code } = opened();
    room.say('boss', `加入演练 ${code} 店长`);
    room.say('boss', '看网络图标');
    room.say('till', '结束演练');
    for (const who of ['till', 'boss']) for (const text of room.said.get(who) ?? []) expect(text).toMatch(/^【演练】/);
  });
});
