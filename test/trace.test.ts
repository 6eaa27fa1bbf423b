import fc from 'fast-check';
import { readTrace, traceFields, traceFrom } from '../src/trace.js';
import { inRequest, requestTrace } from '../src/trace-context.js';

const HEADER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const hex = (bytes: number) => 'ab'.repeat(bytes);

describe('a traceparent header', () => {
  test('is read as the standard writes it', () => {
    expect(readTrace(HEADER)).toEqual({
      trace: '0af7651916cd43dd8448eb211c80319c',
      span: 'b7ad6b7169203331',
      flags: '01',
    });
  });

  test.each([
    ['nothing', undefined],
    ['empty', ''],
    ['capitals', HEADER.toUpperCase()],
    ['a trace of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['a span of zeros', `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`],
    ['version ff', HEADER.replace(/^00/, 'ff')],
    ['version 00 with more behind it', `${HEADER}-more`],
    ['a trace that is too short', '00-0af7-b7ad6b7169203331-01'],
    ['a line break', `${HEADER}\n`],
  ])('%s is none', (_, header) => {
    expect(readTrace(header)).toBeNull();
  });

  test('of a later version is read by the fields that we know', () => {
    expect(readTrace(`${HEADER.replace(/^00/, '01')}-more`)?.span).toBe('b7ad6b7169203331');
  });
});

describe('our step in a trace', () => {
  test('keeps the trace and the sampling, and has a span of its own', () => {
    expect(traceFrom(HEADER, hex)).toBe('00-0af7651916cd43dd8448eb211c80319c-abababababababab-01');
    expect(traceFrom(HEADER.replace(/01$/, '02'), hex)).toMatch(/-00$/);
  });

  test('begins a new trace where there is none', () => {
    expect(traceFrom(undefined, hex)).toBe(`00-${'ab'.repeat(16)}-${'ab'.repeat(8)}-00`);
  });

  test('can be read again, whatever came', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constant(HEADER)), (header) => {
        expect(readTrace(traceFrom(header, hex))).not.toBeNull();
      }),
    );
  });

  test('stands in a log line under the names that OpenTelemetry gives', () => {
    expect(traceFields(HEADER)).toEqual({
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      span_id: 'b7ad6b7169203331',
      trace_flags: '01',
    });
    expect(traceFields(undefined)).toEqual({});
  });
});

describe('the request that is being answered', () => {
  test('lends its header to whatever it awaits, and to nobody else', async () => {
    const seen = await Promise.all([
      inRequest('a', async () => {
        await null;
        return requestTrace();
      }),
      inRequest('b', async () => requestTrace()),
      requestTrace(),
    ]);
    expect(seen).toEqual(['a', 'b', undefined]);
  });

  test('does not lend it to what goes on after the answer', async () => {
    let later: Promise<string | undefined> = Promise.resolve(undefined);
    let answered = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      answered = resolve;
    });
    await inRequest('a', async () => {
      later = over.then(() => requestTrace());
    });
    answered();
    expect(await later).toBeUndefined();
  });
});
