/**
 * Finds the set sayings that a flow answers whatever else is going on: dangers (alerts.yaml), emergencies (those of them that
 * handoff.yaml names, and its own), remarks (small-talk.yaml). Pure.
 */
import { createMatchers, type Matchers } from '../nlu/needs.js';
import type { Flow } from './flow.js';
import { sentence } from './interpreter.js';
import { essence } from './options.js';
import { regExpOf } from './regexp.js';
import { statusOf } from './state.js';
import type { Turn, World } from './world.js';

export type Alert = Flow['alerts'][number];

/** Patterns are compiled once a flow: flows are replaced, never changed. */
const compiled = new WeakMap<Flow, Matchers>();

/** The emergency that something of the shop's is frozen. */
export const FROZEN = 'frozen';

/** Characters of the longest remark: what is longer says more, and the patterns' cost stays bounded. */
const LONGEST_REMARK = 20;

/** Turns for which a warning is what 「我已经转了」 is about. */
const LASTS = 2;

/** The danger that an utterance tells of, wherever in it. */
export function dangerIn(turn: Turn): Alert | undefined {
  const { warned, turns } = turn.session;
  const recent = warned !== undefined && turns - warned.turn <= LASTS ? warned.alert : '';
  return alertIn(turn.world.flows.get('alerts'), turn.understanding?.normalized, recent);
}

/** A warning in words: the sentence `<alert>-<money>` where there is one, else its text. `said`: failed by word of mouth, not looked up. */
export function warningOf(turn: Turn, { id, text }: Pick<Alert, 'id' | 'text'>): string {
  const { lookUp, case: known } = turn.session;
  const money = known.money === 'failed' && lookUp !== 'failed' ? 'said' : known.money;
  return sentence(turn, `${id}-${money}`, {}, 'alerts') || text;
}

/** The danger or emergency of an id. */
export function alertOf({ flows }: Pick<World, 'flows'>, id: string | undefined): Alert | undefined {
  return ['handoff', 'alerts'].flatMap((flow) => flows.get(flow)?.alerts ?? []).find((alert) => alert.id === id);
}

/** The emergency that this turn's words told of, or that was chosen: an alert's id. */
export function emergencyIn({ session, understanding, chosen, world: { flows } }: Turn): string | undefined {
  if (chosen !== undefined) return chosen;
  const { warned, turns } = session;
  if (warned?.turn === turns && isEmergency(flows, warned.alert)) return warned.alert;
  return alertIn(flows.get('handoff'), understanding?.normalized)?.id;
}

/** The same of words that no turn was taken for. */
export function emergencyOf({ flows, nlu }: Pick<World, 'flows' | 'nlu'>, text: string): string | undefined {
  const { normalized } = nlu.understand(text, {});
  const alert = alertIn(flows.get('alerts'), normalized)?.id;
  return alert !== undefined && isEmergency(flows, alert) ? alert : alertIn(flows.get('handoff'), normalized)?.id;
}

function isEmergency(flows: World['flows'], alert: string): boolean {
  return flows.get('handoff')?.words.emergency?.includes(alert) === true;
}

export const ANGER = 'anger';
/** 「说了多少遍了」: who is asked the same again and again has lost patience already. */
const FED_UP = 'fed-up';

/** Anger or impatience, in the middle of something, while a human is waited for, or once more: time for a human. */
export function losesPatience({ session, standing }: Turn, remark: string): boolean {
  if (remark === FED_UP) return true;
  if (remark !== ANGER) return false;
  const again = session.annoyed === true;
  session.annoyed = true;
  return again || session.frames.length > 0 || session.handoff || standing !== undefined;
}

/**
 * 「怎么还没人」, 「等不及了」 while a human is waited for: how that stands. What may be about the fix on the table as well
 * (「还要多久」) only where nothing is asked or tried.
 */
export function asksHowItStands({ session, standing, understanding, world }: Turn): boolean {
  const flow = world.flows.get('handoff');
  if ((!session.handoff && standing === undefined) || understanding === null || !flow) return false;
  const { evidence, signs, entities, normalized } = understanding;
  const particles = world.flows.get('repair')?.words.particles ?? [];
  const text = essence(normalized, particles);
  // 「没人接」 alone is about the phone.
  if (text.length > LONGEST_REMARK || alertIn(world.flows.get('small-talk'), text)?.id === 'no-answer') return false;
  if (evidence.length + signs.length > 0) return false;
  if (entities.some(({ type }) => type === 'code')) return false;
  const busy = ['asking', 'fixing'].includes(statusOf(session, world));
  const lists = busy ? ['asks-who'] : ['asks-who', 'asks-standing'];
  return lists.some((list) => flow.words[list]?.some((form) => regExpOf(form).test(text)));
}

/** What else is said beside a danger that is asked about in passing; undefined if the danger is all there is to answer. */
export function besideDanger(turn: Turn): string | undefined {
  const text = turn.understanding?.normalized;
  const danger = dangerIn(turn);
  if (text === undefined || danger?.passing !== true) return undefined;
  const rest = danger.any.reduce((left, pattern) => left.replace(regExpOf(pattern), ' '), text);
  return essence(rest) === '' ? undefined : rest;
}

/** The remark that an utterance is, punctuation and final particles apart: anger, 「你是人还是机器」. */
export function remarkIn(turn: Turn): Alert | undefined {
  const particles = turn.world.flows.get('repair')?.words.particles ?? [];
  const text = essence(turn.understanding?.normalized ?? '', particles);
  return text.length > LONGEST_REMARK ? undefined : alertIn(turn.world.flows.get('small-talk'), text);
}

/** `recent`: the danger warned of a moment ago. */
export function alertIn(flow: Flow | undefined, text: string | undefined, recent = ''): Alert | undefined {
  if (!flow || text === undefined) return undefined;
  let matchers = compiled.get(flow);
  if (!matchers) {
    matchers = createMatchers(flow.alerts.map(({ any }) => any));
    compiled.set(flow, matchers);
  }
  const { read, matches } = matchers;
  const met = read(text);
  return flow.alerts.find(({ after }, i) => (after.length === 0 || after.includes(recent)) && matches(i, text, met));
}
