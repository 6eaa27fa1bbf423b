/** The project's own knowledge and what the build learned from it: the understanding is tested with the words that it will run on. */
import { loadKnowledge } from '../../src/knowledge/load.js';
import { learnedFrom } from '../../src/learned.js';
import { createNlu } from '../../src/nlu/understand.js';

export const { knowledge } = loadKnowledge();

export const createOurs = () => createNlu(knowledge, learnedFrom(knowledge));
