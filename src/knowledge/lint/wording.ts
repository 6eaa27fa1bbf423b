/**
 * forbidden-advice, charging-step-order, charging-step-guard, shown-artefact, agent-mobile-number, unverified-number: what users read must be
 * safe. The words themselves are in lint.yaml.
 */

import { isShowable } from '../contact.js';
import type { Path } from '../document.js';
import type { Problem } from '../problem.js';
import { type LintContext, type Rule, report } from './context.js';
import { userTexts } from './texts.js';

/** A mobile number of mainland China, however it is spaced. */
const MOBILE = /(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)/;
/** Service numbers as they are written in China: 95xxx, 96xxx, 123xx, 100xx, 400… */
const SERVICE_NUMBER = /(?<![\w.\-/])(?:9[56]\d{3,4}|123\d{2}|100(?:00|10|86|99)|400-?\d{3,4}-?\d{3,4})(?![\w.]*\d)/g;

export const wording: Rule = (context) => [...texts(context), ...chargingSteps(context), ...mobileNumbers(context)];

function texts({ content }: LintContext): Problem[] {
  const words = content.singles.words.value;
  const artefacts = words.artefacts.map((source) => new RegExp(source, 'iu'));
  const forbidden = words.forbidden.map(({ pattern, why }) => ({ pattern: new RegExp(pattern, 'iu'), why }));
  const prohibitions = anyOf(words.prohibitions);
  const digits = (number: string): string => number.replace(/\D/g, '');
  const showable = new Set(
    content.contacts.filter(({ value }) => isShowable(value)).map(({ value }) => digits(value.number)),
  );
  const own = digits(content.singles.organization.value.hotline);
  return userTexts(content).flatMap(({ entry, path, text, role }) => {
    const problems: Problem[] = [];
    const trace = artefacts.find((pattern) => pattern.test(text));
    if (trace)
      problems.push(
        report(
          entry,
          path,
          'shown-artefact',
          `"${trace.exec(text)?.[0]}" is a word filter's trace; write the word itself`,
        ),
      );
    for (const [number] of text.matchAll(SERVICE_NUMBER))
      if (!showable.has(digits(number)) && digits(number) !== own)
        problems.push(
          report(
            entry,
            path,
            'unverified-number',
            `${number} is no contact with grade official or multi; name the contact in contacts.yaml or leave the number out`,
          ),
        );
    if (role === 'advice')
      for (const { pattern, why } of forbidden) {
        const found = unprohibited(text, pattern, prohibitions);
        if (found)
          problems.push(report(entry, path, 'forbidden-advice', `"${found}": ${why}; reword it or move it to avoid`));
      }
    return problems;
  });
}

const anyOf = (sources: readonly string[]): RegExp =>
  new RegExp(sources.map((source) => `(?:${source})`).join('|'), 'iu');

/** The first match that no prohibition stands before in the same clause. Enumerations (、) do not end a clause. */
function unprohibited(text: string, pattern: RegExp, prohibitions: RegExp): string | undefined {
  for (const clause of text.split(/[，。；！？：,;!?:\n]/)) {
    const match = pattern.exec(clause);
    if (match && !prohibitions.test(clause.slice(0, match.index))) return match[0];
  }
  return undefined;
}

function chargingSteps({ content }: LintContext): Problem[] {
  const RULE = 'charging-step-order';
  const words = content.singles.words.value;
  const charging = anyOf(words.charging);
  const guards = anyOf(words.guards);
  const prohibitions = anyOf(words.prohibitions);
  return content.faults.flatMap((fault) =>
    fault.value.fixes.flatMap((fix, index) => {
      const at = (number: number): Path => ['fixes', index, 'steps', number];
      const problems: Problem[] = [];
      const last = fix.steps.findLastIndex((step) => !step.charges);
      if (last < 0)
        problems.push(
          report(
            fault,
            ['fixes', index, 'steps'],
            RULE,
            `fix "${fix.id}" does nothing but charge; add the step that repairs, before it`,
          ),
        );
      for (const [number, step] of fix.steps.entries()) {
        if (step.charges && number < last)
          problems.push(
            report(fault, at(number), RULE, 'a step that charges stands before one that does not; charge last'),
          );
        if (step.charges && !guards.test(step.text))
          problems.push(
            report(
              fault,
              [...at(number), 'text'],
              'charging-step-guard',
              'takes money without saying when that is safe; begin with what must be known first, that nothing was charged',
            ),
          );
        const found = step.charges ? undefined : unprohibited(step.text, charging, prohibitions);
        if (found)
          problems.push(
            report(
              fault,
              at(number),
              RULE,
              `"${found}" takes money but the step is not marked; set charges: true or reword it`,
            ),
          );
      }
      return problems;
    }),
  );
}

/** Agents pass their own mobiles off as hotlines; no file may hold one, shown or not. */
function mobileNumbers({ content }: LintContext): Problem[] {
  return content.docs.flatMap((doc) =>
    strings(doc.data, []).flatMap(({ text, path }) =>
      MOBILE.test(text)
        ? [
            report(
              { doc, path: [] },
              path,
              'agent-mobile-number',
              'a mobile number stands here; remove it, only public service numbers are kept',
            ),
          ]
        : [],
    ),
  );
}

function strings(value: unknown, path: Path): { text: string; path: Path }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (typeof value === 'number') return [{ text: String(value), path }];
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => strings(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...strings(key, [...path, key]),
    ...strings(inner, [...path, key]),
  ]);
}
