/** Writes .gpu-setup/manifest.json: every entry of a finished generation, with the digest of every file. */
import { mkdir, readlink } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { Limit } from '../../base/limit.ts';
import type { Manifest, ManifestEntry } from '../../machine/records/prefix-manifest.ts';
import { MANIFEST_PATH } from '../../machine/records/read-prefix-manifest.ts';
import { replaceFile } from '../../base/files/replace-file.ts';
import { digestOf, walkTree, type TreeEntry } from '../../base/files/tree.ts';

export interface ManifestInput {
  prefix: Manifest['prefix'];
  /** What placing them told of files and links, by path: the package it came from, and the digest of a file's content. */
  members: ReadonlyMap<string, { from: string; sha256?: string | undefined }>;
  /** What `relocate` returned: these are ours now, whatever `members` says of their path. */
  relocated: readonly string[];
  dropped: Manifest['dropped'];
  licences: Manifest['licences'];
}

/** @param generation folder that holds everything but the manifest itself */
export async function writeManifest(generation: string, input: ManifestInput): Promise<Manifest> {
  const relocated = new Set(input.relocated);
  // Part of the prefix itself, so it must be there when the entries are counted.
  await mkdir(dirname(join(generation, MANIFEST_PATH)), { recursive: true });
  const limit = new Limit(availableParallelism());
  const found = (await walkTree(generation)).filter((entry) => entry.path !== MANIFEST_PATH);
  const entries = await Promise.all(
    found.map((entry) => {
      const known = relocated.has(entry.path) ? undefined : input.members.get(entry.path);
      return limit.run(() => entryOf(generation, entry, known));
    }),
  );
  const manifest: Manifest = {
    schema: 'gpu-setup/manifest@1',
    prefix: input.prefix,
    entries,
    dropped: input.dropped,
    licences: input.licences,
  };
  await replaceFile(join(generation, MANIFEST_PATH), `${JSON.stringify(manifest, null, 1)}\n`, 0o444);
  return manifest;
}

async function entryOf(
  generation: string,
  entry: TreeEntry,
  known: { from: string; sha256?: string | undefined } | undefined,
): Promise<ManifestEntry> {
  const { path, mode, size } = entry;
  const from = known?.from ?? null;
  if (entry.type === 'dir') return { path, type: 'dir' };
  if (entry.type === 'link')
    return { path, type: 'link', target: await readlink(join(generation, path)), from };
  const sha256 = known?.sha256 ?? (await digestOf(join(generation, path)));
  return { path, type: 'file', mode, size, sha256, from };
}
