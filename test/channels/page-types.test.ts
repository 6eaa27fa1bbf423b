/** The page is built on its own and states the shapes again; the type check of this file fails if they drift apart. */
import type { pageItem, pageLine } from '../../src/channels/web/render.js';
import { readMessage } from '../../src/channels/web/request.js';
import type { PublicState, Reply } from '../../src/dialogue/reply.js';
import type * as Page from '../../web/types.js';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Given<A, B> = [A] extends [B] ? true : false;

const shapes: [
  Same<Reply, Page.Reply>,
  Given<PublicState, Page.PublicState>,
  Given<ReturnType<typeof pageLine>, Page.Line>,
  Given<ReturnType<typeof pageItem>, Page.Item>,
] = [true, true, true, true];

test('the page reads what the service sends', () => {
  expect(shapes).not.toContain(false);
});

test('the service reads whatever the page may send', () => {
  const bodies: Page.Body[] = [
    { text: 'a' },
    { option: 'yes', question: 'charged' },
    { option: 'solved' },
    { reset: true },
  ];
  const kinds = bodies.map((body) => {
    const read = readMessage(new TextEncoder().encode(JSON.stringify({ id: 'abcdefgh', ...body })), 'web-x', 0);
    return 'kind' in read ? read.kind : read.refused;
  });
  expect(kinds).toEqual(['message', 'option', 'option', 'reset']);
});
