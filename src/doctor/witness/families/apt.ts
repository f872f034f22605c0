/**
 * apt and apt-get of all ages (E: and W:, or Error: and Warning: from 2.9 on; gpgv, and sqv where apt has it), aptitude, and
 * libapt in other programs. Keys, repositories, lists, versions, dependencies, locks.
 *
 *     W: GPG error: https://.../repos/ubuntu2004/x86_64  InRelease: The following signatures couldn't be verified because the public
 *        key is not available: NO_PUBKEY A4B469963BF863CC
 *     E: The repository 'http://archive.ubuntu.com/ubuntu artful Release' does not have a Release file.
 *      cuda-drivers : Depends: nvidia-driver-440 (>= 440.33.01) but it is not going to be installed
 *     E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1234 (unattended-upgr)
 */
import { CONTAINER_REPOSITORY } from '../../../compat/nvidia-served.ts';
import { distributionOfFolder, distributionOfSuite } from '../distribution-names.ts';
import { familyOf, type Sentence } from '../family.ts';
import { packageTrouble, repositoryIn } from '../package-trouble.ts';

const apt = packageTrouble('apt');

/** As apt prints the name of a package: libc6, libnvidia-gl-418:i386 */
const PACKAGE = String.raw`[a-z0-9][a-z0-9.+-]{1,80}(?::[a-z0-9]{2,8})?`;

const RELATION = String.raw`(?:Pre-?Depends|Depends|Breaks|Conflicts|Recommends)`;

const SENTENCES: readonly Sentence[] = [
  // Signatures
  {
    literal: 'no_pubkey',
    pattern: /NO_PUBKEY ([0-9A-F]{8,40})/i,
    says: ({ 1: key, input }) => apt('missing-key', { key: key!.toUpperCase(), ...repositoryIn(input) }),
  },
  {
    literal: 'missing key ',
    pattern: /Missing key ([0-9A-F]{16,40}), which is needed to verify/i,
    says: ({ 1: key, input }) =>
      isRejectedForSha1(input)
        ? null
        : apt('missing-key', { key: key!.toUpperCase(), ...repositoryIn(input) }),
  },
  {
    literal: 'the public key is not available',
    pattern: /couldn't be verified because the public key is not available(?!: NO_PUBKEY [0-9A-F]{8})/i,
    says: ({ input }) => apt('missing-key', repositoryIn(input)),
  },
  {
    literal: ['badsig ', 'revkeysig '],
    pattern: /\b(?:BADSIG|REVKEYSIG) ([0-9A-F]{8,40})/i,
    says: ({ 1: key, input }) => apt('bad-signature', { key: key!.toUpperCase(), ...repositoryIn(input) }),
  },
  {
    literal: ['expkeysig ', 'expsig '],
    pattern: /\b(?:EXPKEYSIG|EXPSIG) ([0-9A-F]{8,40})/i,
    says: ({ 1: key, input }) => apt('expired-key', { key: key!.toUpperCase(), ...repositoryIn(input) }),
  },
  {
    // gpgv before 2016; sqv: "is not live: Expired on 2022-09-17"
    literal: ['keyexpired ', 'expired on'],
    pattern: /\bKEYEXPIRED \d|[0-9A-F]{16,40} is not live.{0,80}Expired on/i,
    says: ({ input }) => apt('expired-key', repositoryIn(input)),
  },
  {
    literal: ['signatures were invalid', 'bad signature'],
    pattern: /The following signatures were invalid|Bad signature from/i,
    says: ({ input }) =>
      /(?:EXPKEYSIG|EXPSIG|KEYEXPIRED|BADSIG|REVKEYSIG) /i.test(input)
        ? null
        : apt('bad-signature', repositoryIn(input)),
  },
  {
    // A proxy's or a portal's page in the place of the file
    literal: ['clearsigned file', "got 'nodata'"],
    pattern: /Clearsigned file isn't valid, got '(?:NOSPLIT|NODATA)'|\bgot 'NODATA'/i,
    says: ({ input }) => apt('bad-signature', repositoryIn(input)),
  },
  {
    literal: ['sha1 is not considered secure', 'policy rejected '],
    pattern: /SHA1 is not considered secure|Policy rejected (?:non-revocation )?signature/i,
    says: ({ input }) => {
      const key = /Signing key on ([0-9A-F]{16,40})/i.exec(input)?.[1];
      return apt('sha1-rejected', {
        ...(key === undefined ? {} : { key: key.toUpperCase() }),
        ...repositoryIn(input),
      });
    },
  },
  {
    literal: 'is not signed',
    pattern: /The repository ['‘"]?(\S{1,250}(?: {1,2}[\w./-]{1,60}){0,3})['’"]? is not signed/i,
    says: ([, repository]) => apt('unsigned', repositoryIn(repository!)),
  },
  {
    literal: 'conflicting values set for option',
    pattern: /Conflicting values set for option (?:Signed-By|Trusted) regarding source/i,
    says: ({ input }) => apt('signed-by-conflict', repositoryIn(input)),
  },

  // Repositories and their lists
  {
    literal: 'a release file',
    pattern:
      /The repository ['‘"]?(\S{1,250}(?: {1,2}[\w./-]{1,60}){0,3})['’"]? (?:does not have|no longer has) a Release file/i,
    says: ([, repository]) => apt('no-repository', repositoryIn(repository!)),
  },
  {
    literal: 'is not valid yet',
    pattern: /Release file for \S{1,300} is not valid yet/i,
    says: ({ input }) => apt('clock-behind', repositoryIn(input)),
  },
  {
    literal: ['is expired', 'has expired'],
    pattern: /Release file for \S{1,300} (?:is expired|has expired)/i,
    says: ({ input }) => apt('expired-index', repositoryIn(input)),
  },
  {
    literal: " changed its '",
    pattern: /Repository '([^']{1,300})' changed its '(?:Label|Suite|Codename|Origin|Version)' value/i,
    says: ([, repository]) => apt('changed-release', repositoryIn(repository!)),
  },
  {
    literal: '404 ',
    pattern:
      /(?:Failed to fetch \S{1,300}|^\W{0,12}Err:\d{1,4} .{0,200}|^E: .{0,200}|^Error: .{0,200})\s{1,3}404 {1,2}Not Found/i,
    says: ({ input }) => apt('stale-index', repositoryIn(input)),
  },
  {
    literal: ['hash sum mismatch', 'file has unexpected size'],
    pattern: /Hash Sum mismatch|File has unexpected size \(\d{1,15} != \d{1,15}\)/i,
    says: ({ input }) => apt('hash-mismatch', repositoryIn(input)),
  },
  {
    // Other programs resolve and connect as well, and say so in nearly these words.
    literal: [
      "temporary failure resolving '",
      "could not resolve '",
      "something wicked happened resolving '",
      'could not connect to ',
      'cannot initiate the connection to ',
      'unable to connect to ',
    ],
    pattern:
      /(?:(?:Temporary failure resolving|Could not resolve|Something wicked happened resolving) '|(?:Could not connect to|Cannot initiate the connection to|Unable to connect to) (?=[\w.-]{3,100}:(?:https?:|\d{1,5} \()))([\w.-]{3,100})/i,
    says: ([, host]) => apt('unreachable', { other: host! }),
  },

  {
    // Failed to fetch https://.../x.deb  Connection timed out [IP: ...]; 404 and what does not fit the index have names of their own.
    literal: 'failed to fetch http',
    pattern:
      /Failed to fetch (https?:\/\/[^\s/]{3,100})\S{0,300} {1,3}(?:40[137]\b|50\d\b|Connection (?:timed out|failed|refused)|Undetermined Error|Error reading from server|Operation too slow|Server closed|Certificate verification failed|Could not handshake|gnutls_handshake)/i,
    says: ([, host]) => apt('unreachable', { other: host! }),
  },
  {
    // The same below the line of what was asked for: Err:5 https://developer.download.nvidia.com/...  InRelease
    literal: ['certificate verification failed', 'could not handshake', 'gnutls_handshake() failed'],
    pattern: /^ {1,4}(?:Certificate verification failed|Could not handshake|gnutls_handshake\(\) failed)/i,
    says: (_match, before) => {
      const host = /^(?:Err|Ign):\d{1,4} (https?:\/\/[^\s/]{3,100})/.exec(before[0] ?? '')?.[1];
      return host === undefined ? null : apt('unreachable', { other: host });
    },
  },

  // Packages and their versions
  {
    literal: ['unable to locate package', "couldn't find any package "],
    pattern: new RegExp(
      `(?:Unable to locate package|Couldn't find any package (?:by (?:glob|regex)|whose name or description matched)) ['‘"]?(${PACKAGE})`,
      'i',
    ),
    says: ([, name]) => apt('not-found', { name: name! }),
  },
  {
    literal: ['has no installation candidate', 'is not available, but is referred to'],
    pattern: new RegExp(
      `Package ['‘"]?(${PACKAGE})['’"]? (?:has no installation candidate|is not available, but is referred to)`,
      'i',
    ),
    says: ([, name]) => apt('not-found', { name: name! }),
  },
  {
    literal: 'was not found',
    pattern: new RegExp(
      `(?:Version|Release) ['‘"]([^'’"]{1,80})['’"] for ['‘"](${PACKAGE})['’"] was not found`,
      'i',
    ),
    says: ([, version, name]) => apt('no-matching-version', { name: name!, version: version! }),
  },

  // Dependencies
  {
    literal: [
      'unmet dependencies',
      'unsatisfied dependencies',
      'unable to satisfy dependencies',
      'e: broken packages',
    ],
    pattern:
      /have unmet dependencies|Unmet dependencies\.|Unsatisfied dependencies:|Unable to satisfy dependencies|^E: Broken packages/i,
    says: () => apt('unmet'),
  },
  {
    literal: ['held broken packages', 'generated breaks, this may be caused by held packages'],
    pattern: /you have held broken packages|generated breaks, this may be caused by held packages/i,
    says: () => apt('unmet'),
  },
  {
    // X : Depends: Y (>= 1) but it is not going to be installed, ... but 2 is to be installed, ... but it is not installable
    literal: ['but it is not', ' is to be installed', ' is installed'],
    pattern: new RegExp(
      `(?:^|\\s)(?:(${PACKAGE}) ?: )?${RELATION}: (${PACKAGE})(?: \\(([^)]{1,80})\\))? but (?:it is not|[^\\s()]{1,80} is (?:to be )?installed)`,
      'i',
    ),
    says: ([, name, other, bound]) =>
      apt('unmet', { name: name ?? null, other: bound === undefined ? other! : `${other} (${bound})` }),
  },
  {
    literal: ['breaks: ', 'conflicts: '],
    pattern: new RegExp(`(?:^|\\s)(${PACKAGE}) ?: (?:Breaks|Conflicts): (${PACKAGE})`, 'i'),
    says: ([, name, other]) => apt('unmet', { name: name!, other: other! }),
  },
  {
    literal: ['held packages were changed', 'packages were downgraded'],
    pattern: /(?:Held packages were changed|Packages were downgraded) and -y was used/i,
    says: () => apt('held'),
  },

  {
    // The following packages have been kept back:  and, lines below,   nvidia-driver-535 libnvidia-gl-535
    literal: ['nvidia', 'cuda'],
    pattern: /^ {1,4}(?:[a-z0-9][a-z0-9.+: -]{0,400} )?((?:lib)?(?:nvidia|cuda)[\w.+:-]{0,80})/,
    says: ([, name], before) =>
      /packages have been kept back|^Not upgrading/i.test(before.find((line) => !line.startsWith(' ')) ?? '')
        ? apt('kept-back', { name: name! })
        : null,
  },
  {
    // apt-mark
    literal: 'set on hold',
    pattern: new RegExp(`^(${PACKAGE}) (?:was already )?set on hold`, 'i'),
    says: ([, name]) => apt('on-hold', { name: name! }),
  },

  // Its configuration: most often a web page that was stored where a list of sources should be
  {
    literal: ['malformed entry ', 'malformed stanza ', 'malformed line ', ' is not known on '],
    pattern:
      /(?:Malformed (?:entry|stanza|line) \d{1,5} in (?:list file|source list|source file|list)|Type '.{1,80}' is not known on (?:line|stanza) \d{1,5} in source (?:list|file)) (\/\S{3,160}?)(?= |$)/i,
    says: ([, file]) => apt('malformed', { other: file! }),
  },

  {
    // What libnvidia-container's site gives where it has no list for a distribution, and people store as one
    literal: 'unsupported distribution!',
    pattern: /^\W{0,4}Unsupported distribution!/i,
    says: () => apt('no-repository', { repository: CONTAINER_REPOSITORY }),
  },

  // Locks; "are you root?" is another matter
  {
    literal: 'could not get lock ',
    pattern:
      /Could not get lock \/var\/(?:lib|cache)\/(?:dpkg|apt)\S{0,60}(?: It is held by process (\d{1,8} \([^)]{1,40}\)))?/i,
    says: ([, holder]) => apt('locked', holder === undefined ? {} : { other: holder }),
  },
  {
    literal: ['unable to acquire the dpkg ', 'unable to lock '],
    pattern:
      /(?:Unable to acquire the dpkg (?:frontend )?lock|Unable to lock (?:the administration directory|directory \/var))(?!.{0,80}are you root)/i,
    says: () => apt('locked'),
  },

  // In every language: what apt prints around its words, and those are names that stay.
  {
    // E: Der dpkg-Prozess wurde unterbrochen; Sie müssen »sudo dpkg --configure -a« manuell ausführen
    literal: 'dpkg --configure -a',
    pattern: /^\W{0,12}E: (?!dpkg was interrupted).{0,200}dpkg --configure -a/i,
    says: () => apt('interrupted'),
  },
  {
    // E: Sperrdatei /var/lib/dpkg/lock-frontend konnte nicht eingerichtet werden. Wird von Prozess 1234 (apt) gehalten.
    literal: ['/dpkg/lock', '/lists/lock', '/archives/lock'],
    pattern:
      /^\W{0,12}E: (?!.{0,300}(?:\(13: |root))(?!Could not |Unable to ).{0,200}\/(?:dpkg|lists|archives)\/lock(?:-frontend)?(?:.{0,60}?(\d{1,8} ?[(（][^)）]{1,40}[)）]))?/,
    says: ([, holder]) => apt('locked', holder === undefined ? {} : { other: holder }),
  },
  {
    // E: Das Depot »https://.../ubuntu2310/x86_64  Release« enthält keine Release-Datei.
    literal: ' release',
    pattern:
      /^\W{0,12}E: (?!The repository).{2,40}?(https?:\/\/\S{3,250}(?: {1,2}[\w./-]{1,60}){0,2}?) {1,2}Release\W.{0,60}Release/,
    says: ([, repository]) => apt('no-repository', repositoryIn(repository!)),
  },
  {
    //  nvidia-driver-535 : Hängt ab von: nvidia-dkms-535 (= 535.54) soll aber nicht installiert werden
    literal: [' : '],
    pattern: new RegExp(
      `^ {1,4}(${PACKAGE}) : (?!${RELATION}|Suggests)[^\\s:][^:]{1,24}: ?(${PACKAGE})(?: \\(([^)]{1,80})\\))? ?[^\\s(,]`,
    ),
    says: ([, name, other, bound]) =>
      apt('unmet', { name: name!, other: bound === undefined ? other! : `${other} (${bound})` }),
  },
  {
    // E: Paket nvidia-driver-550 kann nicht gefunden werden. Of what names one package of NVIDIA's alone, in a sentence that is not English.
    literal: ['nvidia', 'cuda', 'cudnn', 'nccl'],
    pattern:
      /^\W{0,12}E: (?!.{0,200}\b(?:the|is|are|was|not|to|of|for|has|have|package|unable|could|cannot|error|failed)\b)(?!.{0,300}[/:=].{0,300}$)[^"'»«‘“”’]{2,60}? ?[»«“”„‘’"']?((?:lib)?(?:nvidia|cuda|cudnn|nccl)[a-z0-9.+-]{0,60}[a-z0-9])/i,
    says: ([, name]) => apt('not-found', { name: name! }),
  },

  // Which distribution it is
  {
    // Err:4 http://archive.ubuntu.com/ubuntu jammy-updates/universe amd64 Packages
    literal: ['http://', 'https://'],
    pattern: /https?:\/\/[^\s']{3,200} {1,2}([a-z]{4,12}(?:-[a-z-]{4,20})?)(?:\/| (?:In)?Release| main)/,
    says: ([, suite]) => distributionOfSuite(suite!),
  },
  {
    literal: '/dists/',
    pattern: /https?:\/\/[^\s']{3,200}\/dists\/([a-z]{4,12}(?:-[a-z-]{4,20})?)\//,
    says: ([, suite]) => distributionOfSuite(suite!),
  },
  {
    literal: ['nvidia.com/', 'nvidia.cn/', 'nvidia.github.io/'],
    pattern: /https?:\/\/(?:[\w.]{1,40}\.nvidia\.(?:com|cn)|nvidia\.github\.io)\/[^\s']{3,160}/i,
    says: ([url]) => distributionOfFolder(url),
  },
];

const isRejectedForSha1 = (line: string): boolean =>
  /SHA1 is not considered secure|Policy rejected/i.test(line);

export const family = familyOf('apt', SENTENCES, [
  { literal: ['nvidia', 'cuda'], pattern: /^\W{0,12}(?:E|Error): .{0,200}?(?:nvidia|cuda)/ },
  {
    literal: ['the list of sources could not be read', 'unable to parse package file'],
    pattern: /^\W{0,12}(?:E|Error): (?:The list of sources could not be read|Unable to parse package file)/i,
  },
]);
