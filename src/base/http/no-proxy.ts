/**
 * Which hosts NO_PROXY takes out. There is no standard; what curl, Go, wget and Python's requests take is taken here, so that
 * one variable means the same to both runtimes and to what else runs on the machine.
 */
import { isIP } from 'node:net';

/**
 * Entries, separated by commas or blanks:
 *
 *     *                     every host
 *     example.com           it, and every host below it; .example.com and *.example.com say the same
 *     example.com:8080      only at this port
 *     10.1.2.3, [::1], ::1  one address
 *     10.0.0.0/8, fd00::/8  a network; only for hosts that are given as an address: no name is looked up for it
 *
 * @param hostname as a URL has it: lower case, IPv6 in brackets
 * @param port as a number, the usual one of the scheme included
 */
export function bypassesProxy(
  { hostname, port }: { hostname: string; port: number },
  noProxy: string,
): boolean {
  const host = withoutBrackets(hostname.toLowerCase()).replace(/\.$/, '');
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || matches(host, port, entry));
}

function matches(host: string, port: number, entry: string): boolean {
  if (entry.includes('/')) return inNetwork(host, entry);
  const { name, port: only } = split(entry);
  if (only !== null && only !== port) return false;
  if (isIP(name) !== 0) return isIP(host) !== 0 && bitsOf(host) === bitsOf(name);
  const domain = name.replace(/^\*?\./, '').replace(/\.$/, '');
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

/** "::1" has colons and no port. */
function split(entry: string): { name: string; port: number | null } {
  const found = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(entry);
  return found === null
    ? { name: withoutBrackets(entry), port: null }
    : { name: withoutBrackets(found[1]!), port: Number(found[2]) };
}

function inNetwork(host: string, entry: string): boolean {
  const found = /^([^/]+)\/(\d{1,3})$/.exec(entry);
  const base = found === null ? '' : withoutBrackets(found[1]!);
  const family = isIP(base);
  const width = family === 6 ? 128 : 32;
  const length = Number(found?.[2]);
  if (family === 0 || isIP(host) !== family || length > width) return false;
  const beyond = BigInt(width - length);
  return bitsOf(host) >> beyond === bitsOf(base) >> beyond;
}

const withoutBrackets = (text: string): string => /^\[(.*)\]$/.exec(text)?.[1] ?? text;

/** @param address one for which isIP is not 0 */
function bitsOf(address: string): bigint {
  if (isIP(address) === 4) return join(address.split('.').map(Number), 8n);
  // The URL parser writes each address in one way, an IPv4 at its end included.
  const [head = '', tail] = withoutBrackets(new URL(`http://[${address}]/`).hostname).split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((one) => parseInt(one, 16));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return join([...before, ...zeros, ...after], 16n);
}

const join = (parts: readonly number[], width: bigint): bigint =>
  parts.reduce((bits, part) => (bits << width) | BigInt(part), 0n);
