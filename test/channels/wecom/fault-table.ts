/** What goes wrong on WeCom's side, door by door, and what a user may see twice because of it. docs/wecom-faults.md shows it. */
import type { DoorName, Stage } from './stage.js';

export interface FaultRow {
  door: DoorName;
  fault: string;
  /** Scripted before the user writes. */
  inject(stage: Stage): void | Promise<void>;
  /** What has to come about on the machine's own time after the user has written. */
  meanwhile?(stage: Stage): Promise<void>;
  /**
   * Replies that may be seen twice: 0 wherever WeCom has a key that tells a repetition (a bubble's id, a card's task_id, a
   * kf msgid); else the text whose answer was lost is sent again, because nobody can know whether it arrived.
   */
  twice: 0 | 1;
  /** What is said after the first message, each so many milliseconds after the one before; by the same user unless named. */
  next?: readonly { afterMs: number; text: string; user?: string }[];
  /** Acks take as long as they do. */
  slowAcks?: boolean;
}

const api = (door: 'app' | 'kf' | 'groupRobot', call: string, name: string, twice: 0 | 1 = 0) => ({
  times(errcode: number, times = 1): FaultRow {
    return {
      door,
      fault: `${call}: ${name}`,
      twice,
      inject: ({ sandbox }) => sandbox.faults.api(call, { errcode }, times),
    };
  },
  fault(fault: Parameters<Stage['sandbox']['faults']['api']>[1]): FaultRow {
    return { door, fault: `${call}: ${name}`, twice, inject: ({ sandbox }) => sandbox.faults.api(call, fault) };
  },
});

const ack = (cmd: string, name: string, fault: Parameters<Stage['sandbox']['faults']['ack']>[1]): FaultRow => ({
  door: 'bot',
  fault: `${cmd}: ${name}`,
  twice: 0,
  inject: ({ sandbox }) => sandbox.faults.ack(cmd, fault),
});

/** The SDK gives an ack five seconds of the machine's own time; we then hang up. */
const hungUp = ({ sandbox }: Stage): Promise<void> =>
  sandbox.until(() => !sandbox.bot.socket.connected, 'the connection without acks to be given up');

const sending = (door: 'app' | 'kf', call: string, twice: 0 | 1): FaultRow[] => [
  api(door, call, 'busy (-1), three times').times(-1, 3),
  api(door, call, 'changed at the same time (6000)').times(6000),
  api(door, call, 'token invalid (40014)').times(40014),
  api(door, call, 'token expired (42001)').times(42001),
  api(door, call, 'called too often (45009)').times(45009),
  api(door, call, 'too many at one time (45033)').times(45033),
  api(door, call, 'address not trusted (60020), until it is').times(60020, 3),
  api(door, call, 'HTTP 502').fault({ http: 502 }),
  api(door, call, 'no answer, not done').fault({ hang: 'before' }),
  api(door, call, 'no answer, but done', twice).fault({ hang: 'after' }),
  api(door, call, 'connection cut before').fault({ drop: 'before' }),
  api(door, call, 'connection cut after', twice).fault({ drop: 'after' }),
  { door, fault: 'token revoked', twice: 0, inject: ({ sandbox }) => sandbox.tokens.revoke() },
  { door, fault: 'callback delivered twice', twice: 0, inject: ({ sandbox }) => sandbox.faults.duplicate(door) },
];

const nothing = (): void => undefined;
/** The answer to the second takes three frames; the third comes while they are under way and waits for more. */
const ANOTHER = [
  { afterMs: 5_000, text: '银联客服电话多少' },
  { afterMs: 300, text: '支付宝客服电话多少' },
];
const JOINED = [
  { afterMs: 100, text: '手续费' },
  { afterMs: 900, text: '是多少' },
  { afterMs: 100, text: '呢' },
];
const OTHER_USER = [{ afterMs: 100, text: '该渠道业务不可用', user: 'lisi' }];

/** More than one message in flight. */
const several = (door: 'bot' | 'botCallback'): FaultRow[] => {
  const row = { door, twice: 0 as const, inject: nothing, slowAcks: true };
  return [
    { ...row, fault: 'a further message while an answer is on its way', next: ANOTHER },
    { ...row, fault: 'several messages that are answered together', next: JOINED },
    { ...row, fault: 'another user at the same time', next: OTHER_USER },
  ];
};

const callback = (fault: string, inject: FaultRow['inject']): FaultRow => ({
  door: 'botCallback',
  fault,
  twice: 0,
  inject,
});

export const FAULT_TABLE: readonly FaultRow[] = [
  ack('aibot_respond_msg', 'refused once (6000)', { errcode: 6000 }),
  ack('aibot_respond_msg', 'called too often (45009)', { errcode: 45009 }),
  ack('aibot_respond_msg', 'request over (846605)', { errcode: 846605 }),
  ack('aibot_respond_msg', 'bubble over (846608)', { errcode: 846608 }),
  ack('aibot_respond_msg', 'connection cut before', { close: 'before' }),
  ack('aibot_respond_msg', 'connection cut after', { close: 'after' }),
  { ...ack('aibot_respond_msg', 'no ack, not done', { drop: 'before' }), meanwhile: hungUp },
  { ...ack('aibot_respond_msg', 'no ack, but done', { drop: 'after' }), meanwhile: hungUp },
  ack('aibot_respond_msg', 'acked after three seconds', { delayMs: 3_000 }),
  { door: 'bot', fault: 'message delivered twice', twice: 0, inject: ({ sandbox }) => sandbox.faults.duplicate('bot') },
  ...several('bot'),
  callback('callback delivered twice', ({ sandbox }) => sandbox.faults.duplicate('bot-http')),
  callback('answer to the callback lost, the same request again', ({ sandbox }) => sandbox.faults.unheard('bot-http')),
  ...several('botCallback'),
  ...sending('app', 'message/send', 0),
  ...sending('kf', 'kf/send_msg', 0),
  api('kf', 'kf/sync_msg', 'busy (-1)').times(-1),
  api('kf', 'kf/sync_msg', 'token of the callback over (95007)').times(95007),
  api('kf', 'kf/sync_msg', 'no answer').fault({ hang: 'before' }),
  api('kf', 'kf/sync_msg', 'connection cut after').fault({ drop: 'after' }),
  api('kf', 'kf/sync_msg', 'HTTP 502').fault({ http: 502 }),
];
