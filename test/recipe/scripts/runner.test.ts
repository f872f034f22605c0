import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanEnvironment } from '../../../src/base/processes/clean-environment.ts';
import { runScript, type ScriptRun } from '../../../src/recipe/scripts/runner.ts';
import type { ScriptData } from '../../../src/recipe/scripts/contract.ts';
import { bundledProgram } from '../../support/program.ts';
import { tempDir } from '../../support/temp-dir.ts';

const program = bundledProgram();

interface Ran {
  output: string;
  logged: string[];
  result: Promise<unknown>;
}

function start(body: string, more: Partial<ScriptRun> & { env?: Record<string, string> } = {}): Ran {
  const dir = tempDir();
  mkdirSync(join(dir, 'work'));
  const script = join(dir, 'a script.mjs');
  writeFileSync(script, body);
  const data: ScriptData = {
    prefix: null,
    environment: cleanEnvironment({ ...process.env, ...more.env }, join(dir, 'work')),
    paths: { work: join(dir, 'work'), out: dir, recipe: dir },
    cores: 2,
    gpu: null,
    cpu: { avx: false, avx2: false, fma: false, sse4a: false },
    options: { answer: 42 },
    compiler: null,
  };
  const ran: Ran = { output: '', logged: [], result: Promise.resolve() };
  ran.result = runScript({
    script,
    data,
    timeoutMs: 20_000,
    onOutput: (chunk) => (ran.output += chunk.toString()),
    onLog: (text) => ran.logged.push(text),
    self: program,
    ...more,
  });
  return ran;
}

const alive = (pid: number): boolean => {
  try {
    // A zombie whose parent has not looked yet is dead enough.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await new Promise((tick) => setTimeout(tick, 50));
}

describe('runScript', () => {
  it('gives the script its data, and returns what it returns', async () => {
    const ran = start(
      `export default async (ctx) => {
         ctx.log('begun');
         return { answer: ctx.options.answer, cores: ctx.cores, cwd: process.cwd(), work: ctx.paths.work };
       };`,
    );
    const result = (await ran.result) as { cwd: string; work: string };
    expect(result).toMatchObject({ answer: 42, cores: 2 });
    expect(result.cwd).toBe(result.work);
    expect(ran.logged).toEqual(['begun']);
  });

  it('quotes what is put into a command, and shows command and output in order', async () => {
    const ran = start(
      'export default async ({ $ }) => (await $`echo ${"a b\'$HOME"}; echo late >&2`).stdout;',
    );
    expect(await ran.result).toBe("a b'$HOME\n");
    expect(ran.output.split('\n').slice(1, 3)).toEqual(["a b'$HOME", 'late']);
  });

  it("keeps the caller's build variables out of the script", async () => {
    const env = {
      CC: 'clang',
      MAKEFLAGS: '-n',
      NVCC_PREPEND_FLAGS: '-g',
      BUN_OPTIONS: 'x',
      GPU_SETUP_HOME: '/x',
    };
    const ran = start('export default async () => Object.keys(process.env);', { env });
    const names = (await ran.result) as string[];
    expect(names).toContain('PATH');
    expect(names.filter((name) => Object.hasOwn(env, name))).toEqual([]);
  });

  it('hands over the source that the program fetches', async () => {
    const source = { path: '/s', kind: 'user', title: 'mine' };
    const ran = start('export default async (ctx) => ctx.fetchSource();', {
      fetchSource: async () => source,
    });
    expect(await ran.result).toEqual(source);
  });

  it('ends with the error of a source that could not be had', async () => {
    const ran = start('export default async (ctx) => ctx.fetchSource();', {
      fetchSource: () => Promise.reject(new Error('no network')),
    });
    await expect(ran.result).rejects.toThrow('no network');
  });

  it('tells which command failed by its exit code', async () => {
    const ran = start('export default async ({ $ }) => { await $`echo broken >&2; exit 7`; };');
    await expect(ran.result).rejects.toMatchObject({ code: 'script-failed', details: { exitCode: 7 } });
    expect(ran.output).toContain('broken');
  });

  it('passes on the code, message and hint that a script gives', async () => {
    const ran = start("export default async (ctx) => ctx.fail('no-make', 'make is missing', 'install it');");
    await expect(ran.result).rejects.toMatchObject({
      code: 'no-make',
      message: 'make is missing',
      hint: 'install it',
    });
  });

  it.each(['No Make', 'bad-spec', 'no\u001b[2Jmake'])(
    'takes no code that a recipe may not give: %j',
    async (code) => {
      const ran = start(
        `export default async (ctx) => ctx.fail(${JSON.stringify(code)}, 'make is missing');`,
      );
      await expect(ran.result).rejects.toMatchObject({
        code: 'script-failed',
        message: 'make is missing',
        exitCode: 1,
      });
    },
  );

  it('names what is no script: no default export, a syntax error, another module', async () => {
    await expect(start('export const a = 1;').result).rejects.toMatchObject({ code: 'bad-script' });
    await expect(start('export default (').result).rejects.toMatchObject({ code: 'script-failed' });
    await expect(start("import 'execa'; export default () => 1;").result).rejects.toThrow(/execa/);
  });

  it('notices a script that ends its process', async () => {
    const ran = start('export default async () => process.exit(3);');
    await expect(ran.result).rejects.toThrow(/without an answer \(exit code 3\)/);
  });

  it('stops everything that was started when the time is over', async () => {
    const ran = start('export default async ({ $ }) => { await $`sleep 60 & echo pid $!; wait`; };', {
      timeoutMs: 1500,
    });
    await expect(ran.result).rejects.toMatchObject({ code: 'script-timeout' });
    const pid = Number(/pid (\d+)/.exec(ran.output.split('\n').slice(1).join('\n'))?.[1]);
    expect(pid).toBeGreaterThan(1);
    await until(() => !alive(pid));
    expect(alive(pid)).toBe(false);
  });

  it('stops everything that was started when it is interrupted', async () => {
    const stop = new AbortController();
    const ran = start('export default async ({ $ }) => { await $`sleep 60 & echo pid $!; wait`; };', {
      signal: stop.signal,
    });
    await until(() => /^pid \d+/m.test(ran.output));
    stop.abort(new Error('stopped'));
    await expect(ran.result).rejects.toThrow('stopped');
    const pid = Number(/^pid (\d+)/m.exec(ran.output)?.[1]);
    await until(() => !alive(pid));
    expect(alive(pid)).toBe(false);
  });
});
