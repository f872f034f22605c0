// What is measured of this program: calls of it, in folders of its own, with nothing there or from packages that were downloaded
// before.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { measure } from '../measure.mjs';

/** The prefix that cases are about, and where its files lie. */
const NAME = 'bench';

/**
 * @param work folder for all that is made
 * @param cache folder that keeps downloads between runs; without it they lie in `work`
 */
export function ourCalls(root, work, cache) {
  const binary = join(root, 'dist/gpu-setup-linux-x64');
  const nothing = {
    ...process.env,
    GPU_SETUP_HOME: join(work, 'home'),
    GPU_SETUP_CACHE: join(work, 'cache'),
    GPU_SETUP_CONFIG: join(work, 'config'),
  };
  const warm = { ...nothing, GPU_SETUP_CACHE: cache === undefined ? join(work, 'kept') : resolve(cache) };
  const store = join(work, 'home/store');
  const remove = (folder) => rmSync(join(work, folder), { recursive: true, force: true });
  let others = 0;
  return {
    binary,
    prefix: join(work, 'home/generations', `${NAME}-1`),
    onNode: [process.execPath, join(root, 'dist/main.js')],
    /** Of the plan: name, version, sha256, ... */
    packages: () => {
      const options = { env: nothing, encoding: 'utf8' };
      return JSON.parse(execFileSync(binary, order('plan', '--dry-run'), options)).plan.packages;
    },
    /** Where the file of a package lies once it was downloaded. */
    downloaded: (sha256) => join(warm.GPU_SETUP_CACHE, `apt/packages/${sha256}.deb`),
    cold:
      (...more) =>
      async () => {
        for (const folder of ['home', 'cache', 'config']) remove(folder);
        return measure([binary, ...order(NAME, ...more)], { env: nothing, memory: true });
      },
    fromCache:
      ({ program = [binary], path = process.env.PATH } = {}) =>
      async () => {
        remove('home');
        return measure([...program, ...order(NAME)], { env: { ...warm, PATH: path }, memory: true });
      },
    another: (word) => () => measure([binary, ...order(`${word}${others++}`)], { env: warm, memory: true }),
    /** A mount of its own: link() does not lead from one to another, so files are copied as between two disks. */
    anotherByCopies: (name) => () => {
      // As the peer's: what the copy before it had of memory is free again. New memory costs a virtual machine a multiple.
      for (const one of [`prefixes/${name}`, `generations/${name}-1`]) remove(join('home', one));
      const apart = ['unshare', '-m', 'sh', '-c', 'mount --bind "$0" "$0" && exec "$@"', store];
      return measure([...apart, binary, ...order(name)], { env: warm, memory: true });
    },
    plan: () => measure([binary, ...order('plan', '--dry-run')], { env: warm, memory: true }),
    verify: () => measure([binary, 'verify', NAME], { env: warm, memory: true }),
    run: () => measure([binary, 'run', NAME, '--', 'true'], { env: warm }),
    env: () => measure([binary, 'env', NAME], { env: warm }),
    version: () => measure([binary, '--version'], { env: nothing }),
  };
}

const order = (name, ...more) => [
  ...['install', 'cuda11', '--source', 'debian-bookworm', '--accept-license', '--json', '--name', name],
  ...more,
];

/** PATH of a minimal image: dpkg-deb, a shell and what unpacks nothing, but no xz. */
export function pathWithoutXz(work) {
  const bare = join(work, 'bare');
  mkdirSync(bare);
  for (const name of ['sh', 'dpkg-deb', 'dpkg'])
    if (existsSync(join('/usr/bin', name))) symlinkSync(join('/usr/bin', name), join(bare, name));
  return bare;
}
