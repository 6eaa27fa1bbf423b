/** The log as the rest of the code sees it: pino's shape, the four levels we use. Message text never goes in. */
export interface Log {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

const nothing = (): void => undefined;
/** For tests and for commands whose output is for people. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
