/**
 * What reports come in from the shops of a payment service provider, on days without and with outages. Pure and seeded. The sizes
 * are assumptions, chosen to be hard on a detector: rates that move together (promotions, holidays, Monday mornings) or in one
 * region only, shops that write several times, small troubles of a street, whole chains at once.
 */
import { DAY_MINUTES, HOUR_MINUTES, hourOfWeek, MINUTE_MS, sinceMonday } from '../incidents/calendar.js';
import { type Attributes, type Planned, type Report, streamsOf } from '../incidents/index.js';
import { lognormal, pick, poisson, type Random, weighted } from './random.js';
import { CHAINS, pickShop, SHOPS_A_CHAIN, type Shop, SIZES, type Traffic, zipf } from './shops.js';

/** A shop has a case a month. */
const DAYS_A_CASE = 30;
const CHANNELS = ['wechat', 'alipay', 'unionpay', 'card', 'digital'] as const;
const CHANNEL_WEIGHTS = [0.42, 0.22, 0.1, 0.2, 0.06] as const;
/** P(an attribute is known when a case is counted). */
const KNOWN = { channel: 0.8, acquirer: 0.85, bank: 0.7, region: 0.9, terminal: 0.8 } as const;
const LATE_HOURS = 2;

/** Weight of each hour of a day: restaurants and shops, at noon and in the evening. */
const RESTAURANT = [2, 1, 0.5, 0.3, 0.3, 1, 3, 5, 4, 3, 5, 14, 16, 9, 4, 4, 6, 14, 18, 14, 9, 6, 4, 3];
const RETAIL = [1, 0.5, 0.3, 0.3, 0.3, 0.5, 2, 5, 9, 11, 11, 9, 8, 8, 9, 9, 9, 9, 10, 10, 8, 5, 3, 1.5];

/** Spread of what is common to all reports (a day, an hour), to a region's day, and of what comes with an event. */
const SPREAD = { day: 0.12, hour: 0.12, region: 0.15 } as const;
/** Per month. */
const EVENTS = { promotions: 2, regional: 6, holidays: 0.6, chains: 2, streets: 10, maintenance: 4 } as const;

/** `later`: no new case, but more that is believed of one. */
export type Told = Report & { later?: boolean };

/** Reports in order of time, and the maintenance that was announced. */
export interface Days {
  reports: Told[];
  planned: Planned[];
}

const BANKS = zipf(SIZES.bank);

/** A report, and the fault behind it. */
interface Drawn {
  report: Report;
  fault: string;
}

/** One case of a shop: what fails, as far as it is known when it is counted. */
function caseOf(shop: Shop, minute: number, faultOf: FaultOf, random: Random): Drawn {
  const channel = CHANNELS[weighted(CHANNEL_WEIGHTS, random)] ?? 'card';
  const attributes: Attributes = { ...shop.attributes, channel };
  if (channel === 'card' || channel === 'unionpay') attributes.bank = `b${weighted(BANKS, random)}`;
  for (const [name, known] of Object.entries(KNOWN))
    if (random() >= known) delete attributes[name as keyof typeof KNOWN];
  const owner = shop.owner === undefined ? {} : { owner: shop.owner };
  const report = { at: (minute + random()) * MINUTE_MS, shop: shop.id, ...owner, ...attributes };
  return { report, fault: faultOf(shop, channel) };
}

/** The report, with what is believed of it, and again some minutes later if more is believed then. */
function told({ report, fault }: Drawn, { voices }: Traffic, random: Random): Told[] {
  const [first, ...later] = voices.said(fault, random);
  return [
    first === undefined ? report : { ...report, faults: first.faults },
    ...later.map(({ after, faults }) => ({ ...report, at: report.at + after * MINUTE_MS, faults, later: true })),
  ];
}

/** What is wrong, given the way of paying. */
type FaultOf = (shop: Shop, channel: string) => string;

/** Factors on the rates of some days. */
interface Weather {
  /** By day and by hour since the first minute. */
  days: number[];
  hours: number[];
  /** Region → factor by day. */
  regions: Map<string, number[]>;
  /** Hours of promotions. */
  promotions: Set<number>;
}

/**
 * Ordinary reports from one minute (since the epoch) on. `busy`: times the usual rate; with `calm` nothing but the profile of the
 * week varies.
 */
export function drawDays(traffic: Traffic, from: number, minutes: number, random: Random): Days {
  const weather = drawWeather(minutes, random);
  const reports: Told[] = [];
  for (let minute = 0; minute < minutes; minute += HOUR_MINUTES) {
    const factor = (weather.days[Math.floor(minute / DAY_MINUTES)] ?? 1) * (weather.hours[minute / HOUR_MINUTES] ?? 1);
    const scenario = weather.promotions.has(minute / HOUR_MINUTES) ? 'promotion' : null;
    const faultOf: FaultOf = ({ leanings }, channel) => traffic.voices.ordinary(channel, leanings, scenario, random);
    for (const drawn of drawHour(traffic, from + minute, factor, faultOf, random)) {
      const regional = weather.regions.get(drawn.report.region ?? '')?.[Math.floor(minute / DAY_MINUTES)] ?? 1;
      if (random() * MOST_REGIONAL < regional)
        reports.push(...told(drawn, traffic, random), ...repeatsOf(drawn, random));
    }
  }
  const planned = drawEvents(traffic, from, minutes, reports, random);
  reports.sort((one, other) => one.at - other.at);
  return { reports, planned };
}

/** Regional factors are drawn by thinning, so that many more are drawn than kept. */
const MOST_REGIONAL = 3;

/** An hour's reports, `factor` × as many as usual, and as many more as regional factors may take. */
function drawHour(
  traffic: Traffic,
  minute: number,
  factor: number,
  faultOf: FaultOf,
  random: Random,
  more = MOST_REGIONAL,
): Drawn[] {
  const most = (traffic.shops.length / DAYS_A_CASE / 24) * PEAK * factor * more;
  return Array.from({ length: poisson(most, random) }).flatMap(() => {
    const shop = pickShop(traffic, random);
    return random() * PEAK < profile(shop, minute)
      ? [caseOf(shop, minute + Math.floor(random() * HOUR_MINUTES), faultOf, random)]
      : [];
  });
}

/** Who has a case, when and with which way of paying: as it is, not as far as it is known. */
export interface Visit {
  /** ms since the epoch. */
  at: number;
  shop: Shop;
  channel: string;
}

/** Ordinary cases between two minutes (since the epoch), `factor` × as many as usual, in order of time. */
export function drawVisits(traffic: Traffic, from: number, to: number, factor: number, random: Random): Visit[] {
  const visits: Visit[] = [];
  const shops = new Map(traffic.shops.map((shop) => [shop.id, shop]));
  // What is wrong is drawn with the merchant.
  const faultOf: FaultOf = () => '';
  for (let hour = Math.floor(from / HOUR_MINUTES) * HOUR_MINUTES; hour < to; hour += HOUR_MINUTES)
    for (const { report } of drawHour(traffic, hour, factor, faultOf, random, 1)) {
      const { at, shop: id, channel } = report;
      const shop = shops.get(id);
      if (shop === undefined || at < from * MINUTE_MS || at >= to * MINUTE_MS) continue;
      visits.push({ at, shop, channel: channel ?? CHANNELS[weighted(CHANNEL_WEIGHTS, random)] ?? 'card' });
    }
  return visits.sort((one, other) => one.at - other.at);
}

/** The busiest hour of a kind of shop, times the mean. */
const PEAK = 3.6;

/** A shop's hour beside its mean hour. */
function profile(shop: Shop, minute: number): number {
  const week = hourOfWeek(minute - (shop.late ? LATE_HOURS * HOUR_MINUTES : 0));
  const hours = shop.restaurant ? RESTAURANT : RETAIL;
  const share = ((hours[week % 24] ?? 0) * 24) / hours.reduce((left, right) => left + right, 0);
  const weekend = week >= 5 * 24;
  const monday = week >= 8 && week < 11 ? 1.5 : 1;
  return share * (weekend ? (shop.restaurant ? 1.2 : 0.8) : 1) * monday;
}

function repeatsOf({ report }: Drawn, random: Random): Report[] {
  if (random() >= 0.25) return [];
  return Array.from({ length: 1 + Math.floor(random() * 6) }, () => ({
    ...report,
    at: report.at + random() * 30 * MINUTE_MS,
  }));
}

function drawWeather(minutes: number, random: Random): Weather {
  const count = Math.ceil(minutes / DAY_MINUTES);
  const months = count / 30;
  const days = Array.from({ length: count }, () => lognormal(SPREAD.day, random));
  const hours = Array.from({ length: Math.ceil(minutes / HOUR_MINUTES) }, () => lognormal(SPREAD.hour, random));
  const regions = new Map(
    Array.from({ length: SIZES.region }, (_, region) => [
      `r${region}`,
      Array.from({ length: count }, () => lognormal(SPREAD.region, random)),
    ]),
  );
  const promotions = new Set<number>();
  for (let left = poisson(EVENTS.promotions * months, random); left > 0; left -= 1) {
    const day = Math.floor(random() * count);
    for (let hour = day * 24 + 10; hour < day * 24 + 22; hour += 1) {
      hours[hour] = Math.max(hours[hour] ?? 1, 2);
      promotions.add(hour);
    }
  }
  for (let left = poisson(EVENTS.holidays * months, random); left > 0; left -= 1) {
    const [start, length] = [Math.floor(random() * count), 3 + Math.floor(random() * 5)];
    const factor = random() < 0.5 ? 0.5 : 1.7;
    for (let day = start; day < start + length; day += 1) days[day] = (days[day] ?? 1) * factor;
  }
  for (let left = poisson(EVENTS.regional * months, random); left > 0; left -= 1) {
    const region = regions.get(`r${Math.floor(random() * SIZES.region)}`);
    const day = Math.floor(random() * count);
    if (region !== undefined) region[day] = (region[day] ?? 1) * 2;
  }
  return { days, hours, regions, promotions };
}

/** Chains that write at once, small troubles of a street, maintenance at night that was announced. */
function drawEvents(traffic: Traffic, from: number, minutes: number, reports: Told[], random: Random): Planned[] {
  const months = minutes / DAY_MINUTES / 30;
  for (let left = poisson(EVENTS.chains * months, random); left > 0; left -= 1) {
    const [chain, start] = [Math.floor(random() * CHAINS), from + random() * minutes];
    const fault = traffic.voices.ordinary(null, [], null, random);
    for (const shop of traffic.shops.slice(chain * SHOPS_A_CHAIN, (chain + 1) * SHOPS_A_CHAIN))
      reports.push(
        ...told(
          caseOf(shop, start + random() * 10, () => fault, random),
          traffic,
          random,
        ),
      );
  }
  for (let left = poisson(EVENTS.streets * months, random); left > 0; left -= 1) {
    const [{ attributes }, start] = [pickShop(traffic, random), from + random() * minutes];
    const near = traffic.shops.filter((shop) => shop.attributes.region === attributes.region);
    const fault = traffic.voices.street(random);
    for (let shops = 2 + Math.floor(random() * 3); shops > 0; shops -= 1)
      reports.push(
        ...told(
          caseOf(pick(near, random), start + random() * 20, () => fault, random),
          traffic,
          random,
        ),
      );
  }
  return Array.from({ length: poisson(EVENTS.maintenance * months, random) }, () => {
    const night =
      Math.floor((sinceMonday(from) + random() * minutes) / DAY_MINUTES) * DAY_MINUTES - sinceMonday(0) + 30;
    const stream = { acquirer: `a${weighted(zipf(SIZES.acquirer), random)}` };
    reports.push(...drawOutage(traffic, { stream, from: night, minutes: HOUR_MINUTES, rise: 20 }, random));
    return { attributes: stream, from: night * MINUTE_MS, to: (night + 2 * HOUR_MINUTES) * MINUTE_MS };
  });
}

export interface Outage {
  stream: Attributes;
  /** Minutes since the epoch. */
  from: number;
  minutes: number;
  /** Times the usual reports of that stream, > 1. */
  rise: number;
}

/** The reports that an outage adds to the usual ones, in order of time. */
export function drawOutage(traffic: Traffic, { stream, from, minutes, rise }: Outage, random: Random): Told[] {
  const wanted = Object.entries(stream) as [keyof Attributes, string][];
  const reports: Told[] = [];
  const fault = traffic.voices.outage(stream, random);
  for (let hour = Math.floor(from / HOUR_MINUTES) * HOUR_MINUTES; hour < from + minutes; hour += HOUR_MINUTES)
    for (const drawn of drawHour(traffic, hour, rise - 1, () => fault, random, 1)) {
      const { report } = drawn;
      const inside = report.at >= from * MINUTE_MS && report.at < (from + minutes) * MINUTE_MS;
      if (inside && wanted.every(([name, value]) => report[name] === value))
        reports.push(...told(drawn, traffic, random));
    }
  return reports.sort((one, other) => one.at - other.at);
}

/** Streams with their reports a day over some days, as they come; a shop's repeats not counted. */
export function streamSizes(reports: readonly Report[], days: number): Map<string, number> {
  const sizes = new Map<string, number>();
  const last = new Map<string, number>();
  for (const report of reports) {
    const before = last.get(report.shop);
    last.set(report.shop, report.at);
    if (before !== undefined && report.at - before < HOUR_MINUTES * MINUTE_MS) continue;
    for (const key of streamsOf(report)) sizes.set(key, (sizes.get(key) ?? 0) + 1 / days);
  }
  return sizes;
}
