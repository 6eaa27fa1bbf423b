/** What an operator's flow must keep of ours, whose place it takes. Pure. */
import type { Path } from '../knowledge/document.js';
import type { Problem } from '../knowledge/problem.js';
import type { Flow, FlowState } from './flow.js';
import { type LocatedFlow, problemAt } from './flow-lint.js';

/** States that skills look up by name. Those of `repair` are all entered by name, its commands among them. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  triage: ['looking-up', 'fixing'],
  contacts: ['asking-which'],
  handoff: ['waiting'],
};

type Add = (path: Path, rule: string, message: string) => void;

/**
 * Compares a flow with ours of the same id: flow-text-missing, flow-placeholder, flow-state-missing, flow-outcome-missing,
 * flow-option, flow-words-missing, flow-command-missing. What the sentences and the words say, which alerts there are and the
 * minutes are the operator's own.
 */
export function lintOverlayFlow({ doc, flow }: LocatedFlow, ours: Flow): Problem[] {
  const problems: Problem[] = [];
  const add: Add = (path, rule, message) => problems.push(problemAt(doc, path, rule, message));
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
  const filled = new Set(ours.alerts.flatMap(({ text }) => [...placeholders(text)]));
  flow.alerts.forEach(({ text }, index) => {
    for (const name of placeholders(text))
      if (!filled.has(name))
        add(['alerts', index, 'text'], 'flow-placeholder', `nothing fills {${name}} in; ${listed(filled)}`);
  });
  for (const [name, state] of Object.entries(flow.states)) compareState(name, state, ours, add);
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

/** A verb's outcome, a signal or an option that a state does not know is noticed only when a user comes upon it. */
function compareState(name: string, state: FlowState, ours: Flow, add: Add): void {
  const namesake = ours.states[name]?.do === state.do ? ours.states[name] : undefined;
  const alike = namesake
    ? [namesake]
    : Object.values(ours.states).filter((one) => one.do !== undefined && one.do === state.do);
  const what = state.do === undefined ? 'what may be said here' : `an outcome of "${state.do}"`;
  for (const outcome of new Set(alike.flatMap(({ on }) => Object.keys(on))))
    if (state.on[outcome] === undefined)
      add(
        ['states', name, 'on'],
        'flow-outcome-missing',
        `"${outcome}" leads nowhere, and it is ${what}; say where it goes`,
      );
  if (!namesake) return;
  const known = namesake.options.map(({ id }) => id);
  const own = state.options.map(({ id }) => id);
  for (const id of known)
    if (!own.includes(id))
      add(['states', name, 'options'], 'flow-option', `there is no option "${id}"; copy it from ours`);
  for (const [index, id] of own.entries())
    if (!known.includes(id))
      add(
        ['states', name, 'options', index, 'id'],
        'flow-option',
        `nothing takes the option "${id}"; ours are ${known.join(', ')}`,
      );
}

const placeholders = (text: string): Set<string> =>
  new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''));

const listed = (names: ReadonlySet<string>): string =>
  names.size === 0
    ? 'this text has no placeholders'
    : `this text may use ${[...names].map((name) => `{${name}}`).join(', ')}`;

const missing = (ours: object, own: object): string[] => Object.keys(ours).filter((name) => !Object.hasOwn(own, name));
