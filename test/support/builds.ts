/** Questions about builds of frameworks: `doctor --for tensorflow@1.9`. */
import { buildsOf, type FrameworkName } from '../../src/compat/frameworks.ts';
import { beginsWithVersion } from '../../src/compat/dotted-version.ts';
import type { Question } from '../../src/doctor/types.ts';

export function forBuilds(framework: FrameworkName, version: string): Question {
  const word = `${framework}@${version}`;
  const builds = buildsOf(framework).filter((build) => beginsWithVersion(build.version, version));
  return {
    purpose: 'run',
    needs: { recipe: word, install: [word], prefix: null, cuda: null, cudnn: null, compiler: false, builds },
  };
}
