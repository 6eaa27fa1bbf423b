/** What can be wrong with flow files beyond their schema: ways that lead nowhere, verbs nobody implements. Pure. */
import type { Doc, Path } from '../knowledge/document.js';
import type { Problem } from '../knowledge/problem.js';
import { type Flow, parseTarget } from './flow.js';
import type { Skill } from './world.js';

export interface LocatedFlow {
  doc: Doc;
  flow: Flow;
}

/** All problems of a set of flows that are used together. `contacts`: ids that alerts may name. */
export function lintFlows(
  located: readonly LocatedFlow[],
  skills: ReadonlyMap<string, Skill>,
  contacts: ReadonlySet<string>,
): Problem[] {
  const ids = new Set(located.map(({ flow }) => flow.id));
  const missing = [...skills.keys()].filter((id) => !ids.has(id));
  const [first] = located;
  const gaps = missing.map((id) => ({
    ...problemAt(first?.doc, [], 'flow-missing', `there is no flow for the skill "${id}"; add flows/${id}.yaml`),
  }));
  return [...gaps, ...located.flatMap((one) => lintFlow(one, skills, ids, contacts))];
}

/** A problem at a path inside a flow file. */
export function problemAt(doc: Doc | undefined, path: Path, rule: string, message: string): Problem {
  const spot = doc?.locate(path) ?? { line: 1, column: 1 };
  return { file: doc?.file ?? 'flows', ...spot, rule, severity: 'error', message };
}

function lintFlow(
  { doc, flow }: LocatedFlow,
  skills: ReadonlyMap<string, Skill>,
  flows: ReadonlySet<string>,
  contacts: ReadonlySet<string>,
): Problem[] {
  const problems: Problem[] = [];
  const add = (path: Path, rule: string, message: string) => problems.push(problemAt(doc, path, rule, message));
  const verbs = skills.get(flow.id)?.verbs;
  if (!verbs) add(['id'], 'flow-unknown', `no skill is called "${flow.id}"; the file name and id must be a skill's`);
  if (!flow.states[flow.initial]) add(['initial'], 'flow-target', `there is no state "${flow.initial}"`);
  for (const [name, state] of Object.entries(flow.states)) {
    const at = ['states', name];
    if (state.do !== undefined && verbs && !verbs[state.do])
      add([...at, 'do'], 'flow-verb', `the skill has no verb "${state.do}"; it has ${Object.keys(verbs).join(', ')}`);
    if (state.do !== undefined && state.status !== undefined)
      add([...at, 'status'], 'flow-state', 'a state that does something does not wait; remove its status');
    if (state.do === undefined && state.status === undefined)
      add(at, 'flow-state', 'a state that waits needs a status: asking, fixing, resolved, escalated or idle');
    if (state.do !== undefined && Object.keys(state.on).length === 0)
      add(at, 'flow-dead-end', 'leads nowhere; say under `on` where each outcome goes');
    for (const [outcome, written] of Object.entries(state.on)) {
      const target = parseTarget(written);
      const known =
        target.kind === 'state'
          ? flow.states[target.name] !== undefined
          : target.kind === 'call' || target.kind === 'become'
            ? flows.has(target.name)
            : true;
      if (!known) add([...at, 'on', outcome], 'flow-target', `leads to "${written}", which does not exist`);
    }
  }
  for (const name of unreachable(flow))
    add(['states', name], 'flow-unreachable', `nothing leads to "${name}"; remove it`);
  flow.alerts.forEach((alert, index) => {
    for (const contact of alert.contacts)
      if (!contacts.has(contact)) add(['alerts', index, 'contacts'], 'dangling-reference', `no contact "${contact}"`);
    for (const [at, pattern] of alert.any.entries())
      if (!compiles(pattern)) add(['alerts', index, 'any', at], 'bad-pattern', 'is not a regular expression');
  });
  return problems;
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}

/** The states of `repair` are entered by name from outside; elsewhere everything starts at `initial`. */
function unreachable(flow: Flow): string[] {
  if (flow.id === 'repair') return [];
  const reached = new Set<string>();
  const queue = [flow.initial];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const written of Object.values(flow.states[name]?.on ?? {})) {
      const target = parseTarget(written);
      if (target.kind === 'state') queue.push(target.name);
    }
  }
  return Object.keys(flow.states).filter((name) => !reached.has(name));
}
