/** What a sandbox is told about its corp, and what it assumes. None of the secrets here is anybody's. */
import type { BotOptions } from './bot.js';

export interface SandboxOptions {
  corpId: string;
  /** userids of the corp. */
  members: readonly string[];
  /** gettoken calls an hour and secret beyond which WeCom would block (number not documented). */
  gettokenPerHour: number;
  /** Callbacks reuse connections; for benchmarks. A connection cut between two callbacks then costs a try. */
  keepAlive: boolean;
  bot: Omit<BotOptions, 'members' | 'isPlaceholder'> & Partial<Pick<BotOptions, 'isPlaceholder'>>;
  /** The bot in callback mode; a bot of its own, for the two modes exclude each other. */
  botHttp: { botId: string; refreshMs: number };
  app: { agentId: number; secret: string };
  kf: {
    secret: string;
    accounts: Readonly<Record<string, string>>;
    servicers: readonly string[];
    unconfirmedEdges: boolean;
    tokenlessPerMinute: number;
    duplicateMsgidErrcode: number;
  };
  webhookKeys: readonly string[];
}

type Parts = 'bot' | 'botHttp' | 'app' | 'kf';
/** Every option may be left out. */
export type GivenOptions = Partial<Omit<SandboxOptions, Parts>> & { [P in Parts]?: Partial<SandboxOptions[P]> };

const DEFAULTS: SandboxOptions = {
  corpId: 'ww0000000000000001',
  members: ['zhangsan', 'lisi', 'wangwu'],
  gettokenPerHour: 60,
  keepAlive: false,
  bot: {
    botId: 'aibSANDBOX',
    secret: 'sandbox-bot-secret',
    name: '收款助手',
    heartbeatTimeoutMs: null,
    kickCloseMs: 0,
    ackMs: null,
    ackSeed: 1,
    expiredStreams: 'refuse',
    perMinute: 30,
  },
  botHttp: { botId: 'aibSANDBOXHTTP', refreshMs: 1000 },
  app: { agentId: 1000002, secret: 'sandbox-app-secret' },
  kf: {
    secret: 'sandbox-kf-secret',
    accounts: { wkSANDBOX1: '收款客服' },
    servicers: ['servicer1', 'servicer2'],
    unconfirmedEdges: false,
    tokenlessPerMinute: 20,
    duplicateMsgidErrcode: 40058,
  },
  webhookKeys: ['sandbox-webhook-key'],
};

export const readOptions = (given: GivenOptions): SandboxOptions => ({
  ...DEFAULTS,
  ...given,
  bot: { ...DEFAULTS.bot, ...given.bot },
  botHttp: { ...DEFAULTS.botHttp, ...given.botHttp },
  app: { ...DEFAULTS.app, ...given.app },
  kf: { ...DEFAULTS.kf, ...given.kf },
});
