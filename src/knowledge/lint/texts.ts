/** Every text that a user may read, with what it is for. */
import type { Content, Entry } from '../content.js';
import type { Path } from '../document.js';

export interface UserText {
  entry: Pick<Entry<unknown>, 'doc' | 'path'>;
  path: Path;
  text: string;
  /** Advice is followed, a warning says what not to do, a statement does neither. */
  role: 'advice' | 'warning' | 'statement';
}

export function userTexts(content: Content): UserText[] {
  const texts: UserText[] = [];
  const add = (entry: UserText['entry'], role: UserText['role'], path: Path, text: string | undefined): void => {
    if (text !== undefined && text !== '') texts.push({ entry, role, path, text });
  };
  const addAll = (entry: UserText['entry'], role: UserText['role'], path: Path, all: readonly string[]): void => {
    for (const [index, text] of all.entries()) add(entry, role, [...path, index], text);
  };
  for (const entry of content.sources) add(entry, 'statement', ['title'], entry.value.title);
  for (const entry of content.causes)
    for (const key of ['label', 'summary', 'short'] as const) add(entry, 'statement', [key], entry.value[key]);
  for (const entry of content.faults) {
    const { title, symptoms, why, fixes } = entry.value;
    add(entry, 'statement', ['title'], title);
    addAll(entry, 'statement', ['symptoms'], symptoms);
    add(entry, 'statement', ['why'], why);
    for (const [index, fix] of fixes.entries()) {
      const at = ['fixes', index] as const;
      add(entry, 'advice', [...at, 'title'], fix.title);
      add(entry, 'statement', [...at, 'wait'], fix.wait);
      for (const [number, step] of fix.steps.entries())
        add(entry, 'advice', [...at, 'steps', number, 'text'], step.text);
      addAll(entry, 'warning', [...at, 'avoid'], fix.avoid);
    }
  }
  for (const entry of content.questions) {
    add(entry, 'advice', ['ask'], entry.value.ask);
    add(entry, 'statement', ['why'], entry.value.why);
    for (const [option, text] of Object.entries(entry.value.because))
      add(entry, 'statement', ['because', option], text);
    for (const [index, option] of entry.value.options.entries())
      add(entry, 'statement', ['options', index, 'label'], option.label);
  }
  for (const entry of content.systems)
    for (const key of ['name', 'label'] as const) add(entry, 'statement', [key], entry.value[key]);
  for (const entry of content.codes) {
    add(entry, 'statement', ['meaning'], entry.value.meaning);
    add(entry, 'advice', ['say'], entry.value.say);
  }
  for (const entry of content.contacts) {
    for (const key of ['name', 'role', 'cannot', 'hours', 'note'] as const)
      add(entry, 'statement', [key], entry.value[key]);
    addAll(entry, 'advice', ['prepare'], entry.value.prepare);
  }
  for (const entry of content.scenarios) {
    for (const key of ['label', 'summary'] as const) add(entry, 'statement', [key], entry.value[key]);
    addAll(entry, 'advice', ['checks'], entry.value.checks);
  }
  for (const entry of content.prevention) {
    add(entry, 'statement', ['title'], entry.value.title);
    addAll(entry, 'advice', ['advice'], entry.value.advice);
  }
  for (const entry of content.topics) {
    add(entry, 'statement', ['title'], entry.value.title);
    add(entry, 'advice', ['answer'], entry.value.answer);
    addAll(entry, 'advice', ['steps'], entry.value.steps);
    addAll(entry, 'warning', ['avoid'], entry.value.avoid);
  }
  for (const entry of content.planRoles) add(entry, 'statement', ['label'], entry.value.label);
  for (const entry of content.situations) {
    for (const key of ['label', 'title'] as const) add(entry, 'statement', [key], entry.value[key]);
    for (const [index, step] of entry.value.steps.entries())
      for (const key of ['title', 'text', 'cannot'] as const) add(entry, 'advice', ['steps', index, key], step[key]);
  }
  for (const entry of content.drillActs) {
    for (const key of ['label', 'shows'] as const) add(entry, 'statement', [key], entry.value[key]);
    add(entry, 'warning', ['harm'], entry.value.harm);
  }
  for (const entry of content.drills) {
    const { shows, events, traps, lesson } = entry.value;
    for (const key of ['title', 'screen', 'opening', 'lookUp', 'cured', 'answered'] as const)
      add(entry, 'statement', [key], entry.value[key]);
    for (const [question, { text }] of Object.entries(shows))
      add(entry, 'statement', ['shows', question, 'text'], text);
    // What somebody in the story says may be just what nobody should do.
    for (const [index, { text }] of events.entries()) add(entry, 'statement', ['events', index, 'text'], text);
    for (const [index, { why }] of traps.entries()) add(entry, 'warning', ['traps', index, 'why'], why);
    add(entry, 'advice', ['lesson'], lesson);
  }
  for (const single of [content.singles.ui, content.singles.organization])
    for (const layer of single.layers)
      for (const [key, value] of Object.entries(layer.value))
        if (typeof value === 'string') add(layer, 'statement', [key], value);
  return texts;
}
