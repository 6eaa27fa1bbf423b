/** What users see through a door is the same whether a Botkit bot stands between it and the assistant or not. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Assistant } from 'pos-doctor';
import { parse } from 'yaml';
import { openStage as openDirectly } from '../../../../test/channels/wecom/stage.js';
import type { Sandbox } from '../../../../test/wecom-sandbox/index.js';
import type { Bubble } from '../../../../test/wecom-sandbox/rooms.js';
import { openStage } from './stage.js';

type Door = 'bot' | 'app' | 'kf';

interface Turn {
  say?: string;
  tap?: string;
}

/** Every so many conversations that hold nothing but words and taps. */
const EVERY = 40;
const folder = fileURLToPath(new URL('../../../../test/conversations/', import.meta.url));
const all = readdirSync(folder).map((name) => ({
  name,
  ...(parse(readFileSync(folder + name, 'utf8')) as { turns: Turn[] }),
}));
const plain = all.filter(({ turns }) =>
  turns.every((turn) => Object.keys(turn).every((key) => key === 'say' || key === 'tap' || key === 'expect')),
);
const some = plain.filter((_, index) => index % EVERY === 0).map(({ name, turns }) => [name, turns] as const);

interface Played {
  sandbox: Sandbox;
  assistant: Pick<Assistant, 'transcript'> | undefined;
  conversation: string;
  pass(ms: number): Promise<void>;
}

const PEOPLE: Readonly<Record<Door, (sandbox: Sandbox) => Record<'says' | 'taps', (text: string) => void>>> = {
  bot: ({ bot }) => ({
    says: (text) => void bot.message({ user: 'zhangsan', text }),
    taps: (label) => void bot.tap('zhangsan', label),
  }),
  app: ({ app }) => ({
    says: (text) => void app.user('zhangsan').says(text),
    taps: (label) => void app.user('zhangsan').taps(label),
  }),
  kf: ({ kf }) => ({
    says: (text) => void kf.customer('wmCUSTOMER').says(text),
    taps: (label) => void kf.customer('wmCUSTOMER').taps(label),
  }),
};
const ROOMS = {
  bot: ['bot', 'zhangsan'],
  app: ['app', 'zhangsan'],
  kf: ['kf', 'wmCUSTOMER'],
} as const;
const DIRECT = {
  bot: 'wecom-bot:u:zhangsan',
  app: 'wecom-app:zhangsan',
  kf: 'wecom-kf:wkSANDBOX1:wmCUSTOMER',
};
const THROUGH = {
  bot: 'botkit:wecom-bot:zhangsan:zhangsan',
  app: 'botkit:wecom-app:zhangsan:zhangsan',
  kf: 'botkit:wecom-kf:wkSANDBOX1:wmCUSTOMER',
};

/** A bubble without what has to differ: ids. */
function look({ from, kind, text, finished, card, menu, updates }: Bubble) {
  return {
    from,
    kind,
    text,
    finished,
    updates,
    card: card && { title: card.title, text: card.text, buttons: card.buttons.map((button) => button.text) },
    menu: menu && {
      head: menu.head,
      tail: menu.tail,
      items: menu.items.map(({ type, content, url }) => ({ type, content, url })),
    },
  };
}

async function play(door: Door, turns: readonly Turn[], at: Played) {
  const person = PEOPLE[door](at.sandbox);
  for (const { say, tap } of turns) {
    if (say !== undefined) person.says(say);
    else {
      const lines = (await at.assistant?.transcript(at.conversation)) ?? [];
      const shown = lines.flatMap(({ reply }) => reply?.options ?? []).findLast(({ id }) => id === tap);
      const label = shown?.label ?? tap ?? '';
      try {
        person.taps(label);
      } catch {
        // Listed by number, too many for a card or too long; or nothing that was ever offered.
        person.says(label);
      }
    }
    await at.pass(10_000);
  }
  const [room, user] = ROOMS[door];
  at.sandbox.assertClean();
  return at.sandbox.rooms.seen(room, user).map(look);
}

describe.each(Object.keys(PEOPLE) as Door[])('through %s', (door) => {
  test.each(some)('%s', async (_, turns) => {
    const direct = await openDirectly({ doors: [door] });
    const through = await openStage({ doors: [door], assistant: true });
    try {
      const expected = await play(door, turns, Object.assign(direct, { conversation: DIRECT[door] }));
      const seen = await play(door, turns, Object.assign(through, { conversation: THROUGH[door] }));
      expect(seen).toEqual(expected);
      expect(seen.length).toBeGreaterThan(turns.length);
      expect(through.errors).toEqual([]);
    } finally {
      await direct.stop();
      await through.stop();
    }
  });
});
