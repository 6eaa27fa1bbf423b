/** The deployment guide says what the program does: its errcodes, its hints, its variables, its words. */
import { readFileSync } from 'node:fs';
import { hintText, KNOWN_ERRCODES, type Reaction, reactionTo } from '../src/channels/wecom/errcodes.js';
import { VARIABLES } from '../src/config.js';
import { UI } from './pages/fixture.js';

const guide = readFileSync(new URL('../docs/deploy-wecom.zh-CN.md', import.meta.url), 'utf8');

/** The rows of a table between two marks. */
function rows(name: string): string[][] {
  const [, table = ''] = new RegExp(`<!-- ${name}:begin -->([^]*?)<!-- ${name}:end -->`).exec(guide) ?? [];
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const REACTIONS: Readonly<Partial<Record<Reaction, string>>> = {
  retry: '过一会儿自动再试',
  refresh: '自动换一个令牌再试',
  'slow-down': '等一会儿自动再发',
  refuse: '不照原样再发',
  'wait-for-customer': '等对方再说话',
  defect: '程序的问题',
};

test('each errcode that asks for a setting stands there with the words that the service says', () => {
  const codes = KNOWN_ERRCODES.filter((code) => reactionTo(code).hint !== undefined);
  const wanted = codes.map((code) => [code, hintText(UI, reactionTo(code).hint ?? '')]);
  const written = rows('errcodes:configure').map(([code, what, how]) => [Number(code), `${what}${how}`]);
  expect(written.sort()).toEqual(wanted.sort());
});

test('each other errcode stands there with what the service does about it', () => {
  const codes = KNOWN_ERRCODES.filter((code) => code !== 0 && reactionTo(code).hint === undefined);
  const wanted = codes.map((code) => [code, REACTIONS[reactionTo(code).reaction]]);
  const written = rows('errcodes:rest');
  expect(written.map(([code, , reaction]) => [Number(code), reaction]).sort()).toEqual(wanted.sort());
  for (const [, what] of written) expect(what).toMatch(/\p{Script=Han}/u);
});

test('it names every variable of WeCom, and none that is not read', () => {
  const named = new Set(guide.match(/\bWECOM_[A-Z_]+[A-Z]\b/g));
  expect([...named].sort()).toEqual(VARIABLES.filter((name) => name.startsWith('WECOM_')).sort());
});

test('it names every callback', () => {
  for (const path of ['/wecom/app', '/wecom/kf', '/wecom/bot'])
    expect(guide).toContain(`https://pos.example.com${path}`);
});

test('what it says that the doctor and the bot say is what they say', () => {
  expect(UI['doctor.callback.ok']).toMatch(/^回调答得对/);
  expect(guide).toContain('看到「回调答得对」');
  expect(UI['doctor.bot.kicked']).toMatch(/^被顶下线了/);
  expect(guide).toContain('报「被顶下线了」');
  expect(guide).toContain(`「${UI['doctor.robot.line']}」`);
});
