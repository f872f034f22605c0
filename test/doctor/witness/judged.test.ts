/** Judgements over what a text says in several lines: neither line alone would give them. */
import { describe, expect, it } from 'vitest';
import { readLog } from '../../../src/doctor/diagnose.ts';
import type { ReportedDiagnosis } from '../../../src/doctor/types.ts';

const first = (...lines: string[]): ReportedDiagnosis | undefined => readLog(lines.join('\n'))[0];

describe('a text as a whole', () => {
  it('a GPU and a PyTorch that are named: the tables know that they do not fit, and nobody is certain', () => {
    const one = first('GPU 0: NVIDIA GeForce RTX 5090 (UUID: GPU-x)', 'torch==2.6.0+cu118');
    expect(one).toMatchObject({ code: 'torch-cuda-arch-unsupported', confidence: 'likely' });
    expect(one?.summary).toContain('12.0');
    expect(first('GPU 0: NVIDIA GeForce RTX 3090 (UUID: GPU-x)', 'torch==2.6.0+cu118')).toBeUndefined();
  });

  it("a missing kernel is the framework's where the text names one", () => {
    const error = 'CUDA error: no kernel image is available for execution on the device';
    expect(first(error)?.code).toBe('gpu-arch-not-in-build');
    expect(first('torch==2.9.1+cu128', error)?.code).toBe('torch-cuda-arch-unsupported');
  });

  it('the versions of a message of several lines are put together', () => {
    const one = first(
      'Outdated cuDNN installation found.',
      'Version JAX was built against: 8907',
      'Minimum supported: 9100',
      'Installed version: 8907',
    );
    expect(one?.code).toBe('cudnn-version-mismatch');
    expect(one?.summary).toMatch(/8\.9\.7.*9\.1\.0/);
    expect(one?.evidence.length).toBe(3);
  });

  it('--nv on a node without a GPU is remarked on, and is an error only where a program then misses the GPU', () => {
    const note = 'INFO:    Could not find any nv files on this host!';
    const older = 'WARNING: Could not find any NVIDIA libraries on this host!';
    for (const one of [note, older])
      expect(first(one)).toMatchObject({ code: 'container-no-gpu', severity: 'warning' });
    expect(first(note, 'RuntimeError: No CUDA GPUs are available')?.severity).toBe('error');
  });

  it('a stub that is linked against is as it should be; one that is loaded is not', () => {
    for (const line of [
      'CUDA_CUDA_LIBRARY:FILEPATH=/usr/local/cuda/lib64/stubs/libcuda.so',
      'g++ -o train main.o /usr/local/cuda/lib64/stubs/libcuda.so -lcudart',
    ])
      expect(first(line), line).toBeUndefined();
    const loaded = first('\tlibcuda.so.1 => /usr/local/cuda/lib64/stubs/libcuda.so.1 (0x00007f3a1c000000)');
    expect(loaded?.code).toBe('libcuda-stub-loaded');
  });

  it('a fabric manager without a switch is told apart from one that stopped', () => {
    const idle = first(
      'nv-fabricmanager[4177]: request to query NVSwitch device information from NVSwitch driver failed with error:WARNING Nothing to do [NV_WARN_NOTHING_TO_DO]',
      'systemd[1]: nvidia-fabricmanager.service: Control process exited, code=exited, status=1/FAILURE',
    );
    expect(idle).toMatchObject({ code: 'fabricmanager-not-running' });
    expect(idle!.fix.map(({ id }) => id)).toContain('not-needed');
    const stopped = first(
      "nv-fabricmanager[19]: detected number of NVSwitches don't match with any supported system topology, aborting fabric manager",
    );
    expect(stopped?.code).toBe('fabricmanager-not-running');
    expect(stopped!.fix.map(({ id }) => id)).toContain('start-fabricmanager');
  });

  it('a corrupted infoROM is a warning: the GPU computes all the same', () => {
    expect(first('WARNING: infoROM is corrupted at gpu 0000:41:00.0')).toMatchObject({
      code: 'ecc-or-xid-hardware-fault',
      severity: 'warning',
    });
  });

  it('name, number and words of one error are one testimony; old numbers are told apart', () => {
    const codes = (line: string) => readLog(line).map(({ code }) => code);
    expect(codes('CUDA driver error 804')).toEqual(codes('failed: cudaErrorCompatNotSupportedOnDevice'));
    expect(codes('cuda runtime error (48)')).toEqual(['gpu-arch-not-in-build']);
  });

  it('a Jetson says which GPU is on it: its wheels are those that name it, others come from NVIDIA', () => {
    const error = 'RuntimeError: CUDA error: no kernel image is available for execution on the device';
    const fixOf = (board: string) => JSON.stringify(first(board, 'torch==2.9.1+cu128', error)?.fix);
    expect(fixOf('NVIDIA Jetson AGX Thor Developer Kit')).toMatch(/torch==2\.9\.1.*cu130/);
    expect(fixOf('NVIDIA Jetson AGX Orin Developer Kit')).toContain('NVIDIA builds for Jetson');
    expect(fixOf('NVIDIA Jetson AGX Orin Developer Kit')).not.toContain('pip');
  });
});
