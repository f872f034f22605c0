/** doctor --fix, whole, on a stand-in machine: a toolkit without a compiler, and a package manager that brings one. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { searchProgram } from '../../src/base/processes/find-program.ts';
import { hasPrograms } from '../support/has-programs.ts';
import { bundledProgram } from '../support/program.ts';
import { atTerminal, KEYS, type Sitting, type SittingOptions } from '../support/pseudo-terminal.ts';
import { validatorFor } from '../support/schema.ts';
import { tempDir } from '../support/temp-dir.ts';

const program = bundledProgram();
const folders = (process.env['PATH'] ?? '').split(':');
const sh = searchProgram('sh', folders).found!;

interface Fix {
  steps: { status: string; argv: string[] | null; code: string }[];
  stopped: string | null;
  log: string | null;
  solved: string[];
  remaining: string[];
}

function machine(exit = 0, then = '') {
  const dir = tempDir();
  const [bin, cuda] = [join(dir, 'bin'), join(dir, 'cuda-12.4')];
  for (const folder of [bin, join(cuda, 'bin'), join(cuda, 'include')])
    mkdirSync(folder, { recursive: true });
  const executable = (path: string, text: string): void => {
    writeFileSync(path, `#!${sh}\n${text}\n`);
    chmodSync(path, 0o755);
  };
  symlinkSync(sh, join(bin, 'sh'));
  const nvcc = 'echo "Cuda compilation tools, release 12.4, V12.4.131"';
  executable(join(cuda, 'bin/nvcc'), nvcc);
  writeFileSync(join(cuda, 'version.json'), '{"cuda":{"name":"CUDA SDK","version":"12.4.1"}}');
  const compiler = `#!${sh}\\necho 12.2.0\\n`;
  const install = [
    `echo "$0 $*" >> ${dir}/called`,
    'echo "fetching a compiler"',
    ...(exit === 0
      ? ['gcc', 'g++', 'make', 'cc', 'c++'].map(
          (name) =>
            `printf '${compiler}' > ${bin}/${name}; ${searchProgram('chmod', folders).found} 755 ${bin}/${name}`,
        )
      : []),
    then,
    `exit ${exit}`,
  ].join('\n');
  for (const name of ['apt', 'apt-get', 'dnf', 'zypper', 'pacman']) executable(join(bin, name), install);
  executable(join(bin, 'sudo'), `echo "sudo $*" >> ${dir}/called\nexec "$@"`);
  const env = {
    PATH: `${join(cuda, 'bin')}:${bin}`,
    CUDA_HOME: cuda,
    HOME: dir,
    GPU_SETUP_HOME: join(dir, 'home'),
    GPU_SETUP_CACHE: join(dir, 'cache'),
    GPU_SETUP_CONFIG: join(dir, 'config'),
  };
  const argv = [...program, 'doctor', '--purpose', 'build', '--fix'];
  return {
    called: () => (existsSync(join(dir, 'called')) ? readFileSync(join(dir, 'called'), 'utf8') : ''),
    piped: (...more: string[]) => {
      const { stdout, stderr, status } = spawnSync(argv[0]!, [...argv.slice(1), ...more], {
        cwd: dir,
        env,
        encoding: 'utf8',
        timeout: 60_000,
      });
      return { stdout, stderr, status };
    },
    sit: (answers: SittingOptions['answers']): Promise<Sitting> =>
      atTerminal(['env', `PATH=${env.PATH}`, ...argv], {
        cwd: dir,
        env: { ...env, PATH: process.env['PATH']! },
        answers: answers!,
      }),
    log: (path: string) => readFileSync(path, 'utf8'),
  };
}

const fixOf = (stdout: string): Fix => (JSON.parse(stdout) as { fix: Fix }).fix;
const COMPILER = 'host-compiler-missing';

describe('doctor --fix', () => {
  it('without a terminal and without --yes shows the list, says so, and runs nothing', () => {
    const { called, piped } = machine();
    const { stdout, stderr, status } = piped();
    expect(stdout).toMatch(/What is to be done\nFor /);
    expect(stdout).toContain('Nothing was carried out: nobody can be asked here.');
    expect(stderr).toContain('--yes');
    expect(status).toBe(1);
    expect(called()).toBe('');
  });

  it('with --yes does what it showed, and finds on a new look that it is solved', () => {
    const { called, piped, log } = machine();
    const { stdout, stderr } = piped('--yes', '--json');
    const document = JSON.parse(stdout) as { fix: Fix; diagnoses: { code: string }[] };
    expect(validatorFor('doctor')(document)).toBe(true);
    const { steps, solved } = document.fix;
    expect(solved).toContain(COMPILER);
    expect(document.diagnoses.map(({ code }) => code)).not.toContain(COMPILER);
    const done = steps.filter(({ status }) => status === 'done');
    expect(done).toMatchObject([{ code: COMPILER }]);
    // The list, what ran and the log are the same command; what it printed is not the result.
    const line = done[0]!.argv!.join(' ');
    expect(stderr).toContain(line);
    expect(stderr).toContain('fetching a compiler');
    expect(called()).toContain(line.split(' ').slice(1).join(' '));
    const written = log(document.fix.log!);
    expect(written).toContain(JSON.stringify(done[0]!.argv));
    expect(written).toContain('exit code 0');
    expect(written).toContain('looked again');
  });

  it('stops at a step that fails, and says which, and what to do', () => {
    const { piped } = machine(9);
    const { stdout, stderr, status } = piped('--yes');
    expect(stderr).toContain('fetching a compiler');
    expect(stdout).toMatch(/failed \(exit code 9\)/);
    expect(stdout).toMatch(/still there: .*host-compiler-missing/);
    expect(status).toBe(1);
    expect(fixOf(machine(9).piped('--yes', '--json').stdout).stopped).toBe('failed');
  });

  it.each([
    ['--example', 'fresh-laptop', 'sample machine'],
    ['--assume-os', 'ubuntu-22.04', 'as if it were another'],
  ])('never changes this machine for another one: %s', (flag, value, says) => {
    const { called, piped } = machine();
    const { stdout } = piped('--yes', flag, value);
    expect(stdout).toContain(says);
    expect(called()).toBe('');
  });
});

describe.runIf(hasPrograms('script', 'stty'))('doctor --fix on a terminal (needs script and stty)', () => {
  it('shows each step before it asks, and does it when the answer is yes', async () => {
    const { called, sit } = machine();
    const { screen } = await sit([['shall it be done?', KEYS.enter]]);
    expect(screen).toMatch(/What is to be done/);
    expect(screen).toMatch(/solved: .*host-compiler-missing/);
    expect(screen).toContain('Written down in');
    expect(called()).not.toBe('');
  });

  it('Ctrl-C while a step runs ends the step too, and says where what was done is written down', async () => {
    const { called, sit, log } = machine(0, `echo working; ${searchProgram('sleep', folders).found} 600`);
    const { code, screen } = await sit([
      ['shall it be done?', KEYS.enter],
      ['working', KEYS.ctrlC],
    ]);
    expect(called()).not.toBe('');
    // The terminal's limit would have ended it with null: nothing waits for the ten minutes.
    expect(code).not.toBeNull();
    expect(screen).not.toMatch(/Step 2/);
    const path = /written down in\s+(\S+)/i.exec(screen)?.[1];
    expect(log(path!)).toMatch(/interrupted|exit code [1-9]/);
    expect(screen).toMatch(/error\[interrupted\]/);
  });

  it.each([
    ['leaving it out', `${KEYS.down}${KEYS.enter}`, 'left out'],
    ['stopping', `${KEYS.down}${KEYS.down}${KEYS.enter}`, 'left out'],
    ['Ctrl-C', KEYS.ctrlC, 'error[interrupted]'],
    ['Ctrl-D', KEYS.ctrlD, 'error[not-answered]'],
  ])('%s runs nothing', async (_, keys, says) => {
    const { called, sit } = machine();
    const { screen } = await sit([['shall it be done?', keys]]);
    expect(screen).toContain(says);
    expect(called()).toBe('');
  });
});
