/**
 * dpkg: files that two packages claim, halves of installations, its own locks.
 *
 *     dpkg: error processing archive .../nvidia-440_440.64.00-0ubuntu1_amd64.deb (--unpack):
 *      trying to overwrite '/usr/lib/x86_64-linux-gnu/libGLX_indirect.so.0', which is also in package libglx-mesa0:amd64 19.2.8
 *     dpkg: dependency problems prevent configuration of nvidia-driver-470:
 */
import { familyOf, type Sentence } from '../family.ts';
import { packageTrouble } from '../package-trouble.ts';

const dpkg = packageTrouble('dpkg');

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'trying to overwrite',
    pattern: /trying to overwrite (?:shared )?'([^']{1,200})', which is also in package (\S{1,100})/i,
    says: ([, file, owner]) => dpkg('overwrite', { name: owner!, other: file! }),
  },
  {
    literal: 'trying to overwrite shared',
    pattern:
      /trying to overwrite shared '([^']{1,200})', which is different from other instances of package (\S{1,100})/i,
    says: ([, file, owner]) => dpkg('overwrite', { name: owner!, other: file! }),
  },
  {
    literal: 'dependency problems prevent configuration of',
    pattern: /dependency problems prevent configuration of ([\w.+:-]{2,80}?):?\s{0,4}$/i,
    says: ([, name]) => dpkg('unmet', { name: name! }),
  },
  {
    //   nvidia-driver-470 depends on nvidia-dkms-470; however:
    literal: '; however:',
    pattern: /([\w.+-]{2,80}) depends on ([\w.+-]{2,80})(?: \(([^)]{1,60})\))?; however:/i,
    says: ([, name, other, bound]) =>
      dpkg('unmet', { name: name!, other: bound === undefined ? other! : `${other} (${bound})` }),
  },
  {
    literal: 'dpkg was interrupted',
    pattern: /dpkg was interrupted, you must manually run/i,
    says: () => dpkg('interrupted'),
  },
  {
    literal: ['frontend lock', 'status database is locked'],
    pattern:
      /dpkg frontend lock (?:is|was) locked by another process(?: with pid (\d{1,8}))?|dpkg status database is locked/i,
    says: ([, holder]) => dpkg('locked', holder === undefined ? {} : { other: holder }),
  },
];

export const family = familyOf('dpkg', SENTENCES, [
  {
    literal: 'dpkg',
    pattern: /^\W{0,8}dpkg(?:-deb)?: error: /i,
  },
]);
