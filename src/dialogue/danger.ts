/** Finds the dangers that alerts.yaml names in an utterance. Pure. */
import type { Flow } from './flow.js';
import type { Turn } from './world.js';

type Alert = Flow['alerts'][number];

/** Patterns are compiled once a flow: flows are replaced, never changed. */
const compiled = new WeakMap<Flow, { alert: Alert; any: RegExp[] }[]>();

export function dangerIn(turn: Turn): Alert | undefined {
  const flow = turn.world.flows.get('alerts');
  const text = turn.understanding?.normalized;
  if (!flow || text === undefined) return undefined;
  let patterns = compiled.get(flow);
  if (!patterns) {
    patterns = flow.alerts.map((alert) => ({ alert, any: alert.any.map((pattern) => new RegExp(pattern)) }));
    compiled.set(flow, patterns);
  }
  return patterns.find(({ any }) => any.some((pattern) => pattern.test(text)))?.alert;
}
