/** How other engines are put beside ours: trained on the same sentences of each fold and asked the same others. Pure. */
import type { Sample } from './cross.js';
import { share } from './metrics.js';

/** Learns sentences with one label each and gives a function that guesses. */
export type PeerEngine = (
  rows: readonly { text: string; label: string }[],
) => Promise<(text: string) => Promise<string>>;

export interface PeerResult {
  name: string;
  /** The label told is any, or the first, of the sentence's labels. */
  any: number | null;
  single: number | null;
}

/** Cross-validates a peer over the same folds. It learns each sentence with its first label only: peers know no other way. */
export async function comparePeer(
  name: string,
  engine: PeerEngine,
  samples: readonly Sample[],
  folds: number,
  progress: (part: number) => void | Promise<void> = () => undefined,
): Promise<PeerResult> {
  const any: boolean[] = [];
  const single: boolean[] = [];
  for (let fold = 0; fold < folds; fold++) {
    await progress(fold / folds);
    const train = samples.filter((sample) => sample.fold !== fold);
    const guess = await engine(train.map(({ text, intent }) => ({ text, label: intent })));
    for (const { text, intent, also } of samples.filter((sample) => sample.fold === fold)) {
      const told = await guess(text);
      any.push(told === intent || also.some((other) => other === told));
      single.push(told === intent);
    }
  }
  return { name, any: share(any), single: share(single) };
}
