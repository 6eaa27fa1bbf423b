/**
 * What the local WeCom refuses, by name. Each rule has the errcode that WeCom answers (0: WeCom takes it and the user loses
 * something, which is as bad) and what was done wrong. Sources: wecom-protocol.md sections 1–7; a code marked (GAP) is not
 * documented and was chosen here. `natural`: happens to a well-behaved client too (time passed, an operator acted), so it is
 * answered but not held against the test.
 */
interface RuleText {
  errcode: number;
  what: string;
  natural?: true;
}

const rule = (errcode: number, what: string): RuleText => ({ errcode, what });
const natural = (errcode: number, what: string): RuleText => ({ errcode, what, natural: true });

export const RULES = {
  // access token (4.5)
  'corp-id': rule(40013, 'gettoken with another corpid'),
  secret: rule(40001, 'gettoken with a wrong corpsecret'),
  'gettoken-often': rule(45009, 'gettoken called more often than a cached token explains'),
  'token-missing': rule(41001, 'no access_token in the URL'),
  'token-unknown': rule(40014, 'an access_token that was never issued'),
  'token-revoked': natural(40014, 'an access_token that WeCom took back'),
  'token-expired': natural(42001, 'an access_token older than 7200 s'),
  'token-foreign': rule(301002, "an access_token of another app's secret"),
  'api-forbidden': rule(48002, 'the secret may not call this API'),
  'agent-id': rule(40056, 'agentid is not that of the app'),
  // any API
  'unknown-api': rule(40058, 'there is no such API here'),
  method: rule(40058, 'GET where POST is asked for, or the other way round'),
  json: rule(40058, 'the body is not a JSON object'),
  missing: rule(40063, 'a required field is missing or empty'),
  field: rule(40058, 'a field has the wrong type, length or characters'),
  msgtype: rule(40008, 'msgtype unknown or not allowed here'),
  'text-empty': rule(44004, 'empty content'),
  'text-bytes': rule(45002, 'content longer than the limit in bytes'),
  'media-id': rule(40007, 'media_id unknown or older than 3 days'),
  // template cards (3)
  'card-type': rule(42031, 'card_type unknown or not allowed here'),
  'card-title': rule(42033, 'a required title is missing'),
  'card-count': rule(40058, 'a list in the card has too many or too few items'),
  'card-keyname': rule(42027, 'a horizontal_content_list item without keyname'),
  'card-horizontal': rule(42035, 'more than 6 horizontal_content_list items'),
  'card-vertical': rule(42036, 'more than 4 vertical_content_list items'),
  'card-options': rule(42037, 'option_list too long or empty'),
  'card-jumps': rule(42042, 'more than 3 jump_list items'),
  'card-selects': rule(42047, 'select_list is empty or has more than 3 items'),
  'card-button-text': rule(42038, 'a button without text'),
  'card-button-key': rule(42039, 'a button key is missing, repeated or longer than 1024 bytes'),
  'card-option-id': rule(42040, 'an option id is missing, repeated or longer than 128 bytes'),
  'card-option-text': rule(42041, 'an option without text'),
  'card-question-key': rule(42043, 'a question_key is missing, repeated or longer than 1024 bytes'),
  'card-image': rule(42044, 'card_image without url or with an aspect_ratio outside 1.3 to 2.25'),
  'card-action': rule(42045, 'card_action missing or without its url/appid'),
  'card-submit-key': rule(42046, 'submit_button.key missing or longer than 1024 bytes'),
  'card-submit-text': rule(42049, 'submit_button.text missing'),
  'card-menu-key': rule(42051, 'an action_menu key is missing, repeated or longer than 1024 bytes'),
  'card-url': rule(42028, 'a url, appid or userid that the item needs is missing'),
  'card-field': rule(40058, 'a card field has the wrong form'),
  'task-id': rule(42014, 'task_id missing, longer than 128 bytes or with characters outside [0-9A-Za-z_-@]'),
  'task-id-reused': rule(42014, 'task_id was used before'),
  'task-id-differs': rule(42014, 'an update whose task_id is not that of the event'),
  // the bot's socket (1)
  'not-subscribed': rule(853000, 'a frame before aibot_subscribe succeeded (GAP)'),
  'bot-secret': rule(853000, 'aibot_subscribe with a wrong bot_id or secret'),
  'subscribe-twice': rule(45009, 'aibot_subscribe twice on one connection (GAP)'),
  'kicked-frame': natural(853000, 'a frame on a connection that another one replaced (GAP)'),
  frame: rule(40058, 'a frame that is no JSON object with cmd and headers.req_id'),
  command: rule(846609, 'an unknown cmd'),
  'req-id': rule(846605, "respond_msg with a req_id that is no message's"),
  'req-id-expired': rule(846605, 'respond_msg more than 24 h after the message'),
  'req-id-foreign': rule(846605, "aibot_send_msg with a callback's req_id (GAP)"),
  'welcome-event': rule(846605, 'respond_welcome_msg on something that is no enter_chat'),
  'welcome-late': rule(846605, 'welcome more than 5 s after the event (GAP)'),
  'welcome-twice': rule(846605, 'a second welcome on one event (GAP)'),
  'update-event': rule(846605, 'respond_update_msg on something that is no template_card_event'),
  'update-late': rule(846605, 'card update more than 5 s after the event (GAP)'),
  'stream-id': rule(40058, 'a stream without id'),
  'stream-expired': rule(846608, 'a frame more than 6 min after the first frame of its stream'),
  'stream-after-finish': rule(846608, 'a frame after finish:true of its stream (GAP)'),
  'stream-not-cumulative': rule(0, 'a frame that takes back text the user has read (placeholders excepted)'),
  'stream-unfinished': rule(0, 'a stream that was not finished within its 6 min'),
  'stream-feedback': rule(40058, 'feedback on another frame than the first of its stream (GAP)'),
  'feedback-id': rule(40058, 'feedback.id missing or longer than 256 bytes'),
  'msg-item': rule(40058, 'msg_item over WebSocket, without finish, or with more than 10 items'),
  'chat-id': rule(93006, 'no such chat (case counts), or chat_type does not fit'),
  'never-wrote': rule(93006, 'push to a chat whose user never wrote to the bot (GAP)'),
  'group-card': rule(40008, 'a template_card pushed to a group'),
  'bot-rate': rule(45009, 'more than 30 messages a minute or 1000 an hour in one conversation'),
  upload: rule(40058, 'an upload that breaks its own announcement: size, chunks, md5, session'),
  'upload-rate': rule(45009, 'more than 30 uploads a minute or 1000 an hour'),
  // the bot's HTTP callback mode (2)
  'answer-crypto': rule(-40007, 'the answer to a callback is wrongly signed, encrypted or framed'),
  'answer-kind': rule(40008, 'the answer to a callback is of a type that is not allowed there'),
  'stream-switched': rule(40058, 'a refresh answered with another stream id'),
  'card-twice': rule(40058, 'stream_with_template_card with a second card'),
  'response-url': rule(40058, 'response_url unknown, used before (GAP)'),
  'response-url-late': rule(40058, 'response_url more than 1 h after the callback (GAP)'),
  // the app (4)
  'no-receiver': rule(82001, 'neither touser, toparty nor totag'),
  'too-many-users': rule(40032, 'more than 1000 users in touser'),
  'too-many-parties': rule(82002, 'more than 100 parties'),
  'too-many-tags': rule(82003, 'more than 100 tags'),
  'all-invalid': rule(81013, 'not one valid receiver'),
  'text-cut': rule(0, 'a text that WeCom cuts at its limit'),
  'member-rate': rule(0, 'more than 30 messages a minute or 1000 an hour to one member: dropped silently'),
  'duplicate-check': rule(40058, 'duplicate_check_interval above 4 h'),
  'response-code': rule(42003, 'response_code unknown or older than 72 h'),
  'response-code-used': rule(42022, 'response_code used before'),
  // 微信客服 (5)
  'kf-account': rule(95000, 'open_kfid missing or not ours'),
  'kf-customer': rule(40096, 'no such external_userid'),
  'kf-cursor': rule(40058, 'a cursor that was never given out, or longer than 64 bytes'),
  'kf-limit': rule(40058, 'limit above 1000'),
  'kf-token': rule(95007, 'a sync_msg token that was never given out'),
  'kf-token-expired': natural(95007, 'a sync_msg token older than 10 min'),
  'kf-tokenless': rule(45009, 'too many sync_msg calls without token (number: GAP)'),
  'kf-msgid': rule(40058, 'msgid longer than 32 bytes or outside [0-9A-Za-z_-]'),
  'kf-msgid-used': rule(40058, 'msgid was used before on this account (code: GAP)'),
  'kf-five': rule(95001, 'more than 5 messages after a customer message'),
  'kf-48h': rule(95002, "more than 48 h after the customer's last message"),
  'kf-state': rule(95018, 'the session is in a state that forbids API messages'),
  'kf-transition': rule(95016, 'a change of state that is not allowed'),
  'kf-servicer': rule(95014, 'servicer_userid missing or not a servicer'),
  'kf-servicer-paused': natural(95019, 'the servicer does not receive'),
  'menu-items': rule(95008, 'more than 10 menu items'),
  'menu-item-type': rule(95009, 'unknown menu item type'),
  'menu-field': rule(40058, 'a menu field is missing or too long'),
  'kf-code': rule(41050, 'a welcome_code or msg_code that was never given out (GAP)'),
  'kf-code-used': rule(42022, 'a welcome_code or msg_code used before (GAP)'),
  'kf-code-late': rule(41050, 'a welcome_code or msg_code after its time (GAP)'),
  'kf-code-state': rule(95018, 'msg_code after the session left the state that gave it'),
  'kf-scene': rule(40058, 'scene longer than 32 bytes or outside [0-9A-Za-z_-]'),
  // webhook (6)
  'webhook-key': rule(93000, 'unknown key, or the robot was removed'),
  'webhook-disabled': natural(93004, 'the robot was disabled'),
  'webhook-rate': rule(45009, 'more than 20 messages a minute (code: GAP)'),
} as const satisfies Record<string, RuleText>;

export type Rule = keyof typeof RULES;

export const ruleText = (name: Rule): RuleText => RULES[name];

/** Thrown by a handler: WeCom says no. `errcode` only where the rule's own does not fit. */
export class Refusal extends Error {
  readonly errcode: number;

  constructor(
    readonly rule: Rule,
    readonly detail: string,
    options: { errcode?: number; forgiven?: boolean } = {},
  ) {
    super(`${rule}: ${detail}`);
    this.errcode = options.errcode ?? RULES[rule].errcode;
    this.forgiven = options.forgiven ?? false;
  }

  /** The consequence of a scripted fault, such as a retry after an answer that was lost on purpose. */
  readonly forgiven: boolean;
}
