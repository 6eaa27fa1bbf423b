/** The keys of ui.yaml that `pos-doctor drill` reads, without their first word. */
export const DRILL_KEYS: readonly string[] = [
  'cause',
  'line',
  'noneSuch',
  ...['start', 'timed', 'noHints', 'end'].map((key) => `play.${key}`),
  ...['head', 'written', 'title', 'fault', 'difficulty', 'minutes', 'screen', 'opening', 'money', 'shows'].map(
    (key) => `new.${key}`,
  ),
  ...['events', 'traps', 'right', 'cures', 'call', 'path', 'lesson'].map((key) => `new.${key}`),
];
