/** Letters between a merchant's and a colleague's conversation, as an operator finds them in the outbox. */
import { type Care, careOf } from '../../src/care/care.js';
import type { Note } from '../../src/handover/letter.js';
import type { Handover } from '../../src/handover/types.js';
import type { OutboxItem, Store } from '../../src/store/store.js';
import { put, reply, T0 } from '../store/records.js';
import { testClock } from '../support/clock.js';
import { PLACES, type Place, withDatabase } from './grounds.js';

withDatabase();

const ZHANG = { channel: 'wecom-app', conversation: 'wecom-app:zhang' };
const SHOP = { channel: 'web', conversation: 'shop' };
const EMPTY = { type: 'text', text: '', options: [], links: [] } as const;

function letter(id: string, note: Note, change: Partial<OutboxItem> = {}): OutboxItem {
  const to = note.kind === 'said' || note.kind === 'accept' ? SHOP : ZHANG;
  const base = reply(id, { channel: 'switchboard', inReplyTo: '', createdAt: T0 + Number(id.slice(1)) });
  return { ...base, reply: { ...EMPTY, options: [], links: [] }, letter: { to, note }, ...change };
}

const DEAD = { state: 'dead', deadBecause: 'expired', deadAt: T0 } as const;
const ASK: Note = { kind: 'ask', handover: 'h', merchant: SHOP, summary: '没扣款，签到失败', since: T0 };
const YOURS: Note = { kind: 'yours', handover: 'h' };
const HEARD: Note = { kind: 'heard', handover: 'h', text: '还在吗' };
const SAID: Note = { kind: 'said', handover: 'h', by: { name: '张三', ...ZHANG }, text: '重启一下' };
const OVER: Note = { kind: 'over', handover: 'h', name: 'resolved' };

function handover(change: Partial<Handover>): { handover: Handover } {
  const duties = { accept: 1, idle: 1, open: 1 };
  const base = {
    id: 'h',
    severity: 'normal',
    why: 'asked',
    summary: '',
    duties,
    requestedAt: T0,
    contacts: [],
    asked: 1,
  };
  return { handover: { ...base, state: 'notified', deadline: T0, ...change } as Handover };
}

describe.each(PLACES)('letters over %s', (_, make) => {
  let place: Place;
  let store: Store;
  let care: Care;
  beforeEach(async () => {
    place = await make();
    store = place.store;
    care = careOf(store, testClock(T0 + 3_600_000));
  });
  afterEach(() => place.close());
  const outbox = async (id: string) => (await store.read(id))?.outbox.map(({ id, state }) => [id, state]);

  test('are listed as what they are, between which doors; their words only if they are asked for, nobody’s name ever', async () => {
    await put(store, 'shop', { outbox: [letter('l1', ASK), letter('l2', HEARD)] });
    await put(store, ZHANG.conversation, { channel: 'wecom-app', outbox: [letter('l3', SAID)] });
    const { letters } = await care.letters({ text: false });
    expect(letters.map(({ id, kind, door, from, carries }) => [id, kind, door, from, carries])).toEqual([
      ['l1', 'letter', 'switchboard', 'web', { note: 'ask', to: 'wecom-app' }],
      ['l2', 'letter', 'switchboard', 'web', { note: 'heard', to: 'wecom-app' }],
      ['l3', 'letter', 'switchboard', 'wecom-app', { note: 'said', to: 'web' }],
    ]);
    expect(JSON.stringify(letters)).not.toMatch(/签到|还在吗|重启|张三/);
    const texts = (await care.letters({ text: true })).letters;
    expect(texts.map(({ text }) => text)).toEqual(['没扣款，签到失败', '还在吗', '重启一下']);
    expect(JSON.stringify(texts)).not.toContain('张三');
  });

  test('are not dropped while they are on their way, as one of the two counts on them; given up they may be', async () => {
    await put(store, 'shop', { ...handover({}), outbox: [letter('l1', ASK), letter('l2', HEARD, DEAD), reply('r1')] });
    await expect(care.drop({ ids: ['l1'], all: false })).rejects.toMatchObject({
      code: 'BAD_ARGUMENTS',
      message: expect.stringMatching(/l1 .*still on its way/),
    });
    expect(await care.drop({ ids: ['l1', 'l2', 'r1'], all: false })).toMatchObject({
      letters: 2,
      kept: [{ id: 'l1' }],
    });
    expect(await outbox('shop')).toEqual([['l1', 'waiting']]);
  });

  test('are sent again for a day as long as they are true, and tried at once if they wait', async () => {
    await put(store, 'shop', { ...handover({}), outbox: [letter('l1', ASK, DEAD), letter('l2', HEARD)] });
    expect(await care.resend({ ids: ['l1', 'l2'], all: false })).toEqual({ letters: 2, conversations: ['shop'] });
    const [ask, heard] = (await store.read('shop'))?.outbox ?? [];
    expect(ask).toMatchObject({ state: 'waiting', attempts: 0, expiresAt: T0 + 25 * 3_600_000 });
    expect(heard).toMatchObject({ nextAttemptAt: T0 + 3_600_000, expiresAt: T0 + 600_000 });
  });

  const other = { name: '李四', channel: 'wecom-app', conversation: 'wecom-app:li' };
  test.each<[string, Note, Partial<Handover>, RegExp | null]>([
    ['a request that is over', ASK, { state: 'closed', outcome: 'went-on' }, /is over/],
    ['a request of another hand-over', { ...ASK, handover: 'h0' }, {}, /is over/],
    ['a request that somebody took', ASK, { state: 'accepted', acceptedBy: other }, /somebody else/],
    ['a request that all let pass', ASK, { state: 'timed-out' }, null],
    ['a confirmation to who no longer has it', YOURS, { state: 'accepted', acceptedBy: other }, /no longer have/],
    ['a confirmation to who has it', YOURS, { state: 'accepted', acceptedBy: { name: '', ...ZHANG } }, null],
    ['words for who no longer has it', HEARD, { state: 'timed-out' }, /no longer have/],
    ['that it is over', OVER, { state: 'closed', outcome: 'resolved' }, null],
  ])('%s', async (_, note, change, why) => {
    await put(store, 'shop', { ...handover(change), outbox: [letter('l1', note, DEAD)] });
    const again = care.resend({ ids: ['l1'], all: false });
    if (why === null) expect(await again).toMatchObject({ letters: 1 });
    else await expect(again).rejects.toMatchObject({ code: 'BAD_ARGUMENTS', message: expect.stringMatching(why) });
    expect(await outbox('shop')).toEqual([['l1', why === null ? 'waiting' : 'dead']]);
    if (why !== null)
      expect(await care.resend({ ids: [], all: true })).toMatchObject({ letters: 0, kept: [{ id: 'l1' }] });
  });

  test('a colleague’s card is sent again only while somebody waits for it', async () => {
    const card = (n: number) =>
      reply(`c${n}`, {
        ...DEAD,
        inReplyTo: `i${n}`,
        card: `handover-${n}`,
        reply: { ...EMPTY, links: [], options: [{ id: `take-${n}`, label: '接手' }] },
      });
    const asked = [{ n: 2, handover: 'h', merchant: SHOP }];
    await put(store, ZHANG.conversation, {
      channel: 'wecom-app',
      duty: { count: 2, asked },
      outbox: [card(1), card(2)],
    });
    expect(await care.resend({ ids: [], all: true })).toMatchObject({ letters: 1, kept: [{ id: 'c1' }] });
  });
});
