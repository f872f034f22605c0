import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseAptConf } from '../../../src/apt/host/apt-conf.ts';
import { readHostApt } from '../../../src/apt/host/configuration.ts';
import { loginFor, parseNetrc } from '../../../src/apt/host/netrc.ts';
import { locationOf } from '../../support/location.ts';
import { tempDir } from '../../support/temp-dir.ts';

let root: string;
beforeEach(() => {
  root = tempDir();
});

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

describe('apt.conf', () => {
  it('reads both ways of nesting, comments and clears', () => {
    const conf = parseAptConf([
      'Acquire::http::Proxy "http://p:3142"; // the cache',
      'Acquire { https { Proxy "DIRECT"; }; http::Proxy { m.example "http://q//:1"; }; };\n# Acquire::http::Proxy "x";\n/* APT::X "1"; */',
      'APT::Gone "1"; #clear APT::Gone;',
    ]);
    expect(Object.fromEntries(conf)).toEqual({
      'acquire::http::proxy': 'http://p:3142',
      'acquire::https::proxy': 'DIRECT',
      'acquire::http::proxy::m.example': 'http://q//:1',
    });
  });

  it('survives broken text', () => {
    expect(parseAptConf(['} } ; { "open', 'A "1"'])).toBeInstanceOf(Map);
  });
});

describe('auth.conf', () => {
  const logins = parseNetrc(
    '# c\nmachine m.example/debian login u password p\nmachine http://n.example:8080\n login v\n password w\n',
  );

  it('gives a login to its host and path, over https unless it says otherwise', () => {
    expect(loginFor(logins, locationOf('https://m.example/debian/x'))?.user).toBe('u');
    expect(loginFor(logins, locationOf('http://m.example/debian/x'))).toBeUndefined();
    expect(loginFor(logins, locationOf('https://m.example/debian-security/x'))).toBeUndefined();
    expect(loginFor(logins, locationOf('http://n.example:8080/'))?.password).toBe('w');
  });
});

describe("the host's configuration as a whole", () => {
  it('puts mirrors that are configured for the suite first, and leaves out what is switched off', async () => {
    await put(
      'etc/apt/sources.list',
      'deb http://third.example/node nodistro main\ndeb http://flat.example/ ./\n',
    );
    await put('etc/apt/sources.list.d/a.list.disabled', 'deb http://off.example/ bookworm main\n');
    await put(
      'etc/apt/sources.list.d/debian.sources',
      'Types: deb\nURIs: http://m.example/debian\nSuites: bookworm\nComponents: main\n\nEnabled: no\nURIs: http://off.example/\nSuites: bookworm\n',
    );
    await put(
      'etc/apt/sources.list.d/z.list',
      'deb mirror+file:/etc/apt/mirrors.txt bookworm-updates main\n',
    );
    await put('etc/apt/mirrors.txt', 'http://n.example/debian/\tpriority:1\n# x\n');
    const host = await readHostApt(root, 'amd64');
    expect(host.mirrors('bookworm', 'Debian').map(String)).toEqual([
      'http://m.example/debian',
      'http://n.example/debian/',
      'http://third.example/node',
    ]);
  });

  it('takes what apt takes: "Enabled: maybe" is in force, options without a blank behind them are an error', async () => {
    await put(
      'etc/apt/sources.list.d/a.sources',
      'URIs: http://m.example/debian\nSuites: bookworm\nEnabled: maybe\n',
    );
    await put('etc/apt/sources.list.d/b.list', 'deb [arch=amd64]http://n.example/debian bookworm main\n');
    expect((await readHostApt(root, 'amd64')).mirrors('bookworm', 'Debian').map(String)).toEqual([
      'http://m.example/debian',
    ]);
  });

  it("uses apt's proxies: per host, https falling back on http, DIRECT for none", async () => {
    await put(
      'etc/apt/apt.conf.d/01proxy',
      'Acquire::http::Proxy "http://p:3142";\nAcquire::http::Proxy::n.example "DIRECT";\n',
    );
    const host = await readHostApt(root, 'amd64');
    expect(String(host.proxy(locationOf('http://m.example/')))).toBe('http://p:3142/');
    expect(String(host.proxy(locationOf('https://m.example/')))).toBe('http://p:3142/');
    expect(host.proxy(locationOf('http://n.example/'))).toBeNull();
  });

  it('says nothing of what is not configured', async () => {
    const host = await readHostApt(root, 'amd64');
    expect(host.mirrors('bookworm', 'Debian')).toEqual([]);
    expect(host.proxy(locationOf('http://m.example/'))).toBeUndefined();
    expect(host.authorization(locationOf('http://m.example/'))).toBeUndefined();
  });

  it('finds key files in keyrings and behind signed-by', async () => {
    await put('usr/share/keyrings/debian-archive-keyring.gpg', 'x');
    await put('usr/share/keyrings/README', 'x');
    await put('etc/apt/sources.list', 'deb [signed-by=/srv/k.asc] http://m.example/ bookworm main\n');
    const { keyFiles } = await readHostApt(root, 'amd64');
    expect(keyFiles).toContain(join(root, 'usr/share/keyrings/debian-archive-keyring.gpg'));
    expect(keyFiles).toContain(join(root, 'srv/k.asc'));
    expect(keyFiles.join()).not.toContain('README');
  });
});
