/** What an operator's flow must keep of ours, whose place it takes. Pure. */
import type { Path } from '../knowledge/document.js';
import type { Problem } from '../knowledge/problem.js';
import type { Flow } from './flow.js';
import { type LocatedFlow, problemAt } from './flow-lint.js';

/** States that skills look up by name. Those of `repair` are all entered by name, its commands among them. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  triage: ['looking-up', 'fixing'],
  contacts: ['asking-which'],
  handoff: ['waiting'],
};

/**
 * Compares a flow with ours of the same id: flow-text-missing, flow-placeholder, flow-state-missing, flow-words-missing,
 * flow-command-missing. What the sentences and the words say, the alerts and the minutes are the operator's own.
 */
export function lintOverlayFlow({ doc, flow }: LocatedFlow, ours: Flow): Problem[] {
  const problems: Problem[] = [];
  const add = (path: Path, rule: string, message: string) => problems.push(problemAt(doc, path, rule, message));
  for (const [key, text] of Object.entries(ours.texts)) {
    const own = flow.texts[key];
    if (own === undefined) {
      add(['texts'], 'flow-text-missing', `there is no text "${key}", so nothing would be said; copy it from ours`);
      continue;
    }
    const known = placeholders(text);
    for (const name of placeholders(own))
      if (!known.has(name)) add(['texts', key], 'flow-placeholder', `nothing fills {${name}} in; ${listed(known)}`);
  }
  const states = ours.id === 'repair' ? Object.keys(ours.states) : (NAMED[ours.id] ?? []);
  for (const name of states)
    if (ours.states[name] && !flow.states[name])
      add(['states'], 'flow-state-missing', `there is no state "${name}", which is entered by name; copy it from ours`);
  for (const name of missing(ours.words, flow.words))
    add(['words'], 'flow-words-missing', `there is no word list "${name}", which is looked up; copy it from ours`);
  for (const name of missing(ours.commands, flow.commands))
    add(
      ['commands'],
      'flow-command-missing',
      `there is no command "${name}", so nobody could give it; copy it from ours`,
    );
  return problems;
}

const placeholders = (text: string): Set<string> =>
  new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''));

const listed = (names: ReadonlySet<string>): string =>
  names.size === 0
    ? 'this text has no placeholders'
    : `this text may use ${[...names].map((name) => `{${name}}`).join(', ')}`;

const missing = (ours: object, own: object): string[] => Object.keys(ours).filter((name) => !Object.hasOwn(own, name));
