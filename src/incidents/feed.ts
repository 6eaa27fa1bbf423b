/** What the journal holds of a case, for the detector. Pure. */
import { asTime, type Change, type Detector } from './detector.js';
import { ATTRIBUTES, type Attributes, type Report } from './streams.js';

/** As the journal has it. */
interface Reported {
  /** ms since the epoch. */
  at: number;
  conversation: string;
  data: Readonly<Record<string, unknown>>;
}

/**
 * Takes a report in at its own time, so that it counts alike whenever it is read; never before what was taken in already.
 * @param now ms since the epoch
 */
export function feed(detector: Detector, event: Reported, now: number): Change[] {
  return detector.observe(reportOf(event), Math.max(asTime(detector.now), Math.min(event.at, now)));
}

/** A conversation stands for a shop of its own where no shop is known. */
function reportOf({ at, conversation, data }: Reported): Report {
  const attributes: Attributes = {};
  for (const name of ATTRIBUTES) {
    const value = data[name];
    if (typeof value === 'string' && value !== '') attributes[name] = value;
  }
  const shop = typeof data.shop === 'string' && data.shop !== '' ? data.shop : conversation;
  return { at, shop, ...attributes, ...beliefsIn(data.faults) };
}

/** What was believed of the case; nothing if that cannot be read. */
function beliefsIn(faults: unknown): Pick<Report, 'faults'> {
  if (typeof faults !== 'object' || faults === null) return {};
  const known = Object.entries(faults).filter((one): one is [string, number] => typeof one[1] === 'number');
  return known.length === 0 ? {} : { faults: Object.fromEntries(known) };
}
