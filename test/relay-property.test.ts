/** A merchant and two colleagues, whatever order their words, taps, letters and the time come in. */
import fc from 'fast-check';
import type { InboundEvent } from '../src/dialogue/event.js';
import { silentLog } from '../src/log.js';
import { enqueue, runDue } from '../src/mailbox.js';
import type { Desk } from '../src/record.js';
import type { ConversationRecord } from '../src/store/store.js';
import { realWorld } from './support/world.js';

const MINUTE = 60_000;
const contacts = ['zhang', 'li'].map((name) => ({
  name,
  userid: name,
  channel: 'wecom-app',
  conversation: `wecom-app:${name}`,
}));
const COLLEAGUES = contacts.map(({ conversation }) => conversation);

beforeAll(() => void realWorld(), 60_000);

type Act =
  | { do: 'merchant'; text: string }
  | { do: 'colleague'; who: number; what: 'take' | 'back' | 'end' | 'words' }
  /** A letter that waits comes in, perhaps twice; of one conversation they keep their order. */
  | { do: 'carry'; from: number; twice: boolean }
  | { do: 'wait'; minutes: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.constantFrom('在吗', '找人', '继续排查', '已解决').map((text): Act => ({ do: 'merchant', text })),
  fc
    .tuple(fc.nat({ max: 1 }), fc.constantFrom('take', 'take', 'words', 'back', 'end'))
    .map(([who, what]): Act => ({ do: 'colleague', who, what: what as 'take' })),
  {
    weight: 3,
    arbitrary: fc.tuple(fc.nat({ max: 2 }), fc.boolean()).map(([from, twice]): Act => ({ do: 'carry', from, twice })),
  },
  fc.constantFrom(1, 4, 70).map((minutes): Act => ({ do: 'wait', minutes })),
);

function theatre() {
  const ids = ['c', ...COLLEAGUES];
  const records = new Map<string, ConversationRecord>();
  let now = Date.UTC(2026, 10, 23, 2, 0, 0);
  let count = 0;
  const desk = (): Desk => ({
    world: realWorld(),
    now,
    pushes: true,
    log: silentLog,
    colleagues: contacts,
    relief: () => ({ contacts }),
  });
  const put = (id: string, event: InboundEvent) => {
    const { record } = enqueue(
      structuredClone(records.get(id) ?? null),
      id === 'c' ? 'web' : 'wecom-app',
      event,
      desk(),
    );
    if (record) records.set(id, { ...record, version: record.version + 1 });
  };
  const base = (conversation: string) => {
    count += 1;
    now += 3_000;
    return { id: `e${count}`, conversation, at: now };
  };
  const wait = (minutes: number) => {
    now += minutes * MINUTE;
    for (const id of ids)
      for (let round = 0; round < 4; round += 1) {
        const { record } = runDue(structuredClone(records.get(id) ?? null), { ...desk(), force: false });
        if (record) records.set(id, { ...record, version: record.version + 1 });
      }
  };
  const carry = (from: number, twice: boolean): boolean => {
    const record = records.get(ids[from] ?? '');
    const item = record?.outbox.find(({ letter }) => letter !== undefined);
    if (!record || !item?.letter) return false;
    record.outbox = record.outbox.filter((one) => one !== item);
    const { to, note } = item.letter;
    for (let n = 0; n < (twice ? 2 : 1); n += 1)
      put(to.conversation, { id: `letter:${item.id}`, conversation: to.conversation, at: now, kind: 'letter', note });
    return true;
  };
  const play = (one: Act) => {
    if (one.do === 'merchant') put('c', { ...base('c'), kind: 'message', text: one.text });
    else if (one.do === 'wait') wait(one.minutes);
    else if (one.do === 'carry') carry(one.from, one.twice);
    else {
      const id = COLLEAGUES[one.who] ?? '';
      const { duty } = records.get(id) ?? {};
      const n = duty?.mine?.n ?? duty?.asked.at(-1)?.n ?? 1;
      if (one.what === 'words') put(id, { ...base(id), kind: 'message', text: '重启一下' });
      else put(id, { ...base(id), kind: 'option', option: `${one.what}-${n}`, question: 'handover' });
    }
  };
  const carryAll = () => {
    for (let n = 0; n < 200 && ids.some((_, from) => carry(from, false)); n += 1);
  };
  return { play, carryAll, wait, record: (id: string) => records.get(id) };
}

test('one colleague has the merchant at most, nobody else hears them, and in the end all let go', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
      const stage = theatre();
      stage.play({ do: 'merchant', text: '刷卡不行，没扣款' });
      stage.play({ do: 'merchant', text: '找人' });
      // Both were asked.
      stage.wait(4);
      stage.carryAll();
      for (const one of acts) {
        stage.play(one);
        const { handover, outbox = [] } = stage.record('c') ?? {};
        // What the merchant says goes to whoever had them when it was said.
        for (const { letter } of outbox)
          if (letter?.note.kind === 'heard' && letter.note.handover === handover?.id)
            expect(letter.to.conversation).toBe(handover.acceptedBy?.conversation);
      }
      stage.carryAll();
      const { handover } = stage.record('c') ?? {};
      const sure = COLLEAGUES.filter((id) => stage.record(id)?.duty?.mine?.sure);
      const holder = handover?.state === 'accepted' ? [handover.acceptedBy?.conversation] : [];
      expect(sure).toEqual(holder);
      stage.wait(61);
      stage.carryAll();
      for (let n = 0; n < 4; n += 1) stage.wait(721);
      stage.carryAll();
      expect(stage.record('c')?.handover?.state).toBe('closed');
      expect(COLLEAGUES.map((id) => stage.record(id)?.duty?.mine)).toEqual([undefined, undefined]);
    }),
    { numRuns: 150 },
  );
}, 60_000);
