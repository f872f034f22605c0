/** Root file systems of Debian releases (no Node in them), each made once per run from the mirror that this host's apt uses. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './support.ts';

const made = new Map<string, Promise<string>>();

export interface RootRequest {
  /** A release: bullseye has glibc 2.31. */
  suite: 'bullseye' | 'bookworm';
  packages: readonly string[];
  /** Another one than this machine's is run by qemu-user. */
  architecture?: 'arm64';
}

/** @returns its path; removed when the process ends */
export function debianRoot(request: RootRequest): Promise<string> {
  const key = [request.suite, request.architecture, ...request.packages].join(',');
  const known = made.get(key);
  if (known) return known;
  const fresh = build(request);
  made.set(key, fresh);
  return fresh;
}

async function build({ suite, packages, architecture }: RootRequest): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `gpu-setup-${suite}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const root = join(folder, 'root');
  const done = await run(
    [
      'mmdebstrap',
      '--variant=minbase',
      '--mode=root',
      '--quiet',
      ...(architecture === undefined ? ['--skip=check/qemu'] : [`--architectures=${architecture}`]),
      ...(packages.length > 0 ? [`--include=${packages.join(',')}`] : []),
      suite,
      root,
      `deb ${await hostMirror()} ${suite} main`,
    ],
    { env: { PATH: process.env['PATH']!, HOME: folder }, timeoutMs: 1_700_000 },
  );
  if (done.status !== 0) throw new Error(`mmdebstrap: ${done.stderr}`);
  return root;
}

/** The URI under which this host's apt reaches Debian. */
async function hostMirror(): Promise<string> {
  const targets = await run(
    ['apt-get', 'indextargets', '--format', '$(ORIGIN) $(REPO_URI)', 'Created-By: Packages'],
    {
      env: { PATH: process.env['PATH']!, LC_ALL: 'C' },
    },
  );
  const found = /^Debian (\S+)/m.exec(targets.stdout)?.[1];
  if (found) return found;
  const sources = '/etc/apt/sources.list.d/debian.sources';
  const uri = existsSync(sources) ? /^URIs:\s*(\S+)/m.exec(readFileSync(sources, 'utf8'))?.[1] : undefined;
  if (!uri) throw new Error('this host names no Debian mirror');
  return uri;
}
