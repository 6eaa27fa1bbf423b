// The attacker, a process of its own so that it doesn't slow the clock of those who measure: requests in by message, statuses out.
import { Agent, request as open } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const now = () => Number(process.hrtime.bigint()) / 1e6;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function send({ url, method = 'POST', body = '' }) {
  return new Promise((resolve) => {
    const request = open(url, { method, agent, headers: { 'content-type': 'text/xml' } }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    });
    // A body that is too large is not read to its end: the answer may be cut off with it.
    request.once('error', () => resolve('cut'));
    request.end(body);
  });
}

process.once('disconnect', () => process.exit(0));
process.once('message', async ({ requests, count, seconds, parallel }) => {
  const statuses = {};
  let sent = 0;
  const start = now();
  const worker = async () => {
    while (sent < count) {
      const at = sent;
      sent += 1;
      const due = start + (at * seconds * 1000) / count;
      if (due > now()) await wait(due - now());
      const status = await send(requests[at % requests.length]);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  process.send(statuses, () => process.exit(0));
});
