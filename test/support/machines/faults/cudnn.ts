import { changed, without } from '../host.ts';
import { any, anywhere } from '../kinds.ts';
import { libraryFolder } from '../parts.ts';
import { RUN } from '../../facts.ts';
import { equipped, forCuda12, toolkitOf, withoutPackage, withTensorFlow } from './changes.ts';
import type { Fault } from './fault.ts';

export const faults: readonly Fault[] = [
  {
    code: 'cudnn-version-mismatch',
    how: "the system's cuDNN is of another major than TensorFlow's",
    on: any('native', 'container', 'wsl'),
    given: (host) =>
      withTensorFlow(
        changed(forCuda12(host), {
          libraries: {
            [`${host.name.startsWith('Fedora') ? '/usr/lib64' : libraryFolder(host.architecture)}/libcudnn.so.8.9.7`]:
              {},
          },
        }),
        ['sm_60', 'sm_75', 'sm_80', 'sm_90'],
      ),
    inject: (host) => withoutPackage(host, 'nvidia_cudnn'),
  },
  {
    code: 'cudnn-missing',
    how: 'a program asks for it, and the toolkit has none',
    on: anywhere,
    given: (host) => {
      const own = equipped(host);
      return changed(own, { libraries: { [`${toolkitOf(own)}/lib64/libcudnn.so.8.9.7`]: {} } });
    },
    question: {
      ...RUN,
      needs: {
        recipe: 'cudnn@8',
        cuda: '>=9.0',
        compiler: false,
        install: null,
        prefix: null,
        cudnn: '8',
        builds: [],
      },
    },
    inject: (host) => without(host, /\/libcudnn\.so/),
  },
];
