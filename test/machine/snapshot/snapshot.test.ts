import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../src/machine/machine.ts';
import type { Snapshot } from '../../../src/machine/snapshot/format.ts';
import { parseSnapshot } from '../../../src/machine/snapshot/schema.ts';
import { snapshotMachine } from '../../../src/machine/snapshot/snapshot.ts';

/** Through the parser, as a user's file goes. */
function machineOf(snapshot: Omit<Snapshot, 'format'>): Machine {
  const text = JSON.stringify({ format: 'gpu-setup/snapshot@1', ...snapshot });
  return snapshotMachine(parseSnapshot(text, 'test.json'), 'test.json');
}

const NOT_RECORDED = { state: 'unknown', reason: 'not-recorded' };

describe('snapshotMachine: what is not held is unknown', () => {
  it('of an empty snapshot, every answer', async () => {
    const machine = machineOf({});
    expect(await machine.readFile('/etc/os-release')).toMatchObject(NOT_RECORDED);
    expect(await machine.readBytes('/etc/ld.so.cache')).toMatchObject(NOT_RECORDED);
    expect(await machine.listDir('/dev')).toMatchObject(NOT_RECORDED);
    expect(await machine.stat('/dev/nvidia0')).toMatchObject(NOT_RECORDED);
    expect(await machine.readLink('/usr/local/cuda')).toMatchObject(NOT_RECORDED);
    expect(await machine.realPath('/usr/local/cuda')).toMatchObject(NOT_RECORDED);
    expect(await machine.run(['nvidia-smi'])).toMatchObject(NOT_RECORDED);
    expect(await machine.elf('/lib/libc.so.6')).toMatchObject(NOT_RECORDED);
    expect(await machine.statfs('/')).toMatchObject(NOT_RECORDED);
    expect(machine.env('PATH')).toMatchObject(NOT_RECORDED);
    expect(machine.identity()).toMatchObject(NOT_RECORDED);
  });

  it('also beside things that are held', async () => {
    const machine = machineOf({ dirs: { '/dev': { entries: ['null'] } }, env: { PATH: '/bin' } });
    expect(await machine.stat('/dev/nvidia0')).toMatchObject(NOT_RECORDED);
    expect(machine.env('CUDA_HOME')).toMatchObject(NOT_RECORDED);
  });
});

describe('snapshotMachine: what is absent', () => {
  it('is a null, in whichever section it stands', async () => {
    const machine = machineOf({
      files: { '/dev/nvidia0': null },
      stat: { '/dev/nvidia1': null },
      dirs: { '/usr/local/cuda': null },
      elf: { '/lib/libcuda.so.1': null },
      statfs: { '/boot/efi': null },
    });
    expect(await machine.stat('/dev/nvidia0')).toMatchObject({ state: 'absent' });
    expect(await machine.readFile('/dev/nvidia1')).toMatchObject({ state: 'absent' });
    expect(await machine.stat('/usr/local/cuda')).toMatchObject({ state: 'absent' });
    expect(await machine.stat('/lib/libcuda.so.1')).toMatchObject({ state: 'absent' });
    expect(await machine.statfs('/boot/efi')).toMatchObject({ state: 'absent' });
    expect(await machine.realPath('/dev/nvidia0')).toMatchObject({ state: 'absent' });
    expect(await machine.readLink('/dev/nvidia0')).toMatchObject({ state: 'absent' });
  });

  it('is what a complete listing lacks, and what lies below something absent', async () => {
    const machine = machineOf({
      dirs: { '/usr/local': { entries: ['bin'], complete: true } },
      files: { '/opt/x': 'text' },
    });
    expect(await machine.stat('/usr/local/cuda')).toMatchObject({ state: 'absent' });
    expect(await machine.readFile('/usr/local/cuda/version.txt')).toMatchObject({ state: 'absent' });
    expect(await machine.stat('/opt/x/below-a-file')).toMatchObject({ state: 'absent' });
    expect(await machine.stat('/usr/local/bin')).toMatchObject(NOT_RECORDED);
    expect(await machine.realPath('/usr/local/bin')).toMatchObject({ value: '/usr/local/bin' });
  });

  it('gives way where another section saw the thing itself', async () => {
    const machine = machineOf({
      dirs: { '/dev': { entries: [], complete: true } },
      files: { '/dev/nvidia0': null },
      stat: { '/dev/nvidia0': { type: 'char', mode: '0666', rdev: [195, 0] } },
    });
    expect(await machine.stat('/dev/nvidia0')).toMatchObject({ state: 'present' });
    expect(await machine.realPath('/dev/nvidia0')).toMatchObject({ state: 'present' });
  });

  it('is an environment variable that the recorder looked for in vain', () => {
    const recorded = machineOf({ env: {}, context: { recordedBy: 'gpu-setup 0.1.0' } });
    expect(recorded.env('CUDA_HOME')).toMatchObject({ state: 'absent' });
    expect(recorded.env('MY_SECRET')).toMatchObject(NOT_RECORDED);
    const named = machineOf({ env: {}, context: { envNames: ['CUDA_HOME'] } });
    expect(named.env('CUDA_HOME')).toMatchObject({ state: 'absent' });
    expect(named.env('PATH')).toMatchObject(NOT_RECORDED);
  });
});

describe('snapshotMachine: files and folders', () => {
  it('reads texts, bytes and beginnings', async () => {
    const machine = machineOf({
      files: {
        '/a': 'grün',
        '/b': { base64: Buffer.from([0, 1, 255]).toString('base64') },
        '/c': { text: 'begin', truncated: true },
        '/d': { error: 'EACCES' },
      },
    });
    expect(await machine.readFile('/a')).toMatchObject({ value: { text: 'grün', truncated: false } });
    expect(await machine.readFile('/a', 2)).toMatchObject({ value: { text: 'gr', truncated: true } });
    expect(await machine.readBytes('/b')).toMatchObject({
      value: { bytes: new Uint8Array([0, 1, 255]), truncated: false },
    });
    expect(await machine.readBytes('/b', 1)).toMatchObject({
      value: { bytes: new Uint8Array([0]), truncated: true },
    });
    expect(await machine.readFile('/c')).toMatchObject({ value: { text: 'begin', truncated: true } });
    expect(await machine.readFile('/d')).toMatchObject({ state: 'unknown', reason: 'not-permitted' });
    expect(await machine.stat('/d')).toMatchObject({ state: 'unknown', reason: 'not-permitted' });
  });

  it('resolves paths through its links, in the question and in the recording', async () => {
    const machine = machineOf({
      links: { '/usr/local/cuda': 'cuda-10.0', '/usr/local/cuda/lib64': 'targets/lib' },
      files: { '/usr/local/cuda-10.0/version.txt': '10.0', '/usr/local/cuda/README': 'r' },
      stat: { '/usr/local/cuda-10.0/targets/lib/libcudart.so': { type: 'file' } },
    });
    expect(await machine.readFile('/usr/local/cuda/version.txt')).toMatchObject({ value: { text: '10.0' } });
    expect(await machine.readFile('/usr/local/cuda-10.0/README')).toMatchObject({ value: { text: 'r' } });
    expect(await machine.realPath('/usr/local/cuda/lib64/libcudart.so')).toMatchObject({
      value: '/usr/local/cuda-10.0/targets/lib/libcudart.so',
    });
    expect(await machine.readLink('/usr/local/cuda')).toMatchObject({ value: 'cuda-10.0' });
  });

  it('ends on link loops', async () => {
    const machine = machineOf({ links: { '/a': '/b', '/b': '/a' }, files: { '/a/x': 'text' } });
    expect(await machine.readFile('/a/x')).toMatchObject({ state: 'unknown', reason: 'failed' });
  });

  it('takes a path as proof of the folders above it', async () => {
    const machine = machineOf({ files: { '/usr/local/cuda/version.txt': '10.0', '/usr/local/gone': null } });
    expect(await machine.stat('/usr/local/cuda')).toMatchObject({ value: { type: 'dir', mode: null } });
    expect(await machine.listDir('/usr/local')).toMatchObject({
      value: { entries: ['cuda'], complete: false },
    });
    expect(await machine.readFile('/usr/local/cuda')).toMatchObject({
      reason: 'failed',
      why: 'is a directory',
    });
    expect(await machine.stat('/usr/local/cuda/version.txt')).toMatchObject({ value: { type: 'file' } });
    expect(await machine.readLink('/usr/local/cuda')).toMatchObject({ state: 'absent' });
  });

  it('reads modes as octal and leaves out what is not said', async () => {
    const machine = machineOf({
      stat: { '/dev/nvidia0': { type: 'char', mode: '0660', gid: 44, rdev: [195, 0] } },
    });
    expect(await machine.stat('/dev/nvidia0')).toMatchObject({
      value: { type: 'char', mode: 0o660, uid: null, gid: 44, rdev: [195, 0], size: null },
    });
  });

  it('is not fooled by names of object properties', async () => {
    const text =
      '{"format":"gpu-setup/snapshot@1","env":{"__proto__":"x"},"files":{"/__proto__":"p","/constructor":"c"}}';
    const machine = snapshotMachine(parseSnapshot(text, 'x'), 'x');
    expect(await machine.readFile('/__proto__')).toMatchObject({ value: { text: 'p' } });
    expect(machine.env('toString')).toMatchObject(NOT_RECORDED);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('says who the caller was', () => {
    expect(machineOf({ context: { uid: 1000, gids: [1000, 44] } }).identity()).toMatchObject({
      value: { uid: 1000, gids: [1000, 44] },
    });
    expect(machineOf({ context: { uid: 1000 } }).identity()).toMatchObject(NOT_RECORDED);
    expect(machineOf({ context: { uid: 0 } }).identity()).toMatchObject({ value: { uid: 0, gids: [] } });
  });
});

describe('snapshotMachine: commands', () => {
  const ran = (argv: string[], stdout: string, more = {}) => ({ argv, exit: 0, stdout, stderr: '', ...more });

  it('answers with the command that means the same, and names the recorded one', async () => {
    const machine = machineOf({ commands: [ran(['sudo', 'lspci', '-nnk'], 'out')] });
    expect(await machine.run(['lspci', '-nn'])).toMatchObject({
      value: { stdout: 'out' },
      from: { kind: 'command', name: 'sudo lspci -nnk' },
    });
  });

  it('prefers the exact command, then the one recorded last', async () => {
    const machine = machineOf({
      commands: [
        ran(['lspci', '-nn'], 'exact'),
        ran(['lspci', '-nnk'], 'more'),
        ran(['nvidia-smi'], 'before'),
        ran(['nvidia-smi'], 'after'),
      ],
    });
    expect(await machine.run(['lspci', '-nn'])).toMatchObject({ value: { stdout: 'exact' } });
    expect(await machine.run(['nvidia-smi'])).toMatchObject({ value: { stdout: 'after' } });
  });

  it('marks what a filter let through as incomplete', async () => {
    const machine = machineOf({ commands: [ran(['sh', '-c', 'lsmod | grep nvidia'], 'nvidia 1 0\n')] });
    expect(await machine.run(['lsmod'])).toMatchObject({ value: { truncated: true } });
  });

  it.each([
    ['bash: nvidia-smi: command not found', ['nvidia-smi'], null],
    ['sudo: nvidia-smi: command not found', ['sudo', 'nvidia-smi'], 1],
    ['sh: 1: nvcc: not found', ['nvcc', '--version'], 127],
    ['zsh: command not found: nvcc', ['nvcc', '--version'], 127],
    ['fish: Unknown command: nvcc', ['nvcc', '--version'], 127],
    [
      "\nCommand 'nvidia-smi' not found, but can be installed with:\n\nsudo apt install nvidia-340",
      ['nvidia-smi'],
      null,
    ],
    ['bash: /usr/local/cuda/bin/nvcc: No such file or directory', ['nvcc', '--version'], null],
    [
      "FileNotFoundError: [Errno 2] No such file or directory: 'nvidia-smi': 'nvidia-smi'",
      ['nvidia-smi'],
      null,
    ],
    ['', ['nvcc', '--version'], 127],
  ])('reads %j as: not installed', async (stderr, argv, exit) => {
    for (const streams of [
      { stderr, stdout: '' },
      { stderr: '', stdout: stderr },
    ]) {
      const machine = machineOf({ commands: [{ argv, exit: exit === 1 ? null : exit, ...streams }] });
      expect(machine.transcripts()[0]).toMatchObject({ outcome: 'not-found' });
      expect(await machine.run(argv)).toMatchObject({ state: 'absent' });
    }
  });

  it.each([
    ['make: nvcc: Command not found', ['make', '-j48'], null],
    ['ls: cannot access /dev/nvidia0: No such file or directory', ['ls', '/dev/nvidia0'], 2],
    ['/bin/sh: 1: nvcc: not found', ['make'], 127],
    ["NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", ['nvidia-smi'], 9],
    ['', ['docker', 'run', 'x'], 127],
    ['modprobe: FATAL: Module nvidia not found.', ['modprobe', 'nvidia'], null],
  ])('does not read %j as: not installed', (stderr, argv, exit) => {
    const machine = machineOf({ commands: [{ argv, exit, stdout: '', stderr }] });
    expect(machine.transcripts()[0]!.outcome).toBe(exit === null ? 'unknown' : 'exited');
  });

  it('tells a program that may not be run, and one that hung', async () => {
    const machine = machineOf({
      commands: [
        { argv: ['./deviceQuery'], exit: 126, stderr: 'bash: ./deviceQuery: Permission denied' },
        { argv: ['nvidia-smi'], outcome: 'timed-out' },
      ],
    });
    expect(machine.transcripts()[0]).toMatchObject({ outcome: 'not-permitted' });
    expect(await machine.run(['nvidia-smi'])).toMatchObject({
      value: { outcome: 'timed-out', exit: null, stdout: '' },
    });
  });

  it('answers from what probes ran, and marks it as theirs', async () => {
    const machine = machineOf({
      commands: [ran(['uname', '-r'], '5.15.0\n', { probe: true }), ran(['nvidia-smi'], 'x')],
    });
    expect(machine.transcripts().map(({ probe }) => probe)).toEqual([true, undefined]);
    expect(await machine.run(['uname', '-r'])).toEqual({
      state: 'present',
      value: { outcome: 'exited', exit: 0, stdout: '5.15.0\n', stderr: '', truncated: false },
      from: { kind: 'command', name: 'uname -r' },
    });
  });

  it('keeps an outcome that is told', () => {
    const machine = machineOf({ commands: [{ argv: ['nvidia-smi'], exit: null, outcome: 'signalled' }] });
    expect(machine.transcripts()[0]).toMatchObject({ outcome: 'signalled' });
  });
});

const CASES = new URL('../../../../shared/doctor-cases/', import.meta.url);

function cases(): string[] {
  try {
    return readdirSync(CASES).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}

describe.skipIf(cases().length === 0)('recorded cases', () => {
  it('all parse, and every command in them can be asked for', async () => {
    for (const name of cases()) {
      const { snapshot } = JSON.parse(readFileSync(new URL(name, CASES), 'utf8')) as { snapshot?: Snapshot };
      if (!snapshot) continue;
      const machine = machineOf(snapshot);
      for (const { argv } of machine.transcripts())
        expect((await machine.run(argv)).state, name).not.toBe('unknown');
    }
  });
});
