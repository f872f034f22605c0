import { changed, without } from '../host.ts';
import { anywhere } from '../kinds.ts';
import { RUN } from '../../facts.ts';
import { equipped, toolkitOf } from './changes.ts';
import type { Fault } from './fault.ts';

export const faults: readonly Fault[] = [
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
