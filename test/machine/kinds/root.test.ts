import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rootMachine } from '../../../src/machine/kinds/root.ts';
import { elfImage } from '../../support/elf-image.ts';
import { tempDir } from '../../support/temp-dir.ts';

function image(files: Record<string, string | Uint8Array>, links: Record<string, string> = {}): string {
  const root = tempDir();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(target, join(root, path));
  }
  return root;
}

describe('rootMachine', () => {
  it('resolves absolute links inside the directory, on every component', async () => {
    const root = image(
      { 'usr/local/cuda-10.0/version.txt': 'CUDA Version 10.0.130' },
      { 'usr/local/cuda': '/etc/alternatives/cuda', 'etc/alternatives/cuda': '/usr/local/cuda-10.0' },
    );
    const machine = await rootMachine(root);
    expect(await machine.readFile('/usr/local/cuda/version.txt')).toMatchObject({
      value: { text: 'CUDA Version 10.0.130' },
      from: { name: '/usr/local/cuda/version.txt' },
    });
    expect(await machine.realPath('/usr/local/cuda')).toMatchObject({ value: '/usr/local/cuda-10.0' });
    expect(await machine.readLink('/usr/local/cuda')).toMatchObject({ value: '/etc/alternatives/cuda' });
    expect(await machine.listDir('/usr/local/cuda')).toMatchObject({
      value: { entries: ['version.txt'], complete: true },
    });
  });

  it('never shows a file of the host, whatever links and dots say', async () => {
    const outside = tempDir();
    writeFileSync(join(outside, 'secret'), 'host');
    const root = image(
      { 'etc/hosts': 'inside' },
      {
        up: '../../../../../../..',
        abs: outside,
        'etc/climb': '../../..',
        'etc/file': join(outside, 'secret'),
      },
    );
    const machine = await rootMachine(root);
    for (const path of [
      `/up${outside}/secret`,
      '/abs/secret',
      `/etc/climb${outside}/secret`,
      '/etc/file',
      `/../..${outside}/secret`,
    ]) {
      expect(await machine.readFile(path), path).toMatchObject({ state: 'absent' });
      expect(await machine.stat(path), path).toMatchObject({ state: 'absent' });
    }
    expect(await machine.readFile('/up/etc/hosts')).toMatchObject({ value: { text: 'inside' } });
    expect(await machine.realPath('/up')).toMatchObject({ value: '/' });
  });

  it('ends on link loops', async () => {
    const machine = await rootMachine(image({}, { a: 'b', b: '/a', self: 'self/x' }));
    for (const path of ['/a', '/self', '/a/below']) {
      expect(await machine.stat(path)).toMatchObject({ state: 'unknown', reason: 'failed' });
    }
    expect(await machine.readLink('/a')).toMatchObject({ value: 'b' });
  });

  it('does not know what only a running kernel shows', async () => {
    const machine = await rootMachine(image({ 'dev/null': '', 'etc/os-release': 'ID=debian' }));
    for (const path of ['/proc/driver/nvidia/version', '/sys/bus/pci/devices', '/dev/nvidia0', '/proc']) {
      expect(await machine.stat(path), path).toMatchObject({ state: 'unknown', reason: 'not-recorded' });
    }
    expect(await machine.listDir('/dev')).toMatchObject({ value: { entries: ['null'], complete: false } });
    expect(await machine.stat('/etc/apt')).toMatchObject({ state: 'absent' });
    expect(await machine.stat('/processes')).toMatchObject({ state: 'absent' });
  });

  it('knows that through a link into /proc, too', async () => {
    const machine = await rootMachine(image({}, { 'etc/mtab': '../proc/self/mounts' }));
    expect(await machine.readFile('/etc/mtab')).toMatchObject({ state: 'unknown', reason: 'not-recorded' });
  });

  it('runs nothing and has no environment and no caller', async () => {
    const machine = await rootMachine(image({}));
    expect(await machine.run(['true'])).toMatchObject({ state: 'unknown', reason: 'not-applicable' });
    expect(machine.env('PATH')).toMatchObject({ state: 'unknown', reason: 'not-applicable' });
    expect(machine.identity()).toMatchObject({ state: 'unknown' });
    expect(machine.transcripts()).toEqual([]);
  });

  it('reads libraries, bytes and disk space', async () => {
    const machine = await rootMachine(
      image({ 'usr/lib/libcuda.so.1': elfImage({ soname: 'libcuda.so.1' }) }),
    );
    expect(await machine.elf('/usr/lib/libcuda.so.1')).toMatchObject({ value: { soname: 'libcuda.so.1' } });
    expect(await machine.readBytes('/usr/lib/libcuda.so.1', 4)).toMatchObject({
      value: { bytes: new Uint8Array([0x7f, 0x45, 0x4c, 0x46]), truncated: true },
    });
    expect((await machine.statfs('/usr')).state).toBe('present');
  });

  it.each(['/no/such/folder', '/proc/version'])('refuses %s, which is no directory', async (dir) => {
    await expect(rootMachine(dir)).rejects.toMatchObject({
      code: 'bad-root',
      hint: expect.any(String) as string,
    });
  });

  it('takes the running system as a directory', async () => {
    const machine = await rootMachine('/');
    expect(await machine.readFile('/proc/version')).toMatchObject({ state: 'present' });
    expect(await machine.realPath('/')).toMatchObject({ value: '/' });
  });
});
