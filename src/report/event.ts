/** An event of the journal as far as a report looks at it: written by this version or an older one, so nothing in it is taken for granted. Pure. */

export interface Happened {
  id: string;
  conversation: string;
  /** Milliseconds since the epoch. */
  at: number;
  type: string;
  data: Readonly<Record<string, unknown>>;
}

/** '' if it is no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** What the events of one turn, and the replies of it, have in common in their ids. */
export function stemOf(id: string): string {
  return id.slice(0, id.lastIndexOf(':'));
}
