/** A configuration folder whose sources take the place of the built-in ones and point at the fake server. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TOOLCHAINS } from './packages.ts';
import type { FakeRepositories } from './repository.ts';

export async function writeSources(
  config: string,
  url: string,
  repositories: FakeRepositories,
): Promise<void> {
  const folder = join(config, 'apt-sources');
  await mkdir(folder, { recursive: true });
  for (const distro of ['ubuntu1604', 'ubuntu1804']) {
    for (const [kind, path, key] of [
      ['cuda', 'cuda/repos', repositories.cudaKey],
      ['ml', 'machine-learning/repos', repositories.mlKey],
    ] as const) {
      const base = `${url}/compute/${path}/${distro}/x86_64/`;
      await writeFile(
        join(folder, `nvidia-${kind}-${distro}.sources`),
        `Types: deb\nURIs: ${base}\nSuites: /\nArchitectures: amd64\nSigned-By: ${key.fingerprint}\nX-Key-URIs: ${base}key.pub\n`,
      );
    }
  }
  // Recipes ask for a compiler where the host has none that fits.
  const base = `${url}/compute/${TOOLCHAINS}/`;
  await writeFile(
    join(folder, 'ubuntu-bionic.sources'),
    `Types: deb\nURIs: ${base}\nSuites: /\nArchitectures: amd64\nSigned-By: ${repositories.cudaKey.fingerprint}\nX-Key-URIs: ${base}key.pub\nX-Packaging: debian\n`,
  );
}
