/** A store whose every use is told to an observer: how long it took and what it failed with. */
import { isPosDoctorError } from './errors.js';
import type { Observer } from './observer.js';
import type { Claims, Committed, ConversationRecord, Store } from './store/store.js';

/** Method → what the observer is told as the operation. What is not here is passed on. */
export const STORE_OPERATIONS = {
  transact: 'transact',
  read: 'read',
  pending: 'pending',
  acquireLease: 'lease',
  releaseLease: 'lease',
  getSmall: 'small',
  putSmall: 'small',
  journal: 'journal',
} as const satisfies Partial<Record<keyof Store, string>>;

/** The same of the claims, where several processes share the store. */
export const CLAIM_OPERATIONS = {
  take: 'claim',
  release: 'claim',
  finish: 'finish',
  due: 'due',
} as const satisfies Partial<Record<keyof Claims, string>>;

type Work<T> = (record: ConversationRecord | null) => Promise<Committed<T>> | Committed<T>;
type Method = (...values: unknown[]) => unknown;

/** The same store. A transaction counts without the work that is done in it, but with the wait for the conversation. */
export function observedStore<S extends Store>(store: S, observer: Observer): S {
  const told = (operation: string, start: number, own: number, error?: unknown): void => {
    const failed = error === undefined ? undefined : isPosDoctorError(error) ? error.code : 'OTHER';
    observer.stored(operation, observer.ticks() - start - own, failed);
  };
  const timed =
    (operation: string, method: Method): Method =>
    async (...values) => {
      const start = observer.ticks();
      try {
        const result = await method(...values);
        told(operation, start, 0);
        return result;
      } catch (error) {
        told(operation, start, 0, error);
        throw error;
      }
    };
  const transact = async <T>(conversation: string, work: Work<T>): Promise<T> => {
    const start = observer.ticks();
    let own = 0;
    let refused: unknown;
    try {
      const result = await store.transact<T>(conversation, async (record) => {
        const begun = observer.ticks();
        try {
          return await work(record);
        } catch (error) {
          refused = error;
          throw error;
        } finally {
          own = observer.ticks() - begun;
        }
      });
      told('transact', start, own);
      return result;
    } catch (error) {
      // What the work itself threw is none of the store's failures.
      told('transact', start, own, error === refused ? undefined : error);
      throw error;
    }
  };
  const observed = <T extends object>(
    whole: T,
    operations: Readonly<Record<string, string>>,
    own: readonly (readonly [PropertyKey, unknown])[],
  ): T => {
    const methods = new Map<PropertyKey, unknown>(own);
    return new Proxy(whole, {
      get(target, name) {
        const known = methods.get(name);
        if (known !== undefined) return known;
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const method = value.bind(target) as Method;
        const operation = operations[String(name)];
        const wrapped = operation === undefined ? method : timed(operation, method);
        methods.set(name, wrapped);
        return wrapped;
      },
    });
  };
  const claims = store.claims && observed(store.claims, CLAIM_OPERATIONS, []);
  return observed(store, STORE_OPERATIONS, [['transact', transact], ...(claims ? [['claims', claims] as const] : [])]);
}
