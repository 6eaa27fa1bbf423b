/**
 * Template cards (wecom-protocol.md 3): what is refused, and how a card looks to the one who taps it. Byte limits of keys
 * and ids, counts and required parts are hard; display lengths are advice (card-advice.ts).
 */
import { bytes, type JsonObject, maybeNumber, maybeObject, maybeText, needText, objects } from './json.js';
import { Refusal, type Rule } from './rules.js';

export interface Button {
  text: string;
  key: string;
  style: number;
}

export interface Select {
  questionKey: string;
  title: string;
  /** More than one option may be chosen. */
  multiple: boolean;
  options: { id: string; text: string }[];
  disabled: boolean;
}

export interface Card {
  type: string;
  taskId?: string;
  title: string;
  text: string;
  buttons: Button[];
  selects: Select[];
  submit?: { text: string; key: string };
  menu: { text: string; key: string }[];
  /** Shown in place of the buttons, which can no longer be tapped. */
  replacedBy?: string;
  /** As it was sent. */
  json: JsonObject;
}

export interface CardUse {
  door: 'bot' | 'app' | 'webhook';
  /** `send`: task_id required of interactive cards; `update`: it belongs to a card that is there. */
  purpose: 'send' | 'update';
}

const TYPES = ['text_notice', 'news_notice', 'button_interaction', 'vote_interaction', 'multiple_interaction'];
const MAX_KEY = 1024;
const MAX_ID = 128;
const TASK_ID = /^[0-9A-Za-z_\-@]+$/;

export const isInteractive = ({ type }: Card): boolean => type.endsWith('_interaction');

/** Reads a card; throws a Refusal for what WeCom refuses. */
export function readCard(json: JsonObject, { door, purpose }: CardUse): Card {
  const type = needText(json, 'card_type', 'card-type');
  const interactive = type.endsWith('_interaction');
  if (!TYPES.includes(type) || (door === 'webhook' && interactive)) throw new Refusal('card-type', type);
  checkParts(json, type);
  const menu = readMenu(json);
  const card: Card = {
    type,
    title: maybeText(maybeObject(json, 'main_title') ?? {}, 'title', 'card-field') ?? '',
    text: textOf(json),
    buttons: type === 'button_interaction' ? readButtons(json, door) : [],
    selects: readSelects(json, type),
    menu,
    json,
  };
  const submit = readSubmit(json, type);
  if (submit) card.submit = submit;
  const taskId = readTaskId(json, interactive || menu.length > 0, purpose);
  if (taskId !== undefined) card.taskId = taskId;
  return card;
}

function checkParts(json: JsonObject, type: string): void {
  const title = maybeObject(json, 'main_title', 'card-field');
  const titleText = title && maybeText(title, 'title', 'card-field');
  const subTitle = maybeText(json, 'sub_title_text', 'card-field');
  if (type === 'text_notice' ? !titleText && !subTitle : !titleText && !title?.desc)
    throw new Refusal('card-title', `${type} without main_title`);
  checkAction(json, type.endsWith('_notice'));
  if (type === 'news_notice' && json.card_image === undefined && json.image_text_area === undefined)
    throw new Refusal('card-image', 'news_notice needs card_image or image_text_area');
  const image = maybeObject(json, 'card_image', 'card-field');
  if (image) {
    needText(image, 'url', 'card-image');
    const ratio = maybeNumber(image, 'aspect_ratio', 'card-image') ?? 1.3;
    if (ratio < 1.3 || ratio > 2.25) throw new Refusal('card-image', `aspect_ratio ${ratio}`);
  }
  const horizontal = count(json, 'horizontal_content_list', 6, 'card-horizontal');
  for (const item of horizontal) {
    needText(item, 'keyname', 'card-keyname');
    if (item.type === 1) needText(item, 'url', 'card-url');
    if (item.type === 2) needText(item, 'media_id', 'card-url');
    if (item.type === 3) needText(item, 'userid', 'card-url');
  }
  for (const item of count(json, 'vertical_content_list', 4, 'card-vertical')) needText(item, 'title', 'card-title');
  for (const item of count(json, 'jump_list', 3, 'card-jumps')) checkJump(item);
}

function checkJump(item: JsonObject): void {
  needText(item, 'title', 'card-title');
  if (item.type === 1) needText(item, 'url', 'card-url');
  if (item.type === 2) needText(item, 'appid', 'card-url');
  if (item.type === 3) needText(item, 'question', 'card-url', 200);
}

/** A notice leads somewhere; an interactive card may. */
function checkAction(json: JsonObject, needed: boolean): void {
  const action = maybeObject(json, 'card_action', 'card-action');
  if (!action && needed) throw new Refusal('card-action', 'a notice needs card_action');
  const type = maybeNumber(action ?? {}, 'type', 'card-action') ?? 0;
  if (action && type === 1) needText(action, 'url', 'card-action');
  else if (action && type === 2) needText(action, 'appid', 'card-action');
  else if (needed || type !== 0) throw new Refusal('card-action', `type ${type}`);
}

function count(json: JsonObject, key: string, most: number, rule: Rule): JsonObject[] {
  const list = objects(json, key, rule);
  if (list.length > most) throw new Refusal(rule, `${key} has ${list.length} items, at most ${most}`);
  return list;
}

function readButtons(json: JsonObject, door: CardUse['door']): Button[] {
  const list = count(json, 'button_list', 6, 'card-count');
  if (list.length === 0) throw new Refusal('card-count', 'button_list is missing or empty');
  const buttons = list.map((item) => {
    const text = needText(item, 'text', 'card-button-text');
    const style = maybeNumber(item, 'style', 'card-field') ?? 1;
    if (door === 'app' && item.type === 1) return { text, style, key: needText(item, 'url', 'card-url') };
    return { text, style, key: needText(item, 'key', 'card-button-key', MAX_KEY) };
  });
  unique(
    buttons.map(({ key }) => key),
    'card-button-key',
  );
  return buttons;
}

function readSelects(json: JsonObject, type: string): Select[] {
  if (type === 'vote_interaction') {
    const checkbox = maybeObject(json, 'checkbox', 'card-selects');
    if (!checkbox) throw new Refusal('card-selects', 'vote_interaction needs checkbox');
    return [readSelect(checkbox, 20, checkbox.mode === 1)];
  }
  if (type === 'multiple_interaction') {
    const list = count(json, 'select_list', 3, 'card-selects');
    if (list.length === 0) throw new Refusal('card-selects', 'multiple_interaction needs select_list');
    const selects = list.map((item) => readSelect(item, 10, false));
    unique(
      selects.map(({ questionKey }) => questionKey),
      'card-question-key',
    );
    return selects;
  }
  const selection = maybeObject(json, 'button_selection', 'card-field');
  return selection ? [readSelect(selection, 10, false)] : [];
}

function readSelect(json: JsonObject, most: number, multiple: boolean): Select {
  const list = count(json, 'option_list', most, 'card-options');
  if (list.length === 0) throw new Refusal('card-options', 'option_list is missing or empty');
  const options = list.map((item) => ({
    id: needText(item, 'id', 'card-option-id', MAX_ID),
    text: needText(item, 'text', 'card-option-text'),
  }));
  unique(
    options.map(({ id }) => id),
    'card-option-id',
  );
  return {
    questionKey: needText(json, 'question_key', 'card-question-key', MAX_KEY),
    title: maybeText(json, 'title', 'card-field') ?? '',
    multiple,
    options,
    disabled: json.disable === true,
  };
}

function readSubmit(json: JsonObject, type: string): Card['submit'] {
  if (type !== 'vote_interaction' && type !== 'multiple_interaction') return undefined;
  const submit = maybeObject(json, 'submit_button', 'card-submit-text') ?? {};
  return {
    text: needText(submit, 'text', 'card-submit-text'),
    key: needText(submit, 'key', 'card-submit-key', MAX_KEY),
  };
}

function readMenu(json: JsonObject): Card['menu'] {
  const menu = maybeObject(json, 'action_menu', 'card-field');
  if (!menu) return [];
  const list = count(menu, 'action_list', 3, 'card-count');
  if (list.length === 0) throw new Refusal('card-count', 'action_list is missing or empty');
  const actions = list.map((item) => ({
    text: needText(item, 'text', 'card-button-text'),
    key: needText(item, 'key', 'card-menu-key', MAX_KEY),
  }));
  unique(
    actions.map(({ key }) => key),
    'card-menu-key',
  );
  return actions;
}

function readTaskId(json: JsonObject, needed: boolean, purpose: CardUse['purpose']): string | undefined {
  const id = maybeText(json, 'task_id', 'task-id');
  if (id === undefined || id === '') {
    if (needed && purpose === 'send') throw new Refusal('task-id', 'an interactive card needs task_id');
    return undefined;
  }
  if (bytes(id) > MAX_ID || !TASK_ID.test(id)) throw new Refusal('task-id', `${bytes(id)} bytes: ${id.slice(0, 40)}`);
  return id;
}

function unique(keys: readonly string[], rule: Rule): void {
  if (new Set(keys).size < keys.length) throw new Refusal(rule, 'the same key or id twice');
}

/** What a card says besides its title and choices, line by line. */
function textOf(json: JsonObject): string {
  const part = (key: string, name: string) => maybeText(maybeObject(json, key, 'card-field') ?? {}, name, 'card-field');
  const lines = [
    part('main_title', 'desc'),
    part('emphasis_content', 'title'),
    part('emphasis_content', 'desc'),
    part('quote_area', 'title'),
    part('quote_area', 'quote_text'),
    maybeText(json, 'sub_title_text', 'card-field'),
    ...objects(json, 'horizontal_content_list', 'card-field').map(({ keyname, value }) => `${keyname} ${value ?? ''}`),
    ...objects(json, 'vertical_content_list', 'card-field').map(({ title, desc }) => `${title} ${desc ?? ''}`),
  ];
  return lines.filter((line) => line !== undefined && line !== '').join('\n');
}
