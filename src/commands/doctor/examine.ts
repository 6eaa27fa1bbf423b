/** The doors in the order in which they are told, each with its checks; one that is off says what it would be for. */

import type { Config } from '../../config.js';
import { checkKnowledge } from '../../knowledge/check.js';
import { loadKnowledge } from '../../knowledge/load.js';
import { siteOf } from '../../pages/site.js';
import { app } from './app.js';
import { basics } from './basics.js';
import { bot, botCallback } from './bot.js';
import { type Checks, type Desk, type Finding, note } from './desk.js';
import { groupRobot } from './group-robot.js';
import { kf } from './kf.js';
import { lookForService } from './service.js';

export type DoorName = 'basics' | 'bot' | 'app' | 'kf' | 'groupRobot';

export interface Door {
  door: DoorName;
  title: string;
  on: boolean;
  checks: Checks;
}

export type Words = Pick<Desk, 'ui' | 'word'>;
export type ExamineOptions = Pick<Desk, 'config' | 'clock' | 'fetch' | 'random' | 'connect' | 'send' | 'say'>;

/** Each door's checks run while they are read. */
export async function examine(options: ExamineOptions, words: Words): Promise<Door[]> {
  const { word } = words;
  const desk: Desk = { ...options, ...words, service: await lookForService(options.config, options) };
  const { wecom } = options.config;
  const off = async function* (text: string): Checks {
    yield { id: 'off', ...note(text) } satisfies Finding;
  };
  const doorOf = (door: DoorName, title: string, checks: Checks | undefined, purpose: string): Door => ({
    door,
    title,
    on: checks !== undefined,
    checks: checks ?? off(purpose),
  });
  const { bot: socket, botCallback: callback } = wecom;
  const botTitle = callback ? word('doctor.title.botCallback') : socket ? word('doctor.title.botSocket') : null;
  return [
    doorOf('basics', word('doctor.title.basics'), basics(desk), ''),
    doorOf(
      'bot',
      botTitle ?? word('doctor.title.bot'),
      callback ? botCallback(desk, callback) : socket && bot(desk, socket),
      word('doctor.off.bot'),
    ),
    doorOf('app', word('doctor.title.app'), wecom.app && app(desk, wecom.app), word('doctor.off.app')),
    doorOf('kf', word('doctor.title.kf'), wecom.kf && kf(desk, wecom.kf), word('doctor.off.kf')),
    doorOf(
      'groupRobot',
      word('doctor.title.groupRobot'),
      wecom.groupRobot && groupRobot(desk, wecom.groupRobot),
      word('doctor.off.groupRobot'),
    ),
  ];
}

/** The operator's words if they can be used, else ours: what is wrong with them has to be said in some. */
export function wordsOf(config: Config): Words {
  const { contentDir } = config;
  const own = contentDir === undefined ? undefined : checkKnowledge({ contentDir }).knowledge;
  const knowledge = own ?? loadKnowledge().knowledge;
  return { ui: knowledge.ui, word: siteOf(knowledge).word };
}
