/** Everything that is kept about a person, to be handed to them. */
import type { Merchant, Merchants } from '../dialogue/merchants.js';
import type { CaseEvent, ConversationRecord, Store } from '../store/store.js';
import { findPerson } from './person.js';

export interface PersonFile {
  user: string;
  /** ISO 8601, UTC. */
  at: string;
  conversations: {
    id: string;
    /** As it is stored; null: it is gone, its events are not. */
    record: ConversationRecord | null;
    /** Former records that could not be read, as they lie there. */
    setAside: string[];
    events: CaseEvent[];
  }[];
  /** Small records that name the person. */
  small: { key: string; value: unknown }[];
  /** The shop for which the operator's list names the person. */
  shop: Merchant | null;
}

export async function personFile(given: string, store: Store, merchants: Merchants, now: number): Promise<PersonFile> {
  const person = await findPerson(store, given);
  const conversations: PersonFile['conversations'] = [];
  for (const id of person.conversations) {
    const events: CaseEvent[] = [];
    for await (const event of store.readJournal({ conversation: id })) events.push(event);
    const setAside: string[] = [];
    for await (const found of store.search([id]))
      if (found.place === 'set-aside' && found.conversation === id) setAside.push(found.text);
    conversations.push({ id, record: await store.read(id), setAside, events });
  }
  const small: PersonFile['small'] = [];
  for (const key of person.small) small.push({ key, value: (await store.getSmall(key))?.value });
  return {
    user: person.user,
    at: new Date(now).toISOString(),
    conversations,
    small,
    shop: merchants.byUser(person.user) ?? null,
  };
}
