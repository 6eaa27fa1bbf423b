// People who ask for codes: each code is its own question, and each answer begins with it, so that WeCom's own records tell
// what was answered, how often, and in which order.
import { wait } from './stand.js';

export const CODES = '30 41 43 51 54 55 57 58 61 62 75 91 96 98 A0 A7 12 14 38 34'.split(' ');
const ANSWER = new RegExp(`^(${CODES.join('|')})（`);

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffled(list, random) {
  const copy = [...list];
  for (let at = copy.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [copy[at], copy[other]] = [copy[other], copy[at]];
  }
  return copy;
}

/** The code that a bubble of ours answers. */
export const answerOf = (bubble) => (bubble?.from === 'bot' ? bubble.text.match(ANSWER)?.[1] : undefined);

/** The codes that the answers in a room begin with, in order. */
export const answersIn = (sandbox, door, user) =>
  sandbox.rooms
    .seen(door, user)
    .filter(({ from }) => from === 'bot')
    .flatMap(({ text }) => text.split('\n').flatMap((line) => line.match(ANSWER)?.[1] ?? []));

export class Person {
  /** Code → the callback that brought it to the service. */
  said = new Map();

  constructor(stand, door, name) {
    Object.assign(this, { stand, door, name });
  }

  /** Says it; what comes of it, `outcome` tells later. */
  say(code) {
    const { sandbox } = this.stand;
    const text = `刷卡显示代码 ${code}`;
    const delivery =
      this.door === 'app' ? sandbox.app.user(this.name).says(text) : sandbox.kf.customer(this.name).says(text);
    this.said.set(code, { at: performance.now(), delivery });
    return delivery;
  }

  get answers() {
    return answersIn(this.stand.sandbox, this.door, this.name);
  }

  /** Kept by us: WeCom was told 200. At 微信客服 WeCom keeps it until we take it, so it always counts. */
  accepted(code) {
    return this.door === 'kf' || (this.said.get(code)?.delivery.tries.includes(200) ?? false);
  }
}

/** Talks until it is told to stop: one code after the other, each after the answer to the last one or some seconds. */
export async function talk(person, random, isOver, { patienceMs = 4_000 } = {}) {
  for (const code of shuffled(CODES, random).slice(0, 6)) {
    if (isOver()) return;
    person.say(code);
    const end = Date.now() + patienceMs;
    while (!person.answers.includes(code) && Date.now() < end && !isOver()) await wait(20);
    await wait(20 + random() * 80);
  }
}

/** Keeps `parallel` people talking at each door; gives all who ever did. */
export function crowd(stand, { doors, parallel, seed }) {
  const people = [];
  let over = false;
  let count = 0;
  const lane = async (door, random) => {
    while (!over) {
      count += 1;
      const person = new Person(stand, door, `${door}-person-${count}`);
      people.push(person);
      await talk(person, random, () => over);
    }
  };
  const lanes = doors.flatMap((door) =>
    Array.from({ length: parallel }, (_, n) => lane(door, seeded(seed * 1000 + n + (door === 'kf' ? 500 : 0)))),
  );
  return {
    people,
    async stop() {
      over = true;
      await Promise.all(lanes);
    },
  };
}

/** What became of what was said. Waits until nothing is missing, at most `patienceMs`. */
export async function judge(people, patienceMs = 60_000) {
  const missing = () =>
    people.flatMap((person) => {
      const answers = person.answers;
      return [...person.said.keys()]
        .filter((code) => person.accepted(code) && !answers.includes(code))
        .map((code) => `${person.name} ${code}`);
    });
  for (const end = Date.now() + patienceMs; missing().length > 0 && Date.now() < end; ) await wait(200);
  const verdict = { said: 0, accepted: 0, lost: missing(), twice: { app: 0, kf: 0 }, disordered: [] };
  for (const person of people) {
    const { answers, said, door, name } = person;
    verdict.said += said.size;
    verdict.accepted += [...said.keys()].filter((code) => person.accepted(code)).length;
    verdict.twice[door] += answers.length - new Set(answers).size;
    // What WeCom had to bring again may come after what was said later.
    const once = [...said]
      .filter(([, { delivery }]) => door === 'kf' || delivery.tries[0] === 200)
      .map(([code]) => code);
    const first = [...new Set(answers)].filter((code) => once.includes(code));
    if (first.join() !== once.filter((code) => first.includes(code)).join()) verdict.disordered.push(name);
  }
  return verdict;
}
