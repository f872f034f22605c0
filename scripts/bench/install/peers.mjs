// Who does the same as this program, or a part of it, with other tools: what the page says of it, and its call.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from '../measure.mjs';
import { aptFolder } from './apt-folder.mjs';
import { freshRoot, minimalRoot } from './debian-root.mjs';

/** @param ours whose packages and prefix they take */
export function peersOf(work, ours) {
  const cores = execFileSync('nproc', { encoding: 'utf8' }).trim();
  const apt = aptFolder(work);
  const env = { ...process.env, APT_CONFIG: join(apt, 'apt.conf') };
  const packages = ours.packages();
  const debs = join(work, 'debs');
  const anew = (folder) => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  };
  const inDebs = (script, options = {}) => measure(['sh', '-c', script], { cwd: debs, ...options });
  const aptGet = (...args) => measure(['apt-get', '-qq', ...args], { env });
  const copy = (then) => {
    rmSync(join(work, 'copy'), { recursive: true, force: true });
    return measure(['sh', '-c', `"$@" && ${then}`, 'sh', 'cp', '-a', ours.prefix, join(work, 'copy')]);
  };
  return {
    fetching: {
      peerName: '`apt-get update`, `download`, then `dpkg-deb -x`, as many at once as cores',
      peer: async () => {
        rmSync(join(apt, 'lists'), { recursive: true, force: true });
        for (const folder of [debs, join(work, 'tree'), join(apt, 'lists/partial')]) anew(folder);
        const names = packages.map((item) => `${item.name}=${item.version}`);
        const unpack = `ls *.deb | xargs -P${cores} -I{} dpkg-deb -x {} ../tree`;
        return inDebs(`apt-get -qq update && apt-get -qq download ${names.join(' ')} && ${unpack}`, { env });
      },
    },
    decoding: {
      peerName: `decompressing the same payloads, ${cores} x \`xz -T1\`, to the same disk`,
      peer: async () => {
        for (const folder of [debs, join(work, 'tree')]) anew(folder);
        for (const { sha256 } of packages) symlinkSync(ours.downloaded(sha256), join(debs, `${sha256}.deb`));
        const one = 'ar p {} data.tar.xz | xz -T1 -dc | dd of=../tree/{}.tar bs=1M status=none';
        return inDebs(`ls *.deb | xargs -P${cores} -I{} sh -c '${one}'`);
      },
    },
    /** From downloaded packages, into what was made anew; the copy of the root is not measured. */
    aptInstall: {
      peerName:
        '`apt-get install --no-install-recommends nvidia-cuda-toolkit`, downloaded before, in a fresh Debian 12 root',
      peer: async () => {
        const folder = freshRoot(await minimalRoot(work));
        const script = 'mount -t proc proc "$0/proc" && exec chroot "$0" apt-get "$@"';
        const options = ['-qq', '-y', '--no-download', '--no-install-recommends'];
        return measure(
          ['unshare', '-m', 'sh', '-c', script, folder, ...options, 'install', 'nvidia-cuda-toolkit'],
          {
            env: {
              PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
              DEBIAN_FRONTEND: 'noninteractive',
              LC_ALL: 'C.UTF-8',
            },
          },
        );
      },
      prepare: [() => minimalRoot(work)],
    },
    copying: { peerName: '`cp -a` of the first', peer: () => copy('true') },
    /** A prefix is on the disk before its name is there; what cp has copied is not yet. */
    copyingSynced: { peerName: '`cp -a` of the first, and `sync`', peer: () => copy('sync') },
    hashing: {
      peerName: '`sha256sum` of the same files',
      // Each file once: links inside of a prefix lead to its own folders.
      peer: () => measure(['sh', '-c', `find "$0" -type f -print0 | xargs -0 sha256sum`, ours.prefix]),
    },
    planning: {
      peerName: '`apt-get -s install` from the same indexes',
      peer: () => aptGet('-s', 'install', 'nvidia-cuda-toolkit'),
      prepare: [() => aptGet('update')],
    },
    starting: { peerName: '`--version`', peer: ours.version },
  };
}
