/** A unified diff of texts that differ within lines only, as `git apply` and `patch -p1` take it. Pure. */

/** Lines shown around what changes. */
const CONTEXT = 3;

/**
 * The diff of one file; '' if nothing differs.
 * @param name path below the folder in which the patch is applied, with `/`
 * @throws {RangeError} if the number of lines differs
 */
export function unifiedDiff(name: string, before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  if (old.length !== now.length) throw new RangeError(`${name} has another number of lines`);
  // What follows the last newline is no line.
  const count = old.at(-1) === '' && now.at(-1) === '' ? old.length - 1 : old.length;
  const changed = old.flatMap((line, at) => (line === now[at] ? [] : [at]));
  const show = (mark: string, lines: readonly string[], at: number): string =>
    `${mark}${lines[at] ?? ''}\n${at === old.length - 1 ? '\\ No newline at end of file\n' : ''}`;
  const hunks = groups(changed).map(([first, last]) => {
    const [from, to] = [Math.max(0, first - CONTEXT), Math.min(count, last + 1 + CONTEXT)];
    const range = `${from + 1},${to - from}`;
    let body = '';
    for (let at = from; at < to; ) {
      if (old[at] === now[at]) {
        body += show(' ', old, at);
        at += 1;
        continue;
      }
      let end = at;
      while (end < to && old[end] !== now[end]) end += 1;
      const block = Array.from({ length: end - at }, (_, index) => at + index);
      body += block.map((line) => show('-', old, line)).join('') + block.map((line) => show('+', now, line)).join('');
      at = end;
    }
    return `@@ -${range} +${range} @@\n${body}`;
  });
  return hunks.length === 0 ? '' : `--- ${quoted(`a/${name}`)}\n+++ ${quoted(`b/${name}`)}\n${hunks.join('')}`;
}

/** First and last of the changed lines that share a hunk. */
function groups(changed: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const at of changed) {
    const last = found.at(-1);
    if (last && at - last[1] <= 2 * CONTEXT) last[1] = at;
    else found.push([at, at]);
  }
  return found;
}

/** As git writes a name: in C quotes if it holds any of theirs, closed with a tab if it holds a space. */
function quoted(name: string): string {
  const escaped = name.replace(/["\\]|\p{Cc}/gu, (one) =>
    one === '"' || one === '\\' ? `\\${one}` : `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  if (escaped !== name) return `"${escaped}"`;
  return name.includes(' ') ? `${name}\t` : name;
}
