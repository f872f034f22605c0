/**
 * conda's old solver, libmamba (conda, mamba, micromamba) and what they say of the driver: `__cuda` is the CUDA that it serves.
 *
 *     LibMambaUnsatisfiableError: Encountered problems while solving:
 *       - package cudatoolkit-11.0.3-h15472ef_6 has constraint __cuda >=11.0 conflicting with __cuda-10.2-0
 *       - nothing provides __cuda >=12 needed by cuda-version-12.0-hffde075_2
 *     PackagesNotFoundError: The following packages are not available from current channels:
 *     UnsatisfiableError: The following specifications were found to be incompatible with your system:
 *       - feature:|@/linux-64::__cuda==10.2=0
 */
import { compareDottedVersions } from '../../../compat/dotted-version.ts';
import { familyOf, type Sentence } from '../family.ts';
import { packageTrouble } from '../package-trouble.ts';
import { mismatch, troubled } from '../said.ts';
import type { TestimonyKind } from '../testimony.ts';

const conda = packageTrouble('conda');

const driverServes = (found: string | null, expected: string): TestimonyKind => ({
  kind: 'version-mismatch',
  of: 'cuda-of-driver',
  found,
  expected,
  atLeast: true,
});

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'has constraint __cuda',
    pattern: /has constraint __cuda >=(\d{1,2}(?:\.\d)?)\S{0,20} conflicting with __cuda-(\d{1,2}\.\d)/i,
    says: ([, expected, found]) => driverServes(found!, expected!),
  },
  {
    literal: '__cuda',
    pattern:
      /nothing provides __cuda >=(\d{1,2}(?:\.\d)?)|__cuda >=(\d{1,2}(?:\.\d)?)[^\s,]{0,20}(?: \*)? ?, which (?:is missing on the system|conflicts with any installable)/i,
    says: ([, one, other]) => driverServes(null, (one ?? other)!),
  },
  {
    // rattler (pixi): the virtual package __cuda on version 12.0; No candidates were found for __cuda >=12.
    literal: '__cuda',
    pattern:
      /(?:virtual package|candidates were found for) [`'"]?__cuda(?: on version| ?>=)? ?(\d{1,2}(?:\.\d)?)?.{0,160}?(?:reports __cuda (\d{1,2}\.\d))?$/i,
    says: ([, expected, found]) =>
      expected === undefined
        ? { kind: 'trouble', what: 'no-gpu-seen', detail: 'conda' }
        : driverServes(found ?? null, expected),
  },
  {
    // The old solver, below the line of what the system has: it names what would fit as well.
    //   - feature:/linux-64::__cuda==11.4=0
    //   - pytorch-cuda -> __cuda[version='>=12.1']
    literal: ["__cuda[version='>=", "__glibc[version='>="],
    pattern: /__(cuda|glibc)\[version='>=(\d{1,2}(?:\.\d{1,2})?)/i,
    says: ({ 1: what, 2: expected }, before) => {
      const has = new RegExp(`::__${what}==(\\d{1,2}\\.\\d{1,2})=`);
      const found = before.map((line) => has.exec(line)?.[1]).find((one) => one !== undefined);
      if (found === undefined || compareDottedVersions(found, expected!) >= 0) return null;
      return what === 'cuda' ? driverServes(found, expected!) : mismatch('glibc', found, expected!, true);
    },
  },
  {
    // Without a version: what the machine has not got at all.
    literal: 'nothing provides __cuda needed by ',
    pattern: /nothing provides __cuda needed by /i,
    says: () => ({ kind: 'trouble', what: 'no-gpu-seen', detail: 'conda' }),
  },
  {
    //   - feature:|@/linux-64::__cuda==10.2=0
    literal: 'feature:',
    pattern: /feature:.{0,40}::__cuda==(\d{1,2}\.\d)/i,
    says: ([, version]) => ({ kind: 'version', of: 'cuda-of-driver', version: version! }),
  },
  {
    //   __cuda=12.1=0, in conda info
    literal: '__cuda=',
    pattern: /(?:^|\s)__cuda=(\d{1,2}\.\d)=/i,
    says: ([, version]) => ({ kind: 'version', of: 'cuda-of-driver', version: version! }),
  },
  {
    literal: ['packagesnotfounderror', 'resolvepackagenotfound'],
    pattern:
      /PackagesNotFoundError: The following packages are (?:not available|missing)|ResolvePackageNotFound:/i,
    says: () => conda('not-found'),
  },
  {
    literal: 'nothing provides ',
    pattern:
      /nothing provides (?:requested )?([a-z][\w.-]{1,60}) ?([\w.*=<>!,]{0,40})(?: needed by [\w.-]{2,80}\b(?!\.(?:x86_64|noarch|aarch64)))?/i,
    says: ({ 1: name, input }) =>
      /nothing provides (?:requested )?__|\.(?:x86_64|noarch|aarch64|i686)\b/.test(input) ||
      input.includes('requested module(')
        ? null
        : conda('not-found', { name: name! }),
  },
  {
    literal: 'does not exist (perhaps a ',
    pattern: /([a-z][\w.-]{1,60}) (?:[=<>]|\d)[\w.*=<>!,|]{0,40}[^\n]{0,60}does not exist \(perhaps a /i,
    says: ([, name]) => conda('not-found', { name: name! }),
  },
  {
    // └─ cudatoolkit 10.0**  is not installable because there are no viable options
    literal: [
      'is not installable because there are no viable options',
      'is not installable because it requires',
    ],
    pattern:
      /([a-z][\w.-]{1,60}) [\w.*=<>!,|]{0,60} {0,3}is not installable because (?:there are no viable options|it requires)/i,
    says: ([, name]) => conda('conflict', { name: name! }),
  },
  // A solve that is tried again in another way goes on on that line.
  troubled(
    'not-solved',
    'solving environment: ',
    /Solving environment: (?:\.{3} )?failed\s{0,4}$/i,
    () => 'conda',
  ),
  {
    // CondaHTTPError: HTTP 000 CONNECTION FAILED for url <https://conda.anaconda.org/...>; 404 is a channel that is not there
    literal: ['condahttperror: http', 'unavailableinvalidchannel'],
    pattern:
      /(?:CondaHTTPError: HTTP|UnavailableInvalidChannel: (?:HTTP)?) ?(\d{3})?[^<]{0,160}(?:<(https?:\/\/[^\s/>]{3,100}))?/i,
    says: ({ 1: status, 2: host, input }) =>
      status === '404' || input.includes('UnavailableInvalidChannel')
        ? conda('not-found')
        : conda('unreachable', host === undefined ? {} : { other: host }),
  },
  {
    literal: ['condasslerror', 'connection failed for url'],
    pattern: /CondaSSLError|(?<!CondaHTTPError: HTTP 000 )CONNECTION FAILED for url/i,
    says: () => conda('unreachable'),
  },
  {
    literal: 'checksummismatcherror',
    pattern: /ChecksumMismatchError: Conda detected a mismatch/i,
    says: () => conda('hash-mismatch'),
  },
  {
    literal: ['libmambaunsatisfiableerror', 'unsatisfiableerror:', 'could not solve for environment specs'],
    pattern: /UnsatisfiableError:|Could not solve for environment specs/i,
    says: () => conda('conflict'),
  },
  {
    literal: ['but none of the providers can be installed', ' conflicting with '],
    pattern:
      /package ([a-z][\w.-]{1,60})-(\d[\w.]{0,20})-\w{1,60} (?:requires|has constraint) (.{1,100}?)(?:, but none of the providers can be installed| conflicting with \S{1,60})/i,
    says: ([, name, version, other]) => conda('conflict', { name: name!, version: version!, other: other! }),
  },
];

export const family = familyOf('conda', SENTENCES);
