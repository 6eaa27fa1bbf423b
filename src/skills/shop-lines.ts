/** The shop and its last cases in words: what the user may be shown of them, and what our own people may. Pure. */
import { believe } from '../diagnosis/belief.js';
import { joined, sentence } from '../dialogue/interpreter.js';
import { type PastCase, together } from '../dialogue/past-cases.js';
import type { ReplyOption } from '../dialogue/reply.js';
import { openTerminals, shownShop } from '../dialogue/shop.js';
import type { Turn } from '../dialogue/world.js';

const SKILL = 'handoff';
/** Who reads it: the user, who may be anybody with a number, or the people behind us. */
export type Reader = 'user' | 'people';

/** Terminals named in a summary, and offered to be tapped; of more the serial is asked for. */
const NAMED_MAX = 6;
const OFFERED_MAX = 4;
const TAIL = 4;
/** P(device or network) from which it matters which of several terminals it is about. */
const MATTERS = 0.5;
/** China is one time zone, UTC+8. */
const CHINA_MS = 8 * 60 * 60_000;
const OTHER_TERMINAL = 'other-terminal';

/** Lines of the summary; empty ones are left out. */
export function shopLines(turn: Turn, reader: Reader): string[] {
  const { shop, facts } = turn.session;
  const line = (key: string, values: Record<string, string>, needs = Object.values(values)) =>
    needs.every((value) => value !== '') ? sentence(turn, key, values, SKILL) : '';
  if (reader === 'user') {
    const { merchant = '', terminal = '' } = shownShop(shop);
    return [line('summary-merchant', { merchant }), line('summary-terminal', { terminal, model: '' }, [terminal])];
  }
  const { name = '', region = '', acquirer = '', merchant = '', terminal = '', model = '' } = shop ?? {};
  return [
    line('summary-name', { name, region }, [name]),
    line('summary-merchant', { merchant }),
    line('summary-terminal', { terminal, model }, [terminal]),
    line('summary-terminals', { terminals: terminalsInWords(turn) }),
    // One that we know stands among the organisations.
    acquirer === facts.acquirer ? '' : line('summary-acquirer', { acquirer }),
    line('summary-past', { cases: pastInWords(turn) }),
  ];
}

function terminalsInWords(turn: Turn): string {
  const terminals = openTerminals(turn);
  const named = terminals
    .slice(0, NAMED_MAX)
    .map(({ serial, model }) => sentence(turn, 'terminal-item', { serial, model }, SKILL));
  const more = terminals.length - named.length;
  return joined(turn, [...named, more > 0 ? sentence(turn, 'terminals-more', { n: more }, SKILL) : ''], 'items');
}

/** The last cases of this shop but the one under way, others' of the shop as well. */
function pastInWords(turn: Turn): string {
  const { past = [], shop, caseNumber, caseOpenedAt, closed } = turn.session;
  const own = past.filter(({ merchant }) => merchant === undefined || merchant === shop?.merchant);
  const shared = shop?.merchant === undefined ? [] : (turn.world.shopCases?.of(shop.merchant, turn.at) ?? []);
  const isThis = ({ case: number, opened = caseOpenedAt }: PastCase) =>
    number === caseNumber && opened === caseOpenedAt && closed === null;
  const theirs = together(own, shared).filter((one) => !isThis(one));
  return joined(
    turn,
    theirs.map((one) => caseInWords(turn, one)),
    'points',
  );
}

function caseInWords(turn: Turn, { at, cause, fault, fix, outcome }: PastCase): string {
  const { causes, faults, fixes } = turn.world.knowledge;
  const label = [...causes.values()].find(({ id }) => id === cause)?.label ?? '';
  const title = faults.get(fault ?? '')?.title ?? label;
  const day = new Date(at + CHINA_MS).toISOString().slice(5, 10);
  const values = { day, title, fix: fixes.get(fix ?? '')?.title ?? '' };
  return sentence(turn, 'past-case', { ...values, outcome: sentence(turn, `past-${outcome}`, {}, SKILL) }, SKILL);
}

/** What is asked besides: which of the shop's terminals it is. Nobody is kept waiting for the answer. */
export function askWhich(turn: Turn): { text: string; options: ReplyOption[] } {
  const terminals = openTerminals(turn);
  delete turn.session.machines;
  if (terminals.length === 0 || !matters(turn)) return { text: '', options: [] };
  // What a number leads to in the list is not for everybody who knows the number.
  if (turn.session.shop?.own !== true || terminals.length > OFFERED_MAX)
    return { text: sentence(turn, 'which-serial', {}, SKILL), options: [] };
  turn.session.machines = terminals.map(({ serial }) => serial);
  const options = terminals.map(({ serial, model }, index) => ({
    id: `machine-${index + 1}`,
    label: sentence(turn, 'machine', { model, tail: serial.slice(-TAIL) }, SKILL),
  }));
  return { text: sentence(turn, 'which-terminal', {}, SKILL), options };
}

/** It is likely to lie in one terminal. */
function matters({ world, session }: Turn): boolean {
  const all = session.case.answers.some(
    ({ question, option }) => question === OTHER_TERMINAL && option === 'fails-too',
  );
  const { causes } = believe(world.model, session.case);
  return !all && (causes.get('device') ?? 0) + (causes.get('network') ?? 0) >= MATTERS;
}

/** The serial that an option of {@link askWhich} stands for. */
export function machineOf(turn: Turn, option: string | undefined): string | undefined {
  const number = /^machine-(\d+)$/.exec(option ?? '')?.[1];
  return number === undefined ? undefined : turn.session.machines?.[Number(number) - 1];
}
