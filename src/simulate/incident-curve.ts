/** The curve of delay against false alarms, as an SVG that stands by itself. Pure; its words come from ui.yaml. */
import { ALLOWED } from '../incidents/index.js';
import type { CurvePoint, IncidentSummary } from './incident-report.js';

const [WIDTH, HEIGHT] = [640, 420];
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 24, 48, 64];
/** False alarms a month, logarithmic. */
const X_TICKS = [0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

/** `words`: ui.yaml's `detection.…`, without that prefix. */
export function curveAsSvg(summary: IncidentSummary, words: (key: string) => string): string {
  // None in so many months is drawn as half a one.
  const drawn = summary.curve.map((one) => ({ ...one, falseAlarms: one.falseAlarms || 0.5 / summary.months }));
  const used = drawn.find(({ allowed, median }) => allowed === ALLOWED && median !== null);
  const [low, high] = [Math.log(X_TICKS[0] ?? 1), Math.log(X_TICKS.at(-1) ?? 1)];
  const top = Math.max(10, ...drawn.map(({ p90, median }) => p90 ?? median ?? 0));
  const across = (value: number): number =>
    LEFT + ((Math.min(high, Math.max(low, Math.log(value))) - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const up = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP);
  const at = (value: number): string => value.toFixed(1);
  const yTicks = Array.from({ length: Math.floor(top / 4) + 1 }, (_, index) => index * 4);
  const line = (key: 'median' | 'p90'): string => {
    const points = drawn.filter((one) => one[key] !== null);
    const place = (one: CurvePoint): string => `${at(across(one.falseAlarms))},${at(up(one[key] ?? 0))}`;
    const dots = points.map((one) => {
      const [x, y] = place(one).split(',');
      return `<circle class="${key}" cx="${x}" cy="${y}" r="3.5"/>`;
    });
    return `<polyline class="${key}" points="${points.map(place).join(' ')}"/>${dots.join('')}`;
  };
  const label = (x: number, y: number, text: string, anchor = 'middle', more = ''): string =>
    `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}"${more}>${escaped(text)}</text>`;
  const middle = (TOP + HEIGHT - BOTTOM) / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" role="img" aria-label="${escaped(words('title'))}">
<style>svg{background:#fff;font:13px system-ui,sans-serif}text{fill:#222}.grid{stroke:#ddd}.bound{stroke:#b33;stroke-dasharray:5 4}polyline{fill:none;stroke-width:2}.median{stroke:#2f6f4f;fill:#2f6f4f}.p90{stroke:#8a6d1f;fill:#8a6d1f}polyline.median,polyline.p90{fill:none}.title{font-weight:600;font-size:15px}.red{fill:#b33}.used{fill:none;stroke:#222}</style>
${label(WIDTH / 2, 24, words('title'), 'middle', ' class="title"')}
${X_TICKS.map((tick) => `<path class="grid" d="M${at(across(tick))} ${TOP}V${HEIGHT - BOTTOM}"/>${label(across(tick), HEIGHT - BOTTOM + 18, String(tick))}`).join('')}
${yTicks.map((tick) => `<path class="grid" d="M${LEFT} ${at(up(tick))}H${WIDTH - RIGHT}"/>${label(LEFT - 8, up(tick) + 4, String(tick), 'end')}`).join('')}
<path class="bound" d="M${at(across(1))} ${TOP}V${HEIGHT - BOTTOM}M${LEFT} ${at(up(8))}H${WIDTH - RIGHT}"/>
${label(across(1) + 4, TOP + 12, words('bound'), 'start', ' class="red"')}${label(WIDTH - RIGHT, up(8) - 5, words('wanted'), 'end', ' class="red"')}
${line('median')}${line('p90')}
${label(across(drawn.at(-1)?.falseAlarms ?? 1), up(drawn.at(-1)?.median ?? 0) + 20, words('median'), 'start')}${label(across(drawn.at(-1)?.falseAlarms ?? 1), up(drawn.at(-1)?.p90 ?? 0) - 10, words('p90'), 'start')}
${used === undefined ? '' : `<circle class="used" cx="${at(across(used.falseAlarms))}" cy="${at(up(used.median ?? 0))}" r="7"/>${label(across(used.falseAlarms), up(used.median ?? 0) + 24, words('used'))}`}
${label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 18, words('x'))}
${label(18, middle, words('y'), 'middle', ` transform="rotate(-90 18 ${at(middle)})"`)}
</svg>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
