export function install(): string;

export class Server {
  static create(options?: { durable?: boolean }): Promise<Server>;
  readonly url: string;
  readonly running: boolean;
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  remove(): Promise<void>;
}
