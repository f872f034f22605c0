/**
 * dnf 4 and 5, yum, and rpm: NVIDIA's modules, dependencies, keys, files that two packages claim.
 *
 *     All matches were filtered out by modular filtering for argument: cuda-drivers
 *      Problem: package nvidia-open-3:580.65.06-1.el10.noarch from cuda-rhel10-x86_64 requires nvidia-settings = 3:580.65.06, but none
 *        of the providers can be installed
 *     Public key for cuda-gdb-11-8-11.8.86-1.x86_64.rpm is not installed
 */
import { distributionInVersion, distributionOfFolder } from '../distribution-names.ts';
import { familyOf, type Sentence } from '../family.ts';
import { packageTrouble } from '../package-trouble.ts';
import type { TestimonyKind } from '../testimony.ts';

const dnf = packageTrouble('dnf');

/** nvidia-open-3:580.65.06-1.el10.noarch */
const NEVRA = String.raw`([\w.+-]{2,80})-(?:(?:\d{1,3}:)?(\d[\w.~^]{0,40}))-([\w.~]{1,40})\.(?:x86_64|noarch|aarch64|i686)`;

/** The trouble, and the distribution that the package's release names. */
function trouble(testimony: TestimonyKind, release: string): TestimonyKind[] {
  const distribution = distributionInVersion(`.${release}`);
  return distribution === null ? [testimony] : [testimony, distribution];
}

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'filtered out by modular filtering',
    pattern: /filtered out by modular filtering(?: for argument: ([\w.+*-]{2,80}))?/i,
    says: ({ 1: argument, input }) => {
      const [, name, version, release] = new RegExp(`package ${NEVRA}`, 'i').exec(input) ?? [];
      const one = dnf('modular-filtering', { name: argument ?? name ?? null, version: version ?? null });
      return release === undefined ? one : trouble(one, release);
    },
  },
  {
    literal: ['nothing provides requested module', 'broken groups or modules', 'modular dependency problem'],
    pattern:
      /nothing provides requested module\(([\w:.-]{2,60})\)|broken groups or modules: ([\w:.-]{2,60})/i,
    says: ([, one, other]) => dnf('modular-filtering', { name: one ?? other! }),
  },
  {
    literal: ', but none of the providers can be installed',
    pattern: new RegExp(
      `package ${NEVRA}(?: from [\\w@.-]{1,80})? requires (.{1,120}?), but none of the providers can be installed`,
      'i',
    ),
    says: ([, name, version, release, other]) =>
      trouble(dnf('unmet', { name: name!, version: version!, other: other! }), release!),
  },
  {
    literal: ['nothing provides ', ' needed by '],
    pattern: new RegExp(`nothing provides (.{1,120}?) needed by ${NEVRA}`, 'i'),
    says: ([, other, name, version, release]) =>
      trouble(dnf('unmet', { name: name!, version: version!, other: other! }), release!),
  },
  {
    // rpm, rpmbuild: gcc-c++ is needed by nvidia-kmod-3:590.48.01-1.fc43.x86_64
    literal: ' is needed by ',
    pattern: new RegExp(`([\\w./()+-]{2,80})(?: [<>=]{1,2} \\S{1,40})? is needed by ${NEVRA}`, 'i'),
    says: ([, other, name, version, release]) =>
      trouble(dnf('unmet', { name: name!, version: version!, other: other! }), release!),
  },
  {
    // yum, over two lines: Error: Package: 3:nvidia-driver-418.74-1.el7.x86_64 (repository), and below it Requires: nvidia-kmod-common = 3:418.74
    literal: 'requires: ',
    pattern: /^\s{4,30}Requires: (\S.{1,120}?)\s{0,4}$/,
    says: ([, other], before) => {
      const [, name, version, release] =
        new RegExp(`Error: Package: (?:\\d{1,3}:)?${NEVRA}`, 'i').exec(before[0] ?? '') ?? [];
      return name === undefined
        ? null
        : trouble(dnf('unmet', { name, version: version!, other: other! }), release!);
    },
  },
  {
    literal: 'cannot install both ',
    pattern: new RegExp(`cannot install both ${NEVRA} and (\\S{3,120})`, 'i'),
    says: ([, name, version, release, other]) =>
      trouble(dnf('unmet', { name: name!, version: version!, other: other! }), release!),
  },
  {
    literal: ' conflicts with ',
    pattern: new RegExp(`package ${NEVRA}(?: from [\\w@.-]{1,80})? conflicts with ([\\w.+-]{2,80})`, 'i'),
    says: ([, name, version, release, other]) =>
      trouble(dnf('unmet', { name: name!, version: version!, other: other! }), release!),
  },
  {
    // dnf.conf's own excludes, or a repository's
    literal: 'filtered out by exclude filtering',
    pattern: /filtered out by exclude filtering(?: for argument: ([\w.+*-]{2,80}))?/i,
    says: ({ 1: argument, input }) => {
      const [, name] = new RegExp(`package ${NEVRA}`, 'i').exec(input) ?? [];
      return dnf('excluded', { name: argument ?? name ?? null });
    },
  },
  {
    literal: ['unable to find a match: ', 'no match for argument: ', 'no package '],
    pattern:
      /(?:Unable to find a match: |No match for argument: |No package )([\w.+*-]{2,80})(?: available|\s|$)/i,
    says: ([, name]) => dnf('not-found', { name: name! }),
  },
  {
    literal: [
      'public key for ',
      'gpg check failed',
      'they are not correct for this package',
      'repomd.xml signature could not be verified',
      'repomd.xml gpg signature verification',
    ],
    pattern:
      /Public key for (\S{3,120}?)\.rpm is not installed|GPG check FAILED|they are not correct for this package|repomd\.xml signature could not be verified|repomd\.xml GPG signature verification/i,
    says: ([, name]) => dnf('missing-key', { name: name ?? null }),
  },
  {
    // Curl error (6): Couldn't resolve host name for https://...; (28): Timeout was reached; (60): SSL peer certificate
    literal: 'curl error (',
    pattern: /Curl error \((\d{1,2})\): .{3,120}? for (https?:\/\/[^\s/]{3,100})/i,
    says: ([, , host]) => dnf('unreachable', { other: host! }),
  },
  {
    literal: [
      'failed to download metadata for repo',
      'failed to synchronize cache for repo',
      'cannot retrieve repository metadata',
    ],
    pattern:
      /(?:Failed to (?:download metadata|synchronize cache) for repo|Cannot retrieve repository metadata \(repomd\.xml\) for repository:) ['"]?([\w.-]{2,80})/i,
    says: ([, name]) => dnf('unreachable', { name: name! }),
  },
  {
    literal: 'status code: 404 for ',
    pattern: /Status code: 404 for (https?:\/\/\S{3,300})/i,
    says: ([, url]) => dnf('stale-index', { repository: url! }),
  },
  {
    // yum: https://.../repodata/repomd.xml: [Errno 14] HTTPS Error 404 - Not Found; [Errno 14] curl#60 - "Peer's Certificate issuer ..."
    literal: ': [errno 1',
    pattern: /(https?:\/\/([^\s/]{1,100})\S{0,300}): \[Errno 1[24]\] (HTTPS? Error|curl#|Timeout)/i,
    says: ({ 1: url, 2: host, 3: what, input }) =>
      /Error$/i.test(what!) && / 404/.test(input)
        ? dnf('stale-index', { repository: url! })
        : dnf('unreachable', { other: host! }),
  },
  {
    literal: "can't create transaction lock on ",
    pattern: /can't create transaction lock on \S{3,100} \(Resource temporarily unavailable\)/i,
    says: () => dnf('locked'),
  },
  {
    literal: ['conflicts with file from package', 'conflicts between attempted installs of'],
    pattern:
      /file (\/\S{1,200}) (?:from install of \S{1,120} conflicts with file from package|conflicts between attempted installs of) (\S{1,120})/i,
    says: ([, file, owner]) => dnf('overwrite', { name: owner!, other: file! }),
  },
  {
    literal: ['waiting for process with pid ', 'is currently holding the yum lock'],
    pattern: /Waiting for process with pid (\d{1,8})|is currently holding the yum lock/i,
    says: ([, holder]) => dnf('locked', holder === undefined ? {} : { other: holder }),
  },
  {
    literal: [
      'cuda-rhel',
      'cuda-fedora',
      'cuda-amzn',
      'cuda/repos/rhel',
      'cuda/repos/fedora',
      'cuda/repos/amzn',
    ],
    pattern: /cuda(?:-|\/repos\/)((?:rhel|fedora|amzn)\d{1,4})(?=-|\/|\s|$)/i,
    says: ([, folder]) => distributionOfFolder(`/${folder}`),
  },
  {
    literal: ['.el', '.fc'],
    pattern:
      /-\d[\w.~^]{0,40}-[\w~]{1,30}((?:\.el\d{1,2}|\.fc\d{2})[\w.]{0,20})\.(?:x86_64|noarch|aarch64|i686)/i,
    says: ([, release]) => distributionInVersion(release!),
  },
];

export const family = familyOf('dnf', SENTENCES, [
  {
    literal: ['transaction test error', 'transaction check error', 'problem: ', 'problem 1: '],
    pattern:
      /^(?:Error: )?Transaction (?:test|check) error|^\s{1,4}Problem(?: 1)?: .{0,200}?(?:nvidia|cuda)/i,
  },
]);
