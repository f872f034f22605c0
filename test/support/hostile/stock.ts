/** A home with a prefix, and a signed repository with just enough to install another. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeSelf } from '../../../src/prefix/home/lock-holder.ts';
import { writeSources } from '../nvidia/configuration.ts';
import type { FakePackage } from '../nvidia/packages.ts';
import { makeKey, writeRepository } from '../nvidia/repository.ts';
import { serve, type FakeServer } from '../nvidia/server.ts';
import { installFake } from '../prefix.ts';
import type { Powers } from './places.ts';
import type { Stock } from './run-situation.ts';

const REPOSITORY = 'cuda/repos/ubuntu1804/x86_64';
/** Belongs to the same group of sources, and has to be there. */
const BESIDE = 'machine-learning/repos/ubuntu1804/x86_64';
const LIB = 'usr/local/cuda-10.0/targets/x86_64-linux/lib';

export function powers(): Powers {
  const isRoot = process.getuid?.() === 0;
  return { isRoot, canMount: isRoot && canMount() };
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'gpu-setup-test-'));
  const works = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]).status === 0;
  if (works) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return works;
}

/** @param folder empty; what is made in it is read by every situation */
export async function makeStock(
  folder: string,
  program: readonly [string, string],
): Promise<{ stock: Stock; server: FakeServer }> {
  const home = join(folder, 'home');
  const config = join(folder, 'config');
  mkdirSync(home);
  mkdirSync(config);
  await installFake(home, 'cuda10');
  // Process 1 lives, but did not start then.
  const dead = { ...(await describeSelf('install cuda9')), pid: 1, started: '1' };
  writeFileSync(join(folder, 'dead-lock'), JSON.stringify(dead));
  const key = await makeKey('stand-in');
  const root = join(folder, 'www');
  const packages = ['cudart', 'cublas'].map(libraryPackage);
  for (const [path, held] of [
    [REPOSITORY, packages],
    [BESIDE, [libraryPackage('other')]],
  ] as const) {
    await writeRepository(join(root, 'compute', path), held, key, { inRelease: true });
  }
  const server = await serve(root);
  await writeSources(config, server.url, { root, cudaKey: key, mlKey: key, packages });
  return { stock: { program, home, config, powers: powers() }, server };
}

function libraryPackage(library: string): FakePackage {
  return {
    repository: REPOSITORY,
    name: `cuda-${library}-10-0`,
    version: '10.0.130-1',
    architecture: 'amd64',
    depends: [],
    members: [
      { path: `${LIB}/lib${library}.so.10.0.130`, content: library.repeat(20_000) },
      { path: `${LIB}/lib${library}.so.10.0`, link: `lib${library}.so.10.0.130` },
    ],
    scripts: {},
  };
}
