/**
 * What a sticker on a terminal tells customer service: `scene_param` in the link comes back in `enter_session`, so that the
 * case begins with the merchant and the terminal known.
 */
import { PosDoctorError } from '../../errors.js';

export interface Scene {
  /** 商户号. */
  merchant: string;
  /** 终端序列号. */
  terminal: string;
}

/** Both together stay far below the 128 bytes that scene_param may have before it is encoded for the URL. */
const NUMBER = /^[0-9A-Za-z_-]{1,32}$/;
/** Characters of a scene_param that are looked at; an encoded one of ours has at most 76. */
const READ_MAX = 512;

/** @throws {PosDoctorError} BAD_ARGUMENTS if a number has another form */
export function sceneParam({ merchant, terminal }: Scene): string {
  for (const [name, value] of Object.entries({ merchant, terminal }))
    if (!NUMBER.test(value))
      throw new PosDoctorError('BAD_ARGUMENTS', { what: `the ${name} must be 1 to 32 of 0-9 A-Z a-z _ -` });
  return `m=${merchant}&t=${terminal}`;
}

/**
 * What a scene_param says; what it does not say, or not in the form of a number, is left out. It comes through a link that
 * anybody can write, and through an app that may or may not have decoded it.
 */
export function readSceneParam(text: string): Partial<Scene> {
  if (text.length > READ_MAX) return {};
  let plain = text;
  for (let times = 0; times < 2 && !plain.includes('='); times += 1) plain = decoded(plain);
  const parameters = new URLSearchParams(plain);
  const find = (...names: string[]): string | undefined =>
    [...parameters].find(([name, value]) => names.includes(name.toLowerCase()) && NUMBER.test(value))?.[1];
  const merchant = find('m', 'merchant');
  const terminal = find('t', 'terminal');
  return { ...(merchant === undefined ? {} : { merchant }), ...(terminal === undefined ? {} : { terminal }) };
}

/** Of numbers only ASCII is wanted; a rest that is cut off, or none, stays as it is. */
function decoded(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
