/** What only this machine reaches. */

const LOOPBACK_V4 = /^127(?:\.\d{1,3}){3}$/;

/** @param hostname as a URL has it: an IPv6 address in brackets */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || LOOPBACK_V4.test(hostname);
}

/** @param address as a socket has it, IPv4 perhaps written as IPv6 */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || LOOPBACK_V4.test(address.replace(/^::ffff:/i, ''));
}
