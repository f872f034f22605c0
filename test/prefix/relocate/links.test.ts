import { describe, expect, it } from 'vitest';
import { cudnnLinks, libLinks, sonameLinks, targetLinks } from '../../../src/prefix/relocate/links.ts';

describe('sonameLinks', () => {
  it('leads a soname to the newest file that has it, by number and not by letter', () => {
    const links = sonameLinks('lib64', [
      { file: 'libx.so.1.9.0', soname: 'libx.so.1' },
      { file: 'libx.so.1.10.0', soname: 'libx.so.1' },
    ]);
    expect(links).toEqual([{ path: 'lib64/libx.so.1', target: 'libx.so.1.10.0' }]);
  });

  it('makes none where the name is there, where a file has no soname, or where the soname is no file name', () => {
    expect(
      sonameLinks('lib64', [
        { file: 'liba.so.1', soname: null },
        { file: 'liba.so.1.2', soname: 'liba.so.1' },
        { file: 'libb.so', soname: null },
        { file: 'libc.so.2', soname: '../../etc/passwd' },
      ]),
    ).toEqual([]);
  });
});

describe('cudnnLinks', () => {
  it('makes the names that the alternatives of libcudnn7-dev would make', () => {
    expect(
      cudnnLinks(['cudnn_v7.h'], ['libcudnn.so.7', 'libcudnn.so.7.0.5', 'libcudnn_static_v7.a']),
    ).toEqual([
      { path: 'include/cudnn.h', target: 'cudnn_v7.h' },
      { path: 'lib64/libcudnn_static.a', target: 'libcudnn_static_v7.a' },
      { path: 'lib64/libcudnn.so', target: 'libcudnn.so.7' },
    ]);
  });

  it('makes those of every part of cuDNN 8', () => {
    const links = cudnnLinks(
      ['cudnn_v8.h', 'cudnn_version_v8.h', 'cudnn_ops_infer_v8.h'],
      ['libcudnn.so.8', 'libcudnn_ops_infer.so.8', 'libcudnn_ops_infer_static_v8.a'],
    );
    expect(links.map(({ path }) => path)).toEqual([
      'include/cudnn.h',
      'include/cudnn_version.h',
      'include/cudnn_ops_infer.h',
      'lib64/libcudnn_ops_infer_static.a',
      'lib64/libcudnn.so',
      'lib64/libcudnn_ops_infer.so',
    ]);
  });

  it('makes no names for linking where only the runtime library is installed, and none twice', () => {
    expect(cudnnLinks([], ['libcudnn.so.7'])).toEqual([]);
    expect(cudnnLinks(['cudnn.h', 'cudnn_v7.h'], ['libcudnn.so', 'libcudnn.so.7'])).toEqual([]);
  });
});

it('targetLinks names the folders of the machine that the libraries are for, and of no other', () => {
  expect(targetLinks(62).map(({ path }) => path)).toEqual([
    'targets/x86_64-linux/include',
    'targets/x86_64-linux/lib',
  ]);
  expect(targetLinks(183)[0]!.path).toBe('targets/sbsa-linux/include');
  expect(targetLinks(null)).toEqual([]);
});

it('libLinks lets CMake on Debian find lib64/cmake, also where the prefix has a lib of its own', () => {
  expect(libLinks(['bin', 'lib64'], [])).toEqual([{ path: 'lib', target: 'lib64' }]);
  expect(libLinks(['lib', 'lib64'], ['cmake'])).toEqual([{ path: 'lib/cmake', target: '../lib64/cmake' }]);
  expect(libLinks(['lib', 'lib64'], [])).toEqual([]);
  expect(libLinks(['bin'], [])).toEqual([]);
});
