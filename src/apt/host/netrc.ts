/** apt_auth.conf(5): who may log in where. Its words go into requests and nowhere else. */
import type { Location } from '../../base/http/location.ts';

export interface Login {
  /** Null: any scheme that is encrypted. */
  scheme: string | null;
  /** Host, with port where one is given. */
  host: string;
  path: string;
  user: string;
  password: string;
}

/** `machine example.org[:port][/path] login NAME password WORD`, in any line breaks. */
export function parseNetrc(text: string): Login[] {
  const logins: Login[] = [];
  const words = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join(' ')
    .split(/\s+/);
  let current: Login | undefined;
  for (let i = 0; i + 1 < words.length; i += 1) {
    const value = words[i + 1]!;
    if (words[i] === 'machine') {
      const match = /^(?:(https?):\/\/)?([^/]+)(\/.*)?$/.exec(value);
      current =
        match === null
          ? undefined
          : {
              scheme: match[1] ?? null,
              host: match[2]!.toLowerCase(),
              path: match[3] ?? '/',
              user: '',
              password: '',
            };
      if (current !== undefined) logins.push(current);
    } else if (words[i] === 'login' && current !== undefined) current.user = value;
    else if (words[i] === 'password' && current !== undefined) current.password = value;
    else continue;
    i += 1;
  }
  return logins;
}

/** The login for an address. As in apt, one without a scheme is for https only. */
export function loginFor(
  logins: readonly Login[],
  url: Pick<Location, 'protocol' | 'host' | 'hostname' | 'pathname'>,
): Login | undefined {
  return logins.find(
    ({ scheme, host, path }) =>
      `${scheme ?? 'https'}:` === url.protocol &&
      (host === url.host || host === url.hostname) &&
      (path === '/' ||
        url.pathname === path ||
        url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`)),
  );
}
