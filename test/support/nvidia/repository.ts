/**
 * Writes the fake repositories to disk as NVIDIA lays them out: flat, Packages appended oldest first, the CUDA
 * repositories with InRelease, the machine-learning ones with Release and Release.gpg only and another key.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as openpgp from 'openpgp';
import { buildDeb } from '../deb.ts';
import { fakePackages, type FakePackage } from './packages.ts';

export interface FakeKey {
  /** Upper case, 40 digits. */
  fingerprint: string;
  privateKey: openpgp.PrivateKey;
  armored: string;
}

export interface FakeRepositories {
  /** Folder that the server serves; /compute/... lies below it. */
  root: string;
  /** Signs the CUDA repositories. */
  cudaKey: FakeKey;
  /** Signs the machine-learning repositories. */
  mlKey: FakeKey;
  packages: readonly FakePackage[];
}

/** @param folder an empty folder of the test's own; it holds compiler output too */
export async function buildRepositories(folder: string): Promise<FakeRepositories> {
  const root = join(folder, 'www');
  const [packages, cudaKey, mlKey] = await Promise.all([
    fakePackages(join(folder, 'work')),
    makeKey('cudatools stand-in'),
    makeKey('machine-learning stand-in'),
  ]);
  const repositories = new Map<string, FakePackage[]>();
  for (const item of packages)
    repositories.set(item.repository, [...(repositories.get(item.repository) ?? []), item]);
  for (const [path, items] of repositories) {
    const isMl = path.startsWith('machine-learning');
    await writeRepository(join(root, 'compute', path), items, isMl ? mlKey : cudaKey, { inRelease: !isMl });
  }
  return { root, cudaKey, mlKey, packages };
}

/** A key whose self-signature uses SHA-1, as the one that signs NVIDIA's CUDA repositories has. */
export async function makeKey(name: string): Promise<FakeKey> {
  const { privateKey, publicKey } = await openpgp.generateKey({
    type: 'rsa',
    rsaBits: 2048,
    userIDs: [{ name }],
    format: 'object',
    config: {
      preferredHashAlgorithm: openpgp.enums.hash.sha1,
      rejectHashAlgorithms: new Set(),
      // The salt that openpgp.js adds is not defined for SHA-1.
      nonDeterministicSignaturesViaNotation: false,
    },
  });
  return {
    fingerprint: publicKey.getFingerprint().toUpperCase(),
    privateKey,
    armored: publicKey.armor(),
  };
}

/** Writes one flat repository; calling it again replaces index and signatures. */
export async function writeRepository(
  folder: string,
  packages: readonly FakePackage[],
  key: FakeKey,
  options: { inRelease: boolean; date?: Date },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const stanzas: string[] = [];
  for (const item of packages) {
    const installed = item.members.reduce((sum, member) => sum + (member.content?.length ?? 0), 0);
    const control: Record<string, string> = {
      Package: item.name,
      Version: item.version,
      Architecture: item.architecture,
      Maintainer: 'cudatools <cudatools@nvidia.com>',
      ...(item.depends.length > 0 ? { Depends: item.depends.join(', ') } : {}),
      Section: 'multiverse/devel',
      Priority: 'optional',
      'Installed-Size': String(Math.max(1, Math.ceil(installed / 1024))),
      Description: `stand-in for ${item.name}`,
    };
    const deb = buildDeb({
      control,
      scripts: item.scripts,
      members: [
        ...foldersOf(item.members.map((member) => member.path)).map((path) => ({
          path: `./${path}`,
          mode: 0o755,
        })),
        ...item.members.map((member) => ({ ...member, path: `./${member.path}` })),
      ],
      extraArMembers: [{ name: '_gpgbuilder', content: 'stand-in for the signature of the package\n' }],
    });
    const file = `${item.name}_${item.version}_${item.architecture}.deb`;
    await writeFile(join(folder, file), deb);
    stanzas.push(
      [
        ...Object.entries(control).map(([field, value]) => `${field}: ${value}`),
        `Filename: ./${file}`,
        `Size: ${deb.length}`,
        `MD5sum: ${digest('md5', deb)}`,
        `SHA1: ${digest('sha1', deb)}`,
        `SHA256: ${digest('sha256', deb)}`,
      ].join('\n'),
    );
  }
  const index = Buffer.from(`${stanzas.join('\n\n')}\n`);
  const compressed = gzipSync(index);
  await writeFile(join(folder, 'Packages'), index);
  await writeFile(join(folder, 'Packages.gz'), compressed);
  const rows = (algorithm: string): string =>
    [
      ['Packages', index],
      ['Packages.gz', compressed],
    ]
      .map(
        ([name, bytes]) =>
          ` ${digest(algorithm, bytes as Buffer)} ${String(bytes!.length).padStart(16)} ${name as string}`,
      )
      .join('\n');
  const release = `Origin: NVIDIA
Label: NVIDIA CUDA
Architecture: x86_64
Date: ${(options.date ?? new Date()).toUTCString()}
MD5Sum:
${rows('md5')}
SHA1:
${rows('sha1')}
SHA256:
${rows('sha256')}
Acquire-By-Hash: no
`;
  await writeFile(join(folder, 'Release'), release);
  await writeFile(join(folder, 'Release.gpg'), await signDetached(release, key));
  if (options.inRelease) await writeFile(join(folder, 'InRelease'), await signClear(release, key));
  await writeFile(join(folder, 'key.pub'), key.armored);
}

export async function signClear(text: string, key: FakeKey): Promise<string> {
  const message = await openpgp.createCleartextMessage({ text });
  return openpgp.sign({
    message,
    signingKeys: key.privateKey,
    config: { preferredHashAlgorithm: openpgp.enums.hash.sha512, rejectHashAlgorithms: new Set() },
  });
}

export async function signDetached(text: string, key: FakeKey): Promise<string> {
  const message = await openpgp.createMessage({ binary: Buffer.from(text) });
  return openpgp.sign({
    message,
    signingKeys: key.privateKey,
    detached: true,
    config: { preferredHashAlgorithm: openpgp.enums.hash.sha512, rejectHashAlgorithms: new Set() },
  });
}

const digest = (algorithm: string, bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest('hex');

/** Every folder above the paths, parents first, as a real data.tar lists them: "", "usr/", "usr/local/", ... */
function foldersOf(paths: readonly string[]): string[] {
  const folders = new Set<string>(['']);
  for (const path of paths) {
    const parts = path.split('/');
    for (let i = 1; i < parts.length; i++) folders.add(`${parts.slice(0, i).join('/')}/`);
  }
  return [...folders].sort();
}
