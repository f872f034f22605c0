/** The machine that this process runs on. */
import { existsSync, realpathSync } from 'node:fs';
import { systemCode } from '../../base/errors.ts';
import { childEnvironment } from '../../base/processes/child-environment.ts';
import { searchProgram } from '../../base/processes/find-program.ts';
import { absent, present, unknown, type Answer, type Origin } from '../answer.ts';
import { fileAccess } from './disk.ts';
import { fileVerbs } from './file-verbs.ts';
import { PROBE_TIME_LIMIT_MS, type CommandResult, type Machine, type RunOptions } from '../machine.ts';
import { answerOfCode } from '../system-errors.ts';

export interface LiveOptions {
  /** What `env()` answers from, and the environment of probing programs; default process.env. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Where probing programs are looked for; default: PATH of env, then the administrator's folders. */
  probePath?: string;
}

/** An ordinary user's PATH often lacks these, and ldconfig, lspci or modinfo live there. */
const ADMINISTRATOR_PATH = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

export function liveMachine(options: LiveOptions = {}): Machine {
  const env = options.env ?? process.env;
  const probePath = options.probePath ?? probingPath(env['PATH']);
  return {
    isRunning: true,
    isRecording: false,
    title: 'this machine',
    ...fileVerbs((path, _from, read) => read(path)),
    access: async (path) => fileAccess(path, { kind: 'access', name: path }),
    realPath: async (path) => realPathOf(path),
    run: (argv, runOptions) => runProbe(argv, env, probePath, runOptions),
    env(name) {
      const value = env[name];
      const from: Origin = { kind: 'env', name };
      return value === undefined ? absent(from) : present(value, from);
    },
    identity: () => identityOfProcess(),
    transcripts: () => [],
  };
}

/** Relative and empty entries are left out: a program in the caller's working directory is never run as a probe. */
export function probingPath(path: string | undefined): string {
  const own = (path ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return [...new Set([...own, ...ADMINISTRATOR_PATH])].join(':');
}

function realPathOf(path: string): Answer<string> {
  const from: Origin = { kind: 'link', name: path };
  try {
    return present(realpathSync.native(path), from);
  } catch (error) {
    return answerOfCode(systemCode(error) ?? 'EIO', from);
  }
}

async function runProbe(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  probePath: string,
  options: RunOptions = {},
): Promise<Answer<CommandResult>> {
  const from: Origin = { kind: 'command', name: argv.join(' ') };
  const program = argv[0] ?? '';
  if (
    program === '' ||
    (program.includes('/') && !program.startsWith('/')) ||
    argv.some((a) => a.includes('\0'))
  ) {
    return answerOfCode('EINVAL', from);
  }
  // Most probes ask for programs that most machines lack: no child process for those, nor the code that starts one.
  if (!isInstalled(program, probePath)) return absent(from);
  const { runProcess } = await import('../../base/processes/run-process.ts');
  const result = await runProcess(argv, {
    timeoutMs: options.timeoutMs ?? PROBE_TIME_LIMIT_MS,
    // LANGUAGE overrides LC_ALL for gettext programs unless the locale is C; set both so that output is English.
    env: { ...childEnvironment(env), PATH: probePath, LC_ALL: 'C', LANGUAGE: 'C' },
    cwd: '/',
  });
  if (result.outcome === 'not-found') return absent(from);
  if (result.outcome === 'not-permitted') return answerOfCode('EACCES', from);
  return present(result, from);
}

/** Also where it cannot be executed: starting it finds that out. */
function isInstalled(program: string, probePath: string): boolean {
  if (program.startsWith('/')) return existsSync(program);
  const { found, refused } = searchProgram(program, probePath.split(':'));
  return found !== null || refused !== null;
}

function identityOfProcess(): ReturnType<Machine['identity']> {
  const from: Origin = { kind: 'identity', name: 'id' };
  if (!process.getuid || !process.getgid || !process.getgroups) {
    return unknown('not-applicable', 'this system has no user ids', from);
  }
  const gids = [...new Set([process.getgid(), ...process.getgroups()])];
  return present({ uid: process.getuid(), gids }, from);
}
