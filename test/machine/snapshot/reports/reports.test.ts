/** Reports of other programs as snapshots: what of a machine they hold is held, what is past or not there is told apart. */
import { gzipSync } from 'node:zlib';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../../src/doctor/diagnose.ts';
import { valueOf } from '../../../../src/machine/answer.ts';
import { collectFacts } from '../../../../src/machine/facts/collect.ts';
import type { Facts } from '../../../../src/machine/facts.ts';
import { driverVersion } from '../../../../src/machine/questions/driver.ts';
import { loadSnapshot, parseSnapshot } from '../../../../src/machine/snapshot/schema.ts';
import { reportOf } from '../../../../src/machine/snapshot/reports/kinds.ts';
import { snapshotMachine } from '../../../../src/machine/snapshot/snapshot.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { BUG_REPORT, COLLECT_ENV, fileSection, section, TF_ENV } from './samples.ts';

const factsOf = async (text: string): Promise<Facts> =>
  collectFacts(snapshotMachine(reportOf(text)!.snapshot, 'report'));

const errorsOf = (facts: Facts): string[] =>
  diagnose(facts, { purpose: 'run', needs: null }, 'report')
    .diagnoses.filter(({ severity }) => severity === 'error')
    .map(({ code }) => code);

describe('nvidia-bug-report.log', () => {
  it('gives GPU, kernel, driver and compiler as facts', async () => {
    const facts = await factsOf(BUG_REPORT);
    expect(valueOf(facts.gpus)).toMatchObject([{ pciId: '10de:2182', busId: '01:00.0' }]);
    expect(valueOf(facts.platform.kernel)).toMatchObject({ release: '5.4.0-66-generic' });
    expect(driverVersion(facts)).toBe('460.39');
    expect(valueOf(facts.kernelDriver.modules)).toEqual(['nvidia']);
    expect(valueOf(facts.nvidiaSmi)).toMatchObject({ outcome: 'mismatch' });
    expect(valueOf(facts.compilers)?.map(({ major }) => major)).toContain(9);
  });

  it('is judged as the machine that it is of, without what an earlier boot went through', async () => {
    expect(errorsOf(await factsOf(BUG_REPORT))).toEqual(['driver-library-mismatch']);
  });

  it('tells a file that is not there from one that may not be read, and a program that is not there', () => {
    const { snapshot } = reportOf(BUG_REPORT)!;
    expect(snapshot.files).toMatchObject({
      '/var/log/nvidia-installer.log': null,
      '/etc/shadow': { error: 'EACCES' },
    });
    expect(snapshot.commands).toContainEqual({ argv: ['lsusb'], exit: 127, outcome: 'not-found' });
    expect(snapshot.stat).toMatchObject({
      '/proc/driver/nvidia/version': { type: 'file', mode: '0444', uid: 0 },
    });
  });

  it('keeps several commands of one section apart', () => {
    const runs = reportOf(BUG_REPORT)!.snapshot.commands!.filter(({ argv }) => /nvidia-smi$/.test(argv[0]!));
    expect(runs.map(({ argv }) => argv.slice(1))).toEqual([['-q'], ['-q', '-u']]);
  });

  it('is read out of gzip, also cut off in the middle, and out of several members', () => {
    const dir = tempDir();
    const load = (bytes: Uint8Array): ReturnType<typeof loadSnapshot> => {
      writeFileSync(join(dir, 'report.log.gz'), bytes);
      return loadSnapshot(join(dir, 'report.log.gz'));
    };
    const half = BUG_REPORT.length >> 1;
    const members = Buffer.concat([gzipSync(BUG_REPORT.slice(0, half)), gzipSync(BUG_REPORT.slice(half))]);
    expect(load(members)).toEqual({
      snapshot: reportOf(BUG_REPORT)!.snapshot,
      taken: reportOf(BUG_REPORT)!.title,
    });
    const cut = load(gzipSync(BUG_REPORT).subarray(0, 900));
    expect(cut.taken).toBe(reportOf(BUG_REPORT)!.title);
    expect(cut.snapshot.commands?.[0]?.argv).toEqual(['uname', '-a']);
  });

  it('does not grow beyond its bounds for a file of gigabytes', () => {
    const file = join(tempDir(), 'bomb.gz');
    writeFileSync(file, gzipSync(Buffer.alloc(80 << 20)));
    expect(() => loadSnapshot(file)).toThrow(/larger than 64 MiB/);
  });

  it('takes no path that no machine has, and never throws', () => {
    const hostile = [
      BUG_REPORT.slice(0, 300),
      fileSection('/a'.repeat(300), 'x'),
      section('*** ../etc/passwd'),
    ];
    const { snapshot } = reportOf(hostile.join('\n'))!;
    expect(Object.keys(snapshot.files!)).toEqual([]);
    const noise = fc.array(
      fc.oneof(
        fc.string(),
        fc.constantFrom('____________________________________________', '*** /x', '*** ls: ', ''),
      ),
    );
    fc.assert(
      fc.property(noise, (lines) => {
        const read = reportOf(`${BUG_REPORT.slice(0, 300)}\n${lines.join('\n')}`)!;
        expect(() => parseSnapshot(JSON.stringify(read.snapshot), 'x')).not.toThrow();
      }),
    );
  });

  it('is not seen in a recording that holds one', () => {
    expect(
      reportOf(JSON.stringify({ format: 'gpu-setup/snapshot@1', files: { '/x': BUG_REPORT } })),
    ).toBeNull();
  });
});

describe('torch.utils.collect_env', () => {
  it('gives back what the programs that it asked had said', async () => {
    const facts = await factsOf(COLLECT_ENV);
    expect(valueOf(facts.platform.os)).toMatchObject({ id: 'ubuntu', version: '22.04' });
    expect(valueOf(facts.platform.kernel)).toMatchObject({ release: '5.15.0-91-generic' });
    expect(valueOf(facts.gpus)).toHaveLength(2);
    expect(driverVersion(facts)).toBe('535.129.03');
    expect(valueOf(facts.nvcc)).toMatchObject({ version: expect.stringContaining('11.8') as string });
  });

  it('leaves what could not be collected unknown', async () => {
    const bare = COLLECT_ENV.replace('535.129.03', 'Could not collect').replace(/^GPU \d: .*\n/gm, '');
    const facts = await factsOf(bare);
    expect(facts.gpus.state).toBe('unknown');
    expect(driverVersion(facts)).toBeUndefined();
  });
});

describe('tf_env_collect.sh', () => {
  it('gives distribution, kernel, compiler and what nvidia-smi said', async () => {
    const facts = await factsOf(TF_ENV);
    expect(valueOf(facts.platform.os)).toMatchObject({ id: 'ubuntu', version: '18.04' });
    expect(valueOf(facts.platform.kernel)).toMatchObject({ release: '5.3.0-28-generic' });
    expect(valueOf(facts.nvidiaSmi)).toMatchObject({ outcome: 'no-driver' });
    expect(reportOf(TF_ENV)!.snapshot.env).toEqual({ LD_LIBRARY_PATH: '/usr/local/cuda-10.1/lib64' });
  });
});

it('a log that is no report is none', () => {
  expect(reportOf('make: *** [all] Error 2\n')).toBeNull();
  expect(reportOf('PyTorch version: 2.1.0\n')).toBeNull();
});
