/** Where a file of a repository may be had, and how it is asked for there. */
import { hostArchitecture } from '../../base/architecture.ts';
import { hostApt, memoryOf, type AptContext } from '../context.ts';
import type { HostApt } from '../host/configuration.ts';
import { urlBelow } from '../transport.ts';

/**
 * URLs of a file below each URI of its repository, in their order. User and password are taken off, since addresses are
 * printed and written down; the context keeps them for the transfer.
 */
export function addressesOf(uris: readonly string[], path: string, context: AptContext): readonly string[] {
  return uris.map((uri) => {
    const base = withoutLogin(uri);
    if (base !== uri) memoryOf(context).logins.add(uri);
    return urlBelow(base, path);
  });
}

/**
 * How an address is asked for: with the login of the URI that it lies below, and with the proxies and logins of the
 * host's apt configuration where it lies on one of the host's own mirrors. They belong to no other request.
 */
export async function wayTo(
  address: string,
  context: AptContext,
): Promise<{ url: string; host: HostApt | undefined }> {
  const host = await hostApt(context, hostArchitecture());
  const mirrors = host.mirrors('');
  const isAbove = (uri: string): boolean => address.startsWith(withoutLogin(uri).replace(/\/*$/, '/'));
  const base = [...memoryOf(context).logins, ...mirrors].find(isAbove);
  return {
    url: base === undefined ? address : withLoginOf(base, address),
    host: mirrors.some(isAbove) ? host : undefined,
  };
}

function withoutLogin(uri: string): string {
  const url = new URL(uri);
  if (url.username === '' && url.password === '') return uri;
  url.username = '';
  url.password = '';
  return url.href;
}

function withLoginOf(uri: string, address: string): string {
  const { username, password } = new URL(uri);
  if (username === '' && password === '') return address;
  const url = new URL(address);
  url.username = username;
  url.password = password;
  return url.href;
}
