/** The host's apt configuration, read once: mirrors, proxies, logins, and where key bytes may lie. */
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { basicAuthorization } from '../../base/http/http-get.ts';
import { Location } from '../../base/http/location.ts';
import { DISTRIBUTIONS } from '../../compat/distributions.ts';
import { parseAptConf, type AptConf } from './apt-conf.ts';
import { keyFilesOf, parseAptSources, type AptSourceEntry } from '../../formats/apt-sources.ts';
import { loginFor, parseNetrc, type Login } from './netrc.ts';

export interface HostApt {
  /** Base URIs that may serve a suite of a distribution ("Ubuntu"), those that are configured for it first. */
  mirrors(suite: string, origin: string): readonly Location[];
  /** Every one that `mirrors` may give. */
  allMirrors: readonly Location[];
  keyFiles: readonly string[];
  /** Proxy for an address: null for none, undefined where apt's configuration does not say. */
  proxy(location: Location): Location | null | undefined;
  /** Authorization header for an address. */
  authorization(location: Location): string | undefined;
}

/** Where a suite of a distribution may be had from here: this host's own mirrors, then where its publisher has it. */
export function addressesOnHost(
  { origin, uris }: { origin: string; uris: readonly Location[] },
  suite: string,
  host: Pick<HostApt, 'mirrors'>,
): readonly Location[] {
  return [...host.mirrors(suite, origin), ...uris];
}

const MAX_BYTES = 4 << 20;

/** What is missing or may not be read counts as empty: another entry may do. */
export async function readHostApt(root: string, architecture: string): Promise<HostApt> {
  const etc = join(root, 'etc/apt');
  const entries = await readEntries(root, etc);
  const conf = parseAptConf(await texts(join(etc, 'apt.conf.d'), /^[\w-]+(\.conf)?$/, join(etc, 'apt.conf')));
  const logins = (await texts(join(etc, 'auth.conf.d'), /^[\w-]+(\.conf)?$/, join(etc, 'auth.conf'))).flatMap(
    parseNetrc,
  );
  return {
    mirrors: (suite, origin) => {
      const own = mirrorsOf(entries, suite, architecture);
      return [...own, ...besides(own, origin.toLowerCase())];
    },
    allMirrors: ['', ...DISTRIBUTION_IDS].flatMap((id) => {
      const own = mirrorsOf(entries, '', architecture);
      return id === '' ? own : besides(own, id);
    }),
    keyFiles: await readKeyFiles(root, etc, entries),
    proxy: (location) => proxyOf(conf, location),
    authorization: (location) => authorizationOf(logins, location),
  };
}

function mirrorsOf(entries: readonly AptSourceEntry[], suite: string, architecture: string): Location[] {
  const release = suite.split('-')[0]!;
  const rank = ({ suites }: AptSourceEntry): number =>
    suites.includes(suite) ? 0 : suites.some((name) => name.split('-')[0] === release) ? 1 : 2;
  const usable = entries.filter(
    ({ uri, suites }) => /^(https?|file|copy):/i.test(uri) && !suites.every((name) => name.endsWith('/')),
  );
  const uris = [...usable]
    .sort((a, b) => rank(a) - rank(b))
    .map(({ uri }) => uri.replaceAll('$(ARCH)', architecture).replace(/^copy:/i, 'file:'));
  return [...new Set(uris)].flatMap((uri) => {
    const location = Location.parse(uri);
    return location === null || (location.protocol === 'file:' && location.host !== '') ? [] : [location];
  });
}

const DISTRIBUTION_IDS = [...new Set(DISTRIBUTIONS.map(({ id }) => id))];

/**
 * A mirror of one distribution mirrors others too, as a rule in folders of their names side by side. What is no such
 * folder is told by its Release, as everywhere.
 */
function besides(mirrors: readonly Location[], id: string): Location[] {
  return mirrors.flatMap((mirror) => {
    const folder = /([^/]+)\/*$/.exec(mirror.pathname)?.[1];
    return folder !== undefined && folder !== id && DISTRIBUTION_IDS.includes(folder)
      ? [mirror.beside(id)]
      : [];
  });
}

/**
 * apt-transport-http(1): a value for the host, then the general one; https falls back on http. "DIRECT" is none.
 * Proxy-Auto-Detect would mean running a program of the host: not done.
 */
function proxyOf(conf: AptConf, { protocol, hostname }: Location): Location | null | undefined {
  const schemes = protocol === 'https:' ? ['https', 'http'] : ['http'];
  for (const scheme of schemes) {
    const value = conf.get(`acquire::${scheme}::proxy::${hostname}`) ?? conf.get(`acquire::${scheme}::proxy`);
    if (value === undefined) continue;
    if (value === '' || value.toUpperCase() === 'DIRECT' || value.toLowerCase() === 'false') return null;
    const proxy = Location.parse(value);
    if (proxy?.isHttp === true) return proxy;
  }
  return undefined;
}

function authorizationOf(logins: readonly Login[], location: Location): string | undefined {
  const login = loginFor(logins, location);
  return login === undefined ? undefined : basicAuthorization(login.user, login.password);
}

async function readEntries(root: string, etc: string): Promise<AptSourceEntry[]> {
  const folder = join(etc, 'sources.list.d');
  const pieces = (await names(folder)).filter((name) => /^[\w.-]+\.(list|sources)$/.test(name));
  const entries: AptSourceEntry[] = [];
  for (const path of [join(etc, 'sources.list'), ...pieces.map((name) => join(folder, name))]) {
    entries.push(...parseAptSources((await text(path)) ?? '', path).filter(({ enabled }) => enabled));
  }
  const expanded: AptSourceEntry[] = [];
  for (const entry of entries) expanded.push(...(await expandMirrorList(root, entry)));
  return expanded;
}

/** apt-transport-mirror(1): "mirror+file:/etc/apt/mirrors.txt" names a file of URIs, best first. */
async function expandMirrorList(root: string, entry: AptSourceEntry): Promise<AptSourceEntry[]> {
  const path = /^mirror\+file:(?:\/\/)?(\/.*)$/i.exec(entry.uri)?.[1];
  if (path === undefined) return [entry];
  const lines = ((await text(join(root, path))) ?? '').split('\n');
  return lines
    .map((line) => line.replace(/#.*$/, '').trim().split(/\s+/)[0]!)
    .filter((uri) => uri !== '')
    .map((uri) => ({ ...entry, uri }));
}

async function readKeyFiles(
  root: string,
  etc: string,
  entries: readonly AptSourceEntry[],
): Promise<string[]> {
  const files: string[] = entries.flatMap(({ signedBy }) =>
    keyFilesOf(signedBy).map((file) => join(root, file)),
  );
  for (const folder of [
    join(root, 'usr/share/keyrings'),
    join(etc, 'trusted.gpg.d'),
    join(etc, 'keyrings'),
  ]) {
    for (const name of await names(folder)) if (/\.(gpg|asc|pgp)$/.test(name)) files.push(join(folder, name));
  }
  files.push(join(etc, 'trusted.gpg'));
  return [...new Set(files)];
}

async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}

async function text(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      if ((await file.stat()).size > MAX_BYTES) return undefined;
      return (await file.readFile('utf8')).replace(/\r\n/g, '\n');
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/** A folder of configuration pieces in their order, then the file that has the last word. */
async function texts(folder: string, pattern: RegExp, last: string): Promise<string[]> {
  const paths = (await names(folder)).filter((name) => pattern.test(name)).map((name) => join(folder, name));
  const contents = await Promise.all([...paths, last].map(text));
  return contents.filter((content) => content !== undefined);
}
