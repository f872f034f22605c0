import { valueOf } from '../../../machine/answer.ts';
import type { AptSourceFacts, Facts } from '../../../machine/facts.ts';
import { evidence } from '../../evidence.ts';
import { repositoryArchitecture, type RepositoryArchitecture } from '../../fix/architecture.ts';
import { repositoryFolder } from '../../fix/distribution.ts';
import { script } from '../../fix/steps.ts';
import type { DiagnosisDefinition, FixStep } from '../../types.ts';

/** Signs NVIDIA's CUDA repositories since 2022-04-27; before, and the machine-learning ones to this day, OLD_KEY did. */
const CUDA_KEY = 'A4B469963BF863CC';
const OLD_KEY = 'F60F4B3D7FA2AF80';

const REPOSITORIES = 'https://developer.download.nvidia.com/compute/cuda/repos';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: "apt lacks the key of NVIDIA's repository",
  causes: [{ code: 'apt-unmet-dependencies' }, { code: 'apt-version-not-found' }],
  related: ['apt-bad-signature', 'apt-signed-by-conflict'],
  textSummary: "apt cannot verify NVIDIA's repository: its public key is not there",
  text: [
    {
      literal: 'no_pubkey',
      pattern:
        /(?:repos\/([a-z]{3,12}\d{2,4})\/(\w{4,8})?.{0,400})?NO_PUBKEY (?:A4B469963BF863CC|F60F4B3D7FA2AF80)/i,
      confidence: 'certain',
      namesCause: true,
      rank: 2,
      detail: (match, facts) => ({
        fix: steps(repositoryOf(facts, match[1], match[2]), match[0].endsWith(OLD_KEY)),
      }),
    },
    {
      literal: 'no_pubkey',
      pattern: /nvidia.{0,400}NO_PUBKEY [0-9A-F]{8,40}/i,
      confidence: 'certain',
      namesCause: true,
      rank: 1,
    },
    {
      literal: 'no_pubkey',
      pattern: /NO_PUBKEY [0-9A-F]{8,40}/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      // sqv, apt's verifier from version 2.9 on
      literal: 'missing key eb693b3035cd5710e231e123a4b469963bf863cc',
      pattern: /Missing key EB693B3035CD5710E231E123A4B469963BF863CC/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'the public key is not available',
      pattern: /nvidia.{0,400}signatures couldn't be verified because the public key is not available/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  judge(facts) {
    const sources = (valueOf(facts.apt.nvidiaSources) ?? []).filter(isCudaRepository);
    const { nvidiaKeys } = facts.apt;
    if (sources.length === 0 || nvidiaKeys.state === 'unknown' || holdsKey(valueOf(nvidiaKeys) ?? []))
      return [];
    const first = sources[0]!;
    return [
      {
        subject: 'machine',
        severity: 'warning',
        confidence: 'likely',
        summary: `apt has no key for ${first.uri}: NVIDIA signs it with ${CUDA_KEY} since April 2022`,
        evidence: [
          { from: `file: ${first.file}`, excerpt: `line ${first.line}: ${first.uri} ${first.suite}` },
          evidence(nvidiaKeys, "NVIDIA's keys in apt's keyrings", (keys) => keys.join(', ')),
        ],
        fix: steps(repositoryAt(first.uri, facts), false),
      },
    ];
  },
  remedy: (facts) => steps(repositoryOfFacts(facts), false),
};

const isCudaRepository = ({ uri, enabled, trusted }: AptSourceFacts): boolean =>
  enabled && !trusted && /developer\.download\.nvidia\.com\/compute\/cuda\/repos\//.test(uri);

/** Keys are told by full fingerprint or by long id; short ones (8 digits) are looked at too. */
const holdsKey = (keys: readonly string[]): boolean =>
  keys.some((key) => key.toUpperCase().endsWith('3BF863CC'));

interface Repository {
  /** "ubuntu2004"; undefined where nothing tells. */
  distribution: string | undefined;
  architecture: RepositoryArchitecture;
}

/** What a log or a source names, else what the machine is. */
function repositoryOf(facts: Facts | null, distribution?: string, architecture?: string): Repository {
  return {
    distribution: distribution ?? repositoryFolder(facts),
    architecture: repositoryArchitecture(facts, architecture),
  };
}

/** ".../compute/cuda/repos/ubuntu2004/x86_64" */
function repositoryAt(uri: string, facts: Facts | null): Repository {
  const [, distribution, architecture] = /\/repos\/([a-z]+\d{2,4})\/(\w+)?/.exec(uri) ?? [];
  return repositoryOf(facts, distribution, architecture);
}

function repositoryOfFacts(facts: Facts | null): Repository {
  const uri = facts === null ? undefined : valueOf(facts.apt.nvidiaSources)?.find(isCudaRepository)?.uri;
  return repositoryAt(uri ?? '', facts);
}

/** @param machineLearning whether it is the old key that is missing, which the machine-learning repositories still use */
function steps({ distribution, architecture }: Repository, machineLearning: boolean): FixStep[] {
  const where = `${REPOSITORIES}/${distribution ?? 'DISTRIBUTION'}/${architecture.folder}`;
  const notes = [
    ...(distribution === undefined ? ['DISTRIBUTION: ubuntu2004, ubuntu2204, debian12, ...'] : []),
    ...(architecture.note === null ? [] : [architecture.note]),
  ];
  const note = notes.length === 0 ? '' : `   # ${notes.join('; ')}`;
  const keyFile = machineLearning ? '7fa2af80.pub' : '3bf863cc.pub';
  const fetch = script(
    'fetch-key',
    machineLearning ? 'Fetch the key of the machine-learning repository' : 'Or fetch the key alone',
    `curl -fsSL ${where}/${keyFile} | gpg --dearmor > /etc/apt/trusted.gpg.d/nvidia-${keyFile.slice(0, 8)}.gpg${note}`,
    machineLearning ? {} : { alternativeTo: 'cuda-keyring' },
  );
  const update = script('apt-update', 'Then', 'apt update');
  if (machineLearning) return [fetch, update];
  return [
    script(
      'cuda-keyring',
      "Install NVIDIA's cuda-keyring package, which brings the key (3bf863cc) and its own sources file",
      `curl -fsSLO ${where}/cuda-keyring_1.1-1_all.deb${note}\ndpkg -i cuda-keyring_1.1-1_all.deb`,
    ),
    script(
      'old-entries',
      'Remove the old key and older entries for the same repository, which would conflict',
      'apt-key del 7fa2af80\ngrep -rln developer.download.nvidia.com /etc/apt/sources.list /etc/apt/sources.list.d',
    ),
    fetch,
    update,
  ];
}
