// Turns on the built store (a folder or a database's URL) for ever, until it is killed; says on stdout what resolved.
import { writeSync } from 'node:fs';
import { createLowdbStore } from '../../dist/store/lowdb.js';
import { createPostgresStore } from '../../dist/store/postgres.js';
import { emptyRecord } from '../../dist/store/store.js';

const place = process.argv[2];
const store = place.startsWith('postgres') ? createPostgresStore(place) : createLowdbStore(place);
const say = (what) => writeSync(1, `${JSON.stringify(what)}\n`);
const AT = Date.UTC(2026, 10, 4, 8);

const replyOf = (id, n) => ({
  id: `${id}-r${n}`,
  channel: 'web',
  reply: { type: 'text', text: '请稍等'.repeat(n % 50), options: [], links: [] },
  inReplyTo: `m${n}`,
  createdAt: AT,
  attempts: 0,
  nextAttemptAt: AT,
  expiresAt: AT + 1,
  state: 'waiting',
});

async function talk(id) {
  for (;;) {
    const turn = await store.transact(id, (old) => {
      const record = old ?? emptyRecord(id, 'web');
      // An odd version is a turn that was not finished before the last kill.
      if (record.version % 2 === 1)
        return { record: null, result: { n: (record.version + 1) / 2, events: record.unjournaled } };
      const n = record.version / 2 + 1;
      const events = [{ id: `${id}-e${n}`, conversation: id, at: AT, type: 'answered', data: { n } }];
      const next = {
        ...record,
        session: { n },
        seen: [...record.seen, `m${n}`].slice(-200),
        outbox: [replyOf(id, n)],
        unjournaled: events,
      };
      return { record: next, result: { n, events } };
    });
    say({ committed: id, version: turn.n * 2 - 1 });
    await store.journal(turn.events);
    say({ journaled: turn.events.map((event) => event.id) });
    await store.transact(id, (old) => ({ record: { ...old, outbox: [], unjournaled: [] }, result: null }));
    say({ committed: id, version: turn.n * 2 });
  }
}

async function count() {
  for (;;) {
    await store.putSmall('cursor', null);
    say({ small: (await store.getSmall('cursor')).version });
  }
}

await store.open();
await store.acquireLease('bot', 'child', AT, 3_600_000);
say({ opened: process.pid });
await Promise.all([...['a', 'B', '店', 'x'.repeat(300)].map(talk), count()]);
