import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from '../../src/knowledge/document.js';
import { packageKnowledge } from '../../src/knowledge/load.js';
import { lintWordsSchema } from '../../src/knowledge/rules.js';
import { UI_KEYS, UI_LISTS } from '../../src/knowledge/ui-keys.js';
import { emptyFolder, errorsOf, type Folder, knowledgeFolder, placeOf, removeFolders } from './folder.js';

afterEach(removeFolders);

const real = (file: string) => readDocument(file, readFileSync(join(packageKnowledge(), file))).doc?.data;
const POS = 'codes/unionpay-pos.yaml';

/** A folder with our own words to look for, and this said of its first code. */
async function saying(text: string): Promise<Folder> {
  const folder = knowledgeFolder();
  await folder.write('lint.yaml', readFileSync(join(packageKnowledge(), 'lint.yaml')));
  const said = /say: .*/.exec(folder.read(POS))?.[0] ?? '';
  await folder.edit(POS, '稍后再试。', '联系收单机构。');
  return folder.edit(POS, said, `say: ${text}`);
}

describe('what is said of a code', () => {
  test.each([
    '马上再刷一次',
    '过一会儿再试，期间改用其他方式收。',
    '请顾客换一张卡。',
    '先用别的方式收，再联系平台。',
    '请顾客刷新付款码再扫。',
    '看有没有扣款，再收一次。',
    '等一下重试。',
  ])('must not tell to collect again without a condition: %s', async (text) => {
    const folder = await saying(text);
    const line = folder.lineOf(POS, text);
    expect(errorsOf(folder.check()).map(placeOf)).toContain(`${POS}:${line} error collecting-condition`);
  });

  test.each([
    '查明没扣款后，再刷一次。',
    '先查这一笔。确认没扣款，检查网络后再试。',
    '查明没扣款后，请顾客换一张卡或改用扫码。',
    '先查这一笔。没查清前不要重收。',
    '不要再试这张卡。联系收单机构。',
    '联系收单机构。',
  ])('may do so with one, or warn: %s', async (text) => {
    const places = errorsOf((await saying(text)).check()).map(placeOf);
    expect(places.filter((place) => place.includes('collecting-condition'))).toEqual([]);
  });
});

describe('a key of ui.yaml that nothing reads', () => {
  test('is an error on its line, in ours and in an overlay', async () => {
    const base = await knowledgeFolder().write('ui.yaml', 'app.title: 一\nweb.titel: 二\n');
    expect(errorsOf(base.check()).map(placeOf).join()).toMatch(/ui\.yaml:2 error unknown-key/);
    const overlay = await emptyFolder().write('knowledge/ui.yaml', 'web.title: 一\nweb.quick.9: 二\nkb.titel: 三\n');
    expect(errorsOf(knowledgeFolder().check(overlay)).map(placeOf)).toEqual(['knowledge/ui.yaml:3 error unknown-key']);
  });

  test('is found among the words of WeCom and of the doctor too', async () => {
    const words = [
      'wecom.start.5: 一',
      'wecom.start.7: 二',
      'wecom.hint.6002: 三',
      'doctor.bot.okay: 四',
      'wecom.kicked: 五',
    ];
    const overlay = await emptyFolder().write('knowledge/ui.yaml', `${words.join('\n')}\n`);
    const found = errorsOf(knowledgeFolder().check(overlay)).map(placeOf);
    expect(found).toEqual([2, 3, 4].map((line) => `knowledge/ui.yaml:${line} error unknown-key`));
  });

  test('the keys that are known are those of our own file', () => {
    const known = Object.entries(UI_KEYS).flatMap(([group, keys]) => keys.map((key) => `${group}.${key}`));
    const ours = Object.keys(real('ui.yaml') as object)
      .filter((key) => key.split('.', 1).some((group) => Object.hasOwn(UI_KEYS, group)))
      .filter((key) => !UI_LISTS.some((list) => list.test(key)));
    expect(known.sort()).toEqual(ours.sort());
  });
});

test.each(['25:99', '9:00', '24:30', '12:60'])('%s is no time of day', async (time) => {
  const hours = `dutyHours:\n  - { days: 每天, from: "09:00", to: "${time}" }\n`;
  const overlay = await emptyFolder().write('knowledge/organization.yaml', hours);
  expect(errorsOf(knowledgeFolder().check(overlay)).map(placeOf).join()).toMatch(/organization\.yaml:2 error schema/);
});

describe('opening the machine is forbidden however it is said', () => {
  const { forbidden } = lintWordsSchema.parse(real('lint.yaml'));
  const found = (text: string) => forbidden.some(({ pattern }) => new RegExp(pattern, 'iu').test(text));

  test.each(['打开机器后盖', '掀开后盖看看', '拆下机器的底壳', '拧下后面的螺丝', '取下背盖'])('%s', (text) => {
    expect(found(text)).toBe(true);
  });

  test.each(['打开纸仓盖换纸', '打开电池盖', '打开微信'])('not so: %s', (text) => {
    expect(found(text)).toBe(false);
  });
});
