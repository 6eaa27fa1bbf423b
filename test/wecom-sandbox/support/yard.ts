/** A running sandbox for each test of a file, on a clock that stands still. */
import { type TestClock, testClock } from '../../support/clock.js';
import { createSandbox, type Sandbox } from '../index.js';
import type { JsonObject } from '../json.js';
import type { GivenOptions } from '../options.js';
import { Api } from './api.js';
import { Wire } from './wire.js';

export interface Yard {
  sandbox: Sandbox;
  clock: TestClock;
  api: Api;
  wsUrl: string;
}

/** Gives each test a yard of its own. */
export function yardForEach(give: (yard: Yard) => void | Promise<void>, options: GivenOptions = {}): void {
  let sandbox: Sandbox;
  beforeEach(async () => {
    const clock = testClock();
    sandbox = createSandbox({ clock, ...options });
    const { apiBase, wsUrl } = await sandbox.start();
    await give({ sandbox, clock, api: new Api(apiBase, sandbox), wsUrl });
  });
  afterEach(() => sandbox.stop());
}

/** A subscribed connection. */
export const wireOf = ({ wsUrl, sandbox }: Yard): Promise<Wire> => Wire.subscribed(wsUrl, sandbox);

/** A button_interaction card that WeCom takes. */
export const buttonCard = (taskId: string, more: JsonObject = {}): JsonObject => ({
  card_type: 'button_interaction',
  task_id: taskId,
  main_title: { title: '付款报错' },
  button_list: [
    { text: '已解决', style: 1, key: 'solved' },
    { text: '没解决', style: 2, key: 'unsolved' },
  ],
  ...more,
});

/** A card without buttons, as they are replaced by. */
export const noticeCard = (taskId: string): JsonObject => ({
  card_type: 'text_notice',
  task_id: taskId,
  main_title: { title: '已选：已解决' },
  card_action: { type: 1, url: 'https://example.com' },
});

/** The rules that were broken so far, in order. */
export const broken = ({ violations }: Sandbox): string[] => violations.map(({ rule }) => rule);
