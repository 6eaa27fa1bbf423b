/** A line that tells how far a long command is; on a terminal only, on standard error. */

/** Shows `text`, in place of what was shown before; nothing if nobody is looking. */
export function showProgress(text: string, stream: NodeJS.WriteStream = process.stderr): void {
  if (stream.isTTY === true) stream.write(`\r\u001b[2K${text}`);
}

/** Takes the line away. */
export function endProgress(stream: NodeJS.WriteStream = process.stderr): void {
  showProgress('', stream);
}
