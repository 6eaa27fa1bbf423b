/** A simulation for people: tables for a terminal, bars for a page. Pure. */
import type { PolicyResult, WorldResult } from './simulate.js';
import type { Estimate } from './statistics.js';

interface Column {
  key: Exclude<keyof PolicyResult, 'policy'>;
  label: string;
  share: boolean;
  /** Is more better? */
  more: boolean;
}

/** What is reported of a policy. Minutes, shares in per cent. */
const COLUMNS: readonly Column[] = [
  { key: 'rightCause', label: 'right cause', share: true, more: true },
  { key: 'rightFault', label: 'right fault', share: true, more: true },
  { key: 'questions', label: 'questions', share: false, more: false },
  { key: 'questionsInAll', label: 'in all', share: false, more: false },
  { key: 'minutes', label: 'minutes', share: false, more: false },
  { key: 'human', label: 'calls', share: true, more: false },
  { key: 'wrongMoney', label: 'wrong money', share: true, more: false },
  { key: 'cost', label: 'cost', share: false, more: false },
  { key: 'oursSaves', label: 'ours saves', share: true, more: false },
];

/** Measured against what the project asks of itself. */
export interface Target {
  world: string;
  what: string;
  /** Shares 0 … 1, minutes, or questions, with its bound. */
  value: number;
  bound: number;
  met: boolean;
  /** Half of the 95 % interval of `value − bound`. If the two are closer than this, chance may have decided. */
  half: number;
}

const NO_INTERVAL = 0;
const target = (
  world: string,
  what: string,
  { value, half }: Estimate,
  bound: number,
  more: boolean,
  of = NO_INTERVAL,
): Target => ({
  world,
  what,
  value,
  bound,
  met: more ? value >= bound : value <= bound,
  half: Math.hypot(half, of),
});

/** Each target with what was measured; means, whatever their intervals. */
export function targetsOf({ world, policies, ceiling }: WorldResult): Target[] {
  const of = (id: string): PolicyResult | undefined => policies.find(({ policy }) => policy === id);
  const [ours, fixed, tree] = [of('ours'), of('fixed-order'), of('expert-tree')];
  if (!ours || !fixed || !tree) return [];
  const beside = COLUMNS.filter(({ key }) => key !== 'oursSaves').map(({ key, label, more }) =>
    target(world, `${label}, not worse than the tree's`, ours[key], tree[key].value, more, tree[key].half),
  );
  return [
    target(world, 'cheaper than the fixed order, share of cost', fixed.oursSaves, 0.25, true),
    target(world, 'cheaper than the expert tree, share of cost', tree.oursSaves, 0.1, true),
    ...beside,
    target(world, 'questions before the first fix or call', ours.questions, 3, false),
    target(world, 'right cause below the ceiling at as many questions', ceiling.oursBelow, 0.02, false),
    ...(world === 'perturbed' ? [target(world, 'right cause', ours.rightCause, 0.85, true)] : []),
  ];
}

/** A word on a target: met or missed, and whether chance may have decided. */
export function verdict({ met, value, bound, half }: Target): string {
  const close = Math.abs(value - bound) < half;
  return `${met ? 'met' : 'missed'}${close ? ', within chance' : ''}`;
}

const number = (value: number, share: boolean): string => (share ? (value * 100).toFixed(1) : value.toFixed(2));
const shown = ({ value, half }: Estimate, share: boolean): string =>
  `${number(value, share)} ± ${Number.isNaN(half) ? '?' : number(half, share)}`;

/** A table of one world, ± half of a 95 % interval, with the ceiling below it. */
export function asText(result: WorldResult): string {
  const rows = [
    ['policy', ...COLUMNS.map(({ label, share }) => (share ? `${label} %` : label))],
    ...result.policies.map((one) => [one.policy, ...COLUMNS.map(({ key, share }) => shown(one[key], share))]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const { atOurs, atCap, oursBelow } = result.ceiling;
  return [
    `${result.world}: ${result.cases} merchants`,
    ...lines,
    `right cause at best: ${shown(atOurs, true)} % at as many questions as ours (ours is ${shown(oursBelow, true)} below), ${shown(atCap, true)} % at the cap`,
  ].join('\n');
}

const WIDTH = 640;
const LABEL = 130;
const VALUE = 110;
const BAR = 18;
const GAP = 6;

/** One figure: a bar a policy, a whisker for the 95 % interval. */
function bars(result: WorldResult, { key, label, share }: Column): string {
  const estimates = result.policies.map((one) => ({ policy: one.policy, estimate: one[key] }));
  const most = Math.max(...estimates.map(({ estimate }) => estimate.value + (estimate.half || 0)), 1e-9);
  const x = (value: number): number => LABEL + (Math.max(0, value) / most) * (WIDTH - LABEL - VALUE);
  const drawn = estimates.map(({ policy, estimate }, row) => {
    const y = row * (BAR + GAP);
    const middle = y + BAR / 2;
    const [low, high] = [x(estimate.value - (estimate.half || 0)), x(estimate.value + (estimate.half || 0))];
    return [
      `<text x="${LABEL - 8}" y="${middle + 4}" text-anchor="end">${policy}</text>`,
      `<rect x="${LABEL}" y="${y}" width="${(x(estimate.value) - LABEL).toFixed(1)}" height="${BAR}" class="${policy === 'ours' ? 'ours' : 'bar'}"/>`,
      `<path d="M${low.toFixed(1)} ${middle}H${high.toFixed(1)}M${low.toFixed(1)} ${middle - 4}v8M${high.toFixed(1)} ${middle - 4}v8" class="whisker"/>`,
      `<text x="${(high + 8).toFixed(1)}" y="${middle + 4}">${shown(estimate, share)}</text>`,
    ].join('');
  });
  const height = estimates.length * (BAR + GAP);
  const unit = share ? '%' : key === 'minutes' || key === 'cost' ? 'minutes' : '';
  return `<figure><figcaption>${label}${unit && `, ${unit}`}</figcaption><svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" role="img" aria-label="${label}, ${result.world}">${drawn.join('')}</svg></figure>`;
}

const STYLE = `body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:44rem;padding:0 1rem;color:#222;background:#fff}
figure{margin:1.2rem 0}figcaption{font-weight:600}svg{max-width:100%;height:auto;font-size:12px}.bar{fill:#b8c4d0}.ours{fill:#2f6f4f}
.whisker{stroke:#222;stroke-width:1.2;fill:none}td,th{text-align:left;padding:.1rem .8rem .1rem 0}
@media (prefers-color-scheme:dark){body{background:#161616;color:#ddd}text{fill:#ddd}.bar{fill:#55616d}.ours{fill:#58a77f}.whisker{stroke:#ddd}}`;

/** The page: bars with 95 % intervals for each world, and the targets. No script, nothing loaded. */
export function asHtml(results: readonly WorldResult[], seed: number): string {
  const worlds = results.map((result) => {
    const { atOurs, atCap } = result.ceiling;
    const targets = targetsOf(result).map(
      (one) =>
        `<tr><td>${verdict(one)}</td><td>${one.what}</td><td>${one.value.toFixed(3)} ± ${one.half.toFixed(3)}</td><td>${one.bound.toFixed(3)}</td></tr>`,
    );
    return `<h2>${result.world}: ${result.cases} merchants</h2>
${COLUMNS.map((column) => bars(result, column)).join('\n')}
<p>Right cause at best: ${shown(atOurs, true)} % at as many questions as ours, ${shown(atCap, true)} % at the cap.</p>
<table><tr><th></th><th>target</th><th>measured</th><th>bound</th></tr>${targets.join('')}</table>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>pos-doctor simulate</title><style>${STYLE}</style>
<h1>Policies beside each other</h1><p>Simulated merchants, seed ${seed}; whiskers are 95 % intervals.</p>
${worlds.join('\n')}</html>
`;
}
