import above from '../../jest.config.js';

/** Processes that load Botkit take their time on a busy machine. Milliseconds. */
const PATIENCE_MS = 60_000;

// The root's tests have a database; these need none.
const { globalSetup: _, globalTeardown: __, transform, moduleNameMapper, ...shared } = above;
// Without the root's own step before the compiler, which is not here.
const compiled = Object.entries(transform).map(([files, [, options]]) => [files, ['@swc/jest', options]]);

/** @type {import('jest').Config} */
export default {
  ...shared,
  transform: Object.fromEntries(compiled),
  moduleNameMapper: { ...moduleNameMapper, '^fast-check$': '<rootDir>/../../test/support/fast-check.js' },
  roots: ['<rootDir>/test'],
  testTimeout: PATIENCE_MS,
};
