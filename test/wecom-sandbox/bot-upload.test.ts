/** Uploads that do not keep what they announced. */
import { createHash } from 'node:crypto';
import type { JsonObject } from './json.js';
import { DAY, MINUTE } from './rates.js';
import type { Wire } from './support/wire.js';
import { broken, wireOf, type Yard, yardForEach } from './support/yard.js';

let yard: Yard;
let wire: Wire;
yardForEach(async (made) => {
  yard = made;
  wire = await wireOf(made);
});

const FILE = Buffer.from('a small file');
const ANNOUNCED: JsonObject = {
  type: 'file',
  filename: 'a.pdf',
  total_size: FILE.length,
  total_chunks: 1,
  md5: createHash('md5').update(FILE).digest('hex'),
};
const init = (more: JsonObject = {}) => wire.send('aibot_upload_media_init', { ...ANNOUNCED, ...more });
const chunk = (upload_id: string, more: JsonObject = {}) =>
  wire.send('aibot_upload_media_chunk', { upload_id, chunk_index: 0, base64_data: FILE.toString('base64'), ...more });
const finish = (upload_id: string) => wire.send('aibot_upload_media_finish', { upload_id });
const begun = async (more: JsonObject = {}) => String((await init(more)).body?.upload_id);

test.each<[string, JsonObject, number]>([
  ['an unknown type', { type: 'song' }, 40004],
  ['a name of 257 bytes', { filename: 'n'.repeat(257) }, 40058],
  ['4 bytes', { total_size: 4 }, 40006],
  ['more chunks than the size needs', { total_chunks: 2 }, 40058],
  ['more than 100 chunks', { total_size: 101 * 512 * 1024, total_chunks: 101 }, 40058],
])('%s: refused', async (_, more, errcode) => {
  expect((await init(more)).errcode).toBe(errcode);
  expect(broken(yard.sandbox)).toEqual(['upload']);
});

test('a chunk twice is fine; one too many, none at all, another content, or half an hour later is not', async () => {
  const good = await begun();
  await chunk(good);
  await chunk(good);
  expect((await finish(good)).body).toMatchObject({ type: 'file', media_id: expect.any(String) });
  expect((await chunk(good, { chunk_index: 1 })).errcode).toBe(40058);
  expect((await finish(await begun())).errcode).toBe(40058);
  const other = await begun({ md5: '0'.repeat(32) });
  await chunk(other);
  expect((await finish(other)).errcode).toBe(301019);
  await yard.clock.advance(30 * MINUTE + 1);
  expect((await chunk(good)).errcode).toBe(40058);
  expect(broken(yard.sandbox)).toEqual(['upload', 'upload', 'upload', 'upload']);
});

test('a media_id is good for 3 days', async () => {
  yard.sandbox.bot.message({ user: 'zhangsan', text: '你好' });
  const id = await begun();
  await chunk(id);
  const media_id = String((await finish(id)).body?.media_id);
  const send = async () =>
    (await wire.send('aibot_send_msg', { chatid: 'zhangsan', msgtype: 'file', file: { media_id } })).errcode;
  await yard.clock.advance(3 * DAY);
  expect(await send()).toBe(0);
  await yard.clock.advance(1);
  expect(await send()).toBe(40007);
});

test('30 uploads a minute', async () => {
  for (let count = 0; count < 30; count += 1) expect((await init()).errcode).toBe(0);
  expect((await init()).errcode).toBe(45009);
  expect(broken(yard.sandbox)).toEqual(['upload-rate']);
});
