/** Every word that pages ask for is in ui.yaml, and ui.yaml holds no word that nobody asks for. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UI } from './fixture.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (folder: string, name: RegExp) =>
  readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => name.test(file))
    .map((file) => readFileSync(`${root}/${folder}/${file}`, 'utf8'))
    .join('\n');

const web = read('web', /\.ts$/);
const page = read('web', /\.html$/);
const pages = read('src/pages', /\.ts$/);
const http = `${read('src/channels', /^(?:web\.ts|web\/.*\.ts)$/)}\n${readFileSync(`${root}/src/server.ts`, 'utf8')}`;

/** The WeCom doors, and the commands that know them, name whole keys. */
const wecom = `${read('src/channels/wecom', /\.ts$/)}\n${read('src/commands', /\.ts$/)}`;

/** Literal keys, and patterns for those with a part filled in: `kb.who.${…}` asks for every `kb.who.…`. */
function asked(text: string, call: RegExp, prefix: string): RegExp[] {
  return [...text.matchAll(call)].map(([, key = '']) => {
    const pattern = key.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '[A-Za-z0-9]+');
    return new RegExp(`^${prefix.replace('.', '\\.')}${pattern}$`);
  });
}

/** What a list of shops is called by. */
const merchants = read('src/merchants', /\.ts$/);

/** What a command prints in the words of ui.yaml. */
const commands = read('src/commands', /\.ts$/);

const report = read('src/report', /\.ts$/);

/** What teams are invited with. */
const drillPlan = readFileSync(`${root}/src/drill-plan.ts`, 'utf8');

const ASKED = [
  ...asked(wecom, /['`](wecom\.[A-Za-z0-9.${}]+)['`]/g, ''),
  ...asked(wecom, /\bwords\(\s*['`]([^'`]+)['`]/g, 'wecom.'),
  ...asked(commands, /\bui\[`([^`]+)`\]/g, ''),
  ...asked(commands, /\bword\(\s*['`]([^'`]+)['`]/g, ''),
  ...asked(commands, /'((?:outbox|forget|export)\.[\w.]+)'/g, ''),
  ...asked(report, /\bword\(\s*['`]([^'`]+)['`]/g, ''),
  ...asked(drillPlan, /\bui\['([^']+)'\]/g, ''),
  ...asked(merchants, /\bui\[`([^`]+)`\]/g, ''),
  ...asked(web, /\bword\(\s*['`]([^'`]+)['`]/g, 'web.'),
  ...asked(web, /'(quick\.\d|welcome\w*)'/g, 'web.'),
  ...asked(web, /item\.reason \?\? word\(item\.(state)\)/g, 'web.').flatMap(() => [/^web\.waiting$/, /^web\.failed$/]),
  ...asked(web, /side === 'bot' \? '(\w+)'/g, 'web.'),
  ...asked(web, /: '(userSays)'/g, 'web.'),
  ...asked(page, /\{\{([\w.]+)\}\}/g, ''),
  ...asked(pages, /\bword\(\s*['`]([^'`]+)['`]/g, ''),
  ...asked(http, /refuse\(c, (?:\w+|\d+), '(\w+)'/g, 'error.'),
  ...asked(http, /ui\['(error\.\w+)'\]/g, ''),
  ...asked(http, /refused: '(\w+)'/g, 'error.'),
  ...asked(http, /'(notNow|tooFast|internal)'/g, 'error.'),
];

test('every word that is asked for is there', () => {
  const keys = [...Object.keys(UI), 'organization.name', 'organization.assistantName'];
  expect(ASKED.length).toBeGreaterThan(80);
  expect(ASKED.filter((pattern) => !keys.some((key) => pattern.test(key))).map(String)).toEqual([]);
});

test('the page bears the assistant’s name, like every other door', () => {
  expect(page).toMatch(/<title>[^<]* · \{\{organization\.assistantName\}\}<\/title>/);
});

test('every word that is there is asked for', () => {
  expect(Object.keys(UI).filter((key) => !ASKED.some((pattern) => pattern.test(key)))).toEqual([]);
});
