/** Patterns of the flows' word lists, compiled once. Pure: none keeps a place between uses. */

/** Flows hold some hundred; a reload brings a few more. */
const MOST = 5000;
const compiled = new Map<string, RegExp>();

/**
 * The regular expression of a source.
 * @throws {SyntaxError} if it is none; `knowledge check` says where.
 */
export function regExpOf(source: string): RegExp {
  let made = compiled.get(source);
  if (made === undefined) {
    if (compiled.size >= MOST) compiled.clear();
    made = new RegExp(source);
    compiled.set(source, made);
  }
  return made;
}
