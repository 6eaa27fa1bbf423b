/** What can be tapped in a drill: six doors, behind four of them acts, five at a time. Pure. */
import type { Drill, DrillAct, Knowledge } from '../knowledge/schema.js';
import { randomFrom } from '../simulate/random.js';

/** As many buttons as a card of WeCom holds. */
export const BUTTONS = 6;
const PAGE = BUTTONS - 1;

export const MENUS = ['service', 'check', 'measure', 'call'] as const;
export type Menu = (typeof MENUS)[number];

/** Acts with a button of their own at the top; the other buttons open menus. */
export const TOP_ACTS = ['record', 'look-up'] as const;
const SERVICE: readonly string[] = ['inform', 'backup', 'collect', 'ask-secret'];

/** The acts of a menu, in an order that is the run's own: what is right has no place of its own. */
export function menuActs(
  menu: Menu,
  drill: Drill,
  seed: number,
  { drillActs }: Pick<Knowledge, 'drillActs'>,
): DrillAct[] {
  const acts = [...drillActs.values()].filter((act) => menuOf(act) === menu);
  if (menu !== 'measure') return shuffled(acts, seed);
  // What may cure this one and what tempts in it are never pages away.
  const near = new Set([...drill.right, ...drill.cures, ...drill.traps.map(({ act }) => act)]);
  const close = acts.filter(({ id }) => near.has(id)).slice(0, PAGE);
  const far = shuffled(
    acts.filter((act) => !close.includes(act)),
    seed,
  );
  const first = shuffled([...close, ...far.slice(0, PAGE * 2 - close.length)], seed + 1);
  return [...first, ...far.slice(PAGE * 2 - close.length)];
}

function menuOf({ id, question, call }: DrillAct): Menu | undefined {
  if (SERVICE.includes(id)) return 'service';
  if (id === 'record' || id === 'look-up' || id === 'review') return undefined;
  if (call !== undefined) return 'call';
  return question === undefined ? 'measure' : 'check';
}

/** The acts of one page; the last page is followed by the first. */
export function pageOf(acts: readonly DrillAct[], page: number): { acts: readonly DrillAct[]; more: boolean } {
  if (acts.length <= BUTTONS) return { acts, more: false };
  const pages = Math.ceil(acts.length / PAGE);
  const at = (page % pages) * PAGE;
  return { acts: acts.slice(at, at + PAGE), more: true };
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = randomFrom(seed);
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
