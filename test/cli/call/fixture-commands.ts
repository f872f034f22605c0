/** Commands that do what the frame must cope with; run in a process of their own by dispatch.test.ts. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GpuSetupError } from '../../../src/base/errors.ts';
import type { CommandDefinition, CommandEntry } from '../../../src/cli/command.ts';

const example = [['gpu-setup x', 'an example']] as const;

const commands: Record<string, CommandDefinition> = {
  echo: {
    arguments: [{ syntax: '[word...]', description: 'words' }],
    options: [
      { flags: '--name <name>', description: 'a name' },
      { flags: '--with <part>', description: 'a part', repeatable: true },
      { flags: '--format <format>', description: 'a format', choices: ['sh', 'fish', 'json'] },
      { flags: '--sample [name]', description: 'a sample' },
      { flags: '--accept-license', description: 'a flag' },
    ],
    examples: [['gpu-setup echo a b', 'says a and b']],
    run: async (args, options, context) => ({
      exitCode: 0,
      json: { schema: 'test/echo@1', args, options, cwd: context.cwd, color: context.stdout.color },
      text: (terminal) => `${args.join(' ')} ${terminal.columns}`,
      hints: ['a hint'],
    }),
  },
  'made-late': {
    examples: example,
    run: async () => {
      let times = 0;
      return {
        exitCode: 0,
        get json() {
          return { schema: 'test/made-late@1', times: ++times };
        },
        text: () => 'never',
      };
    },
  },
  pass: {
    arguments: [
      { syntax: '<name>', description: 'a prefix' },
      { syntax: '[command...]', description: 'a program and its arguments' },
    ],
    passThrough: true,
    examples: example,
    run: async (args, options) => {
      process.stdout.write(JSON.stringify({ args, options }));
      return { exitCode: 42 };
    },
  },
  large: {
    examples: example,
    run: async () => ({
      exitCode: 7,
      json: { text: 'x'.repeat(3_000_000) },
      text: () => 'x'.repeat(3_000_000),
    }),
  },
  hostile: {
    examples: example,
    run: async () => ({ exitCode: 0, json: { name: 'a\u001b[31mb\u202ec\u0085' } }),
  },
  fails: {
    examples: example,
    run: async () => {
      throw new GpuSetupError('output-failed', 'it failed\u001b[0m', {
        hint: ['do this', 'then that'],
        retryable: true,
        cause: new Error('the disk said no'),
        details: { file: 'x' },
      });
    },
  },
  bug: {
    examples: example,
    run: async () => {
      throw new TypeError('x is not a function');
    },
  },
  crash: {
    examples: example,
    run: () =>
      new Promise(() => {
        setTimeout(() => {
          throw new Error('outside of every promise');
        }, 5);
      }),
  },
  full: {
    examples: example,
    run: async () => {
      writeFileSync('/dev/full', 'x');
      return { exitCode: 0, json: {} };
    },
  },
  wait: {
    examples: example,
    run: (_args, _options, { signal, emit }) =>
      new Promise((_, reject) => {
        const alive = setInterval(() => {}, 1000);
        signal.addEventListener('abort', () => {
          clearInterval(alive);
          emit({ type: 'end', id: 'a', outcome: 'failed' });
          reject(signal.reason as Error);
        });
        emit({ type: 'start', id: 'a', title: 'waiting' });
      }),
  },
  'stuck-in-the-system': {
    examples: example,
    run: async (_args, _options, { emit }) => {
      const fifo = join(mkdtempSync(join(tmpdir(), 'gpu-setup-test-')), 'fifo');
      execFileSync('mkfifo', [fifo]);
      // A thread waits in open(): process.exit() would wait for it.
      setTimeout(() => rmSync(dirname(fifo), { recursive: true }), 100);
      const opened = readFile(fifo);
      emit({ type: 'start', id: 'a', title: 'waiting' });
      await opened;
      return { exitCode: 0 };
    },
  },
  stuck: {
    examples: example,
    run: (_args, _options, { emit }) =>
      new Promise(() => {
        setInterval(() => {}, 1000);
        emit({ type: 'start', id: 'a', title: 'waiting' });
      }),
  },
};

export const FIXTURES: readonly CommandEntry[] = Object.entries(commands).map(([name, definition]) => ({
  name,
  summary: `what ${name} does`,
  load: async () => definition,
}));
