/** The shops of the simulated morning: what they are, what is usual among them, and who has a case when. Pure and seeded. */
import type { Merchants } from '../dialogue/merchants.js';
import { DAY_MINUTES, MINUTE_MS } from '../incidents/calendar.js';
import { ALLOWED, Detector, type Report } from '../incidents/index.js';
import type { MorningSettings, Trouble } from './morning-settings.js';
import { type Random, randomFrom } from './random.js';
import { drawTraffic, type Shop, type Traffic } from './shops.js';
import { drawDays, drawVisits, type Visit } from './traffic.js';
import type { Voices } from './voices.js';

/** Monday 2026-01-05, 00:00 in China, minutes since the epoch. */
const FIRST_MONDAY = Date.UTC(2026, 0, 4, 16) / MINUTE_MS;
/** Minutes between two calls that only let time pass. */
const TICK = 10;

export interface Town {
  traffic: Traffic;
  /** Midnight in China before the morning, minutes since the epoch. */
  day: number;
  /** Experienced with the weeks before. */
  detector: Detector;
  /** The operator's list: of some shops. */
  merchants: Merchants;
  isListed(shop: Shop): boolean;
  /** The lexicon's id. */
  acquirerOf(shop: Shop): string;
  random: Random;
}

/** ms since the epoch of a minute of that day. */
export const timeOf = ({ day }: Pick<Town, 'day'>, minute: number): number => (day + minute) * MINUTE_MS;

/** Draws the shops and lets the detector live through the weeks before. `shops`: how many. `voices`: what they said then. */
export function drawTown(settings: MorningSettings, voices: Voices, shops: number, seed: number): Town {
  const random = randomFrom(seed);
  const traffic = drawTraffic(voices, random, shops);
  const detector = new Detector(ALLOWED, voices.suspects);
  const minutes = settings.learnDays * DAY_MINUTES + settings.from;
  const { reports, planned } = drawDays(traffic, FIRST_MONDAY, minutes, random);
  detector.plan(planned);
  let tick = FIRST_MONDAY;
  for (const report of reports) {
    for (; tick * MINUTE_MS < report.at; tick += TICK) detector.advance(tick * MINUTE_MS);
    if (report.at < (FIRST_MONDAY + minutes) * MINUTE_MS) detector.observe(named(report, settings), report.at);
  }
  const acquirerOf = ({ attributes }: Shop): string => acquirerId(attributes.acquirer ?? '', settings);
  const listed = new Map(traffic.shops.filter(() => random() < settings.listed).map((shop) => [shop.id, shop]));
  return {
    traffic,
    day: FIRST_MONDAY + settings.learnDays * DAY_MINUTES,
    detector,
    merchants: {
      byNumber: (number) => {
        const shop = listed.get(number);
        if (shop === undefined) return undefined;
        const { region = '', terminal = '' } = shop.attributes;
        const terminals = [{ serial: `${shop.id}-1`, model: terminal }];
        return { number: shop.id, shop: shop.id, region, acquirer: acquirerOf(shop), terminals };
      },
      bySerial: () => undefined,
      byUser: () => undefined,
      namesUser: () => false,
    },
    isListed: ({ id }) => listed.has(id),
    acquirerOf,
    random,
  };
}

const acquirerId = (rank: string, { acquirers }: MorningSettings): string => acquirers[Number(rank.slice(1))] ?? rank;

/** In the lexicon's words, as the dialogue knows them. */
function named(report: Report, settings: MorningSettings): Report {
  const { channel, acquirer, ...rest } = report;
  return {
    ...rest,
    ...(channel === undefined ? {} : { channel: settings.channels[channel] ?? channel }),
    ...(acquirer === undefined ? {} : { acquirer: acquirerId(acquirer, settings) }),
  };
}

/** One case of the morning; `trouble`: it is the incident's. */
export type Call = Visit & { trouble?: Trouble };

/** Who has a case this morning: the usual ones, and those of the outage and the maintenance. In order of time. */
export function drawCalls({ traffic, day, random }: Town, settings: MorningSettings): Call[] {
  const named = (visit: Visit): Visit => ({ ...visit, channel: settings.channels[visit.channel] ?? visit.channel });
  const usual: Call[] = drawVisits(traffic, day + settings.from, day + settings.to, 1, random).map(named);
  const more = [settings.outage, settings.maintenance].flatMap((trouble) => {
    const until = Math.min(trouble.to, settings.to);
    return drawVisits(traffic, day + trouble.from, day + until, trouble.rise - 1, random)
      .map(named)
      .filter(({ shop, channel }) => channel === trouble.channel && shop.attributes.acquirer === `a${trouble.acquirer}`)
      .map((visit): Call => ({ ...visit, trouble }));
  });
  // Whoever has the same trouble twice in a morning is one who comes back, not another.
  const seen = new Set<string>();
  return [...usual, ...more]
    .sort((one, other) => one.at - other.at)
    .filter(({ shop, trouble }) => {
      const key = `${shop.id} ${trouble?.what ?? ''}`;
      return !seen.has(key) && Boolean(seen.add(key));
    });
}
