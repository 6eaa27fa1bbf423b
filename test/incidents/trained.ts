/** A detector that has seen some ordinary weeks. */
import { ALLOWED, Detector, detectorFrom, type Report, type Suspects, stateOf } from '../../src/incidents/index.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** Monday, midnight in China. */
export const MONDAY = Date.UTC(2026, 0, 4, 16);
export const WEEKS = 4;
/** Monday after the ordinary weeks, 10:00 in China. */
export const TEN = MONDAY + WEEKS * 7 * DAY + 10 * HOUR;

const CHANNELS = ['wechat', 'alipay', 'card'];
const REGIONS = ['上海', '江苏', '浙江', '北京'];

/** The nth ordinary report: evenly over channels, regions and acquirers. */
export function ordinary(n: number, at: number): Report {
  return {
    at,
    shop: `shop ${n % 997}`,
    channel: CHANNELS[n % 3] ?? '',
    region: REGIONS[n % 4] ?? '',
    acquirer: `a${n % 5}`,
  };
}

/** Four an hour by day, one every two hours at night, up to `until`. */
export function live(detector: Detector, from: number, until: number): void {
  let n = Math.floor(from / HOUR);
  for (let at = from; at < until; at += 15 * MINUTE) {
    const hour = ((at - MONDAY) % DAY) / HOUR;
    const night = hour < 8 || hour >= 22;
    if (night && (at / MINUTE) % 120 !== 0) detector.advance(at);
    else {
      detector.observe(ordinary(n, at), at);
      n += 1;
    }
  }
}

const trained = new Detector();
live(trained, MONDAY, TEN);
const kept = JSON.stringify(stateOf(trained));

/** A new one each time, at TEN. */
export function trainedDetector(suspects?: Suspects): Detector {
  const copy = detectorFrom(JSON.parse(kept), ALLOWED, suspects);
  if (copy === null) throw new Error('the state was refused');
  return copy;
}

/** Reports of one failure by `count` shops, `apart` ms each. */
export function burst(count: number, more: Partial<Report>, { from = TEN + MINUTE, apart = 30_000 } = {}): Report[] {
  return Array.from({ length: count }, (_, n) => ({ shop: `hit ${n}`, ...more, at: from + n * apart }));
}

export function observeAll(detector: Detector, reports: readonly Report[]) {
  return reports.flatMap((report) => detector.observe(report, report.at));
}
