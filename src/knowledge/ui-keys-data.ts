/** The keys of ui.yaml that `pos-doctor outbox`, `forget` and `export` read, without their first word. */

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

export const FORGET_KEYS: readonly string[] = ['ask', 'not', 'done', 'left', 'merchants', 'counts', 'proof', 'receipt'];

export const EXPORT_KEYS: readonly string[] = ['head', 'shop', 'conversation', 'counts', 'user', 'assistant'];
