// A minimal Debian 12, made once, with what nvidia-cuda-toolkit takes downloaded into it; and a fresh copy for each run.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where this host's apt has Debian from. */
export function debianMirror() {
  const folder = '/etc/apt/sources.list.d';
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const text = [...files, '/etc/apt/sources.list']
    .filter(existsSync)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n\n');
  const uri =
    /^URIs:\s*(\S+\/debian)\/?\s*$/m.exec(text)?.[1] ??
    /^deb\s+(?:\[[^\]]*\]\s+)?(\S+\/debian)\/?\s/m.exec(text)?.[1];
  if (!uri) throw new Error('this host names no Debian mirror');
  return uri;
}

let made = null;

/** @returns the root that copies are made of; needs root and mmdebstrap */
export function minimalRoot(work) {
  made ??= (async () => {
    const folder = join(work, 'debian');
    const line = `deb ${debianMirror()} bookworm main contrib non-free`;
    execFileSync(
      'mmdebstrap',
      ['--variant=minbase', '--mode=root', '--quiet', '--skip=check/qemu', 'bookworm', folder, line],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    execFileSync(
      'chroot',
      [
        folder,
        'sh',
        '-ec',
        'apt-get -qq update; apt-get -qq -y -d --no-install-recommends install nvidia-cuda-toolkit',
      ],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
      },
    );
    return folder;
  })();
  return made;
}

/** A copy in which nothing was installed yet; the one before is removed. */
export function freshRoot(minimal) {
  const folder = `${minimal}-fresh`;
  rmSync(folder, { recursive: true, force: true });
  execFileSync('cp', ['-a', minimal, folder]);
  execFileSync('sync');
  return folder;
}
