import { describe, expect, it } from 'vitest';
import { commandLine, matchArgv, programOf } from '../../../src/machine/snapshot/argv.ts';

const words = (line: string): string[] => line.split(' ');

describe('programOf', () => {
  it.each([
    ['nvidia-smi', 'nvidia-smi'],
    ['/usr/bin/nvidia-smi -L', 'nvidia-smi'],
    ['sudo -E -u root nvidia-smi', 'nvidia-smi'],
    ['sudo CUDA_VISIBLE_DEVICES=0 python x.py', 'python'],
    ['env -i -u HOME PATH=/bin nvcc --version', 'nvcc'],
    ['LC_ALL=C lspci -nn', 'lspci'],
    ['nice -n 10 make -j8', 'make'],
    ['timeout -k 1 20 nvidia-smi', 'nvidia-smi'],
    ['sudo', 'sudo'],
    ['sh compile.sh', 'sh'],
    ['(program)', '(program)'],
  ])('of %j is %j', (line, program) => {
    expect(programOf(words(line))).toBe(program);
  });

  it('looks into what a shell is given', () => {
    expect(programOf(['sh', '-c', 'ls -al /dev/nvidia*'])).toBe('ls');
    expect(programOf(['sudo', 'bash', '-lc', 'cd darknet && make'])).toBe('make');
  });

  it('is empty for nothing, and ends for a wrapper around itself', () => {
    expect(programOf([])).toBe('');
    expect(programOf(Array<string>(1000).fill('sudo'))).toBe('sudo');
  });

  it('takes names of object properties for the plain words they are', () => {
    expect(programOf(['constructor', '__proto__'])).toBe('constructor');
  });
});

describe('commandLine', () => {
  it('parses options the way the program does', () => {
    expect(commandLine(words('lspci -nn -k -d 10de:'))).toEqual({
      program: 'lspci',
      folder: null,
      subcommand: null,
      flags: new Set(['-nn', '-k', '-d=10de:']),
      operands: [],
      filtered: false,
    });
    expect(commandLine(words('nvidia-smi --query-gpu=name --format=csv -i 0')).flags).toEqual(
      new Set(['--query-gpu=name', '--format=csv', '-i=0']),
    );
    expect(commandLine(words('lshw -class display')).flags).toEqual(new Set(['-C=display']));
    expect(commandLine(words('dkms status -m nvidia'))).toMatchObject({ subcommand: 'status' });
  });

  it('knows that a pipe leaves only a part of the output, and that 2>&1 does not', () => {
    expect(commandLine(['sh', '-c', 'lsmod | grep nvidia'])).toMatchObject({
      program: 'lsmod',
      filtered: true,
    });
    expect(commandLine(['sh', '-c', 'nvidia-smi 2>&1\n'])).toMatchObject({
      program: 'nvidia-smi',
      filtered: false,
    });
  });

  it('takes quotes off, and survives those without an end', () => {
    expect(commandLine(['sh', '-c', `ls "/dev/a b" 'c d' e\\ f`]).operands).toEqual([
      '/dev/a b',
      'c d',
      'e f',
    ]);
    expect(commandLine(['sh', '-c', 'echo "open']).program).toBe('echo');
  });

  it('stays fast on hostile shell lines', () => {
    const started = performance.now();
    for (const piece of ['"', "'", '\\', '"\\', 'a"', ' ', '2>', '|'])
      commandLine(['sh', '-c', piece.repeat(50_000)]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('matchArgv', () => {
  it.each([
    ['lspci -nn', 'sudo /sbin/lspci -n -n'],
    ['nvcc --version', 'nvcc -V'],
    ['nvidia-smi -L', 'nvidia-smi --list-gpus'],
    ['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi'],
    ['gcc --version', '/usr/bin/gcc --version'],
    ['journalctl -k', 'journalctl --dmesg --no-pager'],
  ])('%j is the same as %j', (asked, recorded) => {
    expect(matchArgv(words(asked), words(recorded))).toBe(0);
  });

  it('takes a recorded command that prints more of the same', () => {
    expect(matchArgv(['lspci', '-nn'], ['lspci', '-nnk'])).toBeGreaterThan(0);
    expect(matchArgv(['lsmod'], ['sh', '-c', 'lsmod | grep nvidia'])).toBeGreaterThan(0);
  });

  it.each([
    ['lspci -nnk', 'lspci -nn'],
    ['nvidia-smi', 'nvidia-smi -q'],
    ['nvidia-smi', 'nvcc'],
    ['dpkg -l', 'dpkg -l nvidia-smi'],
    ['dkms status', 'dkms install'],
    ['uname -r', 'uname -a'],
    ['/usr/local/cuda-10.0/bin/nvcc --version', '/usr/local/cuda-11.0/bin/nvcc --version'],
    ['/usr/local/cuda-10.0/bin/nvcc --version', 'nvcc --version'],
    ['nvcc --version', '/opt/cuda/bin/nvcc --version'],
    ['', ''],
  ])('%j is not answered by %j', (asked, recorded) => {
    expect(matchArgv(words(asked), words(recorded))).toBeNull();
  });
});
