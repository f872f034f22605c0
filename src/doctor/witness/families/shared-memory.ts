/**
 * Programs that found no room in /dev/shm: NCCL, workers of a DataLoader, Python's multiprocessing, Ray. In a container it is 64 MiB
 * unless told otherwise. Their ENOSPC is no full disk.
 *
 *     include/shm.h:28 NCCL WARN Call to posix_fallocate failed: No space left on device
 *     NCCL WARN Error while creating shared memory segment /dev/shm/nccl-LxPJ6O (size 9637888)
 *     DataLoader worker (pid 31) is killed by signal: Bus error. It is possible that dataloader's workers are out of shared memory.
 */
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';

const full = (asker: string | null): TestimonyKind => ({ kind: 'shared-memory-full', asker });

const SENTENCES: readonly Sentence[] = [
  {
    literal: ['shm', 'shared memory', 'posix_fallocate', 'ftruncate'],
    pattern:
      /NCCL WARN (?:.{0,120}(?:posix_fallocate|ftruncate)(?: to .{0,40})? failed ?: No space left|Error while creating shared memory segment|Error: failed to extend \/dev\/shm\/nccl)|failed to extend \/dev\/shm\/nccl-\S{1,40} to \d{1,12} bytes/i,
    says: () => full('NCCL'),
  },
  {
    // PyTorch; PaddlePaddle and MXNet say much the same
    literal: ['bus error', 'insufficient shared memory', 'out of shared memory'],
    pattern:
      /DataLoader worker.{0,60}killed by signal: Bus error|insufficient shared memory \(shm\)|workers are out of shared memory|Bus error.{0,80}shared memory/i,
    says: () => full('DataLoader'),
  },
  {
    // RuntimeError: unable to write to file </torch_1_123_4>; unable to mmap 8 bytes from file </torch_...>: Cannot allocate memory (12);
    // "unable to open shared memory object ...: Too many open files" is a limit of another kind
    literal: '/torch_',
    pattern:
      /(?:unable to (?:write to|mmap \d{1,15} bytes from|resize) (?:file|shared memory object)?|unable to allocate shared memory\(shm\) for file) ?<\/torch_[\w]{1,60}>(?!.{0,20}Too many open)/i,
    says: () => full('PyTorch'),
  },
  {
    literal: '/dev/shm',
    pattern:
      /No space left on device.{0,20}\/dev\/shm|\/dev\/shm.{0,120}No space left on device|\/dev\/shm has only \d{1,12} bytes available|\s100% \/dev\/shm\s{0,4}$/i,
    says: () => full(null),
  },
];

export const family = familyOf('shared memory', SENTENCES);
