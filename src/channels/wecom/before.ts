/** Whether what is to be sent may be with WeCom already, although nobody was told. */
import type { OutboxItem } from '../../store/store.js';

/**
 * An attempt was made, or may have been: by the process before us, which ended before it could write down what became of it.
 * @param startedAt when this process began to send (ms since the epoch)
 */
export function mayHaveArrived(items: readonly OutboxItem[], startedAt: number): boolean {
  const [first] = items;
  return first !== undefined && (first.attempts > 0 || first.createdAt < startedAt);
}
