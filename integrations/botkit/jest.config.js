import above from '../../jest.config.js';

/** @type {import('jest').Config} */
export default { ...above, roots: ['<rootDir>/test'] };
