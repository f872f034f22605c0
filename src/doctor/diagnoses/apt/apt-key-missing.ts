import { valueOf } from '../../../machine/answer.ts';
import type { AptSourceFacts, Facts } from '../../../machine/facts.ts';
import { evidence } from '../../evidence.ts';
import { repositoryArchitecture, type RepositoryArchitecture } from '../../fix/architecture.ts';
import { repositoryFolder } from '../../fix/distribution.ts';
import { byHand, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep, type Heard } from '../../types.ts';
import type { TestimonyOf, Witness } from '../../witness/testimony.ts';

/** Signs NVIDIA's CUDA repositories since 2022-04-27; before, and the machine-learning ones to this day, OLD_KEY did. */
const CUDA_KEY = 'A4B469963BF863CC';
const OLD_KEY = 'F60F4B3D7FA2AF80';

const REPOSITORIES = 'https://developer.download.nvidia.com/compute/cuda/repos';

/** ".../repos/ubuntu2004/x86_64" */
const FOLDERS = /\/repos\/([a-z]{3,12}(?:-[a-z]{3,12})?\d{0,4})\/(\w+)?/;

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: "apt lacks the key of NVIDIA's repository",
  causes: [{ code: 'apt-unmet-dependencies' }, { code: 'apt-version-not-found' }],
  related: ['apt-bad-signature', 'apt-signed-by-conflict'],
  textSummary: "apt cannot verify NVIDIA's repository: its public key is not there",
  hears: hearing(['package'], (one, all, facts) => {
    const { reason, key, repository } = one;
    if (reason === 'unsigned') return unsigned(one, all);
    if (reason !== 'missing-key') return null;
    const url = repository ?? all.of('package').find((other) => other.key === key)?.repository;
    if (!isOfNvidia(key, url)) return foreign(key, url);
    const [, distribution, architecture] = FOLDERS.exec(url ?? '') ?? [];
    return {
      confidence: 'certain',
      namesCause: true,
      rank: 2,
      fix: steps(repositoryOf(facts, distribution, architecture), key?.endsWith(OLD_KEY) ?? false),
    };
  }),
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

/** A key alone says whose it is; else the repository does. */
function isOfNvidia(key: string | undefined, url: string | undefined): boolean {
  if (key !== undefined && [CUDA_KEY, OLD_KEY].some((known) => known.endsWith(key.slice(-8)))) return true;
  return url !== undefined && /developer\.download\.nvidia\.(?:com|cn)\//.test(url);
}

/** Of somebody else's repository only its publisher knows where the key is. */
function foreign(key: string | undefined, url: string | undefined): Heard {
  const whose = url ?? 'a repository';
  const named = key === undefined ? 'the key' : `key ${key}`;
  return {
    confidence: 'likely',
    namesCause: true,
    summary: `apt cannot verify ${whose}: its public key${key === undefined ? '' : ` (${key})`} is not there`,
    fix: [
      byHand('publisher-key', `Install ${named} of ${whose} as its publisher's page says, then: apt update`, {
        root: true,
      }),
    ],
  };
}

/** NVIDIA's repositories are signed: one that apt calls unsigned is one whose signature it could not check, and other lines say why. */
function unsigned(one: TestimonyOf<'package'>, all: Witness): Heard | null {
  const why = all
    .of('package')
    .some(({ reason }) => ['bad-signature', 'expired-key', 'sha1-rejected', 'missing-key'].includes(reason));
  if (why || one.repository === undefined || !OF_NVIDIA.test(one.repository)) return null;
  return isOfNvidia(undefined, one.repository)
    ? { confidence: 'likely', namesCause: true }
    : foreign(undefined, one.repository);
}

const isCudaRepository = ({ uri, enabled, trusted }: AptSourceFacts): boolean =>
  enabled && !trusted && /developer\.download\.nvidia\.com\/compute\/cuda\/repos\//.test(uri);

/** Keys are told by full fingerprint or by long id; short ones (8 digits) are looked at too. */
const holdsKey = (keys: readonly string[]): boolean =>
  keys.some((key) => key.toUpperCase().endsWith('3BF863CC'));

/** All that NVIDIA publishes, its container tools included. */
const OF_NVIDIA = /^https?:\/\/(?:[\w.-]{1,60}\.nvidia\.(?:com|cn)|nvidia\.github\.io)\//;

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
  const [, distribution, architecture] = FOLDERS.exec(uri) ?? [];
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
