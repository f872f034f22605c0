/** A folder's name is anybody's: in a line to type it is a word, never a part of the command. */
import { describe, expect, it } from 'vitest';
import { pointNvccTo } from '../../../src/doctor/fix/compiler.ts';
import { look } from '../../../src/doctor/fix/library.ts';

const NAME = '/opt/my tools/$(touch x)/g++';

describe('a path with a space and a command in it', () => {
  it('is quoted where nvcc and CMake are told their compiler', () => {
    const lines = pointNvccTo(NAME).map(({ script }) => script);
    expect(lines).toEqual([
      `export NVCC_PREPEND_FLAGS='-ccbin ${NAME}'`,
      `export CUDAHOSTCXX='${NAME}' CCBIN='${NAME}' HOST_COMPILER='${NAME}'`,
    ]);
  });

  it('is quoted where a library is looked for', () => {
    expect(look('lib$(x).so.1').script).toBe(
      "ldconfig -p | grep -F 'lib$(x)' || ls /usr/local/cuda*/lib64/'lib$(x)'.so*",
    );
  });

  it('stays as it is where nothing in it means anything to a shell', () => {
    expect(look('libcudart.so.11.0').script).toBe(
      'ldconfig -p | grep -F libcudart || ls /usr/local/cuda*/lib64/libcudart.so*',
    );
  });
});
