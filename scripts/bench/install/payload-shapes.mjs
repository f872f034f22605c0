// The same content as one block of xz, as NVIDIA's old packages have it, and as many, as Debian's have it: installed from a
// stand-in repository on loopback, against xz alone.
import { build } from 'esbuild';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { measure } from '../measure.mjs';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
/** What a package may hold that says it has little. */
const CONTENT = 60 << 20;
/** As dpkg-deb makes them at its usual level. */
const MANY_BLOCKS = 24 << 20;

/** @returns cases of the install part */
export function payloadShapes(work, binary) {
  return Object.fromEntries(
    [
      ['single-block', 'one block', undefined],
      ['multi-block', 'many blocks', MANY_BLOCKS],
    ].map(([name, title, blockSize]) => [name, shapeCase(join(work, name), binary, title, blockSize)]),
  );
}

function shapeCase(folder, binary, title, blockSize) {
  const env = {
    ...process.env,
    GPU_SETUP_HOME: join(folder, 'home'),
    GPU_SETUP_CACHE: join(folder, 'cache'),
    GPU_SETUP_CONFIG: join(folder, 'config'),
  };
  const packed = join(folder, 'data.tar.xz');
  let repository = null;
  const install = () => {
    rmSync(join(folder, 'home'), { recursive: true, force: true });
    const argv = ['install', 'cuda@10.0', '--without', 'cudnn', '--accept-license', '--json', '--name', 'x'];
    return measure([binary, ...argv], { env, memory: true });
  };
  return {
    what: `install of a package of ${CONTENT >> 20} MiB whose payload is ${title} of xz`,
    peerName: '`xz -T1 -dc` of the payload, to the same disk',
    goal: '<= 1.3',
    prepare: [
      async () => {
        mkdirSync(folder, { recursive: true });
        const support = await standIn(folder);
        // A program: what libraries of CUDA are made of, as far as a decoder can tell.
        const program = readFileSync(binary).subarray(0, CONTENT);
        const tar = support.buildTar([{ path: `./${support.MEMBER}`, content: program }]);
        const payload = support.compress(tar, 'xz', blockSize);
        writeFileSync(packed, payload);
        repository = await support.xzRepository(join(folder, 'config'));
        await repository.publish(payload);
        await install();
        // What is fetched is fetched once: from here on it lies in the cache, and indexes are asked for alone.
      },
    ],
    ours: install,
    peer: () => measure(['sh', '-c', 'xz -T1 -dc "$0" > "$1"', packed, join(folder, 'out.tar')]),
    finish: () => repository?.close(),
  };
}

/** What the tests' support asks of vitest is done at the end of a test. */
const noVitest = {
  name: 'no-vitest',
  setup(made) {
    made.onResolve({ filter: /^vitest$/ }, () => ({ path: 'vitest', namespace: 'no-vitest' }));
    made.onLoad({ filter: /.*/, namespace: 'no-vitest' }, () => ({
      contents: 'export const [afterAll, beforeAll, onTestFinished] = Array(3).fill(() => {});',
    }));
  },
};

/** The stand-in that the tests have, as a module that Node loads. */
async function standIn(folder) {
  const outfile = join(folder, 'stand-in.mjs');
  await build({
    stdin: {
      contents:
        "export * from './test/e2e/xz-repository.ts'; export { buildTar, compress } from './test/support/deb.ts';",
      resolveDir: root,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    plugins: [noVitest],
    outfile,
  });
  return import(pathToFileURL(outfile).href);
}
