// What list, prune and doctor take of memory and time with very many prefixes, each with a manifest of ordinary length:
//
//     node scripts/bench/many-prefixes.mjs [COUNT]      after npm run build, with GNU time; 10,000 unless said otherwise, 700 MB of disk
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const COUNT = Number(process.argv[2] ?? 10_000);
/** Different sets of packages among the prefixes, packages of each, files of each. */
const [SETS, PACKAGES, FILES] = [10, 30, 300];

const digest = (text) => createHash('sha256').update(text).digest('hex');

function packagesOf(set) {
  return Array.from({ length: PACKAGES }, (_, at) => ({
    name: `cuda-part-${at}`,
    version: `10.0.130-${set}`,
    architecture: 'amd64',
    source: 'nvidia-cuda-ubuntu1804',
    sha256: digest(`deb ${set} ${at}`),
    payloadSha256: digest(`payload ${set} ${at}`),
  }));
}

function makeHome(home) {
  for (const folder of ['store', 'generations', 'prefixes'])
    mkdirSync(join(home, folder), { recursive: true });
  mkdirSync(join(home, 'state'), { mode: 0o700 });
  const sets = Array.from({ length: SETS }, (_, set) => packagesOf(set));
  for (const { payloadSha256, sha256, name, version, architecture } of sets.flat()) {
    const folder = join(home, 'store', payloadSha256);
    mkdirSync(join(folder, 'files'), { recursive: true });
    const entry = { schema: 'gpu-setup/store@1', payloadSha256, package: { name, version, architecture } };
    writeFileSync(
      join(folder, 'entry.json'),
      JSON.stringify({ ...entry, debs: [sha256], members: [], files: {} }),
    );
  }
  const entries = Array.from({ length: FILES }, (_, at) => ({
    path: `include/thrust/system/detail/sequential/file_${at}.h`,
    type: 'file',
    mode: 0o444,
    size: 1000 + at,
    sha256: digest(`file ${at}`),
    from: `cuda-part-${at % PACKAGES}`,
  }));
  for (let at = 0; at < COUNT; at++) {
    const name = `p${String(at).padStart(6, '0')}`;
    const generation = join(home, 'generations', `${name}-1`);
    mkdirSync(join(generation, '.gpu-setup'), { recursive: true });
    for (const folder of ['bin', 'lib64', 'include']) mkdirSync(join(generation, folder));
    const prefix = {
      schema: 'gpu-setup/prefix@1',
      name,
      path: join(home, 'prefixes', name),
      recipe: 'cuda10',
      cuda: '10.0.130',
      cudnn: '7.5.0.56',
      components: ['compiler', 'libraries', 'cudnn'],
      installedAt: '2024-05-01T10:00:00.000Z',
      packages: sets[at % SETS],
      bytes: { own: 1000, shared: 2000 },
      sharing: 'hardlink',
    };
    const manifest = { schema: 'gpu-setup/manifest@1', prefix, entries, dropped: [], licences: [] };
    writeFileSync(join(generation, '.gpu-setup/manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
    symlinkSync(`../generations/${name}-1`, join(home, 'prefixes', name));
  }
}

const folder = mkdtempSync(join(tmpdir(), 'gpu-setup-many-'));
try {
  makeHome(join(folder, 'home'));
  const env = { ...process.env };
  for (const part of ['home', 'config', 'cache']) env[`GPU_SETUP_${part.toUpperCase()}`] = join(folder, part);
  for (const words of [['list'], ['list', '--json'], ['prune', '--dry-run'], ['doctor']]) {
    const timed = spawnSync('/usr/bin/time', ['-f', '%M %e', process.execPath, MAIN, ...words], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    const [kilobytes, seconds] = timed.stderr.trim().split('\n').at(-1).split(' ').map(Number);
    console.log(`${words.join(' ').padEnd(16)} ${Math.round(kilobytes / 1024)} MB  ${seconds} s`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
