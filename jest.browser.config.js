import base from './jest.config.js';

/** Tests in a real browser; `.ci/browser` runs them, because not every machine has one. */
export default { ...base, testMatch: ['**/*.browser.ts'], testTimeout: 60000, maxWorkers: 2 };
