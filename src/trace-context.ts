/** The `traceparent` of the HTTP request that is being answered, for whoever takes in what it brought: no door has to pass it on. */
import { AsyncLocalStorage } from 'node:async_hooks';

const requests = new AsyncLocalStorage<{ header: string | undefined; open: boolean }>();

/** Runs `answer` as part of a request with this header. */
export async function inRequest<T>(header: string | undefined, answer: () => Promise<T>): Promise<T> {
  if (header === undefined) return answer();
  const request = { header, open: true };
  try {
    return await requests.run(request, answer);
  } finally {
    // What the request set going (a pull, a timer) is no part of it any more.
    request.open = false;
  }
}

/** The header of the request that is being answered, if it had one. */
export function requestTrace(): string | undefined {
  const request = requests.getStore();
  return request?.open === true ? request.header : undefined;
}
