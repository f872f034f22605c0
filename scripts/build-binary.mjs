// Compiles the bundle into one executable with Bun: dist/gpu-setup-linux-x64. The same sources give the same bytes: the
// paths that Bun records are relative to a folder of a fixed name, and nothing of the environment is inlined.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const EXECUTABLE = 'gpu-setup-linux-x64';
const out = join(root, 'dist', EXECUTABLE);
const bun = join(root, 'node_modules/@oven/bun-linux-x64-baseline/bin/bun');

/** What a person can do something about; where in this script it came up helps nobody. */
class Failure extends Error {
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

/** ./gpu-setup installs what the build takes, and no more. */
function requireTools() {
  if (existsSync(bun) && existsSync(join(root, 'node_modules/esbuild'))) return;
  if (process.arch !== 'x64') {
    throw new Failure(
      `the executable is for x86-64 and is made there: there is no Bun for ${process.arch} among the dependencies`,
      'run npm ci and npm run build:binary on an x86-64 machine',
    );
  }
  const missing = existsSync(bun) ? 'esbuild' : 'Bun (the package @oven/bun-linux-x64-baseline)';
  throw new Failure(`the executable takes ${missing}, which is not installed in ${root}`, 'npm ci');
}

function run(argv, options = {}, allow = [0]) {
  const result = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8', timeout: 300_000, ...options });
  if (allow.includes(result.status)) return;
  process.stderr.write(
    `${argv.join(' ')}\n${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}\n`,
  );
  throw new Failure('the executable could not be built', 'what is printed above says why');
}

function makeExecutable() {
  const staging = mkdtempSync(join(tmpdir(), 'gpu-setup-binary-'));
  try {
    run([process.execPath, join(root, 'scripts/build.mjs'), join(staging, 'bundle')]);
    compile(staging);
    compile(staging, [`--bytecode-order=${ordersOf(staging).join(',')}`]);
    mkdirSync(dirname(out), { recursive: true });
    cpSync(join(staging, EXECUTABLE), `${out}.new`);
    renameSync(`${out}.new`, out);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function compile(staging, options = []) {
  run(
    [
      bun,
      'build',
      '--compile',
      '--target=bun-linux-x64-baseline',
      `--compile-executable-path=${bun}`,
      '--format=esm',
      '--splitting',
      // The sets of chunks that commands share are many and small. Larger ones stay: folded, they bring their imports with them.
      '--min-chunk-size=2048',
      '--bytecode',
      ...options,
      // Most calls end before compiled code pays; src/cli/call/long-work.ts lifts this for those that do not.
      '--compile-jit-policy=1000',
      '--minify',
      '--keep-names',
      '--sourcemap=none',
      '--env=disable',
      '--no-compile-autoload-dotenv',
      '--no-compile-autoload-bunfig',
      '--no-compile-autoload-tsconfig',
      '--no-compile-autoload-package-json',
      `--outfile=${EXECUTABLE}`,
      './bundle/main.js',
    ],
    { cwd: staging, env: { PATH: process.env.PATH, HOME: staging } },
  );
}

/**
 * What short calls run then lies side by side in the executable, and what they do not run is not read. The calls ask nothing of this
 * machine, so that any other gives the same order.
 */
function ordersOf(staging) {
  const machine = join(staging, 'machine');
  mkdirSync(machine);
  const calls = [
    ['doctor', '--root', machine],
    [
      'plan',
      'tensorflow@1.9',
      '--assume-gpu',
      'GTX 1660 Ti',
      '--assume-driver',
      '440.64',
      '--assume-os',
      'ubuntu-18.04',
    ],
  ];
  return calls.map((argv, at) => {
    const file = join(staging, `order-${at}`);
    const env = { PATH: '/usr/bin:/bin', HOME: staging, BUN_BYTECODE_ORDER_OUT: file };
    run([join(staging, EXECUTABLE), ...argv], { cwd: staging, env }, [0, 1, 3]);
    return file;
  });
}

try {
  requireTools();
  makeExecutable();
  const digest = createHash('sha256').update(readFileSync(out)).digest('hex');
  process.stdout.write(`${out}\n${statSync(out).size} bytes, sha256 ${digest}\n`);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`error: ${error.message}\nhint: ${error.hint}\n`);
  process.exitCode = 1;
}
