/** Money or an account that is frozen: what matters is who froze it, not how the last payment went. Pure. */
import { emergencyIn, FROZEN } from '../dialogue/danger.js';
import { flowOf, prompt, say, sentence } from '../dialogue/interpreter.js';
import { asReplyOptions } from '../dialogue/options.js';
import { regExpOf } from '../dialogue/regexp.js';
import { SESSION_LIMITS } from '../dialogue/session.js';
import type { Turn } from '../dialogue/world.js';
import { UNKNOWN } from '../knowledge/schema.js';
import { caseEvent } from './case-events.js';
import { contactFor, contactLine, dialLinks } from './contact-choice.js';
import { frozenBy } from './roles.js';

const SKILL = 'triage';
const FROZEN_BY = 'frozen-by';
/** Who froze it → the lexicon's channel, whose number we have. */
const APPS: Readonly<Record<string, 'wechat-pay' | 'alipay'>> = { wechat: 'wechat-pay', alipay: 'alipay' };

/** Where the case is that something is frozen and nothing else is told: asks who did it, unless that was said. */
export function frozenStep(turn: Turn): 'frozen' | 'frozen-known' | undefined {
  const { session } = turn;
  const now = emergencyIn(turn) === FROZEN;
  const again = session.emergency === FROZEN && speaksOfIt(turn);
  if (!now && !again) return undefined;
  if (frozenBy(turn) !== undefined || session.case.asked.includes(FROZEN_BY)) {
    if (!now) say(turn, sentence(turn, 'frozen-again', {}, SKILL));
    return 'frozen-known';
  }
  session.case.asked.push(FROZEN_BY);
  caseEvent(turn, 'question', { question: FROZEN_BY });
  const options = asReplyOptions(flowOf(turn, SKILL).states['asking-frozen-by']?.options ?? []);
  const text = sentence(turn, 'ask-frozen-by', {}, SKILL);
  prompt(turn, { type: 'question', text, options, links: [], question: FROZEN_BY });
  return 'frozen';
}

/** 「只是冻结 不是收款」: nothing about a payment. */
function speaksOfIt({ understanding, world }: Turn): boolean {
  if (understanding === null || understanding.entities.some(({ type }) => type === 'code')) return false;
  const forms = world.flows.get('handoff')?.words['frozen-again'] ?? [];
  return forms.some((form) => regExpOf(form).test(understanding.normalized));
}

function takeFrozenBy(turn: Turn): string {
  const { session, signal } = turn;
  const option = signal.option ?? UNKNOWN;
  caseEvent(turn, 'answer', { question: FROZEN_BY, option });
  const app = APPS[option];
  if (app !== undefined) session.facts.channel = option;
  const who = flowOf(turn, SKILL).states['asking-frozen-by']?.options?.find(({ id }) => id === option)?.label;
  if (who !== undefined && option !== UNKNOWN) {
    const heard = sentence(turn, 'frozen-heard', { who }, SKILL);
    session.heard = [...session.heard, heard].slice(-SESSION_LIMITS.heard);
  }
  const contact = app === undefined ? undefined : contactFor(turn, app);
  const line = contact === undefined ? '' : contactLine(turn, contact);
  const text = [sentence(turn, `frozen-${app === undefined ? option : 'app'}`, {}, SKILL), line].filter(
    (one) => one !== '',
  );
  say(turn, text.join('\n'), 'contact', dialLinks(turn, [contact], false));
  return 'told';
}

export const frozenVerbs = { 'take-frozen-by': takeFrozenBy };
