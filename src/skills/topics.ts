/** Short answers to what merchants ask besides the five causes: settlement, refund, fee, apply, activation, complaint, drill. Pure. */
import { flowOf, joined, say, sentence } from '../dialogue/interpreter.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { pathTo } from '../knowledge/paths.js';
import { contactFor, dialLinks, insteadLine, insteadOf, roleLine } from './contact-choice.js';
import { pageLink, sourceLinks } from './wording.js';

const SKILL = 'topics';
/** Numbers in one answer; the rest are a tap away. */
const MOST_CALLS = 2;
/** Steps in one answer; the page linked below has them all. */
const MOST_STEPS = 3;

/** The subject meant: what was chosen in 「您是说…」, else the likeliest intent that has an entry. */
function topicOf(turn: Turn) {
  const { topics } = turn.world.knowledge;
  const chosen = topics.get(turn.signal.option ?? '');
  return chosen ?? turn.understanding?.intents.map(({ id }) => topics.get(id)).find((topic) => topic !== undefined);
}

function answerTopic(turn: Turn): string {
  const topic = topicOf(turn);
  if (!topic) return 'said';
  const steps = topic.steps
    .slice(0, MOST_STEPS)
    .map((step, index) => `${index + 1}. ${step}`)
    .join('\n');
  const text = sentence(
    turn,
    'answer',
    { answer: topic.answer, steps, avoid: joined(turn, topic.avoid, 'points') },
    SKILL,
  );
  const roles = topic.call.slice(0, MOST_CALLS);
  const asked = roles.map((role) => contactFor(turn, role));
  const instead = insteadOf(turn, asked);
  const calls = [...roles.map((role) => roleLine(turn, role)), insteadLine(turn, instead)].filter(
    (line) => line !== '',
  );
  const called = instead === undefined ? asked : [...asked, contactFor(turn, instead)];
  const links = [pageLink(turn, pathTo.topic(topic.id), sentence(turn, 'topic-link', { title: topic.title }, SKILL))];
  say(turn, [text, ...calls].join('\n\n'), 'text', [
    ...dialLinks(turn, called),
    ...links,
    ...sourceLinks(turn, topic.sources),
  ]);
  turn.happenings.push({ type: 'topic', data: { topic: topic.id } });
  if (!topic.human || !callsHuman(turn)) return 'said';
  turn.signal = { name: topic.id };
  return 'human';
}

/** An overlay's flow of before that does not know of it goes on as it was. */
const callsHuman = (turn: Turn): boolean => flowOf(turn, SKILL).states.answer?.on.human !== undefined;

export const topics: Skill = { id: SKILL, verbs: { 'answer-topic': answerTopic } };
