/**
 * fast-check as the tests import it (jest.config.js). A commit's verdict has to be repeatable, other commits should see other
 * cases: FC_SEED, a whole number, is the seed of every property; without it each run has its own.
 */
import fc from '../../node_modules/fast-check/lib/fast-check.js';

const seed = process.env.FC_SEED;
if (seed) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });

export * from '../../node_modules/fast-check/lib/fast-check.js';
export default fc;
