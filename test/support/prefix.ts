/** A small installed prefix: what an install leaves, with an nvcc that prints how it was started. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PrefixInfo } from '../../src/machine/records/prefix-manifest.ts';
import { silent } from '../../src/base/events.ts';
import { activate } from '../../src/prefix/home/activate.ts';
import { lockHome } from '../../src/prefix/home/home-lock.ts';
import { writeManifest } from '../../src/prefix/home/manifest.ts';
import { relocate } from '../../src/prefix/relocate/relocate.ts';

/** Prints its own path, the profile beside it, and its arguments one a line. */
export const PRINTING_NVCC = '#!/bin/sh\nprintf "%s\\n" "$0" "$@"\n';

/** Path -> text, or { link }. */
export type Tree = Readonly<Record<string, string | Uint8Array | { link: string }>>;

export const TOOLKIT: Tree = {
  'bin/nvcc': PRINTING_NVCC,
  'bin/nvcc.profile': 'TOP = /usr/local/cuda-10.0\n',
  'bin/crt/link.stub': '/* stub */\n',
  'include/crt/host_config.h': '#if __GNUC__ > 7\n#error -- unsupported GNU version!\n#endif\n',
  'lib64/stubs/libcuda.so': 'stub',
};

export function writeTree(root: string, tree: Tree): void {
  for (const [path, content] of Object.entries(tree)) {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, full);
    else {
      writeFileSync(full, content);
      chmodSync(full, path.startsWith('bin/') && !path.includes('.') ? 0o555 : 0o444);
    }
  }
}

export function prefixInfo(home: string, name: string, more: Partial<PrefixInfo> = {}): PrefixInfo {
  return {
    schema: 'gpu-setup/prefix@1',
    name,
    path: join(home, 'prefixes', name),
    // In front of the packages, as install writes it: what reads the beginning alone has to find it.
    ...(more.architecture === undefined ? {} : { architecture: more.architecture }),
    recipe: null,
    cuda: '10.0.130',
    cudnn: null,
    components: ['compiler', 'libraries'],
    installedAt: '2024-05-01T10:00:00.000Z',
    packages: [],
    bytes: { own: 1000, shared: 2000 },
    sharing: 'copy',
    ...more,
  };
}

/** @returns path of the prefix's link */
export async function installFake(
  home: string,
  name: string,
  options: { tree?: Tree; generation?: number; info?: Partial<PrefixInfo> } = {},
): Promise<string> {
  const generation = `${name}-${options.generation ?? 1}`;
  const root = join(home, 'generations', generation);
  mkdirSync(join(home, 'state'), { recursive: true });
  writeTree(root, options.tree ?? TOOLKIT);
  const relocated = await relocate(root, { cuda: '10.0.130', architecture: 'amd64' });
  await writeManifest(root, {
    prefix: prefixInfo(home, name, options.info),
    members: new Map(),
    relocated,
    dropped: [],
    licences: [],
  });
  const lock = await lockHome(home, { what: `install ${name}`, emit: silent });
  await activate(home, name, generation, lock);
  await lock.release();
  return join(home, 'prefixes', name);
}
