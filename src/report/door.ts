/** Through which door a conversation is held, as its id says. Pure. */

export const DOORS = ['wecom-kf', 'wecom-bot', 'wecom-app', 'web', 'console', 'other'] as const;
export type DoorName = (typeof DOORS)[number];

/** `other`: a door that whoever embeds the assistant brought. */
export function doorOf(conversation: string): DoorName {
  if (conversation === 'console') return 'console';
  return DOORS.find((door) => conversation.startsWith(door === 'web' ? 'web-' : `${door}:`)) ?? 'other';
}
