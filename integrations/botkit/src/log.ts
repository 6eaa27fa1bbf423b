/** Where nobody gave a log: warnings and errors as lines of JSON on the standard error. */
import { type Log, silentLog } from 'pos-doctor';

const write =
  (level: string) =>
  (data: object, message: string): void => {
    process.stderr.write(`${JSON.stringify({ level, ...data, message })}\n`);
  };

export const stderrLog: Log = { ...silentLog, warn: write('warn'), error: write('error') };
