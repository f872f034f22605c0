import { changed } from '../host.ts';
import { all } from '../kinds.ts';
import type { Fault } from './fault.ts';

const REPOSITORY = 'https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2204/x86_64/';

export const faults: readonly Fault[] = [
  {
    code: 'apt-key-missing',
    how: "an entry of NVIDIA's repository was added without its key",
    severity: 'warning',
    on: all('apt'),
    inject: (host) =>
      changed(host, { files: { '/etc/apt/sources.list.d/cuda.list': `deb ${REPOSITORY} /\n` } }),
  },
  {
    code: 'apt-signed-by-conflict',
    how: 'two entries of one repository name different keys',
    severity: 'warning',
    on: all('apt'),
    inject: (host) =>
      changed(host, {
        files: {
          '/etc/apt/sources.list.d/cuda.list': `deb [trusted=yes] ${REPOSITORY} /\n`,
          '/etc/apt/sources.list.d/cuda-new.list': `deb [trusted=yes signed-by=/usr/share/keyrings/cuda-archive-keyring.gpg] ${REPOSITORY} /\n`,
        },
      }),
  },
];
