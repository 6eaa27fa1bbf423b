/** The one late answer that the response_url of a bot's message or tap takes. */
import { PosDoctorError } from '../../errors.js';
import { reactionTo } from './errcodes.js';
import { exchange, type Transport } from './http.js';
import { sendError } from './send-error.js';

/** WeCom's hosts, where media and response_urls lie. */
const WECOM_HOST = /(?:^|\.)weixin\.qq\.com$/;

/**
 * Posts plain JSON: the page says so, one third party encrypts (protocol page, 11.7); what is refused is given up.
 * @param apiBase another place where a response_url may lie: an operator's own proxy, or a local WeCom
 * @throws {PosDoctorError} SEND_FAILED, SEND_REFUSED
 */
export async function postOnce(
  channel: string,
  address: string,
  body: unknown,
  { apiBase, ...transport }: Transport & { apiBase: string },
): Promise<void> {
  const url = URL.canParse(address) ? new URL(address) : null;
  const known =
    url && ((url.protocol === 'https:' && WECOM_HOST.test(url.hostname)) || url.origin === new URL(apiBase).origin);
  if (!url || !known) throw new PosDoctorError('SEND_REFUSED', { channel, why: 'the response_url is none of WeCom’s' });
  const api = 'aibot/response';
  try {
    const { errcode } = await exchange(transport, { api, url, body });
    const { reaction, what } = reactionTo(errcode);
    if (reaction !== 'ok') throw new PosDoctorError('WECOM_ERROR', { api, errcode, what });
  } catch (error) {
    throw sendError(channel, error);
  }
}
