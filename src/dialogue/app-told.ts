/** 「微信的」 after a code was explained: the app that showed it, and nothing else. Pure. */
import { oneWay } from '../nlu/ways.js';
import { without } from './absorb.js';
import { essence } from './options.js';
import type { Turn } from './world.js';

/** Characters that may stand beside the app (「是微信的」). */
const MOST_BESIDE = 2;

/** True if the words name one app only, while a code is on record that several systems use. */
export function namesAppOnly(turn: Turn): boolean {
  const { understanding, session, world } = turn;
  if (understanding === null || session.closed !== null) return false;
  const { entities, text } = understanding;
  if (entities.some(({ type }) => type === 'code')) return false;
  const named = entities.filter(({ type }) => type === 'channel');
  const way = oneWay(named.map(({ value }) => value));
  if (way === undefined || essence(without(text, named)).length > MOST_BESIDE) return false;
  return session.case.codes.some(({ code }) => (world.knowledge.codes.get(code)?.length ?? 0) > 1);
}
