// To and from the server: its events, and what is done here.
import type { Act, Change, Done, Snapshot } from './types.js';

export interface Listener {
  snapshot(snapshot: Snapshot): void;
  change(change: Change): void;
  /** The stream broke; the browser opens it again by itself. */
  down(): void;
}

export function connect(listener: Listener): void {
  const source = new EventSource('/events');
  source.addEventListener('snapshot', (event: MessageEvent<string>) =>
    listener.snapshot(JSON.parse(event.data) as Snapshot),
  );
  source.addEventListener('change', (event: MessageEvent<string>) => listener.change(JSON.parse(event.data) as Change));
  source.addEventListener('error', () => listener.down());
}

/** @returns what is to be said about it; never rejects */
export async function perform(act: Act): Promise<Done> {
  try {
    const answer = await fetch('/act', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(act),
    });
    return (await answer.json()) as Done;
  } catch {
    return { error: '沙箱没有回应。它还在运行吗？' };
  }
}
