/** The prefix that a stack needs, where one is needed at all. */
import { majorMinor } from '../../compat/dotted-version.ts';
import { releasesFor } from '../../compat/releases.ts';
import { nameOfSpec, nameOfSpecs } from '../../compat/spec-name.ts';
import type { PlanCommand, PlanRequest, PlanStack } from '../types.ts';
import { buildOf } from './build-of.ts';

export interface Prefix {
  name: string;
  /** "cuda@10.0", "cudnn@7.5": what install takes. */
  specs: readonly string[];
  command: PlanCommand;
}

/** Null where pip brings the CUDA libraries, where none are wanted, and for a release that gpu-setup does not install. */
export function prefixOf(stack: PlanStack, request: PlanRequest): Prefix | null {
  const { cuda, cudnn, framework } = stack;
  if (cuda === null || releasesFor(releaseOf(cuda)).length === 0) return null;
  const build = buildOf(stack);
  // What is compiled against a framework needs a toolkit, whatever its wheel brings.
  if (build?.bundlesCuda === true && request.purpose === 'run' && !asksFor(request, 'cuda')) return null;
  const parts = [
    { name: 'cuda', version: releaseOf(cuda) },
    ...(cudnn === null || build?.bundlesCudnn === true ? [] : [{ name: 'cudnn', version: releaseOf(cudnn) }]),
    ...(asksFor(request, 'nccl') ? [{ name: 'nccl', version: null }] : []),
  ];
  const specs = parts.map(({ name, version }) => (version === null ? name : `${name}@${version}`));
  const name =
    framework === null ? null : nameOfSpec({ name: framework.name, version: releaseOf(framework.version) });
  return {
    name: name ?? nameOfSpecs(parts),
    specs,
    command: {
      id: 'install-prefix',
      title: 'Install the CUDA toolkit into a prefix of its own',
      argv: ['gpu-setup', 'install', ...specs, ...(name === null ? [] : ['--name', name])],
      needsRoot: false,
      alternativeTo: null,
    },
  };
}

/** What a recipe needs is a stack of its own. */
const asksFor = ({ wanted }: PlanRequest, name: string): boolean =>
  wanted.some((one) => one.name === name && one.recipe === undefined);

/** "10.0" of 10.0.130, "7" of 7: a release means its newest patch. */
const releaseOf = (version: string): string => majorMinor(version) ?? version;
