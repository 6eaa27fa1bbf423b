/** A simulated morning as a page: a drawing of who came when and what they heard, the figures, the samples. Pure; words from ui.yaml. */
import { HOUR_MINUTES, MINUTE_MS } from '../incidents/calendar.js';
import { chinaTime } from '../text/china-time.js';
import type { Conversation, Morning } from './morning.js';
import { type Both, type Judged, type MorningFigures, type Sample, samplesOf } from './morning-figures.js';
import { timelineOf } from './morning-report.js';
import type { Estimate } from './statistics.js';

/** ui.yaml's `morning.…`, without that prefix. */
export type Word = (key: string) => string;

/** Narrow, so that its letters can be read on a phone. */
const [WIDTH, HEIGHT, HEARD] = [420, 210, 70];
const [LEFT, RIGHT, TOP] = [22, 6, 46];
/** Room for what the lines mean. */
const LABELS = 42;
/** Between two keys. */
const KEY = 78;
const SLOT = 5 * MINUTE_MS;
const KINDS = ['outage', 'maintenance', 'usual'] as const;

/** No script, nothing loaded; readable on a phone. */
export function morningAsHtml(all: readonly Judged[], figures: MorningFigures, word: Word): string {
  const [first] = all;
  if (first === undefined) return '';
  const { morning } = first;
  const title = escaped(word('title'));
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><style>${STYLE}</style>
<h1>${title}</h1><p>${escaped(fill(word('intro'), { shops: figures.shops, mornings: figures.mornings }))}</p>
<p class="verdict">${escaped(word('lies'))}<b>${figures.falseStatements}</b></p>
<p>${escaped(fill(word('judged'), { ...figures.judged }))}</p>
<figure><figcaption>${escaped(word('chart'))}</figcaption>${drawing(morning, word)}</figure>
<ul>${timelineOf(morning)
    .map(({ at, what, kind }) => `<li>${chinaTime(at, morning.day)} ${escaped(word(kind))}${escaped(word(what))}</li>`)
    .join('')}</ul>
<h2>${escaped(word('saved'))}</h2><div class="wide"><table><tr><th></th>${['merchants', 'minutes', 'questions', 'calls', 'savedEach', 'savedAll'].map((key) => `<th>${escaped(word(key))}</th>`).join('')}</tr>${figures.groups
    .map(
      (one) =>
        `<tr><th>${escaped(word(one.group))}</th><td>${one.merchants}</td><td>${pair(one.minutes, 1)}</td><td>${pair(one.questions, 2)}</td><td>${pair(one.calls, 0, 100)} %</td><td>${shown(one.savedEach, 1)}</td><td>${shown(one.savedAMorning, 0)}</td></tr>`,
    )
    .join('')}</table></div><p class="small">${escaped(word('note'))}</p>
<h2>${escaped(word('heard'))}</h2>
${samplesOf(all)
  .map((sample) => talk(sample, morning, word))
  .join('\n')}
</html>
`;
}

/** Who came in each five minutes, the hours of the incidents above, what was heard below. */
function drawing(morning: Morning, word: Word): string {
  const { with: run } = morning;
  const ats = run.conversations.map(({ visitor }) => visitor.at);
  const start = Math.floor(Math.min(...ats) / (HOUR_MINUTES * MINUTE_MS)) * HOUR_MINUTES * MINUTE_MS;
  const end = Math.max(start + SLOT, ...ats, ...run.notes.map(({ at }) => at)) + SLOT;
  const x = (at: number): number =>
    LEFT + ((Math.min(Math.max(at, start), end) - start) / (end - start)) * (WIDTH - LEFT - RIGHT);
  const slots = Math.ceil((end - start) / SLOT);
  const wide = Math.max(1, (SLOT / (end - start)) * (WIDTH - LEFT - RIGHT) - 1);
  const count = (times: readonly number[]): number[] => {
    const counts = Array.from({ length: slots }, () => 0);
    for (const at of times) {
      const slot = Math.floor((at - start) / SLOT);
      if (slot >= 0 && slot < slots) counts[slot] = (counts[slot] ?? 0) + 1;
    }
    return counts;
  };
  const kindOf = ({ visitor: { trouble } }: Conversation) =>
    run.happened.find(({ what }) => what === trouble?.what)?.kind ?? 'usual';
  const came = KINDS.map((kind) =>
    count(run.conversations.filter((one) => kindOf(one) === kind).map(({ visitor }) => visitor.at)),
  );
  const most = Math.max(
    4,
    ...Array.from({ length: slots }, (_, slot) => came.reduce((sum, one) => sum + (one[slot] ?? 0), 0)),
  );
  const bottom = HEIGHT;
  const highest = TOP + LABELS;
  const unit = (bottom - highest) / most;
  const bars = Array.from({ length: slots }, (_, slot) => {
    let y = bottom;
    return KINDS.map((kind, index) => {
      const high = (came[index]?.[slot] ?? 0) * unit;
      y -= high;
      return high === 0
        ? ''
        : `<rect class="${kind}" x="${at(x(start + slot * SLOT))}" y="${at(y)}" width="${at(wide)}" height="${at(high)}"/>`;
    }).join('');
  }).join('');
  const told = count(run.conversations.flatMap((one) => one.told?.at ?? []));
  const news = count(run.conversations.flatMap(({ news: when }) => when ?? []));
  const loudest = Math.max(4, ...told, ...news);
  const heard = (counts: readonly number[], kind: string, shift: number): string =>
    counts
      .map((many, slot) =>
        many === 0
          ? ''
          : `<rect class="${kind}" x="${at(x(start + slot * SLOT) + shift)}" y="${bottom + 24}" width="${at(wide / 2)}" height="${at((many / loudest) * HEARD)}"/>`,
      )
      .join('');
  const spans = run.happened.map(
    ({ kind, what, from, to }) =>
      `<rect class="span ${kind}" x="${at(x(from))}" y="${TOP - 10}" width="${at(x(to) - x(from))}" height="5"/><text x="${at(x(from))}" y="${TOP - 16}">${escaped(what)}</text>`,
  );
  const moments = run.notes
    .filter(
      ({ what, at: when }) =>
        ['suspected', 'announced', 'closed'].includes(what) && when >= (run.happened[0]?.from ?? 0),
    )
    .map(
      ({ at: when, what }, index) =>
        `<path class="moment" d="M${at(x(when))} ${TOP}V${bottom + 24 + HEARD}"/><text class="small" x="${at(x(when) - 3)}" y="${TOP + 8 + index * 14}" text-anchor="end">${escaped(word(what))} ${chinaTime(when, when)}</text>`,
    );
  const hours = Array.from({ length: Math.floor((end - start) / (HOUR_MINUTES * MINUTE_MS)) + 1 }, (_, hour) => {
    const when = start + hour * HOUR_MINUTES * MINUTE_MS;
    return `<text x="${at(x(when))}" y="${bottom + 15}" text-anchor="middle">${chinaTime(when, when)}</text>`;
  });
  const key = (kind: string, label: string, place: number): string =>
    `<rect class="${kind}" x="${LEFT + place * KEY}" y="${bottom + HEARD + 34}" width="10" height="10"/><text x="${LEFT + place * KEY + 14}" y="${bottom + HEARD + 43}">${escaped(label)}</text>`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT + HEARD + 52}" role="img" aria-label="${escaped(word('chart'))}"><text x="${LEFT - 4}" y="${highest + 4}" text-anchor="end">${most}</text><text x="${LEFT - 4}" y="${bottom}" text-anchor="end">0</text><path class="axis" d="M${LEFT} ${bottom}H${WIDTH - RIGHT}"/>${bars}${heard(told, 'told', 0)}${heard(news, 'news', wide / 2)}${spans.join('')}${moments.join('')}${hours.join('')}${key('outage', word('outage'), 0)}${key('maintenance', word('maintenance'), 1)}${key('usual', word('others'), 2)}${key('told', word('told'), 3)}${key('news', word('news'), 4)}</svg>`;
}

function talk({ kind, conversation }: Sample, { day }: Morning, word: Word): string {
  const lines = conversation.lines.map(
    ({ who, at: when, text }) =>
      `<p class="${who}"><small>${chinaTime(when, day)}</small>${escaped(text).replaceAll('\n', '<br>')}</p>`,
  );
  return `<section><h3>${escaped(word(kind))}</h3>${lines.join('')}</section>`;
}

const at = (value: number): string => value.toFixed(1);
const shown = ({ value, half }: Estimate, digits: number, times = 1): string => {
  if (Number.isNaN(value)) return '–';
  return `${(value * times).toFixed(digits)}${Number.isNaN(half) ? '' : ` ± ${(half * times).toFixed(digits)}`}`;
};
const pair = ({ with: ours, without }: Both, digits: number, times = 1): string =>
  `${shown(ours, digits, times)} | ${shown(without, digits, times)}`;
const fill = (text: string, values: Readonly<Record<string, number>>): string =>
  text.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ''));

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');

const STYLE = `body{font:15px/1.6 system-ui,sans-serif;margin:1rem auto;max-width:44rem;padding:0 .8rem;color:#222;background:#fff}
h1{font-size:1.3rem}h2{font-size:1.1rem}h3{font-size:1rem;margin:0 0 .4rem}figure{margin:1rem 0}figcaption{font-weight:600}svg{width:100%;height:auto;font-size:11px}
.outage{fill:#b3402e}.maintenance{fill:#c98a1b}.usual{fill:#9fb0bf}.told{fill:#2f6f4f}.news{fill:#6aa8d8}.axis,.moment{stroke:#888;fill:none}.moment{stroke-dasharray:4 3}.verdict b{font-size:1.4rem;margin-left:.4rem}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:13px}td,th{text-align:left;padding:.2rem .6rem .2rem 0;white-space:nowrap}ul{padding-left:1.2rem}.small{font-size:12px}
section{border-top:1px solid #ccc;padding:.6rem 0}section p{margin:.3rem 0;padding:.4rem .6rem;border-radius:.6rem;max-width:85%;width:fit-content;overflow-wrap:anywhere}.assistant{background:#eef2ee}.merchant{background:#d9ecff;margin-left:auto!important}small{color:#666;margin-right:.5rem}
@media (prefers-color-scheme:dark){body{background:#161616;color:#ddd}text{fill:#ddd}.assistant{background:#24302a}.merchant{background:#1f3346}small{color:#999}section{border-color:#444}}`;
