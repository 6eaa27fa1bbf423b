/** Merchants who say no more than what the screen says and answer what they are asked: the answers alone have to find the cause. */
import type { Session } from '../../src/dialogue/session.js';
import { publicState } from '../../src/dialogue/state.js';
import { takeTurn } from '../../src/dialogue/turn.js';
import { CAUSES, type Cause, CHARGED } from '../../src/knowledge/schema.js';
import { realWorld } from '../support/world.js';

const world = realWorld();
const START = Date.UTC(2026, 10, 23, 2);
const SCREEN = '该渠道业务不可用';

type Story = Readonly<Record<string, string>>;
/** As it is in most cases, whatever the cause. */
const USUAL: Story = {
  charged: 'no',
  'pay-method': 'card',
  'card-kind': 'chip',
  'other-card': 'fails-too',
  hotspot: 'fails-too',
  'sign-in': 'succeeds',
  'recent-change': 'no',
  'risk-notice': 'no',
  'small-amount': 'fails-too',
  widespread: 'no',
  'other-terminal': 'fails-too',
  stage: 'reject',
  link: 'sim',
};
const STORIES: Readonly<Record<Cause, Story>> = {
  channel: { ...USUAL, scope: 'one', 'pay-method': 'scan', widespread: 'yes' },
  qualification: { ...USUAL, scope: 'all', 'risk-notice': 'yes', 'recent-change': 'yes' },
  device: { ...USUAL, scope: 'one', 'other-terminal': 'works', stage: 'read' },
  network: { ...USUAL, scope: 'all', hotspot: 'works', 'sign-in': 'fails', stage: 'waiting', link: 'none' },
  balance: { ...USUAL, scope: 'one', 'other-card': 'works', 'small-amount': 'works' },
};

const curesOf = (fix: string | null): Cause[] =>
  [...world.knowledge.faults.values()]
    .filter(({ fixes }) => fixes.some(({ id }) => id === fix))
    .map((fault) => fault.cause);

/** Answers each question as the story has it; a fix for another cause does not help. Ends with a fix for the cause, or a human. */
function tell(story: Story, cause: Cause) {
  const asked: string[] = [];
  const tried: string[] = [];
  let result = takeTurn(null, { kind: 'message', texts: [SCREEN], hidden: [] }, START, world);
  const shown = (session: Session) => publicState(session, world);
  for (let turn = 1; turn < 20; turn += 1) {
    const { status, question, fix } = shown(result.session);
    if (status !== 'asking' && status !== 'fixing') break;
    if (status === 'fixing' && curesOf(fix).includes(cause)) break;
    if (question !== null) asked.push(question);
    else tried.push(fix ?? '');
    const option = question === null ? 'not-solved' : story[question];
    if (option === undefined) throw new Error(`the story has no answer to ${question}`);
    result = takeTurn(result.session, { kind: 'option', option }, START + turn * 5_000, world);
  }
  return { asked, tried, ...shown(result.session) };
}

describe('a merchant who only answers', () => {
  test.each(CAUSES)('gets a fix for %s when that is the story, after one other at most', (cause) => {
    const { causes, status, asked, tried } = tell(STORIES[cause], cause);
    // What a merchant may not do is mostly for the acquirer to mend: a call may come first.
    const ends = cause === 'qualification' ? expect.stringMatching(/^(fixing|escalated)$/) : 'fixing';
    expect({ asked, tried, status, first: causes[0]?.id }).toEqual({ asked, tried, status: ends, first: cause });
    expect(tried.length).toBeLessThanOrEqual(1);
  });

  test.each(CAUSES)('is asked no question but that of the money twice while the story is %s', (cause) => {
    const { asked } = tell(STORIES[cause], cause);
    const others = asked.filter((question) => question !== CHARGED);
    expect(new Set(others).size).toBe(others.length);
  });
});
