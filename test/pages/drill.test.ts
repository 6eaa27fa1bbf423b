import { createHash } from 'node:crypto';
import { parseXml } from '@rgrove/parse-xml';
import { fill } from '../../src/dialogue/flow.js';
import { debriefPage, type NamedRecord } from '../../src/pages/drill.js';
import type { DebriefWords } from '../../src/pages/drill-words.js';
import { escapeHtml } from '../../src/pages/html.js';
import { siteOf } from '../../src/pages/site.js';
import { recordOfPlay, recordOfTrainee } from '../support/drill-record.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

const HOME = 'https://pos.example.com';
const words = (): DebriefWords => {
  const { knowledge, flows } = realWorld();
  const texts = flows.get('drill')?.texts ?? {};
  return { ...siteOf(knowledge), say: (key, values = {}) => fill(texts[key] ?? '', values), home: HOME };
};
const named = (record: Omit<NamedRecord, 'id'>): NamedRecord => ({ ...record, id: '20261124-1000-3f9a' });
const model = () => named(recordOfTrainee(realWorld(), 'sim-unpaid', 'model'));
const bad = () => named(recordOfTrainee(realWorld(), 'sim-unpaid', 'bad'));
/** Text between tags, one space between pieces. */
const textOf = (page: string) =>
  page
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the page of a debrief', () => {
  test('says that it was a drill, the score, each item with its reason, and every word of the trainee with its time', () => {
    const record = model();
    const page = debriefPage(record, words());
    expect(page).toMatch(/<title>【演练】[^<]+<\/title>/);
    expect(page).toMatch(/<h1>【演练】/);
    const text = textOf(page);
    expect(text).toContain(`${record.score} 分，满分 100`);
    for (const { why, points, of } of record.items) {
      expect(page).toContain(escapeHtml(why));
      expect(text).toContain(`${points}/${of}`);
    }
    for (const entry of record.entries) expect(page).toContain(escapeHtml(entry.words));
    expect(text).toContain('2:15');
    expect(text).toContain('+12 查了这一笔');
    expect(text).not.toContain('不得分');
  });

  test('names what lost the points beside the words that lost them, and counts nothing earned in an item that was lost', () => {
    const text = textOf(debriefPage(bad(), words()));
    expect(text).toMatch(/0:00 再收一次 资金安全不得分：没查清就又收了一次。/);
    expect(text).toContain('处置步骤扣分：');
    const looked = named(recordOfPlay(realWorld(), 'sim-unpaid', ['再收一次', '查这一笔']));
    expect(textOf(debriefPage(looked, words()))).not.toContain('+12');
  });

  test('puts the plan’s own way beside the trainee’s, with bits and the minutes wasted', () => {
    const record = named(recordOfPlay(realWorld(), 'sim-unpaid', ['看网络图标', '看刷完有什么反应']));
    const text = textOf(debriefPage(record, words()));
    const [first] = record.insight.asked;
    expect(text).toContain('看网络图标');
    expect(text).toContain(first?.bits.toFixed(2));
    expect(text).toContain(`多花约 ${record.insight.wasted.toFixed(1)} 分钟`);
    expect(text).toContain(`共 ${record.insight.model.length} 句 ${record.insight.modelBits.toFixed(2)}`);
  });

  test('says so where nothing was asked or said', () => {
    const text = textOf(debriefPage(named(recordOfPlay(realWorld(), 'sim-unpaid', [])), words()));
    expect(text).toContain('没有提问。');
    expect(text).not.toContain('多花');
    expect(text).toContain('什么都没有说。');
    expect(text).toContain('学员叫停');
  });

  test('says what was seen in the words, unless it is what was tapped', () => {
    const text = textOf(
      debriefPage(named(recordOfPlay(realWorld(), 'sim-unpaid', ['帮我查一下这一笔', '今天天气'])), words()),
    );
    expect(text).toContain('帮我查一下这一笔 做了：查这一笔');
    expect(text).toContain('今天天气 没看出做了什么');
    expect(textOf(debriefPage(bad(), words()))).not.toContain('做了：再收一次');
  });

  test('says so where no question was a waste', () => {
    const record = model();
    const page = debriefPage({ ...record, insight: { ...record.insight, wasted: 0.04 } }, words());
    expect(textOf(page)).toContain('没有多花时间。');
  });

  test('shows the curve as an SVG, and the same in words', () => {
    const page = debriefPage(model(), words());
    const svg = /<svg[\s\S]*<\/svg>/.exec(page)?.[0] ?? '';
    expect(parseXml(svg).root?.name).toBe('svg');
    expect(svg).toContain('>演练时间（分钟）</text>');
    expect(textOf(page.replace(svg, ''))).toMatch(
      /按问到的答案估计，从下往上：网络连接（真正的原因）、.*其他。 开始：/,
    );
    expect(textOf(page.replace(svg, ''))).toMatch(/2:15 .{2,10}之后：网络连接 \d+%、/);
  });

  test('names one thing to practise next, and links the page of the fault at the public address', () => {
    expect(textOf(debriefPage(bad(), words()))).toContain('下次先练： 先查单，再谈收钱');
    expect(textOf(debriefPage(model(), words()))).toContain('七项都满分');
    expect(debriefPage(model(), words())).toContain(`<a href="${HOME}/kb/faults/network-sim-unpaid"`);
  });

  test('is not found by search engines, runs no script and takes no style but its own, by its hash', () => {
    const page = debriefPage(model(), words());
    expect(page).not.toMatch(/<script|\son\w+=|\sstyle=|src=|<link|<img|@import|url\(/);
    expect(page).toContain('<meta name="robots" content="noindex">');
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`.replaceAll(
        "'",
        '&#39;',
      ),
    );
    expect(style).toContain('@media print');
  });

  test('no words of the trainee break out of it', () => {
    const mark = `<b onclick="x">&'</q><script>`;
    const page = debriefPage(named(recordOfPlay(realWorld(), 'sim-unpaid', [mark])), words());
    expect(page).not.toContain('<b onclick');
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
  });

  test('stays readable when the knowledge base has its drill, fault and acts no more', () => {
    const gone = { ...model(), drill: 'gone', fault: 'gone-too' };
    const none = { ...words() };
    const page = debriefPage(gone, { ...none, knowledge: { ...none.knowledge, drillActs: new Map() } });
    const text = textOf(page);
    expect(text).toContain('讲评：gone');
    expect(text).toContain('做了：look-up');
    expect(page).not.toContain('/kb/faults/');
  });

  test('names the roles only where there was more than one', () => {
    expect(textOf(debriefPage(model(), words()))).not.toContain('收银员');
    const record = model();
    const [first, ...rest] = record.entries;
    const page = debriefPage(
      { ...record, entries: [...(first ? [{ ...first, role: 'manager' as const }] : []), ...rest] },
      words(),
    );
    expect(page).toContain('<b>店长</b>');
    expect(page).toContain('<b>收银员</b>');
  });

  test('every word of it is there', () => {
    expect(textOf(debriefPage(bad(), words()))).not.toMatch(/debrief\.|\{\w+\}/);
    expect(textOf(debriefPage(model(), words()))).not.toMatch(/debrief\.|\{\w+\}/);
  });
});
