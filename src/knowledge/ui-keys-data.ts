/** The keys of ui.yaml that `pos-doctor outbox`, `forget`, `export`, `incident` and `simulate --incidents` read, without their first word. */

export const OUTBOX_KEYS: readonly string[] = [
  'none',
  'sum',
  'more',
  'line',
  'minutes',
  'waiting',
  'resend',
  'drop',
  'reason.expired',
  'reason.refused',
  'reason.givenUp',
  'reason.unknown',
  'kind.text',
  'kind.question',
  'kind.fix',
  'kind.contact',
  'kind.code',
  'kind.summary',
  'kind.error',
  'kind.reminder',
  'kind.warning',
  'kind.notice',
];

export const FORGET_KEYS: readonly string[] = ['ask', 'not', 'done', 'left', 'counts', 'proof', 'receipt'];

export const EXPORT_KEYS: readonly string[] = ['head', 'conversation', 'counts', 'user', 'assistant'];

export const DETECTION_KEYS: readonly string[] = ['title', 'x', 'y', 'bound', 'wanted', 'median', 'p90'];

export const INCIDENT_KEYS: readonly string[] = [
  'none',
  'everybody',
  'open',
  'suspected',
  'planned',
  'closed',
  'until',
  'about',
  'workaround',
  'ratio',
  'note',
];

/** The page of incidents. */
export const STATUS_KEYS: readonly string[] = [
  'title',
  'unread',
  'asOf',
  'nothing',
  'open',
  'planned',
  'closed',
  'hint',
  'was',
  'will',
  'since',
  'until',
  'workaround',
  'outage',
  'maintenance',
];
