/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  globalSetup: '<rootDir>/test/postgres/setup.js',
  globalTeardown: '<rootDir>/test/postgres/teardown.js',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '<rootDir>/test/support/transform.js',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  moduleNameMapper: { '^fast-check$': '<rootDir>/test/support/fast-check.js', '^(\\.{1,2}/.*)\\.js$': '$1' },
  // Jest leaves one core free, which on two cores would run the suites one by one.
  maxWorkers: '100%',
  // Modules of suites that are over are not let go of: a worker that has grown makes every suite after it slower.
  workerIdleMemoryLimit: '800MB',
  testTimeout: 20000,
};
