/** Files: media ids that clients may send, and the encrypted downloads behind the URLs of the bot's messages. */
import type { Core } from './core.js';
import { sealFile } from './crypto.js';
import type { HttpSide } from './http.js';
import { type JsonObject, needText } from './json.js';
import { DAY, MINUTE } from './rates.js';
import { Recent } from './recent.js';
import { Refusal } from './rules.js';

const MEDIA_LIFE_MS = 3 * DAY;
const URL_LIFE_MS = 5 * MINUTE;

export class Media {
  readonly #ids = new Recent<number>();

  constructor(
    private readonly core: Core,
    private readonly http: HttpSide,
  ) {}

  /** A media_id as an upload gives it; valid 3 days. */
  create(): string {
    const id = this.core.id('media');
    this.#ids.set(id, this.core.clock.now());
    return id;
  }

  /** Refuses a media_id that WeCom does not know any more. */
  check(of: JsonObject): void {
    const id = needText(of, 'media_id');
    const created = this.#ids.get(id);
    if (created === undefined || this.core.clock.now() - created > MEDIA_LIFE_MS) throw new Refusal('media-id', id);
  }

  /** Puts a file up for 5 minutes, encrypted as in the bot's messages: with a key of its own unless one is given. */
  publish(
    content: Buffer,
    name: string,
    aeskey = this.core.random(32).toString('base64'),
  ): { url: string; aeskey: string } {
    const path = `/media/${this.core.id('file')}`;
    const expires = this.core.clock.now() + URL_LIFE_MS;
    this.http.file(path, (response) => {
      if (this.core.clock.now() >= expires) return void response.writeHead(404).end();
      const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
      response.writeHead(200, { 'content-disposition': disposition }).end(sealFile(content, aeskey));
    });
    return { url: `${this.core.base()}${path}`, aeskey };
  }
}
