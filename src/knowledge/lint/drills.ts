/**
 * drill-id, drill-cause, drill-label, drill-path, drill-harm, drill-money, drill-shows, drill-event, drill-code, drill-trap (and
 * dangling-reference, bad-pattern, missing-entry): a drill must be playable, must never teach to charge blindly, and must
 * hold together.
 *
 * - drill-id: a drill is named as its file.
 * - drill-cause: words that name the cause do not fit everything.
 * - drill-label: what a button says names its own act and no other; no two say the same.
 * - drill-path: the model's way records, tells the customer, looks the payment up, opens a second way, asks, cures where
 *   something does, calls somebody whom it concerns and ends with the review.
 * - drill-harm: what harms or gives secrets away is no step of the right way.
 * - drill-money: an act that takes money stands in the path only after a look-up since the last such act, and only where the
 *   look-up shows a failure; what the customer says of the charge agrees with the look-up.
 * - drill-shows: how it was paid, and what a cure shows, agree with the story.
 * - drill-event: events come in order and before the drill should be over.
 * - drill-code: a code on the screen is one of a system that this payment runs on.
 * - drill-trap: there is a trap, and none of them is a step of the right way.
 */
import { createNormaliser } from '../../text/normalise.js';
import type { Entry } from '../content.js';
import type { Path } from '../document.js';
import type { Problem } from '../problem.js';
import { CHARGED, type Drill, type DrillAct, KEY_ACTS } from '../schema.js';
import { type LintContext, type Rule, report } from './context.js';

const DANGLING = 'dangling-reference';
/** Acts that the path of every drill has. */
const ALWAYS = ['record', 'inform', 'look-up', 'backup', 'review'] as const;
/** Options that say that an act did not help. */
const BAD = ['fails', 'fails-too'];
/** Words of the screen that stand alone: two letters or digits as POS codes are, or longer capitals as WeChat's. */
const CODE = /(?<![^\s（(])(?:[0-9A-Z]{2}|[A-Z]{5,}[A-Z_.]*)(?![^\s）)])/g;

type Acts = ReadonlyMap<string, DrillAct>;

export const drills: Rule = (context) => {
  const { drillActs, drills: all } = context.content;
  if (drillActs.length === 0 && all.length === 0) return [];
  const acts: Acts = new Map(drillActs.map(({ value }) => [value.id, value]));
  return [
    ...keyActs(context, acts),
    ...drillActs.flatMap((act) => [...patterns(act), ...questionOf(act, context)]),
    ...labels(context),
    ...all.flatMap((drill) => [
      ...named(drill),
      ...causeWords(drill),
      ...references(drill, context, acts),
      ...path(drill, acts),
      ...harmful(drill, acts),
      ...money(drill, acts),
      ...shows(drill, acts),
      ...events(drill),
      ...codes(drill, context),
      ...traps(drill),
    ]),
  ];
};

function keyActs({ content }: LintContext, acts: Acts): Problem[] {
  const first = content.drillActs[0] ?? content.drills[0];
  return KEY_ACTS.filter((id) => first !== undefined && !acts.has(id)).flatMap((id) =>
    first
      ? [{ ...report(first, [], 'missing-entry', `no act "${id}"; every drill needs it`), line: 1, column: 1 }]
      : [],
  );
}

function patterns(act: Entry<DrillAct>): Problem[] {
  return (['words', 'not'] as const).flatMap((key) =>
    act.value[key].flatMap((pattern, index) =>
      compiled(pattern) ? [] : [report(act, [key, index], 'bad-pattern', 'is not a regular expression')],
    ),
  );
}

/** Words for the cause have to say something: what fits every sentence, or the empty one, names nothing. */
function causeWords(drill: Entry<Drill>): Problem[] {
  return drill.value.cause.flatMap((pattern, index) => {
    const form = compiled(pattern);
    const at: Path = ['cause', index];
    if (!form) return [report(drill, at, 'bad-pattern', 'is not a regular expression')];
    if (!form.test('')) return [];
    return [report(drill, at, 'drill-cause', `"${pattern}" fits everything; name the cause`)];
  });
}

function compiled(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern);
  } catch {
    return undefined;
  }
}

function questionOf(act: Entry<DrillAct>, { content }: LintContext): Problem[] {
  const { question } = act.value;
  if (question === undefined || content.questions.some(({ value }) => value.id === question)) return [];
  return [report(act, ['question'], DANGLING, `no question "${question}"; correct the id`)];
}

function labels({ content }: LintContext): Problem[] {
  const normalise = createNormaliser(content.singles.lexicon.value.synonyms);
  const owner = new Map<string, string>();
  return content.drillActs.flatMap((act) => {
    const { id, label } = act.value;
    const text = normalise(label).text.replaceAll(' ', '');
    const same = owner.get(text);
    owner.set(text, id);
    if (same !== undefined)
      return [report(act, ['label'], 'drill-label', `"${label}" is the label of "${same}" too; reword one`)];
    const found = content.drillActs.filter(({ value }) => namesAct(text, value)).map(({ value }) => value.id);
    if (found.length === 1 && found[0] === id) return [];
    const what = found.includes(id) ? found.filter((one) => one !== id) : found;
    const message = found.includes(id)
      ? `"${label}" is read as ${what.join(', ')} too; narrow their words or reword the label`
      : `"${label}" is read as ${what.length === 0 ? 'nothing' : what.join(', ')}; let the words know it`;
    return [report(act, ['label'], 'drill-label', message)];
  });
}

/** True if these words, normalised and without spaces, name the act. */
export function namesAct(text: string, { words, not }: DrillAct): boolean {
  const fits = (pattern: string) => compiled(pattern)?.test(text) === true;
  return words.some(fits) && !not.some(fits);
}

function named(drill: Entry<Drill>): Problem[] {
  const file = drill.doc.file
    .split('/')
    .at(-1)
    ?.replace(/\.ya?ml$/, '');
  if (file === drill.value.id) return [];
  return [report(drill, ['id'], 'drill-id', `the file is "${file}"; a drill is named as its file`)];
}

function references(drill: Entry<Drill>, { content }: LintContext, acts: Acts): Problem[] {
  const { fault, path: way, right, cures, traps: tempting, shows: shown, tells, call, sources } = drill.value;
  const missing = (at: Path, what: string): Problem => report(drill, at, DANGLING, `no ${what}; correct the id`);
  const ids: readonly (readonly [Path, string])[] = [
    ...(['path', 'right', 'cures'] as const).flatMap((key) =>
      ({ path: way, right, cures })[key].map((id, index) => [[key, index], id] as const),
    ),
    ...tempting.map(({ act }, index) => [['traps', index, 'act'], act] as const),
    ...Object.keys(tells).map((act) => [['tells', act], act] as const),
  ];
  const questions = new Map(content.questions.map(({ value }) => [value.id, value.options.map(({ id }) => id)]));
  return [
    ...(content.faults.some(({ value }) => value.id === fault) ? [] : [missing(['fault'], `fault "${fault}"`)]),
    ...ids.flatMap(([at, id]) => (acts.has(id) ? [] : [missing(at, `act "${id}"`)])),
    ...Object.entries(shown).flatMap(([question, { option }]) => {
      const options = questions.get(question);
      if (!options) return [missing(['shows', question], `question "${question}"`)];
      return options.includes(option) ? [] : [missing(['shows', question, 'option'], `option "${option}"`)];
    }),
    ...call.flatMap((role, index) =>
      [...acts.values()].some((act) => act.call === role) ? [] : [missing(['call', index], `act that calls "${role}"`)],
    ),
    ...sources.flatMap((id, index) =>
      content.sources.some(({ value }) => value.id === id) ? [] : [missing(['sources', index], `source "${id}"`)],
    ),
  ];
}

function path(drill: Entry<Drill>, acts: Acts): Problem[] {
  const { path: way, cures, call } = drill.value;
  const problem = (message: string) => report(drill, ['path'], 'drill-path', message);
  const has = (test: (act: DrillAct) => boolean) => way.some((id) => test(acts.get(id) ?? NO_ACT));
  return [
    ...ALWAYS.filter((id) => !way.includes(id)).map((id) => problem(`the path lacks "${id}"; add it`)),
    ...(way.at(-1) === 'review' || !way.includes('review')
      ? []
      : [problem('the path goes on after the review; end it there')]),
    ...(has(({ question = CHARGED }) => question !== CHARGED) ? [] : [problem('the path asks nothing; add a check')]),
    ...(cures.length === 0 || cures.some((id) => way.includes(id)) ? [] : [problem('the path has none of its cures')]),
    ...(has((act) => act.call !== undefined && call.includes(act.call))
      ? []
      : [problem(`the path calls none of ${call.join(', ')}; add a call`)]),
  ];
}

/** An act that does nothing, for ids that name none. */
const NO_ACT: DrillAct = {
  id: '',
  label: '',
  words: [],
  not: [],
  seconds: 1,
  measure: false,
  afterwards: false,
  charges: false,
  forfeits: false,
  shows: '',
};

function harmful(drill: Entry<Drill>, acts: Acts): Problem[] {
  return (['path', 'right', 'cures'] as const).flatMap((key) =>
    drill.value[key].flatMap((id, index) => {
      const act = acts.get(id);
      if (act?.harm === undefined && act?.forfeits !== true) return [];
      return [report(drill, [key, index], 'drill-harm', `"${id}" is never right; move it to the traps`)];
    }),
  );
}

function money(drill: Entry<Drill>, acts: Acts): Problem[] {
  const { path: way, money: shown, shows: checks, cures } = drill.value;
  const problem = (at: Path, message: string) => report(drill, at, 'drill-money', message);
  let known = false;
  const blind = way.flatMap((id, index) => {
    if (id === 'look-up') known = shown === 'failed';
    if (acts.get(id)?.charges !== true) return [];
    const was = known;
    known = false;
    if (was) return [];
    const why =
      shown === 'failed' ? 'look the payment up again before it' : `the look-up shows "${shown}"; nothing may be taken`;
    return [problem(['path', index], `"${id}" takes money; ${why}`)];
  });
  const taken = cures.flatMap((id, index) =>
    shown !== 'failed' && acts.get(id)?.charges === true
      ? [problem(['cures', index], `"${id}" takes money, and the look-up shows "${shown}"; no such cure`)]
      : [],
  );
  const said = checks[CHARGED]?.option;
  const truth = shown === 'failed' ? 'no' : 'yes';
  const contradicted =
    said === undefined || said === truth
      ? []
      : [problem(['shows', CHARGED, 'option'], `the look-up shows "${shown}"; the customer says "${truth}"`)];
  return [...blind, ...taken, ...contradicted];
}

function shows(drill: Entry<Drill>, acts: Acts): Problem[] {
  const { shows: checks, pay, cures } = drill.value;
  const problem = (question: string, message: string) =>
    report(drill, ['shows', question, 'option'], 'drill-shows', message);
  const method = checks['pay-method']?.option;
  return [
    ...(method === undefined || method === pay
      ? []
      : [problem('pay-method', `it was paid by ${pay}; say so here too`)]),
    ...cures.flatMap((id) => {
      const question = acts.get(id)?.question ?? '';
      const option = checks[question]?.option;
      return option !== undefined && BAD.includes(option)
        ? [problem(question, `"${id}" is a cure and shows "${option}"; correct one of the two`)]
        : [];
    }),
  ];
}

function events(drill: Entry<Drill>): Problem[] {
  const { events: all, minutes } = drill.value;
  return all.flatMap(({ after }, index) => {
    const problem = (message: string) => report(drill, ['events', index, 'after'], 'drill-event', message);
    if (after > minutes * 60) return [problem(`comes after the ${minutes} minutes of the drill; bring it forward`)];
    const before = all[index - 1]?.after ?? 0;
    return after < before ? [problem('comes before the event above it; put them in order')] : [];
  });
}

function codes(drill: Entry<Drill>, { content }: LintContext): Problem[] {
  const { screen, pay } = drill.value;
  const serving = new Set(
    content.systems.filter(({ value }) => value.payMethods.includes(pay)).map(({ value }) => value.id),
  );
  return (screen.match(CODE) ?? []).flatMap((code) =>
    content.codes.some(({ value }) => value.code === code && serving.has(value.system))
      ? []
      : [report(drill, ['screen'], 'drill-code', `no system that is paid by ${pay} has a code "${code}"; correct it`)],
  );
}

function traps(drill: Entry<Drill>): Problem[] {
  const { traps: all, path: way, right, cures } = drill.value;
  if (all.length === 0) return [report(drill, ['traps'], 'drill-trap', 'has no trap; add what people do wrong here')];
  const proper = new Set([...way, ...right, ...cures]);
  return all.flatMap(({ act }, index) => {
    const problem = (message: string) => report(drill, ['traps', index, 'act'], 'drill-trap', message);
    if (proper.has(act)) return [problem(`"${act}" is a step of the right way too; keep it in one place`)];
    return all.findIndex((one) => one.act === act) < index ? [problem(`"${act}" stands twice; remove one`)] : [];
  });
}
