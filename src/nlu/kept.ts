/** A trained classifier as bytes, so that a start need not train: a line of JSON, then the numbers, little-endian. */
import type { Trained } from './model.js';

const MAGIC = 'pos-doctor understanding 1';

interface Header {
  magic: string;
  /** What it was trained on; see `keep`. */
  key: string;
  size: number;
  bias: number[];
  rest: Pick<Trained, 'settings' | 'documents'>;
}

/**
 * Rounds to the 16 upper bits of a float (bfloat16, about three digits): what is kept takes half the room, and a model that was
 * kept says the same as one just trained. No figure of the measurements moved.
 */
export function shortened(trained: Trained): Trained {
  const { weights } = trained.model;
  const bits = new Uint32Array(weights.buffer, weights.byteOffset, weights.length);
  for (let i = 0; i < bits.length; i++) bits[i] = ((bits[i] ?? 0) + 0x8000) & 0xffff0000;
  return trained;
}

/** The upper halves of floats that hold nothing in the lower ones. */
function halves(weights: Float32Array): Uint16Array {
  const bits = new Uint32Array(weights.buffer, weights.byteOffset, weights.length);
  return Uint16Array.from(bits, (bit) => bit >>> 16);
}

/** In a loop: `from` takes three million numbers one by one through an iterator, a third of a second of each start. */
function whole(shorts: Uint16Array): Float32Array {
  const bits = new Uint32Array(shorts.length);
  for (let i = 0; i < bits.length; i++) bits[i] = (shorts[i] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}

const bytesOf = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/**
 * @param trained `shortened`
 * @param key says what it was trained on; who opens it must name the same
 */
export function keep({ vocabulary, model, settings, documents }: Trained, key: string): Uint8Array {
  const size = vocabulary.keys.length;
  const header: Header = { magic: MAGIC, key, size, bias: [...model.bias], rest: { settings, documents } };
  const line = `${JSON.stringify(header)}\n`;
  // The numbers begin at a multiple of 4 bytes.
  const text = new TextEncoder().encode(line.padStart(Math.ceil(line.length / 4) * 4));
  const { keys, frequency, kinds } = vocabulary;
  const pieces = [text, ...[keys, frequency, halves(model.weights), kinds].map(bytesOf)];
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

const NEWLINE = 0x0a;

/** What was kept; undefined if it was trained on something else, or is damaged. */
export function openKept(bytes: Uint8Array, key: string): Trained | undefined {
  const start = bytes.indexOf(NEWLINE) + 1;
  const header = headerOf(bytes.subarray(0, start));
  if (header?.magic !== MAGIC || header.key !== key) return undefined;
  const { size, bias, rest } = header;
  const count = size * bias.length;
  if (bytes.length !== start + 9 * size + 2 * count) return undefined;
  // A copy, as what was read may lie at any place in its buffer; not `slice`, which on a node Buffer makes none.
  const numbers = new Uint8Array(bytes.subarray(start)).buffer;
  const vocabulary = {
    keys: new Uint32Array(numbers, 0, size),
    frequency: new Int32Array(numbers, 4 * size, size),
    kinds: new Uint8Array(numbers, 8 * size + 2 * count, size),
  };
  const weights = whole(new Uint16Array(numbers, 8 * size, count));
  return { ...rest, vocabulary, model: { classes: bias.length, weights, bias: Float32Array.from(bias) } };
}

function headerOf(line: Uint8Array): Header | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(line)) as Header;
  } catch {
    return undefined;
  }
}
