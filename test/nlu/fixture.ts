/** The project's own knowledge, loaded once a test file: the understanding is tested with the words that it will run on. */
import { loadKnowledge } from '../../src/knowledge/load.js';

export const { knowledge } = loadKnowledge();
