/** What is around the encrypted part of a callback and of its answer: XML for app and kf, JSON for the bot. */
import { cdata } from './xml.js';

export type Envelope = 'xml' | 'json';

/** Base64 in which "/" may be escaped, as JSON allows. */
const JSON_ENCRYPT = /"encrypt"\s*:\s*"([A-Za-z0-9+/=\\]*)"/i;

/**
 * The encrypted part of a body. Found rather than parsed: whoever sent it has not shown yet that it is WeCom, and a parser
 * does as much work as a body asks for, this only as much as it is long.
 */
export function encryptIn(body: string, envelope: Envelope): string | undefined {
  if (envelope === 'json') return JSON_ENCRYPT.exec(body)?.[1]?.replaceAll('\\/', '/');
  const start = body.indexOf('<Encrypt>');
  const end = body.indexOf('</Encrypt>', start);
  if (start < 0 || end < 0) return undefined;
  const text = body.slice(start + '<Encrypt>'.length, end).trim();
  return text.startsWith('<![CDATA[') && text.endsWith(']]>') ? text.slice(9, -3).trim() : text;
}

export interface SealedReply {
  encrypt: string;
  signature: string;
  /** Seconds since the epoch. */
  timestamp: number;
  nonce: string;
}

/** The answer with a sealed reply in it. */
export function replyBody(reply: SealedReply, envelope: Envelope): { type: string; body: string } {
  const { encrypt, signature, timestamp, nonce } = reply;
  if (envelope === 'json')
    // text/plain as WeCom's own plug-in answers.
    return {
      type: 'text/plain; charset=utf-8',
      body: JSON.stringify({ encrypt, msgsignature: signature, timestamp, nonce }),
    };
  const fields = `<Encrypt>${cdata(encrypt)}</Encrypt><MsgSignature>${cdata(signature)}</MsgSignature>`;
  return {
    type: 'text/xml; charset=utf-8',
    body: `<xml>${fields}<TimeStamp>${timestamp}</TimeStamp><Nonce>${cdata(nonce)}</Nonce></xml>`,
  };
}
