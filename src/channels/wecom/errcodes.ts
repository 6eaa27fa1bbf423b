/**
 * What to do about WeCom's errcodes. One table for all doors; `errmsg` is never looked at, but for the address that
 * errcode 60020 complains about.
 */
import { isIP } from 'node:net';

/**
 * retry: the same again after a while · refresh: with another access token · slow-down: not before the window is over ·
 * refuse: never like this; the door may know another way · wait-for-customer: not before the customer writes again ·
 * configure: somebody has to change a setting · defect: we built the request wrongly
 */
export type Reaction =
  | 'ok'
  | 'retry'
  | 'refresh'
  | 'slow-down'
  | 'refuse'
  | 'wait-for-customer'
  | 'configure'
  | 'defect';

export interface ErrcodeAdvice {
  reaction: Reaction;
  /** English, for logs and errors. */
  what: string;
  /** Key of ui.yaml with what is wrong and where to click; only with reaction configure. */
  hint?: string;
}

type Row = readonly [code: number, what: string];

const TABLE: Readonly<Record<Reaction, readonly Row[]>> = {
  ok: [[0, 'ok']],
  retry: [
    [-1, 'the system is busy'],
    [6000, 'the data was changed by another call at the same time'],
  ],
  refresh: [
    [40014, 'the access token is invalid'],
    [42001, 'the access token expired'],
  ],
  'slow-down': [
    [45009, 'called too often; blocked for as long as the window that was exceeded'],
    [45033, 'too many calls of this interface at the same time'],
  ],
  refuse: [
    [40003, 'the user id is not valid'],
    [40004, 'the media type is not allowed'],
    [40005, 'the file type is not allowed'],
    [40006, 'the file size is not allowed'],
    // Upload it again: only the door has the file.
    [40007, 'the media id is invalid or older than three days'],
    [40009, 'the image size is not allowed'],
    [40010, 'the voice size is not allowed'],
    [40011, 'the video size is not allowed'],
    [40096, 'the external user id is not valid'],
    [40123, 'the picture is not allowed'],
    [45001, 'the file is too large'],
    [50002, 'the receiver is outside the visible range of the app'],
    [60011, 'the receiver is outside the visible range of the app'],
    [60111, 'the user id does not exist'],
    [81013, 'all receivers are invalid'],
    [93006, 'the chat id is invalid; its case counts'],
    [93008, 'the bot is not in this group'],
    [301021, 'the user is not visible to the app'],
    // These two are over for this answer only: it can be pushed instead.
    [846605, 'the request id is not one that can be answered, or no longer'],
    [846608, 'the stream expired'],
    [846609, 'the business type is not supported'],
    // Pull without the token of the callback.
    [95007, 'the token of the callback is wrong or older than ten minutes'],
    // Another servicer has to be chosen.
    [95014, 'this member is no servicer'],
    [95019, 'this servicer is not receiving'],
    // The state has to be read first.
    [95016, 'the session cannot be moved to this state'],
    [95026, 'no further customer service account can be made'],
    [95027, 'no further customer service account can be made'],
    [95030, 'not allowed by the rules for component accounts'],
    [95031, 'not allowed by the rules for component accounts'],
    [95032, 'not allowed by the rules for component accounts'],
  ],
  'wait-for-customer': [
    [95001, 'five messages were sent since the customer last wrote'],
    [95002, 'the customer last wrote more than 48 hours ago'],
    [95013, 'the session has ended'],
    // A person has taken over, or 48 hours are over: in neither case may the bot write on its own.
    [95018, 'the state of the session does not allow sending'],
  ],
  configure: [
    [40001, 'the secret is wrong, or the app is disabled'],
    [40013, 'the corp id is wrong'],
    [40056, 'the agent id is wrong'],
    [40057, 'the callback URL was not accepted'],
    [48002, 'the app may not call this interface'],
    [48004, 'the app is not authorised'],
    [48006, 'the authorisation was withdrawn'],
    [50001, 'the trusted domain is missing or wrong'],
    [50003, 'the app is disabled'],
    [60020, 'the address of this machine is not among the trusted ones'],
    // Of a servicer; not in the public list.
    [60030, 'the servicer is outside the visible range of the app'],
    [80001, 'the trusted domain is wrong'],
    [85005, 'the trusted domain is not this app’s'],
    [93000, 'the key of the group robot is wrong, or it was removed from the group'],
    [93004, 'the group robot is disabled'],
    [301002, 'the secret is of another app than the agent id'],
    [853000, 'the bot id or its secret is wrong'],
    [95000, 'the customer service account id is wrong'],
    [95003, 'the corp is not verified, or its quota of customers is used up'],
    [95004, 'there is no such customer service account in this corp'],
    [95011, 'this interface is of the other edition of customer service'],
    [95012, 'this interface is of the other edition of customer service'],
    [95017, 'the interface for customer service is switched off'],
    [95023, 'the customer service account is managed by another app'],
  ],
  defect: [
    [40008, 'the message type is wrong'],
    [40058, 'a parameter is missing or wrong'],
    [40063, 'a parameter is empty'],
    [41001, 'the access token is missing'],
    [42014, 'the task id of the card is wrong'],
    [44004, 'the text is empty'],
    [45002, 'the text is too long'],
    [82001, 'there is no receiver'],
    [82002, 'more than 100 departments'],
    [82003, 'more than 100 tags'],
    [95008, 'more than ten menu items'],
    [95009, 'the type of a menu item is wrong'],
    [95022, 'the location is wrong'],
  ],
};

/**
 * A code that nobody has listed may be a passing trouble of theirs, and giving up would lose a reply; so it is tried again,
 * like "busy": a few times at once and then as the outbox does, which gives up when the reply expires.
 */
const UNKNOWN: ErrcodeAdvice = { reaction: 'retry', what: 'a code that is not known here' };

const ADVICE: ReadonlyMap<number, ErrcodeAdvice> = new Map(
  (Object.keys(TABLE) as Reaction[]).flatMap((reaction) =>
    TABLE[reaction].map(([code, what]): [number, ErrcodeAdvice] => [
      code,
      reaction === 'configure' ? { reaction, what, hint: `wecom.hint.${code}` } : { reaction, what },
    ]),
  ),
);

/** Every code of the table. */
export const KNOWN_ERRCODES: readonly number[] = [...ADVICE.keys()];

export function reactionTo(errcode: number): ErrcodeAdvice {
  return ADVICE.get(errcode) ?? UNKNOWN;
}

/** The IPv4 or IPv6 address in "… from ip: 1.2.3.4, more info …", as errcode 60020 names it. */
export function ipIn(errmsg: string): string | undefined {
  const [, address = ''] = /\bfrom ip:?\s{0,3}([0-9a-f.:]{2,45})/i.exec(errmsg) ?? [];
  const bare = address.replace(/[.:]$/, (end) => (address.endsWith('::') ? end : ''));
  return isIP(bare) === 0 ? undefined : bare;
}

/** A hint in words: `{ip}` filled in, or what stands for an unknown one. The key itself if ui.yaml lacks it, which a test keeps from happening. */
export function hintText(ui: Readonly<Record<string, string>>, hint: string, ip?: string): string {
  return (ui[hint] ?? hint).replaceAll('{ip}', ip ?? ui['wecom.hint.someIp'] ?? '?');
}
