// What list, prune and doctor take of memory and time with ten thousand prefixes, each with a manifest of ordinary length:
// some 700 MB of disk. On both runtimes, as their memory is managed in different ways.
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, measure } from './measure.mjs';

const COUNT = 10_000;
/** Different sets of packages among the prefixes, packages of each, files of each. */
const [SETS, PACKAGES, FILES] = [10, 30, 300];
const COMMANDS = ['list', 'prune --dry-run', 'doctor'];
/** What of a prefix is looked at. */
const LOOKED_AT = {
  bin: ['nvcc'],
  lib64: ['libcudart.so.10.0', 'libcublas.so.10.0', 'libcufft.so.10.0', 'libcudnn.so.7'],
  include: ['cuda_runtime.h', 'cudnn.h'],
};

export async function* benchPrefixes(root) {
  const work = mkdtempSync(join(tmpdir(), 'gpu-setup-bench-'));
  try {
    makeHome(join(work, 'home'));
    const env = { ...process.env };
    for (const part of ['home', 'config', 'cache']) env[`GPU_SETUP_${part.toUpperCase()}`] = join(work, part);
    const programs = [
      ['', [join(root, 'dist/gpu-setup-linux-x64')]],
      [', on Node', [process.execPath, join(root, 'dist/main.js')]],
    ];
    for (const [where, program] of programs) {
      for (const command of COMMANDS) {
        const ours = () =>
          measure([...program, ...command.split(' ')], { env, memory: true, allow: [0, 1, 3] });
        yield {
          what: `\`${command}\` with ${COUNT.toLocaleString('en')} prefixes${where}`,
          peerName: '`find` through the same home',
          goal: '150 MB',
          ...(await compare(ours, () => measure(['find', join(work, 'home'), '-size', '+1M']), 1)),
        };
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

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
  for (const name of Object.values(LOOKED_AT).flat()) writeFileSync(join(home, 'store', name), 'one of many');
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
    for (const [folder, names] of Object.entries(LOOKED_AT)) {
      mkdirSync(join(generation, folder));
      for (const name of names) linkSync(join(home, 'store', name), join(generation, folder, name));
    }
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
