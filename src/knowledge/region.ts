/** Whether a text names a place. Pure; words are found by the runtime's own dictionary. */

const words = new Intl.Segmenter('zh', { granularity: 'word' });
/** What kind of place a name may end with: 特别行政区, 自治区, 自治州, 地区, 省, 市, 区, 县, 州, 盟. */
const KIND =
  /^(?:\u7279\u522b\u884c\u653f\u533a|\u81ea\u6cbb\u533a|\u81ea\u6cbb\u5dde|\u5730\u533a|[\u7701\u5e02\u533a\u53bf\u5dde\u76df])/u;
const KIND_AT_END = new RegExp(`(?<=..)${KIND.source.slice(1)}$`, 'u');

/** A place's name without what kind of place it is: 「上海市」 and 「上海」 are the same. */
export function placeName(region: string): string {
  return region.normalize('NFKC').replace(/\s/g, '').replace(KIND_AT_END, '');
}

/**
 * True if `region` stands in `text` as words of its own, with or without its kind: 「广东深圳」 names 「深圳市」, 「上海南站」 does not name
 * 「海南」. What is split otherwise is not found, which is the safe side.
 */
export function namesPlace(text: string, region: string): boolean {
  const name = placeName(region);
  if (name === '' || !text.includes(name)) return false;
  const edges = new Set([...words.segment(text)].map(({ index }) => index)).add(text.length);
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const end = at + name.length;
    const kind = KIND.exec(text.slice(end))?.[0] ?? '';
    if (edges.has(at) && (edges.has(end) || (kind !== '' && edges.has(end + kind.length)))) return true;
  }
  return false;
}
