import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript, shared with the build
import { esbuildFromFolders } from '../../../scripts/from-folders-plugin.mjs';
import { validatorFor } from '../../support/schema.ts';
import { sharedTempDir, tempDir } from '../../support/temp-dir.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const repository = fileURLToPath(new URL('../../..', import.meta.url));
const dir = sharedTempDir();
const program = join(dir, 'main.mjs');

beforeAll(async () => {
  await build({
    entryPoints: [join(here, 'fixture-main.ts')],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    define: { __VERSION__: '"9.9.9"' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'silent',
    plugins: [esbuildFromFolders(repository)],
  });
});

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

interface Options {
  env?: Record<string, string>;
  cwd?: string;
  /** Sent as soon as something stands on stderr, then once more for each further entry. */
  kill?: readonly NodeJS.Signals[];
}

function call(argv: readonly string[], options: Options = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...argv], {
      env: { PATH: process.env['PATH'], ...options.env },
      cwd: options.cwd ?? dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 15_000,
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').once('data', () => {
      for (const [at, signal] of (options.kill ?? []).entries())
        setTimeout(() => child.kill(signal), 50 * at);
    });
    child.stderr.on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

const errorSchema = validatorFor('error');

async function failure(argv: readonly string[], options?: Options): Promise<Ended & { document: Document }> {
  const ended = await call(argv, options);
  const document = JSON.parse(ended.stdout) as Document;
  expect(errorSchema(document), JSON.stringify(errorSchema.errors)).toBe(true);
  return { ...ended, document };
}
interface Document {
  code: string;
  message: string;
  hint: string | null;
  cause: string | null;
  retryable: boolean;
  stack?: string;
}

describe('results', () => {
  it('stand on stdout, hints on stderr', async () => {
    expect(await call(['echo', 'a', 'b'])).toMatchObject({
      code: 0,
      stdout: 'a b 80\n',
      stderr: 'hint: a hint\n',
    });
  });

  it('say no hint with --quiet', async () => {
    expect(await call(['echo', '--quiet'])).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([[['echo', '-q']], [['-q', 'echo']], [['-qv', 'echo']], [['echo', '-vq', '-y']]])(
    'say no hint with -q wherever it stands: %j',
    async (argv) => {
      expect(await call(argv)).toMatchObject({ code: 0, stderr: '' });
    },
  );

  it.each([[['-y', 'echo', '--json']], [['echo', '--yes', '--json']], [['-yv', 'echo', '--json']]])(
    'take -y and -v everywhere: %j',
    async (argv) => {
      expect(JSON.parse((await call(argv)).stdout)).toMatchObject({ options: { yes: true } });
    },
  );

  it('are laid out for COLUMNS', async () => {
    expect((await call(['echo', 'a'], { env: { COLUMNS: '132' } })).stdout).toBe('a 132\n');
  });

  it('leave the flags behind -- to the child', async () => {
    const { stdout } = await call(['pass', 'x', '--', 'make', '-q', '-y']);
    expect(JSON.parse(stdout)).toEqual({ args: ['x', 'make', '-q', '-y'], options: {} });
  });

  it.each([[['--json', 'echo', 'a']], [['echo', '--json', 'a']], [['echo', 'a', '--json']]])(
    'are one JSON document with --json wherever it stands: %j',
    async (argv) => {
      const { stdout, stderr } = await call(argv);
      expect(JSON.parse(stdout)).toMatchObject({ schema: 'test/echo@1', args: ['a'] });
      expect(stderr).toBe('');
    },
  );

  it('arrive whole through a pipe, however large, with their exit code', async () => {
    const { stdout, code } = await call(['large', '--json']);
    expect((JSON.parse(stdout) as { text: string }).text).toHaveLength(3_000_000);
    expect(code).toBe(7);
  });

  it('escape control and bidirectional characters in JSON', async () => {
    const { stdout } = await call(['hostile', '--json']);
    expect(JSON.parse(stdout)).toEqual({ name: 'a\\u001b[31mb\\u202ec\\u0085' });
  });

  it('end quietly when the reader goes away', async () => {
    const shell = spawn('sh', [
      '-c',
      `{ "$0" "$1" large; echo "code $?" >&2; } | head -c 10`,
      process.execPath,
      program,
    ]);
    let stderr = '';
    shell.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    shell.stdout.resume();
    await new Promise((resolve) => shell.on('close', resolve));
    expect(stderr).toBe('code 7\n');
  });

  it('fail with a code where the file behind a redirect is full', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [program, 'echo', 'a'], { stdio: ['ignore', full, 'pipe'] });
    let stderr = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(stderr).toContain('error[output-failed]');
    expect(code).toBe(1);
  });
});

describe('options', () => {
  it('reach the command by their camel-case names, repeated ones as an array', async () => {
    const { stdout } = await call([
      'echo',
      '--json',
      '--with',
      'a',
      '--with=b',
      '--accept-license',
      '--sample',
      '--format',
      'fish',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      options: { with: ['a', 'b'], acceptLicense: true, sample: true, format: 'fish' },
    });
  });

  it.each([
    [['ecoh'], 'unknown-command', 'did you mean echo?'],
    [['echo', '--nmae', 'x'], 'unknown-option', 'did you mean --name?'],
    [['echo', '--format', 'fihs'], 'invalid-choice', 'did you mean --format fish?'],
    [['echo', '--name'], 'option-needs-value', null],
    [['echo', '--name', '--with', 'b'], 'option-needs-value', null],
    [['echo', '--name='], 'option-needs-value', null],
    [['echo', '--accept-license=yes'], 'option-takes-no-value', null],
    [['fails', 'extra'], 'unexpected-argument', null],
    [['pass'], 'missing-argument', null],
    [['pass', 'cuda10', 'nvcc', '-o', 'x'], 'unknown-option', 'gpu-setup pass NAME -- PROGRAM -o'],
    [['--jsno', 'echo'], 'unknown-option', 'did you mean --json?'],
    [[], 'missing-command', 'gpu-setup --help'],
  ])('that are wrong are a usage error with exit code 2: %j', async (argv, code, hint) => {
    const { document, code: exit } = await failure([...argv, '--json']);
    expect(document.code).toBe(code);
    expect(exit).toBe(2);
    if (hint !== null) expect(document.hint).toContain(hint);
  });

  it('behind -- belong to the child program, whatever they are', async () => {
    const { stdout, code } = await call(['pass', 'cuda10', '--', 'nvcc', '--json', '--help', '--', '-o']);
    expect(JSON.parse(stdout)).toEqual({
      args: ['cuda10', 'nvcc', '--json', '--help', '--', '-o'],
      options: {},
    });
    expect(code).toBe(42);
  });
});

describe('help', () => {
  it.each([[['echo', '--help']], [['--help', 'echo']], [['help', 'echo']], [['echo', '--name', 'x', '-h']]])(
    'of a command has its options and examples: %j',
    async (argv) => {
      const { stdout, code } = await call(argv);
      expect(code).toBe(0);
      expect(stdout).toContain('Usage: gpu-setup echo');
      expect(stdout).toContain('--accept-license');
      expect(stdout).toContain('--json');
      expect(stdout).toContain('Examples:\n  gpu-setup echo a b');
    },
  );

  it.each([[['--help']], [['-h']], [['help']], [[]]])(
    'of the program lists every command: %j',
    async (argv) => {
      const { stdout, code } = await call(argv);
      expect(code).toBe(0);
      expect(stdout).toContain('what hostile does');
    },
  );

  it('is one JSON document with --json', async () => {
    const { stdout } = await call(['echo', '--help', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'gpu-setup/help@1' });
    expect(validatorFor('help')(JSON.parse(stdout))).toBe(true);
  });
});

describe('errors', () => {
  it('name code, cause and every hint on stderr, escaped, and leave stdout empty', async () => {
    expect(await call(['fails'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'error[output-failed]: it failed\\u001b[0m\n  because: the disk said no\nhint: do this\nhint: then that\n',
    });
  });

  it('are one document with --json', async () => {
    const { document, code } = await failure(['fails', '--json']);
    expect(code).toBe(1);
    expect(document).toEqual({
      schema: 'gpu-setup/error@1',
      code: 'output-failed',
      message: 'it failed\\u001b[0m',
      hint: 'do this\nthen that',
      retryable: true,
      cause: 'the disk said no',
      details: { file: 'x' },
    });
  });

  it('show a stack with --debug alone', async () => {
    expect((await call(['fails'])).stderr).not.toContain(' at ');
    expect((await call(['fails', '--debug'])).stderr).toMatch(/\n +at .*\n/);
    expect((await failure(['fails', '--debug', '--json'])).document.stack).toContain(
      'caused by: Error: the disk',
    );
  });

  it.each(['bug', 'crash'])('that nobody expected are bugs, exit code 70: %s', async (name) => {
    const { document, code } = await failure([name, '--json']);
    expect(code).toBe(70);
    expect(document.code).toBe('internal-error');
    expect(document.hint).toContain('--debug');
  });

  it('of the system are trouble, no bug', async () => {
    expect((await failure(['full', '--json'])).document).toMatchObject({ code: 'no-space' });
  });
});

describe('interruption', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s is told as one document, exit code %i', async (signal, exit) => {
    const { document, code } = await failure(['wait', '--json'], { kill: [signal] });
    expect(document).toMatchObject({ code: 'interrupted', retryable: true });
    expect(code).toBe(exit);
  });

  it('is announced at once, and what was stopped is not said to have failed', async () => {
    const { stderr } = await call(['wait'], { kill: ['SIGINT'] });
    expect(stderr).toMatch(/^waiting\nstopping \.\.\.\nerror\[interrupted\]: stopped by SIGINT\n/);
  });

  it.each(['stuck', 'stuck-in-the-system'])('ends work that does not listen: %s', async (name) => {
    const begun = Date.now();
    const { stdout, code, signal } = await call([name, '--json'], { kill: ['SIGTERM'] });
    expect(Date.now() - begun).toBeLessThan(4_000);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'interrupted' });
    expect([code, signal]).toEqual([null, 'SIGTERM']);
  });

  it('ends a result that nobody reads', async () => {
    const child = spawn(process.execPath, [program, 'large'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.kill('SIGTERM');
    const begun = Date.now();
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(Date.now() - begun).toBeLessThan(2_500);
    expect(code ?? signal).toBe('SIGTERM');
  });

  it('a second time ends work that does not listen', async () => {
    const ended = await call(['stuck'], { kill: ['SIGINT', 'SIGINT'] });
    expect(ended.signal).toBe('SIGINT');
  });
});

describe('a suggested command', () => {
  it('begins with what the launcher says was typed, in text for people; in a document with the name of the program', async () => {
    const env = { GPU_SETUP_LAUNCH_NAME: './gpu-setup' };
    expect((await call(['nothing'], { env })).stderr).toMatch(/hint: .*\.\/gpu-setup --help/);
    expect((await failure(['nothing', '--json'], { env })).document.hint).toMatch(/(?<!\/)gpu-setup --help/);
  });
});

describe('working directory', () => {
  it('is the one that the launcher names', async () => {
    const caller = join(dir, 'with space');
    mkdirSync(caller);
    const { stdout } = await call(['echo', '--json'], { env: { GPU_SETUP_LAUNCH_CWD: caller } });
    expect(JSON.parse(stdout)).toMatchObject({ cwd: caller });
  });

  it('that is gone is named', async () => {
    const gone = join(dir, 'gone');
    const { document, code } = await failure(['echo', '--json'], { env: { GPU_SETUP_LAUNCH_CWD: gone } });
    expect(document.code).toBe('working-directory-gone');
    expect(document.message).toContain(gone);
    expect(code).toBe(1);
  });

  it('that vanished under the caller is named too', async () => {
    const gone = tempDir();
    const script = join(dir, 'vanish.sh');
    writeFileSync(script, `cd "$1" && rmdir "$1" && exec "$2" "$3" echo --json\n`);
    const child = spawn('sh', [script, gone, process.execPath, program]);
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    await new Promise((resolve) => child.on('close', resolve));
    expect(JSON.parse(stdout)).toMatchObject({ code: 'working-directory-gone' });
    expect(() => rmdirSync(gone)).toThrow();
  });
});

describe('colour', () => {
  it.each([
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ CLICOLOR_FORCE: '1' }, true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    [{ FORCE_COLOR: '0' }, false],
  ] as const)('in a pipe, with %j: %s', async (env, expected) => {
    const { stdout } = await call(['echo', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ color: expected });
  });
});

describe('docs/schema/error.json', () => {
  it('is the published form of what is printed', () => {
    const schema = JSON.parse(readFileSync(join(here, '../../../docs/schema/error.json'), 'utf8')) as {
      $id: string;
    };
    expect(schema.$id).toBe('gpu-setup/error@1');
  });
});

describe('a document that is made when it is asked for', () => {
  it('is made once: of ten thousand prefixes it is long', async () => {
    const { stdout } = await call(['made-late', '--json']);
    expect(JSON.parse(stdout)).toEqual({ schema: 'test/made-late@1', times: 1 });
  });
});
