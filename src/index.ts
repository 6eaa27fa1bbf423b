/** The public API, from common to expert. Nothing else is public. */

// Run it: an assistant over a store and channels.
export { Assistant, type AssistantOptions } from './assistant.js';
// Write a door.
export type { Capabilities, Channel, Progress, Service } from './channels/channel.js';
export { renderText } from './channels/text.js';
// Carry WeCom's doors into something else: who a conversation is with, and what a button sends back.
export { addressOf, conversationAt, type WecomAddress } from './channels/wecom/address.js';
export { keyOf, type Press, pressOf } from './channels/wecom/keys.js';
export { type Clock, systemClock } from './clock.js';
// Run it on WeCom: the environment, checked, and the doors that it names.
export { type Config, readConfig } from './config.js';
export type { WecomConfig } from './config-wecom.js';
export { loadWorld } from './content.js';
export type { Attachment, InboundEvent, ReplyTo, Shop } from './dialogue/event.js';
// The operator's list of shops.
export type { Merchant, Merchants } from './dialogue/merchants.js';
export type { Link, PublicState, Reply, ReplyOption, ReplyType, Status } from './dialogue/reply.js';
// Use the core by itself: pure functions.
export { type TurnResult, takeTurn } from './dialogue/turn.js';
export type { TurnInput } from './dialogue/turn-input.js';
export type { World } from './dialogue/world.js';
export { createDoors, type Doors, type DoorsOptions } from './doors.js';
// Handle what goes wrong.
export { type ErrorCode, isPosDoctorError, PosDoctorError } from './errors.js';
export { type Log, silentLog } from './log.js';
export type { Nlu, Understanding } from './nlu/understanding.js';
// Count what it does.
export type { Observer } from './observer.js';
export { createLowdbStore } from './store/lowdb.js';
export { createMemoryStore } from './store/memory.js';
// Write a store.
export type { CaseEvent, Committed, ConversationRecord, OutboxItem, Store, TranscriptLine } from './store/store.js';
