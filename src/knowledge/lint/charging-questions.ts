/** charging-question: a question that is answered by collecting once more says so, or it would be asked before the money is settled. */
import type { Problem } from '../problem.js';
import { CHARGED } from '../schema.js';
import { type LintContext, type Rule, report } from './context.js';

const RULE = 'charging-question';
/** Questions of the contract that cannot be answered without taking money (design, section Knowledge). */
const TAKE_MONEY: readonly string[] = ['other-card', 'hotspot', 'small-amount', 'other-terminal'];

export const chargingQuestions: Rule = ({ content }: LintContext): Problem[] => {
  const words = content.singles.words.value;
  const takes = new RegExp(words.charging.map((source) => `(?:${source})`).join('|'), 'iu');
  return content.questions.flatMap((entry) => {
    const { id, ask, charges } = entry.value;
    if (id === CHARGED && charges)
      return [report(entry, ['charges'], RULE, `"${id}" only asks what happened; set charges: false`)];
    const found = TAKE_MONEY.includes(id) ? id : takes.exec(ask)?.[0];
    if (id === CHARGED || charges || found === undefined) return [];
    const message = `"${id}" is answered by taking money (${found}); set charges: true, so that it waits until the last attempt is settled`;
    return [report(entry, ['charges'], RULE, message)];
  });
};
