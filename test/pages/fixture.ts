/** A small knowledge base with every kind of entry the pages show, and the real words of ui.yaml. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import {
  type CauseEntry,
  type CodeReading,
  type Contact,
  type Fault,
  type Fix,
  type Knowledge,
  lexiconSchema,
  type Source,
} from '../../src/knowledge/schema.js';

export const UI = parse(readFileSync(new URL('../../knowledge/ui.yaml', import.meta.url), 'utf8')) as Record<
  string,
  string
>;

const LEXICON = lexiconSchema.parse(
  parse(readFileSync(new URL('../../knowledge/lexicon.yaml', import.meta.url), 'utf8')),
);

const source = (id: string, grade: Source['grade'], url: string): Source => ({
  id,
  grade,
  url,
  title: `title of ${id}`,
  publisher: `publisher of ${id}`,
  checked: '2026-11-20',
});

const SOURCES = [
  source('owner', 'official', 'https://official.example/a?x=1&y=2'),
  source('maker', 'vendor', 'https://vendor.example/b'),
  { ...source('forum', 'community', 'https://community.example/c'), checked: '2026-11-22' },
  source('seller', 'promotional', 'https://promotional.example/d'),
];

const fix: Fix = {
  id: 'restart-line',
  title: 'restart the line',
  who: 'staff',
  minutes: 3,
  success: 0.6,
  helps: { 'sim-unpaid': 0.2 },
  wait: 'until the carrier answers',
  steps: [
    { text: 'look the payment up', charges: false },
    { text: 'charge one yuan', charges: true },
  ],
  avoid: ['do not open the machine'],
  links: ['owner', 'forum'],
  sources: ['owner', 'maker', 'forum', 'seller'],
};

const fault = (id: string, fixes: Fix[]): Fault & { cause: 'network' } => ({
  id,
  cause: 'network',
  title: `fault ${id}`,
  prior: 0.5,
  symptoms: [`symptom of ${id}`],
  why: `why ${id} happens`,
  signs: [`sign of ${id}`],
  answers: {},
  fixes,
  call: ['acquirer', 'carrier'],
  sources: ['forum'],
});

const reading = (system: string, code: string, retry: CodeReading['retry'], faults: string[] = []): CodeReading => ({
  system,
  code,
  meaning: `meaning of ${code} in ${system}`,
  say: `what to do about ${code} in ${system}`,
  cause: 'network',
  also: [],
  retry,
  faults,
  sources: ['maker'],
});

const contact = (id: string, number: string, grade: Contact['grade'], kind: Contact['kind'] = 'acquirer'): Contact => ({
  id,
  name: `name of ${id}`,
  aliases: [],
  number,
  kind,
  role: `role of ${id}`,
  cannot: '',
  regions: [],
  hours: 'all day',
  grade,
  prepare: ['merchant number'],
  note: `internal note of ${id}`,
  sources: ['forum'],
});

export function fixtureKnowledge(): Knowledge {
  const faults = [
    fault('no-signal', [fix]),
    fault('sim-unpaid', [{ ...fix, id: 'pay-sim', title: 'pay the SIM', success: 0.1 }]),
  ];
  const cause: CauseEntry = {
    id: 'network',
    label: 'network label',
    summary: 'network summary',
    short: 'network',
    faults,
    sources: ['maker'],
  };
  const codes = [
    reading('bank', '96', 'query_first', ['no-signal']),
    reading('app', '96', 'later'),
    reading('app', 'A/B C:不可用', 'no'),
  ];
  const system = (id: string) => ({
    id,
    name: `system ${id}`,
    label: id,
    payMethods: ['card' as const],
    codes: codes.filter((code) => code.system === id),
  });
  return {
    version: '0123456789abcdef',
    sources: new Map(SOURCES.map((entry) => [entry.id, entry])),
    causes: new Map([['network', cause]]),
    faults: new Map(faults.map((entry) => [entry.id, entry])),
    fixes: new Map(faults.flatMap((entry) => entry.fixes.map((one) => [one.id, { ...one, fault: entry.id }]))),
    questions: new Map(),
    systems: new Map(['bank', 'app'].map((id) => [id, system(id)])),
    codes: new Map(
      [...new Set(codes.map(({ code }) => code))].map((code) => [
        code.toUpperCase(),
        codes.filter((one) => one.code === code),
      ]),
    ),
    contacts: new Map(
      [
        contact('sure', '95516', 'official'),
        contact('known', '95534', 'multi'),
        contact('doubtful', '95138', 'single'),
        contact('disputed', '95156', 'conflict'),
        contact('unseen', '956196', 'unverified', 'carrier'),
        contact('police', '110', 'unverified', 'police'),
      ].map((entry) => [entry.id, entry]),
    ),
    doNotUse: [{ number: '95055', claimedFor: 'somebody', reason: 'wrong', sources: ['forum'] }],
    scenarios: new Map([
      [
        'promotion',
        {
          id: 'promotion',
          label: 'scenario label',
          summary: 'scenario summary',
          signs: [],
          shifts: { network: 2, 'sim-unpaid': 3, channel: 0.5 },
          checks: ['a check'],
          sources: ['forum'],
        },
      ],
    ]),
    prevention: [
      { id: 'training', title: 'training title', advice: ['an advice'], after: ['network'], sources: ['forum'] },
    ],
    topics: new Map([
      [
        'refund',
        {
          id: 'refund',
          title: 'refund title',
          answer: 'refund answer',
          steps: ['a step'],
          avoid: [],
          call: ['police'],
          sources: ['owner'],
        },
      ],
    ]),
    planRoles: new Map([
      ['cashier', { id: 'cashier', label: 'role label', said: [], words: [], walks: [], onDuty: false }],
    ]),
    drillActs: new Map(),
    drills: new Map(),
    situations: new Map([
      [
        'shop-down',
        {
          id: 'shop-down',
          label: 'situation label',
          title: 'situation title',
          severity: 'emergency',
          said: [],
          words: [],
          answers: {},
          alerts: [],
          steps: [
            {
              id: 'stop',
              title: 'plan step title',
              role: 'cashier',
              text: 'plan step text',
              minutes: 2,
              cannot: 'plan step cannot',
              call: ['police'],
              fault: 'no-signal',
            },
          ],
          sources: ['forum'],
        },
      ],
    ]),
    costs: {
      humanCall: 15,
      wrongMoneyAdvice: 100,
      questionOverhead: 0.1,
      unknownRate: 0.1,
      maxQuestions: 5,
      maxFailedFixes: 2,
      shortlist: 5,
    },
    likelihoods: { textTrust: 0.5, sign: 2, code: { fault: 0.5, cause: 0.3, also: 0.1, rest: 0.01 }, otherPrior: 0.05 },
    phrases: [],
    realUtterances: [],
    lexicon: LEXICON,
    evidence: [],
    organization: {
      name: 'our shop service',
      assistantName: 'POS 小助手',
      hotline: '',
      hotlineHours: '',
      onCall: [],
      dutyHours: [],
      shifts: [],
      holidays: [],
      workdays: [],
      afterHours: { emergency: [], urgent: [], normal: [] },
    },
    ui: UI,
  };
}
