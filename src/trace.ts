/**
 * Trace ids as W3C Trace Context writes them (https://www.w3.org/TR/trace-context/), so that what a message did can be followed from the
 * proxy in front through the turn, the outbox and the door, over processes and restarts. Pure, but for {@link randomTrace}.
 */
import { randomFillSync } from 'node:crypto';

/** `00-<32 hex: trace>-<16 hex: span>-<2 hex: flags>`: kept with events and replies as it is. */
export type TraceParent = string;

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);
/** Bytes of a trace id and of a span id. */
const TRACE_BYTES = 16;
const SPAN_BYTES = 8;

/** The ids and flags of a header as it came; null if it is none, which the standard says to leave aside and begin anew. */
export function readTrace(header: string | undefined): { trace: string; span: string; flags: string } | null {
  const [, version, trace, span, flags, more] = FORM.exec(header ?? '') ?? [];
  if (!trace || !span || !flags || version === 'ff' || trace === NO_TRACE || span === NO_SPAN) return null;
  // Later versions may add fields; this one has none.
  return version === '00' && more !== undefined ? null : { trace, span, flags };
}

/** Hexadecimal digits for so many bytes, not all of them 0. */
export type Hex = (bytes: number) => string;

/** Random bytes drawn ahead: asking for a few at a time costs as much as for all of these. Full: none are left. */
const pool = Buffer.alloc(4096);
let used = pool.length;

/** `bytes`: at most 4,096. */
export const randomHex: Hex = (bytes) => {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
};

/** Our own step in the trace that a header names, or in a new one. */
export function traceFrom(header: string | undefined, hex: Hex): TraceParent {
  const parent = readTrace(header);
  return `00-${parent?.trace ?? hex(TRACE_BYTES)}-${hex(SPAN_BYTES)}-${flagsOf(parent?.flags)}`;
}

/** Of the flags that exist we pass on `sampled`; what begins here is not recorded anywhere else. */
function flagsOf(flags: string | undefined): string {
  return flags !== undefined && (Number.parseInt(flags, 16) & 1) === 1 ? '01' : '00';
}

/** The fields of a log line, as OpenTelemetry names them for logs that are not its own. */
export function traceFields(trace: TraceParent | undefined): object {
  const ids = readTrace(trace);
  return ids === null ? {} : { trace_id: ids.trace, span_id: ids.span, trace_flags: ids.flags };
}
