/** Every question that the program asks, on a terminal: answered, declined, interrupted, and left without an answer. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasPrograms } from '../support/has-programs.ts';
import { installFake } from '../support/prefix.ts';
import { bundledProgram } from '../support/program.ts';
import { atTerminal, KEYS, type Sitting, type SittingOptions } from '../support/pseudo-terminal.ts';
import { tempDir } from '../support/temp-dir.ts';

const program = bundledProgram();

interface Machine {
  home: string;
  cache: string;
  sit(argv: readonly string[], options?: Partial<SittingOptions>): Promise<Sitting>;
}

async function machine(): Promise<Machine> {
  const folder = tempDir();
  const [home, cache] = [join(folder, 'home'), join(folder, 'cache')];
  await installFake(home, 'cuda10', { generation: 1 });
  await installFake(home, 'cuda10', { generation: 2 });
  mkdirSync(join(cache, 'apt/packages'), { recursive: true });
  writeFileSync(join(cache, 'apt/packages/p.deb'), 'x'.repeat(5000));
  const env = {
    HOME: folder,
    GPU_SETUP_HOME: home,
    GPU_SETUP_CACHE: cache,
    GPU_SETUP_CONFIG: join(folder, 'config'),
  };
  return {
    home,
    cache,
    sit: (argv, options = {}) =>
      atTerminal([...program, ...argv], { cwd: folder, ...options, env: { ...env, ...options.env } }),
  };
}

/** Refused at once, wherever it goes. */
const NO_NETWORK = { http_proxy: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9' };

const generations = (home: string): string[] => readdirSync(join(home, 'generations'));
const BOTH = ['cuda10-1', 'cuda10-2'];

describe.runIf(hasPrograms('script', 'stty'))('questions on a terminal (needs script and stty)', () => {
  it('remove: says what goes, and removes it when the answer is yes', async () => {
    const { home, sit } = await machine();
    const { code, screen } = await sit(['remove', 'cuda10'], { answers: [['Remove it?', `y${KEYS.enter}`]] });
    expect(screen).toContain('prefix cuda10: CUDA 10.0.130');
    expect(screen).toContain('generations cuda10-1, cuda10-2');
    expect(screen).toMatch(/come free/);
    expect(screen).toMatch(/Removed cuda10; .* came free\./);
    expect(code).toBe(0);
    expect(generations(home)).toEqual([]);
  });

  it.each([
    ['Enter alone', KEYS.enter, 1, 'Nothing was removed.'],
    ['no', `n${KEYS.enter}`, 1, 'Nothing was removed.'],
    ['Ctrl-C', KEYS.ctrlC, 130, 'error[interrupted]'],
    ['Ctrl-D', KEYS.ctrlD, 1, 'Nothing was removed.'],
  ])('remove: %s removes nothing', async (_, keys, exit, says) => {
    const { home, sit } = await machine();
    const { code, screen } = await sit(['remove', 'cuda10'], { answers: [['Remove it?', keys]] });
    expect(screen).toContain(says);
    expect(code).toBe(exit);
    expect(generations(home)).toEqual(BOTH);
  });

  it('remove: says which answer Enter gives, in colour and without', async () => {
    const { sit } = await machine();
    for (const env of [{}, { NO_COLOR: '1', LC_ALL: 'C' }]) {
      const { screen } = await sit(['remove', 'cuda10'], { env, answers: [['Remove it?', KEYS.enter]] });
      expect(screen).toContain('Remove it? (y/N)');
    }
  });

  it('asks and takes answers in no colour that is unreadable on a dark or a light screen', async () => {
    const { sit } = await machine();
    for (const [argv, question, keys] of [
      [['remove', 'cuda10'], 'Remove it?', `n${KEYS.enter}`],
      [['prune'], 'to be deleted?', KEYS.enter],
    ] as const) {
      const { paints } = await sit(argv, { answers: [[question, keys]] });
      expect(paints).toContain(35);
      expect(paints.filter((code) => ![0, 1, 22, 31, 32, 35, 39].includes(code))).toEqual([]);
    }
  });

  it('remove: -y asks nothing', async () => {
    const { home, sit } = await machine();
    const { code, screen } = await sit(['remove', 'cuda10', '-y']);
    expect(screen).not.toContain('?');
    expect(code).toBe(0);
    expect(generations(home)).toEqual([]);
  });

  it('prune: deletes what stays chosen; downloads are not chosen unless a person does so', async () => {
    const { home, cache, sit } = await machine();
    const { code, screen } = await sit(['prune'], { answers: [['to be deleted?', KEYS.enter]] });
    expect(screen).toContain('cuda10-1, older generation');
    expect(screen).toContain('8.2 kB  1 downloaded package in the cache');
    expect(code).toBe(0);
    expect(generations(home)).toEqual(['cuda10-2']);
    expect(existsSync(join(cache, 'apt/packages/p.deb'))).toBe(true);
    const again = await sit(['prune'], { answers: [['to be deleted?', `${KEYS.space}${KEYS.enter}`]] });
    expect(again.code).toBe(0);
    expect(existsSync(join(cache, 'apt/packages/p.deb'))).toBe(false);
  });

  it.each([
    ['choosing nothing', `${KEYS.space}${KEYS.enter}`, 0, 'Nothing was deleted.'],
    ['Ctrl-C', KEYS.ctrlC, 130, 'error[interrupted]'],
    ['Ctrl-D', KEYS.ctrlD, 1, 'error[not-answered]'],
  ])('prune: %s deletes nothing', async (_, keys, exit, says) => {
    const { home, sit } = await machine();
    const { code, screen } = await sit(['prune'], { answers: [['to be deleted?', keys]] });
    expect(screen).toContain(says);
    expect(code).toBe(exit);
    expect(generations(home)).toEqual(BOTH);
  });

  it.each([40, 80])(
    'prune: breaks no word in %i columns, and has no colour and no other letters where there are none',
    async (columns) => {
      const { sit } = await machine();
      const { screen } = await sit(['prune'], {
        columns,
        env: { NO_COLOR: '1', LC_ALL: 'C' },
        answers: [['to be deleted?', KEYS.ctrlC]],
      });
      const lines = screen.split('\n');
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
      expect(screen.replace(/[\n\r\u0007\u0008\u001b]/g, '')).toMatch(/^[ -~]*$/);
      expect(screen).toMatch(/\[x\] +\d+\.\d kB {2}cuda10-1/);
    },
  );

  it('install: a choice of recipe and components, and how to type it the next time', async () => {
    const { sit } = await machine();
    const { screen } = await sit(['install'], {
      env: NO_NETWORK,
      answers: [
        ['to be installed?', `${KEYS.down}${KEYS.enter}`],
        // Without the compiler, with what stands third: runtime.
        ['Which components?', `${KEYS.space}${KEYS.down}${KEYS.down}${KEYS.space}${KEYS.enter}`],
        ['without questions', KEYS.ctrlC],
      ],
    });
    expect(screen).toMatch(/cuda10 +CUDA 10\.0 with cuDNN 7\.5/);
    // Which line it is on is for what wraps it.
    expect(screen.replace(/\s+/g, ' ')).toContain(
      'the same without questions: gpu-setup install cuda10 --with runtime --without compiler',
    );
  });

  it('install: asks for no components where the call names some', async () => {
    const { sit } = await machine();
    const { screen } = await sit(['install', '--with', 'static'], {
      env: NO_NETWORK,
      answers: [
        ['to be installed?', KEYS.enter],
        ['without questions', KEYS.ctrlC],
      ],
    });
    expect(screen).toContain('the same without questions: gpu-setup install cuda9 --with static');
    expect(screen).not.toContain('components?');
  });

  it.each([
    ['Ctrl-C', KEYS.ctrlC, 130, 'error[interrupted]'],
    ['Ctrl-D', KEYS.ctrlD, 1, 'error[not-answered]'],
  ])('install: %s installs nothing, at the first question and at the second', async (_, keys, exit, says) => {
    const { home, sit } = await machine();
    for (const before of [[], [['to be installed?', KEYS.enter] as const]]) {
      const last = [before.length === 0 ? 'to be installed?' : 'Which components?', keys] as const;
      const { code, screen } = await sit(['install'], { answers: [...before, last] });
      expect(screen).toContain(says);
      expect(code).toBe(exit);
    }
    expect(generations(home)).toEqual(BOTH);
  });
});
