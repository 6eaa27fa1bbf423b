/** Where a request comes from, as a key for limits. Pure. */
import { isIP } from 'node:net';

/**
 * The visitor's address. Behind `proxies` proxies of ours the header names it: each of them appends whom it got the request
 * from, and what stands before those entries was written by the visitor and proves nothing.
 * @param peer the socket's other end; undefined if there is none (tests)
 * @returns an IPv4 address, the /64 network of an IPv6 one (a single machine has as many addresses in it as it likes), or ''
 */
export function addressOf(peer: string | undefined, forwarded: string | undefined, proxies: number): string {
  if (proxies === 0) return network(peer);
  const hops = (forwarded ?? '').split(',').map((hop) => hop.trim());
  return network(hops.at(-proxies) ?? hops[0]) || network(peer);
}

function network(address = ''): string {
  const bare = address.replace(/^\[|\](?::\d+)?$/g, '').replace(/%.*$/, '');
  const four = /^(?:::ffff:)?(\d+(?:\.\d+){3})(?::\d+)?$/i.exec(bare)?.[1];
  if (four !== undefined) return isIP(four) === 4 ? four : '';
  if (isIP(bare) !== 6) return '';
  const [head = '', tail] = bare.toLowerCase().split('::');
  const before = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? [] : new Array<string>(8 - before.length - after.length).fill('0');
  return `${[...before, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
