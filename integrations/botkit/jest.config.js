import above from '../../jest.config.js';

/** Processes that load Botkit take their time on a busy machine. Milliseconds. */
const PATIENCE_MS = 60_000;

/** @type {import('jest').Config} */
export default { ...above, roots: ['<rootDir>/test'], testTimeout: PATIENCE_MS };
