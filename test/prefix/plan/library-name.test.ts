import { expect, it } from 'vitest';
import { libraryName } from '../../../src/prefix/plan/library-name.ts';

it.each([
  ['libcublas-11-8', '-11-8', 'cublas'],
  ['libcublas-dev-11-8', '-11-8', 'cublas'],
  ['cuda-cublas-dev-10-0', '-10-0', 'cublas'],
  ['libcublas10', '-10-1', 'cublas'],
  ['libcublas-dev', '-10-1', 'cublas'],
  ['cuda-nvcc-13-4', '-13-4', 'nvcc'],
  ['cccl-13-4', '-13-4', 'cccl'],
  ['libcudart11.0', null, 'cudart'],
  ['libnvrtc-builtins11.8', null, 'nvrtc-builtins'],
  ['libcudnn9-dev-cuda-13', '-13-4', 'cudnn'],
  ['libcudnn7', '-10-0', 'cudnn'],
  ['nvidia-cuda-dev', null, 'nvidia-cuda-dev'],
])('%s of a release with names ending in %s is of %s', (name, suffix, library) => {
  expect(libraryName(name, suffix)).toBe(library);
});
