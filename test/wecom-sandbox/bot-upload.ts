/** 智能机器人: uploads in chunks (wecom-protocol.md 1.9). */
import { createHash } from 'node:crypto';
import type { Core } from './core.js';
import { bytes, type JsonObject, maybeNumber, needText } from './json.js';
import type { Media } from './media.js';
import { HOUR, MINUTE, Rates } from './rates.js';
import { Recent } from './recent.js';
import { Refusal } from './rules.js';

const SESSION_MS = 30 * MINUTE;
const CHUNK = 512 * 1024;
const TYPES = ['file', 'image', 'voice', 'video'];

interface Upload {
  type: string;
  size: number;
  count: number;
  md5: string;
  at: number;
  chunks: Map<number, Buffer>;
}

export class BotUpload {
  readonly #uploads = new Recent<Upload>(100);
  readonly #rates: Rates;

  constructor(
    private readonly core: Core,
    private readonly media: Media,
  ) {
    this.#rates = new Rates(core.clock, [
      { count: 30, ms: MINUTE },
      { count: 1000, ms: HOUR },
    ]);
  }

  init(body: JsonObject): JsonObject {
    if (!this.#rates.take('bot')) throw new Refusal('upload-rate', '');
    const type = needText(body, 'type', 'upload');
    const size = maybeNumber(body, 'total_size', 'upload') ?? 0;
    const count = maybeNumber(body, 'total_chunks', 'upload') ?? 0;
    if (!TYPES.includes(type)) throw new Refusal('upload', type, { errcode: 40004 });
    if (bytes(needText(body, 'filename', 'upload')) > 256) throw new Refusal('upload', 'filename above 256 bytes');
    if (size < 5) throw new Refusal('upload', `total_size ${size}`, { errcode: 40006 });
    if (count !== Math.ceil(size / CHUNK) || count > 100)
      throw new Refusal('upload', `${count} chunks for ${size} bytes`);
    const id = this.core.id('upload');
    const md5 = needText(body, 'md5', 'upload');
    this.#uploads.set(id, { type, size, count, md5, at: this.core.clock.now(), chunks: new Map() });
    return { body: { upload_id: id } };
  }

  /** The same chunk may come again, and in any order. */
  chunk(body: JsonObject): JsonObject {
    const upload = this.#find(body);
    const index = maybeNumber(body, 'chunk_index', 'upload') ?? -1;
    if (!Number.isInteger(index) || index < 0 || index >= upload.count) throw new Refusal('upload', `chunk ${index}`);
    const data = Buffer.from(needText(body, 'base64_data', 'upload'), 'base64');
    if (data.length > CHUNK) throw new Refusal('upload', `a chunk of ${data.length} bytes`);
    upload.chunks.set(index, data);
    return {};
  }

  finish(body: JsonObject): JsonObject {
    const upload = this.#find(body);
    const ordered = [...upload.chunks].sort(([a], [b]) => a - b).map(([, data]) => data);
    const whole = Buffer.concat(ordered);
    if (ordered.length < upload.count || whole.length !== upload.size)
      throw new Refusal('upload', `${ordered.length} of ${upload.count} chunks, ${whole.length} bytes`);
    if (createHash('md5').update(whole).digest('hex') !== upload.md5)
      throw new Refusal('upload', 'md5', { errcode: 301019 });
    const created_at = Math.floor(this.core.clock.now() / 1000);
    return { body: { type: upload.type, media_id: this.media.create(), created_at } };
  }

  #find(body: JsonObject): Upload {
    const upload = this.#uploads.get(needText(body, 'upload_id', 'upload'));
    if (!upload || this.core.clock.now() - upload.at > SESSION_MS) throw new Refusal('upload', 'no such session');
    return upload;
  }
}
