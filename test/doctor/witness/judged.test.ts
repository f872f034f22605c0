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

  it('the key that a line names is the one to enrol, where Secure Boot is not known to be off', () => {
    const fixOf = (...lines: string[]) => JSON.stringify(first(...lines)?.fix ?? null);
    expect(fixOf('/etc/keys/own.der is not enrolled')).toContain('"mokutil","--import","/etc/keys/own.der"');
    expect(fixOf('SecureBoot disabled', '/etc/keys/own.der is not enrolled')).toBe('null');
    const unsigned = "Binary kmodsign not found, modules won't be signed";
    expect(first('SecureBoot enabled', unsigned)?.code).toBe('secure-boot-blocks-module');
    expect(first(unsigned)).toBeUndefined();
  });

  it("CUDA's installer says that it does not take gcc: whether there is one its log says", () => {
    const refused = ' Failed to verify gcc version. See log at /var/log/cuda-installer.log for details.';
    const codes = (...lines: string[]) => readLog(lines.join('\n')).map(({ code }) => code);
    expect(codes(refused)).toEqual(
      expect.arrayContaining(['host-compiler-missing', 'host-compiler-too-new']),
    );
    expect(codes('[INFO]: gcc version: gcc version 11.2.0 (Ubuntu 11.2.0-7ubuntu2)', refused)).toEqual([
      'host-compiler-too-new',
    ]);
    expect(codes('[ERROR]: Missing gcc. gcc is required to continue.', refused)).toEqual([
      'host-compiler-missing',
    ]);
  });

  it('a full disk is why the initial RAM disk is not written', () => {
    const codes = readLog(
      'zstd: error 70 : Write error : cannot write block : No space left on device\nupdate-initramfs: failed for /boot/initrd.img-6.8.0-45-generic with 1.',
    ).map(({ code }) => code);
    expect(codes).toEqual(['disk-full']);
  });

  it('what an image build says of modules is not said of a kernel', () => {
    const missing = 'modprobe: FATAL: Module nvidia not found in directory /lib/modules/5.15.0-91-generic';
    expect(first(missing)?.code).toBe('module-not-built-for-kernel');
    expect(first('#9 [stage-1 3/7] RUN apt-get install -y nvidia-utils-535', missing)).toBeUndefined();
  });

  it("on NixOS the driver is a matter of its configuration, and of nixGL for Nix' programs elsewhere", () => {
    const smi = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.";
    const library =
      'ImportError: libcuda.so.1: cannot open shared object file: No such file or directory (/nix/store/8rhk0q0bh3vwvkhfqgzpgbi6shq6ywqp-python3/lib)';
    expect(JSON.stringify(readLog(`NixOS 24.05\n${smi}`).map(({ fix }) => fix))).toContain('nixos-rebuild');
    expect(JSON.stringify(first(library)?.fix)).toContain('nixGL');
  });
});
