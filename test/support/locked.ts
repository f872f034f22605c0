/** A repository of CUDA 9.0 that moves on in the ways that NVIDIA's do, and machines that lock and install from it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { WorkEvent } from '../../src/base/events.ts';
import {
  install,
  type InstallContext,
  type InstallRequest,
  type InstallResult,
} from '../../src/recipe/install.ts';
import { writeLock, type LockRequest, type LockWritten } from '../../src/recipe/lock/write-lock.ts';
import { makeKey, publishFlat, serve, type TestKey, type TestServer } from '../apt/repository.ts';
import { CUDA_90, CUDNN } from './cuda-index.ts';
import { buildDeb } from './deb.ts';
import { packagesText, type PackageRow } from './index.ts';
import { acceptAll } from './small-toolkit.ts';
import { memoryDir } from './temp-dir.ts';

export const SOURCE = 'nvidia-cuda-ubuntu1604';
export const EARLIER = 'Wed, 01 Jul 2026 10:00:00 UTC';
export const TODAY = 'Sat, 11 Jul 2026 10:16:37 UTC';
export const LATER = 'Sun, 19 Jul 2026 10:00:00 UTC';

/** The patch of cuBLAS that came last. */
export const NEW_CUBLAS = '9.0.176.4-1';
export const OLD_CUBLAS = '9.0.176.2-1';

/** How a package file is made: `signature` is in the file and not in its payload, `content` is in both. */
export interface Made {
  signature?: string;
  content?: string;
}

/** Rows with their bytes. */
export function packages(
  wanted: (row: PackageRow) => boolean = () => true,
  made: (row: PackageRow) => Made = () => ({}),
): readonly PackageRow[] {
  return CUDA_90.filter(wanted).map((row) => {
    const { signature = 'first', content = `${row.name} ${row.version}` } = made(row);
    return {
      ...row,
      deb: buildDeb({
        control: { Package: row.name },
        members: [{ path: `./usr/local/cuda-9.0/lib64/lib${row.name}.so.1`, content }],
        compression: 'gz',
        extraArMembers: [{ name: '_gpgbuilder', content: `${signature}\n` }],
      }),
    };
  });
}

export const isOld = ({ name, version }: PackageRow): boolean =>
  !name.startsWith('cuda-cublas') || version !== NEW_CUBLAS;

/** Of another user on another machine. */
export interface Machine {
  dir: string;
  events: WorkEvent[];
  lockFile: string;
  install(more?: Partial<InstallRequest>, context?: Partial<InstallContext>): Promise<InstallResult>;
  /** What its lock names. */
  installLocked(more?: { trusted?: boolean; name?: string; words?: string[] }): Promise<InstallResult>;
  lock(more?: Partial<LockRequest>): Promise<LockWritten>;
  context(more?: Partial<InstallContext>): InstallContext;
  lockText(): Promise<string>;
}

export class MovingRepository {
  server!: TestServer;
  key!: TestKey;

  /** To be made outside of tests: it begins and ends with the tests of the file. */
  constructor() {
    beforeAll(async () => {
      [this.key, this.server] = await Promise.all([makeKey(), serve()]);
    });
    afterAll(() => this.server.close());
    beforeEach(() => {
      this.server.files.clear();
      this.server.requests.length = 0;
      this.server.intercept = null;
    });
  }

  /** What the index lists; `files`: what is really there, where that is something else. */
  async publish(
    rows: readonly PackageRow[],
    date = TODAY,
    files: readonly PackageRow[] = rows,
    key = this.key,
    inRelease = true,
  ): Promise<void> {
    await publishFlat(this.server, '/cuda/', packagesText(rows), key, { date, inRelease });
    await publishFlat(this.server, '/ml/', packagesText(CUDNN), this.key);
    this.server.files.set('/cuda/key.pub', `${this.key.publicKey}`);
    for (const { name, version, deb } of files)
      this.server.files.set(`/cuda/${name}_${version}_amd64.deb`, deb!);
  }

  machine(folder = memoryDir()): Machine {
    const dir = folder;
    const sources = join(dir, 'config', 'apt-sources');
    mkdirSync(sources, { recursive: true });
    for (const [id, path] of [
      [SOURCE, 'cuda'],
      ['nvidia-ml-ubuntu1604', 'ml'],
    ]) {
      const uri = `${this.server.url}/${path}/`;
      writeFileSync(
        join(sources, `${id}.sources`),
        `Types: deb\nURIs: ${uri}\nSuites: /\nArchitectures: amd64\nSigned-By: ${this.key.fingerprint}\nX-Key-URIs: ${uri}key.pub\n`,
      );
    }
    const events: WorkEvent[] = [];
    const lockFile = join(dir, 'gpu-setup.lock');
    const context = (more: Partial<InstallContext> = {}): InstallContext => ({
      folders: { home: join(dir, 'home'), config: join(dir, 'config'), cache: join(dir, 'cache') },
      env: {},
      emit: (event) => events.push(event),
      signal: new AbortController().signal,
      acceptLicences: acceptAll,
      ...more,
    });
    const asked = { words: ['cuda@9.0'], source: SOURCE, dryRun: false, architecture: 'amd64' } as const;
    return {
      dir,
      events,
      lockFile,
      context,
      install: (more = {}, changes = {}) => install({ ...asked, ...more }, context(changes)),
      installLocked: ({ trusted = false, words = [], ...more } = {}) =>
        install(
          {
            words,
            dryRun: false,
            architecture: 'amd64',
            lock: { file: lockFile, trusted },
            ...more,
          },
          context(),
        ),
      lock: (more = {}) =>
        writeLock(
          {
            words: ['cuda@9.0'],
            source: SOURCE,
            architectures: ['amd64'],
            file: lockFile,
            upgrade: false,
            proof: true,
            payloads: true,
            allowOlder: false,
            ...more,
          },
          context(),
        ),
      lockText: () => readFile(lockFile, 'utf8'),
    };
  }
}
