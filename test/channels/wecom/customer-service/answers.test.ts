/** Every answer of the written conversations, as this door would send it. */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type KfMessage, renderAnswer, SENDS_MAX } from '../../../../src/channels/wecom/customer-service/render.js';
import { runScript, scriptSchema } from '../../../../src/eval/script.js';
import { utf8Length } from '../../../../src/text/bytes.js';
import { realWorld } from '../../../support/world.js';
import { item } from '../items.js';

const FOLDER = new URL('../../../conversations/', import.meta.url);
const words = (key: string) => realWorld().knowledge.ui[`wecom.${key}`] ?? '';

function sizes(message: KfMessage): number {
  if (message.msgtype === 'text') return utf8Length(message.text.content) / 2048;
  const { head_content, list, tail_content = '' } = message.msgmenu;
  return Math.max(utf8Length(head_content) / 1024, utf8Length(tail_content) / 1024, list.length / 10);
}

test('every answer of every conversation fits into three messages, whole and with all that can be chosen', () => {
  const counts: number[] = [];
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))) {
    const script = scriptSchema.parse(parse(readFileSync(new URL(file, FOLDER), 'utf8')));
    for (const { replies } of runScript(script, realWorld()).turns) {
      const messages = renderAnswer(
        replies.map((reply, index) => item(`c:${index}`, reply)),
        SENDS_MAX,
        words,
      );
      counts[messages.length] = (counts[messages.length] ?? 0) + 1;
      const shown = JSON.stringify(messages);
      expect(messages.map(sizes).filter((part) => part > 1)).toEqual([]);
      expect(shown).not.toContain('…"');
      for (const { label } of replies.findLast(({ options }) => options.length > 0)?.options ?? [])
        expect(shown).toContain(JSON.stringify(label).slice(1, -1));
    }
  }
  expect(counts.length - 1).toBeLessThanOrEqual(3);
  expect(counts[1]).toBeGreaterThan(1000);
});
