/**
 * Source packages (`deb-src`): found in a verified Sources index, fetched file by file against its digests. What a
 * source may be read for is not asked of its Types: one that is trusted for packages is trusted for their sources.
 */
import { join } from 'node:path';
import { GpuSetupError } from '../../base/errors.ts';
import { cacheFolder, readCached, writeCached } from '../cache.ts';
import type { AptContext } from '../context.ts';
import { decodeText, malformed, parseDeb822, type Stanza } from '../../formats/deb822.ts';
import { badDebAt } from '../deb/bad-deb.ts';
import { readExactly } from '../../formats/archive/file-chunks.ts';
import { componentMissing, downloadFirst, unpack } from '../index/fetch-index.ts';
import { variantsOf, type Variant } from '../index/index-files.ts';
import { addressesOf } from './addresses.ts';
import { fetchPackage } from './fetch-package.ts';
import { openSuite, type ReadSuite } from '../index/open-index.ts';
import { SourcesTextBuilder } from './sources-text.ts';
import type { Source } from '../types.ts';
import type { VerifiedFile } from './verified-file.ts';
import { compareVersions } from '../index/version.ts';

export interface SourceFile {
  name: string;
  size: number;
  sha256: string;
}

export interface SourcePackage {
  name: string;
  version: string;
  sourceId: string;
  suite: string;
  /** Below the repository's URI: "pool/main/d/darknet". */
  directory: string;
  files: readonly SourceFile[];
}

/**
 * The newest version of a source package in a suite.
 *
 * @throws GpuSetupError `source-package-missing` where no component has it, and what opening a suite throws
 */
export async function findSourcePackage(
  name: string,
  source: Source,
  suite: string,
  context: AptContext,
): Promise<{ package: SourcePackage; source: Source }> {
  const read: ReadSuite<SourcePackage[]> = async (from, opened, ctx, options) => {
    const found: SourcePackage[] = [];
    for (const component of from.components) {
      const path = `${component}/source/Sources`;
      const variants = variantsOf(opened, path);
      if (variants.length === 0) throw componentMissing(from, opened, path);
      const text = await stanzasOf(name, variants, ctx, () =>
        downloadFirst(from, opened, variants, ctx, options),
      );
      found.push(
        ...parseSources(text, name, `${from.id} ${path}`).map((one) => ({
          ...one,
          sourceId: from.id,
          suite,
        })),
      );
    }
    return found;
  };
  const { source: resolved, value } = await openSuite(source, suite, context, read);
  const newest = [...value].sort((a, b) => compareVersions(b.version, a.version))[0];
  if (newest === undefined) {
    throw new GpuSetupError('source-package-missing', `${source.id} has no source package ${name}`, {
      details: { sourceId: source.id, suite, package: name },
    });
  }
  return { package: newest, source: resolved };
}

/**
 * The upstream archive, open: the caller closes it. The .dsc must list the files as the index does; Debian's own changes
 * (debian.tar) are left out.
 *
 * @throws GpuSetupError `bad-source-package`, and what fetchPackage throws
 */
export async function fetchUpstream(
  found: SourcePackage,
  source: Source,
  context: AptContext,
): Promise<{ archive: VerifiedFile; archiveName: string; sha256: string }> {
  const dsc = onlyFile(found, /\.dsc$/);
  const original = onlyFile(found, /\.orig\.tar\.(?:xz|gz)$/);
  const fetch = (file: SourceFile): Promise<VerifiedFile> =>
    fetchPackage(
      {
        name: file.name,
        version: '',
        sourceId: found.sourceId,
        path: join(found.directory, file.name),
        size: file.size,
        sha256: file.sha256,
      },
      addressesOf(source.uris, join(found.directory, file.name), context),
      context,
    );
  const { handle } = await fetch(dsc);
  try {
    const bytes = await readExactly(handle, 0, dsc.size, badDebAt(dsc.name));
    const text = decodeText(bytes, { code: 'bad-source-package', file: dsc.name });
    checkDsc(text, dsc.name, original, found);
  } finally {
    await handle.close();
  }
  return { archive: await fetch(original), archiveName: original.name, sha256: original.sha256 };
}

function onlyFile(found: SourcePackage, pattern: RegExp): SourceFile {
  const files = found.files.filter(({ name }) => pattern.test(name));
  if (files.length !== 1) throw bad(found, `it lists ${files.length} files that end in ${pattern.source}`);
  return files[0]!;
}

/**
 * A .dsc is signed by whoever uploaded it, who is nobody we know; what makes it trustworthy is its digest in the index.
 *
 *     -----BEGIN PGP SIGNED MESSAGE-----
 *     Hash: SHA256
 *
 *     Format: 3.0 (quilt)
 *     Checksums-Sha256:
 *      ec536ae1... 3147564 darknet_0.0.0+git20180914.61c9d02e.orig.tar.xz
 */
function checkDsc(text: string, file: string, wanted: SourceFile, found: SourcePackage): void {
  const signed =
    /^-----BEGIN PGP SIGNED MESSAGE-----\n(?:.+\n)*\n([\s\S]*?)\n-----BEGIN PGP SIGNATURE-----/.exec(text);
  const [stanza] = parseDeb822(signed?.[1] ?? text, { code: 'bad-source-package', file });
  const listed = stanza === undefined ? [] : checksums(stanza, file);
  const same = listed.find(({ name }) => name === wanted.name);
  if (same === undefined || same.sha256 !== wanted.sha256 || same.size !== wanted.size) {
    throw bad(found, `${file} and the signed index differ about ${wanted.name}`);
  }
}

/** All stanzas of one package, from the cache where the index is the one that was read before. */
async function stanzasOf(
  name: string,
  variants: readonly Variant[],
  context: AptContext,
  fetch: () => Promise<{ variant: Variant; bytes: Uint8Array }>,
): Promise<string> {
  const folder = await cacheFolder(context, 'indexes');
  const pathOf = ({ sha256 }: Variant): string => join(folder, `${sha256}.sources-${name}`);
  for (const variant of variants) {
    const cached = await readCached(pathOf(variant));
    if (cached !== undefined) return cached.toString('utf8');
  }
  const { variant, bytes } = await fetch();
  const builder = new SourcesTextBuilder(name);
  await unpack(bytes, variant, variant.path, context, (chunk) => builder.add(chunk));
  const text = builder.finish();
  await writeCached(pathOf(variant), [Buffer.from(text, 'utf8')]);
  return text;
}

/**
 *     Package: darknet
 *     Version: 0.0.0+git20180914.61c9d02e-2
 *     Directory: pool/main/d/darknet
 *     Checksums-Sha256:
 *      4844e416... 1952 darknet_0.0.0+git20180914.61c9d02e-2.dsc
 */
export function parseSources(
  text: string,
  name: string,
  file: string,
): Omit<SourcePackage, 'sourceId' | 'suite'>[] {
  return parseDeb822(text, { code: 'bad-index', file })
    .filter(({ fields }) => fields.get('package')?.value === name)
    .map((stanza) => {
      const version = stanza.fields.get('version')?.value ?? '';
      const directory = stanza.fields.get('directory')?.value ?? '';
      if (!/^[\w.+~:-]+$/.test(version))
        throw malformed('bad-index', file, stanza.line, `a version of ${name}`, 'none');
      if (!isBelow(directory)) {
        throw malformed(
          'bad-index',
          file,
          stanza.line,
          'a folder below the repository',
          `"${directory.slice(0, 80)}"`,
        );
      }
      return { name, version, directory, files: checksums(stanza, file) };
    });
}

function isBelow(path: string): boolean {
  return path !== '' && /^[\w.+~/-]+$/.test(path) && !path.startsWith('/') && !path.split('/').includes('..');
}

function checksums(stanza: Stanza, file: string): SourceFile[] {
  const field = stanza.fields.get('checksums-sha256');
  if (field === undefined) throw malformed('bad-index', file, stanza.line, 'Checksums-Sha256', 'none');
  return field.value
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const match = /^([0-9a-f]{64}) (\d{1,15}) ([\w.+~-]+)$/i.exec(line);
      if (match === null) {
        throw malformed('bad-index', file, field.line, '"digest size name"', `"${line.slice(0, 80)}"`);
      }
      return { sha256: match[1]!.toLowerCase(), size: Number(match[2]), name: match[3]! };
    });
}

function bad(found: SourcePackage, why: string): GpuSetupError {
  return new GpuSetupError('bad-source-package', `source package ${found.name} ${found.version}: ${why}`, {
    hint: 'use another source, or bring your own with --source',
    details: { sourceId: found.sourceId, package: found.name, version: found.version },
  });
}
