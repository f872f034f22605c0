import { keyringFrom } from '../../../compat/driver-commands.ts';
import {
  isKey,
  keyOfRepository,
  OLD_REPOSITORY_KEY,
  repositoryFolder,
  repositoryKeyOf,
  repositoryUrl,
  type RepositoryKey,
} from '../../../compat/nvidia-repository.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { AptSourceFacts, Facts } from '../../../machine/facts.ts';
import { evidence } from '../../evidence.ts';
import { distributionOf, hostOf } from '../../fix/distribution.ts';
import { refreshLists } from '../../fix/package-manager.ts';
import { byHand, command, script, stepsOf } from '../../fix/steps.ts';
import { type DiagnosisDefinition, type FixStep, type Heard, hearing } from '../../types.ts';
import type { TestimonyOf, Witness } from '../../witness/testimony.ts';

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
    if (reason === 'unsigned' && one.manager === 'apt') return unsigned(one, all);
    if (reason !== 'missing-key') return null;
    if (one.manager === 'dnf' || one.manager === 'zypper' || one.manager === 'pacman') return elsewhere(one);
    const url = repository ?? all.of('package').find((other) => other.key === key)?.repository;
    if (!isOfNvidia(key, url)) return foreign(key, url);
    return {
      confidence: 'certain',
      namesCause: true,
      rank: 2,
      fix: steps(urlAt(url ?? '', facts), key === undefined ? null : repositoryKeyOf(key)),
    };
  }),
  judge(facts) {
    const sources = (valueOf(facts.apt.nvidiaSources) ?? []).filter(isCudaRepository);
    const { nvidiaKeys } = facts.apt;
    if (nvidiaKeys.state === 'unknown') return [];
    const held = valueOf(nvidiaKeys) ?? [];
    const first = sources.find(({ uri }) => !held.some((id) => isKey(keyOfRepository(uri), id)));
    if (first === undefined) return [];
    const { fingerprint, since } = keyOfRepository(first.uri);
    return [
      {
        subject: 'machine',
        severity: 'warning',
        confidence: 'likely',
        summary: `apt has no key for ${first.uri}: NVIDIA signs it with ${longId(fingerprint)}${since === null ? '' : ` since ${since}`}`,
        evidence: [
          { from: `file: ${first.file}`, excerpt: `line ${first.line}: ${first.uri} ${first.suite}` },
          evidence(nvidiaKeys, "NVIDIA's keys in apt's keyrings", (keys) => keys.join(', ')),
        ],
        fix: steps(urlAt(first.uri, facts), null),
      },
    ];
  },
  remedy: (facts) => steps(urlOfFacts(facts), null),
};

const isCudaRepository = ({ uri, enabled, trusted }: AptSourceFacts): boolean =>
  enabled && !trusted && /developer\.download\.nvidia\.com\/compute\/cuda\/repos\//.test(uri);

const longId = (fingerprint: string): string => fingerprint.slice(-16);

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

/** @param missing the key that is asked for; null: not known, then the one that signs the repository */
function steps(url: string, missing: RepositoryKey | null): FixStep[] {
  // The machine-learning repositories still use the old one.
  const machineLearning = missing === OLD_REPOSITORY_KEY;
  const { file } = missing ?? keyOfRepository(url);
  const name = file.replace('.pub', '').toLowerCase();
  const fetch = script(
    'fetch-key',
    machineLearning ? 'Fetch the key of the machine-learning repository' : 'Or fetch the key alone',
    `curl -fsSL ${url}/${file} | gpg --dearmor -o /etc/apt/trusted.gpg.d/nvidia-${name}.gpg`,
    machineLearning ? {} : { alternativeTo: 'cuda-keyring' },
  );
  if (machineLearning) return [fetch, command('apt-update', 'Then fetch the lists', ['apt', 'update'])];
  const keyring = stepsOf(keyringFrom(url));
  return [
    ...keyring.slice(0, -1),
    command('old-key', 'Remove the old key', [
      'apt-key',
      'del',
      OLD_REPOSITORY_KEY.fingerprint.slice(-8).toLowerCase(),
    ]),
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
  if (key !== undefined && repositoryKeyOf(key) !== null) return true;
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

/** Of rpm and pacman: each has its own keyring. */
function elsewhere({ manager, name, key }: TestimonyOf<'package'>): Heard {
  const named = key === undefined ? 'the key' : `the key ${key}`;
  return {
    confidence: 'certain',
    namesCause: true,
    rank: 2,
    summary: `${manager} has not ${named} that ${name ?? 'the repository'} is signed with`,
    fix:
      manager === 'pacman'
        ? [
            command('keyring', "Bring Arch's keyring up to date", ['pacman', '-Sy', 'archlinux-keyring']),
            command('update-all', 'Then all of the system', ['pacman', '-Syu']),
          ]
        : manager === 'zypper'
          ? [
              command(
                'import-keys',
                "Take the keys that the repositories themselves give (compare them with their publisher's page)",
                ['zypper', '--gpg-auto-import-keys', 'refresh'],
              ),
            ]
          : [
              script('see-key', 'See which key its repository names', 'grep -rn gpgkey /etc/yum.repos.d', {
                root: false,
              }),
              byHand(
                'import-key',
                'Take it up: rpm --import, and that address; an entry of an old key is replaced by the repository file of today',
                { root: true },
              ),
              refreshLists(manager),
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
