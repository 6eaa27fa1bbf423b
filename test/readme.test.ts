/** What the two READMEs say of WeChat Work is the same: as many doors, the same commands. */
import { readFileSync } from 'node:fs';

const section = (file: string, title: string): string => {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  return text.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
};
const english = section('README.md', 'On WeChat Work');
const chinese = section('README.zh-CN.md', '接到企业微信');

const doors = (text: string) =>
  [...text.matchAll(/^\| ([^|\n]*\p{Script=Han}{4}[^|]*) \|/gmu)].map(([, door = '']) => door);
const commands = (text: string) => [...text.matchAll(/^node .*$/gm)].map(([line]) => line.replace(/\s+#.*$/, ''));

test('both name the same doors, in the same order', () => {
  const bare = (door: string) => door.replace(/[,，].*$/, '');
  const first = doors(english).map(bare);
  expect(first).toEqual(['微信客服', '智能机器人', '智能机器人', '自建应用', '群机器人']);
  expect(doors(chinese).map(bare)).toEqual(first);
});

test('both show the same three commands', () => {
  expect(commands(english).map((line) => /cli\.js (\S+)/.exec(line)?.[1])).toEqual(['doctor', 'serve', 'kf-link']);
  expect(commands(chinese)).toEqual(commands(english));
});
