/** A toolkit of three packages on a server of the test file's own, and a home and cache of each test's own to install it into. */
import { createHash } from 'node:crypto';
import { chmod, readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { AptContext } from '../../src/apt/context.ts';
import type { PackageFile, PackageIndex } from '../../src/apt/types.ts';
import type { WorkEvent } from '../../src/base/events.ts';
import { executePlan, type Executed, type ExecuteContext } from '../../src/prefix/install/execute-plan.ts';
import { survey } from '../../src/prefix/install/survey.ts';
import type { InstallPlan } from '../../src/prefix/plan/install-plan.ts';
import type { Licence } from '../../src/prefix/plan/licence.ts';
import { planInstall } from '../../src/prefix/plan/plan.ts';
import type { PrefixRequest } from '../../src/prefix/plan/request.ts';
import type { Resolution } from '../../src/prefix/plan/resolve.ts';
import { buildDeb, type TarEntry } from './deb.ts';
import { indexOf } from './index.ts';
import { locationOf } from './location.ts';
import { memoryDir } from './temp-dir.ts';

export type Packages = Readonly<Record<string, readonly TarEntry[]>>;

export const LIB = 'usr/local/cuda-10.0/targets/x86_64-linux/lib';
export const PACKAGES: Packages = {
  'cuda-cudart-10-0': [
    { path: './' },
    { path: './usr/local/cuda-10.0/' },
    { path: `./${LIB}/libcudart.so.10.0.130`, content: 'cudart' },
    { path: `./${LIB}/libcudart.so.10.0`, link: 'libcudart.so.10.0.130' },
    { path: './usr/local/cuda-10.0/lib64', link: 'targets/x86_64-linux/lib' },
    { path: './usr/share/doc/cuda-cudart-10-0/copyright', content: 'terms' },
  ],
  'cuda-cudart-dev-10-0': [
    { path: `./${LIB}/libcudart.so`, link: 'libcudart.so.10.0' },
    { path: `./${LIB}/libcublas_static.a`, content: 'static'.repeat(1000) },
    { path: './usr/local/cuda-10.0/targets/x86_64-linux/include/cuda.h', content: 'header' },
    {
      path: './usr/local/cuda-10.0/targets/x86_64-linux/include/crt/host_config.h',
      content: '#if __GNUC__ > 7\n',
    },
    { path: './usr/local/cuda-10.0/lib64', link: 'targets/x86_64-linux/lib' },
  ],
};
/** What is relocated where the compiler is wanted too. */
export const NVCC: Packages = {
  'cuda-nvcc-10-0': [{ path: './usr/local/cuda-10.0/bin/nvcc', content: 'ELF of NVIDIA', mode: 0o755 }],
};

export const TERMS: Licence = {
  id: 'terms',
  title: 'Terms of CUDA',
  url: 'https://docs.nvidia.com/',
  families: null,
  components: null,
};

export function request(changes: Partial<PrefixRequest> = {}): PrefixRequest {
  return {
    name: 'cuda10',
    recipe: 'cuda10',
    specs: [{ name: 'cuda', version: '10.0' }],
    components: ['libraries'],
    sources: ['test'],
    architecture: 'amd64',
    ...changes,
  };
}

export interface Wish {
  packages?: Packages;
  request?: PrefixRequest;
  /** Of every package, as its index says. */
  installedBytes?: number | null;
  /** Whole package files, well-formed or not, in the place of those that are built. */
  debs?: Readonly<Record<string, Buffer>>;
  /** What else the index takes for right, by package. */
  alternatives?: Readonly<Record<string, readonly PackageFile[]>>;
  licences?: readonly Licence[];
}

/** Makes the plan as it is now. */
export type PlanNow = () => Promise<InstallPlan>;

export type ExecuteOptions = Partial<Omit<ExecuteContext, 'apt'>> & {
  signal?: AbortSignal | undefined;
  emit?: (event: WorkEvent) => void;
};

export class SmallToolkit {
  /** What the server gives, by path. */
  readonly served = new Map<string, Buffer>();
  readonly requests: string[] = [];
  /** Runs before a request is answered. */
  onRequest: (path: string) => void | Promise<void> = () => {};
  readonly #server: Server;
  #folder = '';

  /** To be made outside of tests: it begins and ends with the tests of the file. */
  constructor() {
    beforeAll(() => new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve)));
    afterAll(() => void this.#server.close());
    beforeEach(async () => {
      this.#folder = memoryDir();
      // As folders of users are, whatever the temporary ones of tests are.
      await chmod(this.#folder, 0o755);
      this.requests.length = 0;
      this.onRequest = () => {};
    });
    this.#server = createServer((asked, response) => {
      const path = decodeURIComponent((asked.url ?? '').slice(1));
      this.requests.push(path);
      void Promise.resolve(this.onRequest(path)).then(() => {
        const body = this.served.get(path);
        if (body === undefined) response.writeHead(404).end();
        else response.writeHead(200, { 'content-length': body.length }).end(body);
      });
    });
  }

  /** Of the test that runs: home and cache lie in it. */
  get folder(): string {
    return this.#folder;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  home(...parts: string[]): string {
    return join(this.#folder, 'home', ...parts);
  }

  async names(...parts: string[]): Promise<string[]> {
    return (await readdir(this.home(...parts))).sort();
  }

  apt(options: ExecuteOptions = {}): AptContext {
    const { emit = () => {}, signal } = options;
    return { cache: join(this.#folder, 'cache'), emit, signal, retryDelayMs: 1 };
  }

  /** Puts the packages on the server. */
  plans({ packages = PACKAGES, request: asked = request(), ...more }: Wish = {}): PlanNow {
    const index = indexOf('test', [], { uris: [locationOf(this.url)] });
    const resolution: Resolution = {
      packaging: 'nvidia',
      cuda: '10.0.130',
      cudnn: null,
      components: asked.components,
      packages: Object.entries(packages).map(([name, members]) =>
        this.#publish(
          name,
          more.debs?.[name] ?? buildDeb({ control: { Package: name }, members, compression: 'gz' }),
          asked,
          more,
        ),
      ),
      host: [],
      warnings: [],
    };
    const indexes: readonly PackageIndex[] = [index];
    return async () => {
      const found = await survey(resolution, indexes, {
        home: this.home(),
        driver: null,
        gpus: [],
        apt: this.apt(),
      });
      return planInstall(asked, resolution, indexes, found, more.licences ?? []);
    };
  }

  #publish(
    name: string,
    bytes: Buffer,
    asked: PrefixRequest,
    { installedBytes = 10_000, alternatives = {} }: Wish,
  ): Resolution['packages'][number] {
    const path = `${name}.deb`;
    this.served.set(path, bytes);
    return {
      components: asked.components,
      package: {
        sourceId: 'test',
        suite: '/',
        name,
        version: '10.0.130-1',
        architecture: 'amd64',
        depends: [],
        preDepends: [],
        recommends: [],
        provides: [],
        path,
        size: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        alternatives: alternatives[name] ?? [],
        installedBytes,
        description: '',
        section: null,
      },
    };
  }

  async install(wish: Wish | PlanNow = {}, options: ExecuteOptions = {}): Promise<Executed> {
    const planNow = typeof wish === 'function' ? wish : this.plans(wish);
    return this.execute(await planNow(), { replan: planNow, ...options });
  }

  execute(plan: InstallPlan, options: ExecuteOptions = {}): Promise<Executed> {
    const { acceptLicences = acceptAll, replan = null } = options;
    return executePlan(plan, { apt: this.apt(options), acceptLicences, replan });
  }
}

export const acceptAll: ExecuteContext['acceptLicences'] = async (terms) =>
  terms.map((one) => ({ ...one, acceptedAt: '2026-01-01T00:00:00.000Z', how: 'option' as const }));
