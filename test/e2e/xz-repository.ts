/** CUDA 10.0 in a signed repository on loopback, one of whose packages has a payload of the test's own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeKey, publishFlat, serve } from '../apt/repository.ts';
import { CUDA_100 } from '../support/cuda-index.ts';
import { buildAr, buildDeb, buildTar, compress } from '../support/deb.ts';
import { packagesText, type PackageRow } from '../support/index.ts';

/** The package with that payload, and the file that is looked for in it. */
export const PACKAGE = 'cuda-cufft-10-0';
export const LIBRARY = 'lib64/libcufft.so.10.0.145';
export const MEMBER = `usr/local/cuda-10.0/${LIBRARY}`;

export interface XzRepository {
  /** Puts a data.tar.xz into the package, and signs the index anew. */
  publish(payload: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** @param config the folder that the program is configured by */
export async function xzRepository(config: string): Promise<XzRepository> {
  const [key, server] = await Promise.all([makeKey(), serve()]);
  const folder = join(config, 'apt-sources');
  mkdirSync(folder, { recursive: true });
  for (const id of ['nvidia-cuda-ubuntu1804', 'nvidia-ml-ubuntu1804'])
    writeFileSync(
      join(folder, `${id}.sources`),
      `Types: deb\nURIs: ${server.url}/cuda/\nSuites: /\nArchitectures: amd64\nSigned-By: ${key.fingerprint}\nX-Key-URIs: ${server.url}/cuda/key.pub\n`,
    );
  return {
    async publish(payload) {
      const rows = CUDA_100.map((row): PackageRow => ({ ...row, deb: debOf(row, payload) }));
      await publishFlat(server, '/cuda/', packagesText(rows), key);
      for (const { name, version, deb } of rows)
        server.files.set(`/cuda/${name}_${version}_amd64.deb`, deb as Buffer);
    },
    close: () => server.close(),
  };
}

function debOf({ name }: PackageRow, payload: Buffer): Buffer {
  if (name !== PACKAGE) return buildDeb({ control: { Package: name }, members: [], compression: 'gz' });
  return buildAr([
    { name: 'debian-binary', content: '2.0\n' },
    {
      name: 'control.tar.gz',
      content: compress(buildTar([{ path: './control', content: `Package: ${name}\n` }]), 'gz'),
    },
    { name: 'data.tar.xz', content: payload },
  ]);
}
