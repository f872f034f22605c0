/** What follows from the testimony of a build and of a package manager: derived from tables, not from the words. */
import { describe, expect, it } from 'vitest';
import { readLog } from '../../../src/doctor/diagnose.ts';
import { ageOfArchitecture } from '../../../src/doctor/architecture-age.ts';
import { linesOfLog } from '../../../src/doctor/text/lines.ts';
import { witness } from '../../../src/doctor/witness/read.ts';
import { factsWith } from '../../../src/doctor/witness/overlay.ts';
import { unknownMachine } from '../../../src/machine/unknown-machine.ts';
import { valueOf } from '../../../src/machine/answer.ts';

const first = (text: string) => readLog(text)[0];
const codes = (text: string): string[] => readLog(text).map(({ code }) => code);
const steps = (text: string): string => JSON.stringify(first(text)!.fix);

const unknown = (number: number): string => `nvcc fatal   : Unsupported gpu architecture 'compute_${number}'`;
const RELEASE = (cuda: string): string => `Cuda compilation tools, release ${cuda}, V${cuda}.100`;

describe('an architecture that nvcc does not know', () => {
  it('is too new where toolkits of today make code for it: no toolkit dropped it', () => {
    expect(codes(unknown(86))).toEqual(['gpu-too-new-for-cuda']);
    expect(codes(unknown(120))).toEqual(['gpu-too-new-for-cuda']);
    expect(first(unknown(120))!.summary).toContain('12.8');
  });

  it('was dropped where the oldest toolkits knew it', () => {
    expect(codes(unknown(30))).toEqual(['gpu-arch-dropped']);
    expect(steps(unknown(30))).toContain('cuda@10.2');
  });

  it('is one or the other by the toolkit that speaks', () => {
    expect(codes(`${RELEASE('8.0')}\n${unknown(70)}`)).toEqual(['gpu-too-new-for-cuda']);
    expect(codes(`${RELEASE('13.0')}\n${unknown(70)}`)).toEqual(['gpu-arch-dropped']);
    expect(codes(unknown(70)).toSorted()).toEqual(['gpu-arch-dropped', 'gpu-too-new-for-cuda']);
  });

  it('may give way to the nearest one of the same major that the toolkit knows', () => {
    expect(steps(`${RELEASE('11.3')}\n${unknown(89)}`)).toContain('CMAKE_CUDA_ARCHITECTURES=86');
    // Nothing of major 12 is known to 11.3, and without the toolkit nobody can say.
    expect(steps(`${RELEASE('11.3')}\n${unknown(120)}`)).not.toContain('CMAKE_CUDA_ARCHITECTURES');
    expect(steps(unknown(89))).not.toContain('CMAKE_CUDA_ARCHITECTURES');
  });

  it('that no table has is too new if its number is large, and too old if it is small', () => {
    expect(ageOfArchitecture('99.0', null).age).toBe('too-new');
    expect(ageOfArchitecture('1.3', null).age).toBe('dropped');
  });
});

describe('a compiler that is too new', () => {
  const LATER = 'error: #error -- unsupported GNU version! gcc versions later than 8 are not supported!';

  it('gives way to what the header accepts, as the distribution of the log packages it', () => {
    const text = `gcc (Ubuntu 9.4.0-1ubuntu1~20.04.2) 9.4.0\n${LATER}`;
    expect(first(text)!.summary).toContain('9.4.0');
    expect(steps(text)).toContain('"apt","install","gcc-8","g++-8"');
  });

  it('gives way to the newest that the toolkit works with where gcc itself complains', () => {
    const packs =
      '/usr/include/c++/11/bits/std_function.h:435:145: error: parameter packs not expanded with ‘...’:';
    expect(steps(`${RELEASE('11.5')}\n${packs}`)).toContain('g++-10');
    expect(steps(packs)).toContain('g++-10');
  });

  it('is judged by its own number where clang is the compiler', () => {
    const found = first(
      'error: -- unsupported clang version! clang version must be less than 12 and greater than 3.2',
    )!;
    expect(found.code).toBe('host-compiler-too-new');
    expect(found.summary).toContain('clang up to 11');
  });
});

describe('what a build does not find', () => {
  it('is a path that CUDA_HOME made, or a program on PATH', () => {
    expect(codes('/bin/sh: 1: :/usr/local/cuda/bin/nvcc: not found')[0]).toBe('cuda-home-wrong');
    expect(codes('make: nvcc: Command not found')[0]).toBe('nvcc-not-on-path');
    expect(codes('make: g++: No such file or directory')[0]).toBe('host-compiler-missing');
  });

  it('is a toolkit, cuDNN or the C library by the header that is named', () => {
    const lacks = (header: string): string => `a.c:1:10: fatal error: ${header}: No such file or directory`;
    expect(codes(lacks('cufft.h'))[0]).toBe('toolkit-missing');
    expect(codes(lacks('cudnn_version.h'))[0]).toBe('cudnn-header-missing');
    expect(codes(lacks('bits/c++config.h'))[0]).toBe('host-compiler-missing');
    expect(codes(lacks('myheader.h'))).toEqual([]);
  });

  it('is a newer toolkit where CMake says how new', () => {
    const text =
      'Could NOT find CUDA: Found unsuitable version "10.1", but required is at least "11.0" (found /usr)';
    expect(codes(text)[0]).toBe('toolkit-missing');
    expect(steps(text)).toContain('cuda@11.0');
  });
});

describe('apt', () => {
  const UNMET =
    ' cuda-drivers : Depends: nvidia-driver-530 (>= 530.30.02) but it is not going to be installed';

  it("is of the distribution whose archive it reads, whatever another's source it reads too", () => {
    const os = (text: string) => valueOf(factsWith(unknownMachine(), witness(linesOfLog(text))).platform.os);
    const jammy = 'Hit:1 http://archive.ubuntu.com/ubuntu jammy-updates InRelease';
    const focal =
      'Hit:2 https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2004/x86_64  InRelease';
    expect(os(`${focal}\n${jammy}`)).toMatchObject({ id: 'ubuntu', version: '22.04' });
    expect(os(focal)).toMatchObject({ id: 'ubuntu', version: '20.04' });
    expect(steps(`${jammy}\n${UNMET}`)).not.toContain('ubuntu2004');
  });

  it("asks for the key of the repository that the line names, and sends nobody else's users to NVIDIA", () => {
    const missing = (url: string, key: string): string =>
      `W: GPG error: ${url} InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY ${key}`;
    expect(
      steps(
        missing(
          'https://developer.download.nvidia.com/compute/cuda/repos/debian12/x86_64',
          'A4B469963BF863CC',
        ),
      ),
    ).toContain('debian12');
    const other = missing('https://download.docker.com/linux/ubuntu focal', '7EA0A9C3F273FCD8');
    expect(codes(other)).toEqual(['apt-key-missing']);
    expect(steps(other)).not.toContain('nvidia');
  });

  it('calls a repository unsigned as a consequence of what it said before, and never as a second finding', () => {
    const line = (url: string): string => `E: The repository '${url}  InRelease' is not signed.`;
    const nvidia = 'https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2404/x86_64';
    expect(codes(line(nvidia))).toEqual(['apt-key-missing']);
    expect(codes(`SHA1 is not considered secure since 2026-02-01T00:00:00Z\n${line(nvidia)}`)).toEqual([
      'apt-sha1-key-rejected',
    ]);
  });

  it('that is not run as root holds no lock', () => {
    expect(
      codes('E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?'),
    ).toEqual([]);
  });
});

describe('pip', () => {
  it('lacks a build of a framework, and says what there is', () => {
    const found = first(
      'ERROR: Could not find a version that satisfies the requirement torch==1.8.1 (from versions: 1.13.0, 2.8.0)',
    )!;
    expect(found.code).toBe('wheel-not-found');
    expect(found.summary).toContain('1.13.0 to 2.8.0');
  });

  it('has a NumPy that is newer than a framework bounds it, and is not asked about one that is older', () => {
    const line = (bound: string): string =>
      `tensorflow 2.10.0 requires numpy${bound}, but you have numpy 2.1.0 which is incompatible.`;
    expect(codes(line('<2'))).toEqual(['protobuf-or-numpy-too-new']);
    expect(codes(line('>=2.2'))).toEqual([]);
  });

  it('lacks other packages for reasons of their own', () => {
    expect(codes('ERROR: No matching distribution found for my-package==1.0')).toEqual([]);
  });
});

describe('what is shown as not understood', () => {
  it('is a complaint of a known tool that no sentence fits', () => {
    const { testimony } = witness(linesOfLog("nvcc fatal   : Unknown option 'fopenmp'"));
    expect(testimony.map(({ kind }) => kind)).toEqual(['not-understood']);
  });
});
