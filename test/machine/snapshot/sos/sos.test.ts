/** A sosreport is a snapshot, packed or unpacked; what it does not hold is unknown, and hostile ones stay within their bounds. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../../src/doctor/diagnose.ts';
import { valueOf } from '../../../../src/machine/answer.ts';
import { collectFacts } from '../../../../src/machine/facts/collect.ts';
import type { Facts } from '../../../../src/machine/facts.ts';
import { driverVersion } from '../../../../src/machine/questions/driver.ts';
import type { Snapshot } from '../../../../src/machine/snapshot/format.ts';
import { loadRecording } from '../../../../src/machine/snapshot/load.ts';
import { snapshotMachine } from '../../../../src/machine/snapshot/snapshot.ts';
import { snapshotOfSos } from '../../../../src/machine/snapshot/sos/read.ts';
import type { SosEntry } from '../../../../src/machine/snapshot/sos/entry.ts';
import { buildTar, compress, type TarEntry } from '../../../support/deb.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { FILES, LOST, manifest, TOP } from './sample.ts';

const PIECE = Buffer.alloc(1 << 20, `kernel: ${'x'.repeat(500)}\n`);

const { signal } = new AbortController();

const tarOf = (files: Readonly<Record<string, string>>, others: readonly TarEntry[] = []): Buffer =>
  buildTar([
    { path: `${TOP}/` },
    ...Object.entries(files).map(([path, content]) => ({ path: `${TOP}/${path}`, content })),
    ...others,
  ]);

const load = (bytes: Uint8Array, name = 'sos.tar'): ReturnType<typeof loadRecording> => {
  const file = join(tempDir(), name);
  writeFileSync(file, bytes);
  return loadRecording(file, signal);
};

const factsOf = (snapshot: Snapshot): Promise<Facts> => collectFacts(snapshotMachine(snapshot, 'report'));

const unpacked = (files: Readonly<Record<string, string>>): string => {
  const dir = tempDir();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, TOP, path)), { recursive: true });
    writeFileSync(join(dir, TOP, path), content);
  }
  return dir;
};

describe('a sosreport', () => {
  it('gives the machine: distribution, kernel, GPU, driver, services and how the GPU is', async () => {
    const { snapshot, taken } = await load(tarOf(FILES));
    expect(taken).toBe('a sosreport');
    const facts = await factsOf(snapshot);
    expect(valueOf(facts.platform.os)).toMatchObject({ id: 'ubuntu', version: '22.04' });
    expect(valueOf(facts.platform.kernel)).toMatchObject({ release: '5.15.0-91-generic' });
    expect(valueOf(facts.gpus)).toMatchObject([{ pciId: '10de:20f1', busId: '01:00.0' }]);
    expect(driverVersion(facts)).toBe('550.90.07');
    expect(valueOf(facts.services.persistenced)).toEqual({ active: 'active', enabled: true });
    expect(valueOf(facts.gpuStates)).toMatchObject([{ busId: '01:00.0', remappedRows: { pending: true } }]);
    expect(facts.services.fabricManager.state).toBe('unknown');
    const { diagnoses } = diagnose(facts, { purpose: 'run', needs: null }, 'report');
    expect(diagnoses.filter(({ severity }) => severity !== 'info').map(({ code }) => code)).toEqual([
      'gpu-reset-required',
    ]);
  });

  it.each(['xz', 'gz', 'zst'] as const)('is read out of %s, too', async (compression) => {
    const plain = await load(tarOf(FILES));
    expect(await load(compress(tarOf(FILES), compression), `sos.tar.${compression}`)).toEqual(plain);
  });

  it('is read from a folder, or from the one that this holds, and no link of it is followed', async () => {
    const dir = unpacked(FILES);
    const secret = join(dir, 'secret');
    writeFileSync(secret, 'of this host');
    symlinkSync(secret, join(dir, TOP, 'etc/lsb-release'));
    const { snapshot } = await loadRecording(join(dir, TOP), signal);
    expect(snapshot.files?.['/etc/os-release']).toContain('ubuntu');
    expect(snapshot.links).toEqual({ '/etc/lsb-release': secret });
    expect(JSON.stringify(snapshot)).not.toContain('of this host');
    expect((await loadRecording(unpacked(FILES), signal)).taken).toBe('a sosreport');
  });

  it('keeps nothing that is not about GPUs, and nothing of an earlier boot', async () => {
    const { snapshot } = await load(tarOf(FILES));
    const all = JSON.stringify(snapshot);
    for (const other of ['root:*', 'ip_-o', '127.0.0.1', 'fallen off the bus'])
      expect(all).not.toContain(other);
    expect(snapshot.commands?.find(({ argv }) => argv[0] === 'modinfo')?.stdout).toMatch(
      /^filename: {7}\S+nvidia\.ko\nversion: {8}550\.90\.07\nlicense: {8}NVIDIA\n$/,
    );
  });

  it('takes the command line and its end from the manifest, wherever that stands', async () => {
    const filepath = 'sos_commands/nvidia/nvidia-smi_--query-gpu_index_name_--format_csv_noheader';
    const files = {
      ...FILES,
      [filepath]: '0, NVIDIA A100-PCIE-40GB\n',
      'sos_commands/nvidia/nvidia-smi_nvlink_-s': '',
      ...manifest([
        { exec: 'nvidia-smi --query-gpu=index,name --format=csv,noheader', filepath, return_code: 0 },
        {
          exec: 'nvidia-smi nvlink -s',
          filepath: 'sos_commands/nvidia/nvidia-smi_nvlink_-s',
          return_code: 124,
        },
      ]),
    };
    const { snapshot } = await load(tarOf(files));
    expect(snapshot.commands).toContainEqual(
      expect.objectContaining({
        argv: ['nvidia-smi', '--query-gpu=index,name', '--format=csv,noheader'],
        exit: 0,
      }),
    );
    expect(snapshot.commands).toContainEqual(
      expect.objectContaining({ argv: ['nvidia-smi', 'nvlink', '-s'], outcome: 'timed-out' }),
    );
  });

  it('finds what the kernel said in dmesg, and in a journal that was cut to its end', async () => {
    const files = {
      ...FILES,
      'sos_commands/kernel/dmesg': `${LOST}\n`,
      'sos_strings/logs/journalctl_--no-pager_--boot.tailed': 'Nov 05 10:00:00 host sshd[1]: hello\n',
    };
    const facts = await factsOf((await load(tarOf(files))).snapshot);
    const [first] = diagnose(facts, { purpose: 'run', needs: null }, 'report').diagnoses;
    expect(first).toMatchObject({ code: 'gpu-fell-off-bus', severity: 'error' });
    expect(facts.transcripts.some(({ stdout }) => stdout.includes('sshd'))).toBe(false);
  });
});

describe('what is no sosreport, or a hostile one', () => {
  it.each([
    [
      'an archive of something else',
      () => buildTar([{ path: 'src/main.c', content: 'int main;' }]),
      /no sosreport/,
    ],
    ['an archive that is cut off', () => tarOf(FILES).subarray(0, 5000), /cut off/],
    ['xz that is damaged', () => compress(tarOf(FILES), 'xz').subarray(0, 400), /cannot be unpacked/],
    ['a log in xz', () => compress(Buffer.from('NVRM: x\n'.repeat(200)), 'xz'), /cannot be unpacked/],
  ])('%s is refused with the reason', async (_, make, why) => {
    await expect(load(make())).rejects.toMatchObject({
      code: 'bad-snapshot',
      message: expect.stringMatching(why) as string,
    });
  });

  it('a folder without sos_commands is refused, and --root is named', async () => {
    await expect(loadRecording(tempDir(), signal)).rejects.toMatchObject({
      code: 'bad-snapshot',
      message: expect.stringContaining('--root') as string,
    });
  });

  it('a compressed log is left to those who read logs', async () => {
    await expect(load(compress(Buffer.from('{}'), 'gz'), 'x.gz')).rejects.toThrow(/expected/);
  });

  it('no path leads out of it', async () => {
    const others = [
      { path: `${TOP}/../../etc/os-release`, content: 'ID=evil\n' },
      { path: '/etc/os-release', content: 'ID=evil\n' },
      { path: `${TOP}/etc/modprobe.d/../../../x`, content: 'evil' },
    ];
    const { snapshot } = await load(tarOf(FILES, others));
    expect(snapshot.files?.['/etc/os-release']).toContain('ubuntu');
    expect(Object.keys(snapshot.files ?? {}).filter((path) => path.includes('..'))).toEqual([]);
  });

  it('keeps what a snapshot may have, however much there is', async () => {
    let asked = 0;
    async function* endless(): AsyncGenerator<SosEntry> {
      for (let at = 0; at < 60; at++) {
        yield {
          path: at % 2 === 0 ? `sos_commands/logs/journalctl_--no-pager_${at}` : `etc/modprobe.d/${at}.conf`,
          type: 'file',
          target: null,
          async *chunks() {
            for (let piece = 0; piece < 20; piece++) {
              asked++;
              yield PIECE;
            }
          },
        };
      }
    }
    const snapshot = await snapshotOfSos(endless());
    const kept = (snapshot?.commands ?? []).reduce((sum, { stdout }) => sum + (stdout?.length ?? 0), 0);
    expect(kept).toBeLessThan(80 << 20);
    expect(asked).toBeLessThan(250);
  });

  it('a manifest that is none changes nothing', async () => {
    const plain = await load(tarOf(FILES));
    for (const text of ['', '{', '[]', '{"components":{"report":{"plugins":[1]}}}'])
      expect(await load(tarOf({ ...FILES, 'sos_reports/manifest.json': text }))).toEqual(plain);
  });
});
