/**
 * Log lines that tell of trouble, by short names for metrics and alerts: an alert and the line that explains it can't come apart.
 * A test finds each line in src/, and each name in docs/operations.zh-CN.md.
 */
export const LOG_EVENTS = {
  'nothing can be kept: messages are refused until the store takes writes again': 'store-refuses',
  'the store takes writes again': 'store-takes',
  'the store reports a problem': 'store-problem',
  'the store failed in the background; trying again': 'store-background',
  'the journal has refused for too long: its oldest events are dropped': 'journal-dropped',
  'what others left undone could not be looked for': 'sweep-failed',
  'could not attend to a conversation; trying again': 'attend-failed',
  'a turn failed': 'turn-failed',
  'dispatch failed; trying again': 'dispatch-failed',
  'a reply was not taken; trying again': 'reply-retried',
  'a reply was refused for good': 'reply-refused',
  'a reply expired unsent': 'reply-expired',
  'a message was not accepted': 'message-failed',
  'a request failed': 'request-failed',
  'the listener failed': 'listener-failed',
  'callback requests were refused': 'callbacks-refused',
  'WeCom refuses until a setting is changed': 'wecom-setting',
  'WeCom takes this for malformed': 'wecom-defect',
  'a message is taken to have been sent before': 'sent-before',
  'the bot is connected': 'bot-connected',
  'the lease of the connection is lost; staying off until it is granted again': 'bot-lease-lost',
  'the bot is not connected; connecting again': 'bot-lost',
  'another connection of this bot has taken over; staying away until one of our own processes had it': 'bot-kicked',
  'WeCom refuses this bot: check WECOM_BOT_ID and WECOM_BOT_SECRET, then start again': 'bot-refused',
  'a pull failed; trying again': 'kf-pull-failed',
  'the accounts cannot be listed; trying again': 'kf-accounts-failed',
  'a message is left out: it fails again and again': 'kf-message-left-out',
  'WeCom took a message and could not deliver it': 'kf-undelivered',
  'a conversation could not be handed over': 'kf-handover-failed',
  'a human was asked for and nobody is receiving': 'kf-nobody-receives',
  'an alert could not be said in the group': 'alert-unsaid',
  'an outage is suspected': 'outage-suspected',
  'the watch for outages failed; trying again': 'lookout-failed',
  'the board of incidents cannot be read: the last one is used': 'board-unread',
  'the last cases of shops could not be read from the journal': 'shop-cases-unread',
  'the changed content is refused; the old one stays in use': 'content-refused',
  'the changed content could not be read; the old one stays in use': 'content-unreadable',
} as const;

export type LogEvent = (typeof LOG_EVENTS)[keyof typeof LOG_EVENTS] | 'other';

/** The name of a line; `other` for one that no alert is about. */
export function logEventOf(message: string): LogEvent {
  return Object.hasOwn(LOG_EVENTS, message) ? LOG_EVENTS[message as keyof typeof LOG_EVENTS] : 'other';
}
