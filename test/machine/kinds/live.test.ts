import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseElf } from '../../../src/formats/elf.ts';
import { liveMachine, probingPath } from '../../../src/machine/kinds/live.ts';
import { elfImage } from '../../support/elf-image.ts';
import { tempDir } from '../../support/temp-dir.ts';

const machine = liveMachine();
const isRoot = process.getuid?.() === 0;

function script(folder: string, name: string, body: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, name), 0o755);
}

describe('liveMachine: files', () => {
  it('reads files of procfs, whose size is given as 0', async () => {
    expect(await machine.readFile('/proc/version')).toMatchObject({
      state: 'present',
      value: { text: readFileSync('/proc/version', 'utf8'), truncated: false },
      from: { kind: 'file', name: '/proc/version' },
    });
  });

  it('reads no more than it was asked for, and says so', async () => {
    const file = join(tempDir(), 'f');
    writeFileSync(file, 'x'.repeat(100_000));
    expect(await machine.readFile(file, 10)).toMatchObject({
      value: { text: 'x'.repeat(10), truncated: true },
    });
    expect(await machine.readFile(file, 100_000)).toMatchObject({ value: { truncated: false } });
    expect(await machine.readBytes(file, 70_000)).toMatchObject({
      value: { bytes: { length: 70_000 }, truncated: true },
    });
    expect(await machine.readFile('/proc/version', 5)).toMatchObject({
      value: { text: 'Linux', truncated: true },
    });
  });

  it('tells absent from not permitted from not readable', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'file'), 'x');
    symlinkSync('loop', join(dir, 'loop'));
    symlinkSync('missing', join(dir, 'dangling'));
    expect(await machine.readFile(join(dir, 'missing'))).toMatchObject({ state: 'absent' });
    expect(await machine.readFile(join(dir, 'file/below'))).toMatchObject({ state: 'absent' });
    expect(await machine.stat(join(dir, 'dangling'))).toMatchObject({ state: 'absent' });
    expect(await machine.stat(join(dir, 'loop'))).toMatchObject({ state: 'unknown', reason: 'failed' });
    expect(await machine.readFile(dir)).toMatchObject({
      state: 'unknown',
      reason: 'failed',
      why: 'is a directory',
    });
    expect(await machine.readFile(`${dir}/\0`)).toMatchObject({ state: 'unknown', reason: 'failed' });
    expect(await machine.listDir(join(dir, 'file'))).toMatchObject({ state: 'absent' });
  });

  it.skipIf(isRoot)('calls what it may not open not permitted', async () => {
    const file = join(tempDir(), 'secret');
    writeFileSync(file, 'x', { mode: 0o000 });
    expect(await machine.readFile(file)).toMatchObject({ state: 'unknown', reason: 'not-permitted' });
  });

  it('never blocks on a fifo and never opens a device', async () => {
    const fifo = join(tempDir(), 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect(await machine.readFile(fifo)).toMatchObject({ state: 'unknown', reason: 'failed' });
    expect(await machine.elf(fifo)).toMatchObject({ state: 'unknown', reason: 'failed' });
    expect(await machine.readFile('/dev/zero')).toMatchObject({ state: 'unknown', reason: 'failed' });
    expect(await machine.stat(fifo)).toMatchObject({ value: { type: 'fifo' } });
  });

  it('gives the numbers of device nodes and the mode of files', async () => {
    expect(await machine.stat('/dev/null')).toMatchObject({
      value: { type: 'char', rdev: [1, 3], mode: 0o666 },
    });
    const file = join(tempDir(), 'f');
    writeFileSync(file, 'abc');
    chmodSync(file, 0o640);
    expect(await machine.stat(file)).toMatchObject({
      value: { type: 'file', mode: 0o640, size: 3, rdev: null },
    });
  });

  it('reads a link as it is written, and a path behind its links', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'cuda-10.0'));
    symlinkSync('cuda-10.0', join(dir, 'cuda'));
    expect(await machine.readLink(join(dir, 'cuda'))).toMatchObject({ value: 'cuda-10.0' });
    expect(await machine.readLink(join(dir, 'cuda-10.0'))).toMatchObject({ state: 'absent' });
    expect(await machine.realPath(join(dir, 'cuda'))).toMatchObject({ value: join(dir, 'cuda-10.0') });
    expect(await machine.listDir(dir)).toMatchObject({
      value: { entries: ['cuda', 'cuda-10.0'], complete: true },
    });
  });

  it('reads libraries, and says why it cannot', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'lib.so'), elfImage({ soname: 'libcuda.so.1' }));
    writeFileSync(join(dir, 'cut.so'), elfImage({ soname: 'libcuda.so.1' }).subarray(0, 200));
    writeFileSync(join(dir, 'text.so'), 'GROUP ( libc.so.6 )');
    expect(await machine.elf(join(dir, 'lib.so'))).toMatchObject({ value: { soname: 'libcuda.so.1' } });
    expect(await machine.elf(join(dir, 'cut.so'))).toMatchObject({
      reason: 'failed',
      why: 'damaged ELF file',
    });
    expect(await machine.elf(join(dir, 'text.so'))).toMatchObject({
      reason: 'not-applicable',
      why: 'not an ELF file',
    });
    expect(await machine.elf(join(dir, 'missing.so'))).toMatchObject({ state: 'absent' });
  });

  it('reads of a large program what its whole bytes say', async () => {
    const whole = parseElf(readFileSync(process.execPath));
    expect(await machine.elf(process.execPath)).toMatchObject({ value: whole.ok && whole.elf });
  });

  it('knows how much room a file system has', async () => {
    const space = await machine.statfs('/');
    expect(space.state === 'present' && space.value.freeBytes).toBeGreaterThan(0);
    expect(await machine.statfs('/no/such/folder')).toMatchObject({ state: 'absent' });
    expect(space.state === 'present' && space.value.totalBytes! >= space.value.freeBytes).toBe(true);
  });

  it('says what opening a file would come to, without opening it', async () => {
    const machine = liveMachine();
    expect(await machine.access('/dev/null')).toMatchObject({ state: 'present', value: 'open' });
    expect(await machine.access('/no/such/file')).toMatchObject({ state: 'absent' });
  });
});

describe('liveMachine: programs', () => {
  it('runs programs of the probing path with English output, away from the caller’s folder', async () => {
    const dir = tempDir();
    script(dir, 'probe', 'echo "$LC_ALL $(pwd)"; echo oops >&2; exit 9');
    const probing = liveMachine({ env: { PATH: dir, LC_ALL: 'de_DE.UTF-8' } });
    expect(await probing.run(['probe', 'a b'])).toEqual({
      state: 'present',
      value: { outcome: 'exited', exit: 9, stdout: 'C /\n', stderr: 'oops\n', truncated: false },
      from: { kind: 'command', name: 'probe a b' },
    });
  });

  it('hands on the environment that decides what a program finds', async () => {
    const dir = tempDir();
    script(dir, 'probe', 'echo "$LD_LIBRARY_PATH"');
    expect(await liveMachine({ env: { PATH: dir, LD_LIBRARY_PATH: '/x' } }).run(['probe'])).toMatchObject({
      value: { stdout: '/x\n' },
    });
  });

  it('tells a program that is not there from one that hangs and one that may not be run', async () => {
    const dir = tempDir();
    script(dir, 'hang', 'exec sleep 30');
    script(dir, 'locked', 'exit 0');
    chmodSync(join(dir, 'locked'), 0o644);
    const probing = liveMachine({ env: {}, probePath: `${dir}:/usr/bin:/bin` });
    expect(await probing.run(['no-such-program'])).toMatchObject({ state: 'absent' });
    expect(await probing.run(['hang'], { timeoutMs: 100 })).toMatchObject({
      state: 'present',
      value: { outcome: 'timed-out', exit: null },
    });
    expect(await probing.run([join(dir, 'locked')])).toMatchObject({
      state: 'unknown',
      reason: 'not-permitted',
    });
  });

  it('refuses programs named relative to the working directory, and words that no program can get', async () => {
    expect(await machine.run(['./nvidia-smi'])).toMatchObject({ state: 'unknown', reason: 'failed' });
    expect(await machine.run([])).toMatchObject({ state: 'unknown' });
    expect(await machine.run(['true', 'a\0b'])).toMatchObject({ state: 'unknown' });
  });

  it('looks in absolute folders of PATH only, then in the administrator’s', () => {
    expect(probingPath('.:/opt/bin::bin:/usr/bin')).toBe(
      '/opt/bin:/usr/bin:/usr/local/sbin:/usr/sbin:/sbin:/bin',
    );
    expect(probingPath(undefined)).toContain('/sbin');
  });
});

describe('liveMachine: the caller', () => {
  it('answers from the environment it was given', () => {
    const given = liveMachine({ env: { CUDA_HOME: '/usr/local/cuda', EMPTY: '' } });
    expect(given.env('CUDA_HOME')).toMatchObject({ state: 'present', value: '/usr/local/cuda' });
    expect(given.env('EMPTY')).toMatchObject({ state: 'present', value: '' });
    expect(given.env('PATH')).toMatchObject({ state: 'absent' });
  });

  it('knows who is asking', () => {
    expect(machine.identity()).toMatchObject({ state: 'present', value: { uid: process.getuid!() } });
  });
});
