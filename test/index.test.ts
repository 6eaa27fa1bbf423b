import * as api from '../src/index.js';

test('the public API is what it says, and nothing else', () => {
  expect(Object.keys(api).sort()).toEqual([
    'Assistant',
    'PosDoctorError',
    'addressOf',
    'conversationAt',
    'createDoors',
    'createLowdbStore',
    'createMemoryStore',
    'isPosDoctorError',
    'keyOf',
    'loadWorld',
    'pressOf',
    'readConfig',
    'renderText',
    'silentLog',
    'systemClock',
    'takeTurn',
  ]);
});
