/** Display advice for template cards (wecom-protocol.md 3.2): lengths beyond which a phone cuts, and fields WeCom ignores. */
import { characters, isObject, type Json, type JsonObject } from './json.js';

/** Path of a field → characters suggested for the bot, and for the app where that differs. `[]` stands for each item. */
const LENGTHS: Record<string, readonly [bot: number, app?: number]> = {
  'source.desc': [13, 20],
  'main_title.title': [26, 36],
  'main_title.desc': [30, 44],
  'emphasis_content.title': [10],
  'emphasis_content.desc': [15],
  sub_title_text: [112, 160],
  'horizontal_content_list[].keyname': [5],
  'horizontal_content_list[].value': [26, 30],
  'jump_list[].title': [13, 18],
  'vertical_content_list[].title': [26, 38],
  'vertical_content_list[].desc': [112, 160],
  'button_list[].text': [10],
  'button_selection.title': [13],
  'button_selection.option_list[].text': [10, 16],
  'select_list[].title': [13],
  'select_list[].option_list[].text': [10, 16],
  'checkbox.option_list[].text': [11],
  'submit_button.text': [10],
};

const FIELDS = new Set([
  ...['card_type', 'source', 'action_menu', 'main_title', 'emphasis_content', 'quote_area', 'sub_title_text'],
  ...['horizontal_content_list', 'jump_list', 'card_action', 'card_image', 'image_text_area', 'vertical_content_list'],
  ...['button_selection', 'button_list', 'checkbox', 'select_list', 'submit_button', 'task_id', 'feedback'],
  // Only in an update of an app's card.
  'replace_text',
]);

export interface Advice {
  field: string;
  detail: string;
}

/** What a reader of the card would see badly, field by field. */
export function cardAdvice(card: JsonObject, door: 'bot' | 'app' | 'webhook'): Advice[] {
  const unknown = Object.keys(card).filter((key) => !FIELDS.has(key));
  const long = Object.entries(LENGTHS).flatMap(([path, [bot, app = bot]]) => {
    const most = door === 'bot' ? bot : app;
    return values(card, path).flatMap((value) =>
      typeof value === 'string' && characters(value) > most
        ? [{ field: path, detail: `${characters(value)} characters, at most ${most} are shown` }]
        : [],
    );
  });
  const styles = values(card, 'button_list[].style').filter((style) => ![1, 2, 3, 4].includes(Number(style)));
  const crowded = card.emphasis_content !== undefined && card.quote_area !== undefined;
  return [
    ...unknown.map((field) => ({ field, detail: 'WeCom knows no such card field' })),
    ...long,
    ...styles.map((style) => ({ field: 'button_list[].style', detail: `${style} is shown as 1` })),
    ...(crowded ? [{ field: 'quote_area', detail: 'not to be used together with emphasis_content' }] : []),
  ];
}

function values(of: Json, path: string): Json[] {
  let found: Json[] = [of];
  for (const step of path.split('.')) {
    const name = step.replace('[]', '');
    const next = found.flatMap((value) => (isObject(value) ? (value[name] ?? []) : []));
    found = step.endsWith('[]') || !next.some(Array.isArray) ? next : next.filter((value) => !Array.isArray(value));
  }
  return found;
}
