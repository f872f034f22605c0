import { buildsMeant } from '../../../compat/frameworks.ts';
import { buildReachesGpu } from '../../../compat/rules/build-reaches-gpu.ts';
import { codeRunsOn } from '../../../compat/rules/code-runs-on.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { capabilityOf } from '../../fix/fitting-cuda.ts';
import { buildFor } from '../../fix/framework.ts';
import { buildCodeFindings } from '../../question/gpu-code.ts';
import { hearing, type DiagnosisDefinition, type Heard } from '../../types.ts';
import type { TestimonyOf, Witness } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'This PyTorch has no code for the GPU',
  causes: [{ code: 'gpu-arch-not-in-build' }],
  related: ['gpu-arch-not-in-build', 'gpu-too-new-for-cuda', 'torch-cpu-build'],
  textSummary: 'The installed PyTorch was built without code for this GPU',
  hears: hearing(['architectures', 'error-code', 'framework'], (one, all, facts) => {
    switch (one.kind) {
      case 'architectures':
        return ofArchitectures(one, all, facts);
      case 'error-code':
        return ofError(one, all, facts);
      case 'framework':
        return ofBuild(one, all, facts);
    }
  }),
  judge: (facts, question) => buildCodeFindings(facts, question, (framework) => framework === 'torch'),
  remedy: (facts) => buildFor('torch', {}, facts),
};

function ofArchitectures(one: TestimonyOf<'architectures'>, all: Witness, facts: Facts): Heard | null {
  if (one.speaker !== 'torch' && one.speaker !== 'triton') return null;
  const gpu = all.near(one, 'gpu');
  const cc = one.wanted[0] ?? gpu?.computeCapability ?? capabilityOf(facts);
  const named = cc === null || cc === undefined ? 'this GPU' : nameOf(gpu?.name ?? null, cc);
  const also = gpu === null ? [] : [gpu];
  const said: Heard = {
    confidence: 'certain',
    namesCause: true,
    also,
    summary: `The installed PyTorch has no code for ${named}`,
    fix: buildFor('torch', { capability: cc ?? null, version: versionIn(all), ofNix: ofNix(all) }, facts),
  };
  if (one.wanted.length > 0 || one.there === null) return said;
  if (cc == null) return one.outcome === 'unsupported' ? said : null;
  // A list of what is there names a cause only where the GPU is beyond all of it.
  const there = all
    .of('architectures')
    .flatMap((other) => (other.speaker === one.speaker ? (other.there ?? []) : []));
  return reaches(there, cc) ? null : said;
}

/** "no kernel image": whose kernels those are the rest of the text says. */
function ofError(one: TestimonyOf<'error-code'>, all: Witness, facts: Facts): Heard | null {
  if (one.library !== 'cuda' || one.number !== 209) return null;
  const torch = all.of('framework').find(({ name }) => name === 'torch');
  return torch === undefined
    ? null
    : {
        confidence: 'likely',
        namesCause: true,
        rank: 2,
        also: [torch, ...all.of('gpu').slice(0, 1)],
        fix: buildFor('torch', { version: torch.version, ofNix: ofNix(all) }, facts),
      };
}

/** The release that is installed, where the text says it: it is kept if it has a build for the GPU. */
const versionIn = (all: Witness): string | null =>
  all.of('framework').find(({ name, version }) => name === 'torch' && version !== null)?.version ?? null;

const ofNix = (all: Witness): boolean => all.of('nix').length > 0;

const nameOf = (name: string | null, cc: string): string =>
  name === null ? `this GPU (compute capability ${cc})` : `${name} (compute capability ${cc})`;

/** A build that the text names has no code for the GPU that it names: known by the tables alone, so never certain. */
function ofBuild(
  { name, version, build }: TestimonyOf<'framework'>,
  all: Witness,
  facts: Facts,
): Heard | null {
  const gpu = valueOf(facts.gpus)?.[0];
  if (name !== 'torch' || version === null || build === null || gpu?.computeCapability == null) return null;
  const meant = buildsMeant('torch', version).find((one) => one.build === build);
  if (meant === undefined) return null;
  const named = gpu.name ?? `compute capability ${gpu.computeCapability}`;
  const reach = buildReachesGpu(
    meant,
    { name: named, computeCapability: gpu.computeCapability },
    valueOf(facts.platform.architecture) ?? null,
  );
  if (reach.fit !== 'no') return null;
  return {
    confidence: 'likely',
    namesCause: true,
    rank: -1,
    summary: `PyTorch ${version}+${build} has no code for ${nameOf(gpu.name, gpu.computeCapability)}`,
    fix: buildFor('torch', { version, ofNix: ofNix(all) }, facts),
  };
}

/** Of a range the ends are named; what lies between them is not known, and not refused. */
function reaches(there: readonly string[], cc: string): boolean {
  return codeRunsOn({ machine: there, ptx: [] }, cc).fit !== 'no';
}
