import above from '../../jest.config.js';

/** Processes that load Botkit take their time on a busy machine. Milliseconds. */
const PATIENCE_MS = 60_000;

// The root's tests have a database; these need none.
const { globalSetup: _, globalTeardown: __, ...shared } = above;

/** @type {import('jest').Config} */
export default { ...shared, roots: ['<rootDir>/test'], testTimeout: PATIENCE_MS };
