import { wordsOf } from '../../src/drills/trainees.js';
import { playDrill } from '../support/drill.js';
import { realWorld } from '../support/world.js';

const drills = () => [...realWorld().knowledge.drills.values()];
beforeAll(() => void realWorld(), 60_000);

describe('scores', () => {
  it('give the model answer of every scenario at least 95', () => {
    const short = drills()
      .map((drill) => ({
        id: drill.id,
        result: playDrill(realWorld(), drill.id, wordsOf('model', drill, realWorld(), 1)).result,
      }))
      .filter(({ result }) => (result?.score ?? 0) < 95);
    expect(short).toEqual([]);
  });
});
