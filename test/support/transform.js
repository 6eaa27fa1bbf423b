// @swc/jest, and before each file a line that makes variables of globals. Jest runs files inside a vm, where every look-up of a global
// goes through an interceptor: training took twice as long as in Node. Not those that a test may put something else in the place of:
// Date, timers, fetch, process.
import swc from '@swc/jest';

const NAMES = [
  'Array',
  'Float32Array',
  'Float64Array',
  'Int32Array',
  'JSON',
  'Map',
  'Math',
  'Number',
  'Object',
  'Set',
  'String',
];
const line = `const { ${NAMES.join(', ')} } = globalThis; `;
const withLine = (source) => (source.startsWith('#!') ? source : line + source);

export default {
  createTransformer(options) {
    const transformer = swc.createTransformer(options);
    return {
      ...transformer,
      process: (source, ...more) => transformer.process(withLine(source), ...more),
      processAsync: (source, ...more) => transformer.processAsync(withLine(source), ...more),
      getCacheKey: (source, ...more) => transformer.getCacheKey(withLine(source), ...more),
    };
  },
};
