import { changed, without, type Host } from '../host.ts';
import { anywhere } from '../kinds.ts';
import { BUILD } from '../../facts.ts';
import { equipped } from './changes.ts';
import type { Fault } from './fault.ts';

const isCompiler = /^\/usr\/bin\/(?:[\w-]+-)?(?:gcc|g\+\+)(?:-\d+)?$/;

/** The one compiler that is installed is of this version. */
function compiledBy(host: Host, version: string): Host {
  const [major] = version.split('.');
  const triplet = `${host.architecture}-linux-gnu`;
  const said = { exit: 0, stdout: `${version}\n` };
  return changed(without(host, isCompiler), {
    files: { [`/usr/bin/${triplet}-gcc-${major}`]: '', [`/usr/bin/${triplet}-g++-${major}`]: '' },
    links: { '/usr/bin/gcc': `${triplet}-gcc-${major}`, '/usr/bin/g++': `${triplet}-g++-${major}` },
    commands: { gcc: said, 'g++': said },
  });
}

export const faults: readonly Fault[] = [
  {
    code: 'host-compiler-missing',
    how: 'something is to be built, and there is no compiler',
    on: anywhere,
    given: equipped,
    question: BUILD,
    inject: (host) => changed(without(host, isCompiler), { commands: { gcc: undefined, 'g++': undefined } }),
  },
  {
    code: 'host-compiler-too-new',
    how: 'something is to be built, and the compiler is of a later time than the toolkit',
    on: anywhere,
    given: equipped,
    question: BUILD,
    inject: (host) => compiledBy(host, '16.1.0'),
  },
];
