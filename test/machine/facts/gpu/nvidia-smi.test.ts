import { describe, expect, it } from 'vitest';
import { parseNvidiaSmi } from '../../../../src/machine/facts/gpu/nvidia-smi.ts';

describe('the table of nvidia-smi', () => {
  it('is read as drivers up to 384 print it, without a CUDA version', () => {
    const report = parseNvidiaSmi(`Tue Jan  9 10:00:00 2018
+-----------------------------------------------------------------------------+
| NVIDIA-SMI 375.39                 Driver Version: 375.39                    |
|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|===============================+======================+======================|
|   0  TITAN X (Pascal)    Off  | 0000:01:00.0      On |                  N/A |
| 23%   27C    P8    10W / 250W |     63MiB / 12186MiB |      0%      Default |
+-------------------------------+----------------------+----------------------+

+-----------------------------------------------------------------------------+
| Processes:                                                       GPU Memory |
|  GPU       PID  Type  Process name                               Usage      |
|=============================================================================|
|    0      1234    G   /usr/lib/xorg/Xorg                              61MiB |
+-----------------------------------------------------------------------------+`);
    expect(report).toMatchObject({
      outcome: 'ok',
      driverVersion: '375.39',
      cudaVersion: null,
      cudaVersionNotAvailable: false,
      gpus: [{ index: 0, name: 'TITAN X (Pascal)', busId: '01:00.0' }],
    });
  });

  it('is read as 410 to 460 print it: cut-off names, several GPUs, N/A columns', () => {
    const report = parseNvidiaSmi(`
| NVIDIA-SMI 410.78       Driver Version: 410.78       CUDA Version: 10.0     |
|-------------------------------+----------------------+----------------------+
|   0  GeForce GT 730      Off  | 00000000:00:07.0 N/A |                  N/A |
| 30%   27C    P0    N/A /  N/A |      0MiB /  2002MiB |     N/A      Default |
+-------------------------------+----------------------+----------------------+
|   1  GeForce GTX TIT...  Off  | 00000000:2D:00.0  On |                  N/A |
| 29%   68C    P0    77W / 250W |    414MiB / 12209MiB |      0%   E. Process |`);
    expect(report).toMatchObject({ driverVersion: '410.78', cudaVersion: '10.0' });
    expect(report?.gpus).toEqual([
      { index: 0, name: 'GeForce GT 730', busId: '00:07.0' },
      { index: 1, name: 'GeForce GTX TIT...', busId: '2d:00.0' },
    ]);
  });

  it('is read as 525 and newer print it, MIG rows and processes left out', () => {
    const report = parseNvidiaSmi(`
| NVIDIA-SMI 550.54.15              Driver Version: 550.54.15      CUDA Version: 12.4     |
|-----------------------------------------+------------------------+----------------------+
|   0  NVIDIA A100-SXM4-40GB          On  |   00000000:07:00.0 Off |                    0 |
| N/A   31C    P0             52W /  400W |       0MiB /  40960MiB |      0%      Default |
|                                         |                        |              Enabled |
+-----------------------------------------+------------------------+----------------------+
| MIG devices:                                                                            |
|  0    7   0   0  |              12MiB /  4864MiB    | 14      0 |  1   0    0    0    0 |
+-----------------------------------------------------------------------------------------+
| Processes:                                                                              |
|    0   N/A  N/A      2211      G   /usr/lib/xorg/Xorg                            45MiB  |`);
    expect(report?.gpus).toEqual([{ index: 0, name: 'NVIDIA A100-SXM4-40GB', busId: '07:00.0' }]);
    expect(report?.cudaVersion).toBe('12.4');
  });

  it('is read under WSL, where tool and driver differ by design, and rows may be cut', () => {
    const report = parseNvidiaSmi(`
| NVIDIA-SMI 530.30.02              Driver Version: 531.18       CUDA Version: 12.1     |
|   0  NVIDIA RTX A4000                                                                  `);
    expect(report).toMatchObject({ outcome: 'ok', driverVersion: '531.18', gpuNames: ['NVIDIA RTX A4000'] });
  });

  it('tells a missing libcuda (N/A) from an old table without the field', () => {
    const report = parseNvidiaSmi(
      '| NVIDIA-SMI 460.91.03    Driver Version: 460.91.03    CUDA Version: N/A      |',
    );
    expect(report).toMatchObject({ outcome: 'ok', cudaVersion: null, cudaVersionNotAvailable: true });
    const error = parseNvidiaSmi('| NVIDIA-SMI 510.54   Driver Version: 510.54   CUDA Version: ERR!  |');
    expect(error?.cudaVersionNotAvailable).toBe(true);
  });

  it('is read with the field names of branch 610', () => {
    const report = parseNvidiaSmi(
      '| NVIDIA-SMI 610.43.02    KMD Version: 610.43.02    CUDA UMD Version: 13.3 |',
    );
    expect(report).toMatchObject({ driverVersion: '610.43.02', cudaVersion: '13.3' });
  });

  it('is still a table when one GPU of two is lost', () => {
    const report = parseNvidiaSmi(`Unable to determine the device handle for GPU 0000:0A:00.0: GPU is lost.
| NVIDIA-SMI 470.57.02    Driver Version: 470.57.02    CUDA Version: 11.4     |
|   0  NVIDIA GeForce ...  Off  | 00000000:09:00.0 Off |                  N/A |
|   1  ERR!                ERR! | 00000000:0A:00.0 ERR!|                 ERR! |`);
    expect(report?.outcome).toBe('ok');
    expect(report?.gpus[0]).toMatchObject({ name: 'NVIDIA GeForce ...' });
  });
});

describe('other forms of nvidia-smi', () => {
  it('-L lists names', () => {
    const report = parseNvidiaSmi(
      'GPU 0: NVIDIA A10 (UUID: GPU-00000000-0000-0000-0000-000000000000)\nGPU 1: Tesla T4 (UUID: GPU-1)\n',
    );
    expect(report?.gpuNames).toEqual(['NVIDIA A10', 'Tesla T4']);
  });

  it('-q has one block per GPU', () => {
    const report = parseNvidiaSmi(`==============NVSMI LOG==============
Driver Version                            : 535.183.01
CUDA Version                              : 12.2

Attached GPUs                             : 1
GPU 00000000:01:00.0
    Product Name                          : NVIDIA GeForce GTX 1660 Ti
`);
    expect(report).toMatchObject({
      driverVersion: '535.183.01',
      cudaVersion: '12.2',
      gpus: [{ name: 'NVIDIA GeForce GTX 1660 Ti', busId: '01:00.0' }],
    });
  });

  it('--format=csv has a header that says which column is which', () => {
    const report = parseNvidiaSmi(
      'index, name, driver_version, memory.total [MiB]\n0, Tesla V100, 450.80.02, 16160 MiB\n',
    );
    expect(report).toMatchObject({ driverVersion: '450.80.02', gpuNames: ['Tesla V100'] });
  });
});

describe('how nvidia-smi fails', () => {
  it.each([
    [
      'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.171\n',
      'mismatch',
    ],
    [
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure...\n",
      'no-driver',
    ],
    ['Failed to initialize NVML: Driver Not Loaded\n', 'no-driver'],
    ["NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.", 'no-library'],
    ['No devices were found\n', 'no-devices'],
    ['Failed to initialize NVML: Unknown Error\n', 'failed'],
    ['Failed to initialize NVML: GPU access blocked by the operating system\n', 'failed'],
  ])('%s', (text, outcome) => {
    expect(parseNvidiaSmi(text)?.outcome).toBe(outcome);
  });

  it('names the library version under a mismatch', () => {
    const text = 'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.171';
    expect(parseNvidiaSmi(text)?.libraryVersion).toBe('535.171');
  });

  it('is not guessed from text of something else', () => {
    expect(parseNvidiaSmi('hello')).toBeNull();
    expect(parseNvidiaSmi('')).toBeNull();
  });
});
