/** A running process: its memory as procfs shows it, of real ones and of hostile texts; and what it comes to. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { diagnose } from '../../../../src/doctor/diagnose.ts';
import { valueOf } from '../../../../src/machine/answer.ts';
import { collectFacts } from '../../../../src/machine/facts/collect.ts';
import { interestingLines, mappedFiles } from '../../../../src/machine/facts/process/maps.ts';
import { asSeenBy, probeProcess, pythonOf } from '../../../../src/machine/facts/process/process.ts';
import { liveMachine } from '../../../../src/machine/kinds/live.ts';
import type { Snapshot } from '../../../../src/machine/snapshot/format.ts';
import { recording } from '../../../../src/machine/snapshot/record.ts';
import { snapshotMachine } from '../../../../src/machine/snapshot/snapshot.ts';
import { is, laptop, loaded, RUN } from '../../../support/facts.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const MAPS = `55d0c0000000-55d0c0001000 r--p 00000000 08:02 100    /usr/bin/python3.10
7f1c29000000-7f1c2a000000 rw-p 00000000 00:00 0
7f1c2a000000-7f1c2a400000 r-xp 00000000 08:02 1316812    /usr/lib/x86_64-linux-gnu/libcuda.so.535.183.01 (deleted)
7f1c2a400000-7f1c2a500000 r--p 00400000 08:02 1316812    /usr/lib/x86_64-linux-gnu/libcuda.so.535.183.01 (deleted)
7f1c2b000000-7f1c2b001000 rw-s 00000000 00:06 612        /dev/nvidia0
7f1c2c000000-7f1c2c100000 r-xp 00000000 08:02 77         /home/me/my venv/lib/python3.10/site-packages/torch/lib/libtorch_cuda.so
7f1c2d000000-7f1c2d100000 r-xp 00000000 08:02 78         /home/me/secret-project/notes.txt
7ffd00000000-7ffd00100000 rw-p 00000000 00:00 0          [stack]
`;

describe('what is read of /proc/PID/maps', () => {
  it("is NVIDIA's and the frameworks' libraries and the GPU's files, each once, with what was replaced", () => {
    expect(mappedFiles(MAPS)).toEqual([
      { path: '/usr/lib/x86_64-linux-gnu/libcuda.so.535.183.01', deleted: true },
      { path: '/dev/nvidia0', deleted: false },
      {
        path: '/home/me/my venv/lib/python3.10/site-packages/torch/lib/libtorch_cuda.so',
        deleted: false,
      },
    ]);
    expect(interestingLines(MAPS).join('\n')).not.toContain('secret-project');
  });

  it('takes nothing from names that only look like lines, binary, huge or cut off', () => {
    const line = '7f1c2a000000-7f1c2a400000 r-xp 00000000 08:02 13 ';
    // The kernel escapes line feeds: one that stands in the text ends a line.
    expect(mappedFiles(`${line}/tmp/a\\012${line}/usr/lib/libcuda.so.1.txt`)).toEqual([]);
    expect(mappedFiles(`${line}/tmp/${'x'.repeat(100_000)}/libcuda.so.1`)).toEqual([]);
    expect(mappedFiles('\u0000\u007fELF\u0001 r-xp /libcuda.so.1')).toEqual([]);
    expect(mappedFiles(line)).toEqual([]);
    expect(mappedFiles(`${line}/tmp/\u001b[31m/libcuda.so.1`)).toEqual([
      { path: '/tmp/\u001b[31m/libcuda.so.1', deleted: false },
    ]);
  });

  it('is bounded: of a hundred thousand libraries some thousand are kept', () => {
    const many = Array.from(
      { length: 100_000 },
      (_, i) => `7f1c2a000000-7f1c2a400000 r-xp 00000000 08:02 13 /opt/${i}/libcudart.so.12`,
    );
    expect(mappedFiles(many.join('\n'))).toHaveLength(4000);
  });
});

const recorded = (
  files: Snapshot['files'],
  links: Snapshot['links'] = {},
): ReturnType<typeof snapshotMachine> =>
  snapshotMachine({ format: 'gpu-setup/snapshot@1', files, links }, 'x');

const STATUS = 'Name:\tpython3\nState:\tS (sleeping)\nTgid:\t4242\n';

describe('probeProcess', () => {
  it('of a thread is its process', async () => {
    const machine = recorded({ '/proc/4250/status': STATUS, '/proc/4242/maps': MAPS });
    expect(valueOf(await probeProcess(machine, 4250))).toMatchObject({
      pid: 4242,
      usesGpu: true,
      whole: true,
    });
  });

  it('is absent of one that has ended, also where its parent has not noticed', async () => {
    const zombie = recorded({ '/proc/9/status': 'State:\tZ (zombie)\nTgid:\t9\n', '/proc/9/maps': '' });
    expect((await probeProcess(zombie, 9)).state).toBe('absent');
    expect((await probeProcess(recorded({ '/proc/9/status': null }), 9)).state).toBe('absent');
    expect((await probeProcess(liveMachine(), 2 ** 31)).state).toBe('absent');
  });

  it("of somebody else's is unknown: that makes no machine fine", async () => {
    const machine = recorded({ '/proc/4242/status': STATUS, '/proc/4242/maps': { error: 'EACCES' } });
    const process = await probeProcess(machine, 4242);
    expect(process).toMatchObject({ state: 'unknown', reason: 'not-permitted' });
    const report = diagnose(laptop({ process }), RUN, 'x');
    expect(report.verdict).toBe('unverified');
    const { summary } = report.checks.find(({ id }) => id === 'process')!;
    expect(summary).toContain('sudo gpu-setup doctor --pid');
    // Root of a container has tried that already.
    expect(summary).toContain('CAP_SYS_PTRACE');
  });

  it('has no row where none was named', () => {
    expect(diagnose(laptop(), RUN, 'x').checks.some(({ id }) => id === 'process')).toBe(false);
  });

  it('sees other files where its namespace of mounts is another, or its root', async () => {
    const files = { '/proc/4242/status': STATUS, '/proc/4242/maps': MAPS };
    const own = { '/proc/self/ns/mnt': 'mnt:[1]' };
    const inside = recorded(files, { ...own, '/proc/4242/ns/mnt': 'mnt:[2]' });
    const beside = recorded(files, { ...own, '/proc/4242/ns/mnt': 'mnt:[1]' });
    expect(valueOf(await probeProcess(inside, 4242))!.elsewhere).toMatchObject({ value: true });
    expect(valueOf(await probeProcess(beside, 4242))!.elsewhere).toMatchObject({ value: false });
    expect(valueOf(await probeProcess(recorded(files), 4242))!.elsewhere.state).toBe('unknown');
    expect(pythonOf(await probeProcess(beside, 4242))).toBe('/home/me/my venv');
    expect(pythonOf(await probeProcess(inside, 4242))).toBeUndefined();
  });

  it('gives the environment that the process was started with in the place of ours', async () => {
    const environ = 'LD_LIBRARY_PATH=/opt/old/lib\0CUDA_VISIBLE_DEVICES=\0=odd\0noise\0';
    const machine = await asSeenBy(recorded({ '/proc/4242/environ': environ }), 4242);
    expect(valueOf(machine.env('LD_LIBRARY_PATH'))).toBe('/opt/old/lib');
    expect(valueOf(machine.env('CUDA_VISIBLE_DEVICES'))).toBe('');
    expect(machine.env('PATH').state).toBe('absent');
    const hidden = await asSeenBy(recorded({ '/proc/4242/environ': { error: 'EACCES' } }), 4242);
    expect(hidden.env('PATH').state).toBe('unknown');
  });
});

describe('what it comes to', () => {
  const codes = (process: ReturnType<typeof loaded>): [string, string, string][] =>
    diagnose(laptop({ process }), RUN, 'x').diagnoses.map(({ code, severity, subject }) => [
      code,
      severity,
      subject,
    ]);
  const DRIVER = '/usr/lib/x86_64-linux-gnu';

  it("a libcuda of another version than the module's is an error, and explains that it was replaced", () => {
    expect(codes(loaded([{ path: `${DRIVER}/libcuda.so.460.32.03`, deleted: true }]))).toEqual([
      ['driver-library-mismatch', 'error', 'process:4242'],
    ]);
    expect(codes(loaded([{ path: `${DRIVER}/libcuda.so.470.256.02` }]))).toEqual([]);
    expect(codes(loaded([{ path: '/usr/local/cuda-12.2/compat/libcuda.so.535.54.03' }]))).toEqual([]);
  });

  it('in a container it is the container that is started anew', () => {
    const process = loaded([{ path: `${DRIVER}/libcuda.so.460.32.03` }], { elsewhere: is(true) });
    const [found] = diagnose(laptop({ process }), RUN, 'x').diagnoses;
    expect(found!.fix.map(({ id }) => id)).toEqual(['restart-container']);
  });

  it('a stub in its memory is an error, whatever the loader takes now', () => {
    expect(codes(loaded([{ path: '/usr/local/cuda-11.8/lib64/stubs/libcuda.so' }]))).toEqual([
      ['libcuda-stub-loaded', 'error', 'process:4242'],
    ]);
  });
});

describe('a process of this machine', () => {
  let stop: () => void = () => {};
  afterEach(() => {
    stop();
  });

  it('that maps a library is seen with it, also when the file is gone, and so in a recording', async () => {
    const folder = tempDir();
    const library = join(folder, 'libcudart.so.12.4.127');
    const real = execFileSync('ldconfig', ['-p'], { env: { PATH: '/sbin:/usr/sbin' }, encoding: 'utf8' });
    copyFileSync(/libm\.so\.6 \(libc6,x86-64[^)]*\) => (\S+)/.exec(real)![1]!, library);
    const child = spawn('sleep', ['60'], {
      env: { PATH: '/usr/bin:/bin', LD_PRELOAD: library, CUDA_VISIBLE_DEVICES: '-1' },
      stdio: 'ignore',
    });
    stop = () => child.kill();
    await once(child, 'spawn');
    const pid = child.pid!;
    const isLoaded = async (): Promise<boolean> =>
      (valueOf(await probeProcess(liveMachine(), pid))?.libraries.length ?? 0) > 0;
    while (!(await isLoaded())) await new Promise((done) => setTimeout(done, 5));
    rmSync(library);
    const recorder = recording(liveMachine());
    const live = await collectFacts(recorder.machine, { pid });
    const again = await collectFacts(snapshotMachine(recorder.snapshot(), 'x'), { pid });
    for (const { process, environment } of [live, again]) {
      expect(valueOf(process)?.libraries).toMatchObject([
        { library: 'cudart', version: '12.4.127', deleted: true, stub: false },
      ]);
      expect(valueOf(process)?.elsewhere).toMatchObject({ state: 'present', value: false });
      expect(valueOf(environment.visibleDevices)).toBe('-1');
    }
  });
});
