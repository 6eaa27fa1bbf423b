/** Which customer of which account a conversation is with. Pure. */

/** The channel's name, in the outbox and in the store. */
export const KF = 'wecom-kf';

export interface Address {
  /** open_kfid. */
  account: string;
  /** external_userid. */
  customer: string;
}

const FORM = /^wecom-kf:([^:]+):([^:]+)$/;

export function conversationOf(account: string, customer: string): string {
  return `${KF}:${account}:${customer}`;
}

/** @returns null if it is no conversation of this channel */
export function addressOf(conversation: string): Address | null {
  const [, account, customer] = FORM.exec(conversation) ?? [];
  return account === undefined || customer === undefined ? null : { account, customer };
}
