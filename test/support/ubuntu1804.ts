/** NVIDIA's two repositories of Ubuntu 18.04 on a local server, with a package file for each package of CUDA 10.0. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { makeKey, publishFlat, serve, type TestKey, type TestServer } from '../apt/repository.ts';
import { CUDA_100, CUDNN } from './cuda-index.ts';
import { buildDeb } from './deb.ts';
import { packagesText, type PackageRow } from './index.ts';

/** @param contentOf of the one library that a package holds; its name unless said otherwise */
export function ubuntu1804(contentOf: (name: string) => string = (name) => name): Ubuntu1804 {
  const rows = CUDA_100.map((row): PackageRow => {
    const path = `./usr/local/cuda-10.0/lib64/lib${row.name}.so.1`;
    const members = [{ path, content: contentOf(row.name) }];
    return { ...row, deb: buildDeb({ control: { Package: row.name }, members, compression: 'gz' }) };
  });
  return new Ubuntu1804(rows);
}

export class Ubuntu1804 {
  server!: TestServer;
  key!: TestKey;

  /** To be made outside of tests: it begins and ends with the tests of the file. */
  constructor(readonly rows: readonly PackageRow[]) {
    beforeAll(async () => {
      [this.key, this.server] = await Promise.all([makeKey(), serve()]);
      await publishFlat(this.server, '/cuda/', packagesText([...rows]), this.key);
      await publishFlat(this.server, '/ml/', packagesText(CUDNN), this.key);
      for (const { name, version, deb } of rows)
        this.server.files.set(`/cuda/${name}_${version}_amd64.deb`, deb!);
    });
    afterAll(() => this.server.close());
  }

  /**
   * Has a configuration take both from here.
   *
   * @param login "me:secret", which their addresses then carry
   */
  writeSources(config: string, login?: string): void {
    const folder = join(config, 'apt-sources');
    mkdirSync(folder, { recursive: true });
    for (const kind of ['cuda', 'ml'])
      writeFileSync(join(folder, `nvidia-${kind}-ubuntu1804.sources`), this.sourceText(kind, login));
  }

  /** A source of one folder of this server: "cuda". */
  sourceText(folder: string, login?: string): string {
    const { url } = this.server;
    const base = login === undefined ? url : url.replace('http://', `http://${login}@`);
    return `Types: deb\nURIs: ${base}/${folder}/\nSuites: /\nArchitectures: amd64\nSigned-By: ${this.key.fingerprint}\nX-Key-URIs: ${url}/cuda/key.pub\n`;
  }
}
