/** Merchants who say no more than what the screen says and answer what they are asked: the answers alone have to find the cause. */
import type { Session } from '../../src/dialogue/session.js';
import { publicState } from '../../src/dialogue/state.js';
import { takeTurn } from '../../src/dialogue/turn.js';
import { CAUSES, type Cause } from '../../src/knowledge/schema.js';
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

/** Answers each question as the story has it until something else than a question comes. */
function tell(story: Story) {
  const asked: string[] = [];
  let result = takeTurn(null, { kind: 'message', texts: [SCREEN], hidden: [] }, START, world);
  const shown = (session: Session) => publicState(session, world);
  for (let turn = 1; shown(result.session).status === 'asking' && turn < 12; turn += 1) {
    const question = shown(result.session).question ?? '';
    asked.push(question);
    const option = story[question];
    if (option === undefined) throw new Error(`the story has no answer to ${question}`);
    result = takeTurn(result.session, { kind: 'option', option }, START + turn * 5_000, world);
  }
  return { asked, ...shown(result.session) };
}

describe('a merchant who only answers', () => {
  test.each(CAUSES)('gets a fix for %s when that is the story', (cause) => {
    const { causes, fix, status, asked } = tell(STORIES[cause]);
    expect({ asked, status, first: causes[0]?.id }).toEqual({ asked, status: 'fixing', first: cause });
    const cured = [...world.knowledge.faults.values()].filter(({ fixes }) => fixes.some(({ id }) => id === fix));
    expect(cured.map((fault) => fault.cause)).toContain(cause);
  });

  test.each(CAUSES)('is asked no question whose answer the story of %s has given already', (cause) => {
    const { asked } = tell(STORIES[cause]);
    expect(new Set(asked).size).toBe(asked.length);
  });
});
