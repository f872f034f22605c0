import { keyringFrom } from '../../../compat/driver-commands.ts';
import { repositoryFolder, repositoryUrl } from '../../../compat/nvidia-repository.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { AptSourceFacts, Facts } from '../../../machine/facts.ts';
import { evidence } from '../../evidence.ts';
import { distributionOf, hostOf } from '../../fix/distribution.ts';
import { byHand, command, script, stepsOf } from '../../fix/steps.ts';
import { type DiagnosisDefinition, type FixStep, type Heard, hearing } from '../../types.ts';
import type { TestimonyOf, Witness } from '../../witness/testimony.ts';

/** Signs NVIDIA's CUDA repositories since 2022-04-27; before, and the machine-learning ones to this day, OLD_KEY did. */
const CUDA_KEY = 'A4B469963BF863CC';
const OLD_KEY = 'F60F4B3D7FA2AF80';

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
    return {
      confidence: 'certain',
      namesCause: true,
      rank: 2,
      fix: steps(urlAt(url ?? '', facts), key?.endsWith(OLD_KEY) ?? false),
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
        fix: steps(urlAt(first.uri, facts), false),
      },
    ];
  },
  remedy: (facts) => steps(urlOfFacts(facts), false),
};

const isCudaRepository = ({ uri, enabled, trusted }: AptSourceFacts): boolean =>
  enabled && !trusted && /developer\.download\.nvidia\.com\/compute\/cuda\/repos\//.test(uri);

/** Keys are told by full fingerprint or by long id; short ones (8 digits) are looked at too. */
const holdsKey = (keys: readonly string[]): boolean =>
  keys.some((key) => key.toUpperCase().endsWith('3BF863CC'));

/** Of the repository that a log or a source names, else of the one for this machine; for the shell. */
function urlOf(facts: Facts | null, folder?: string, architecture?: string): string {
  const distribution = distributionOf(facts);
  const { release, machine } = hostOf(facts);
  const own = distribution === null ? null : repositoryFolder(distribution.family, release);
  return repositoryUrl(folder ?? own, machine, architecture);
}

/** ".../compute/cuda/repos/ubuntu2004/x86_64" */
function urlAt(uri: string, facts: Facts | null): string {
  const [, folder, architecture] = FOLDERS.exec(uri) ?? [];
  return urlOf(facts, folder, architecture);
}

function urlOfFacts(facts: Facts | null): string {
  const uri = facts === null ? undefined : valueOf(facts.apt.nvidiaSources)?.find(isCudaRepository)?.uri;
  return urlAt(uri ?? '', facts);
}

/** @param machineLearning whether it is the old key that is missing, which the machine-learning repositories still use */
function steps(url: string, machineLearning: boolean): FixStep[] {
  const key = (machineLearning ? OLD_KEY : CUDA_KEY).slice(-8).toLowerCase();
  const fetch = script(
    'fetch-key',
    machineLearning ? 'Fetch the key of the machine-learning repository' : 'Or fetch the key alone',
    `curl -fsSL ${url}/${key}.pub | gpg --dearmor -o /etc/apt/trusted.gpg.d/nvidia-${key}.gpg`,
    machineLearning ? {} : { alternativeTo: 'cuda-keyring' },
  );
  if (machineLearning) return [fetch, command('apt-update', 'Then fetch the lists', ['apt', 'update'])];
  const keyring = stepsOf(keyringFrom(url));
  return [
    ...keyring.slice(0, -1),
    command('old-key', 'Remove the old key', ['apt-key', 'del', OLD_KEY.slice(-8).toLowerCase()]),
    script(
      'old-entries',
      'Find older entries for the same repository, which would conflict, and remove them',
      'grep -rln developer.download.nvidia.com /etc/apt/sources.list /etc/apt/sources.list.d',
    ),
    fetch,
    ...keyring.slice(-1),
  ];
}

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

/** All that NVIDIA publishes, its container tools included. */
const OF_NVIDIA = /^https?:\/\/(?:[\w.-]{1,60}\.nvidia\.(?:com|cn)|nvidia\.github\.io)\//;
