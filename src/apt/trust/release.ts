/** The text of a Release file, after its signature was verified. */
import { GpuSetupError } from '../../base/errors.ts';
import { clockHint } from '../../base/set-clock.ts';
import { timeText } from '../../base/time-text.ts';
import { aptBoolean, parseDeb822 } from '../../formats/deb822.ts';
import type { SignedRelease } from '../types.ts';

export interface Release {
  origin: string | null;
  suite: string | null;
  codename: string | null;
  /** Milliseconds since 1970; null where not given (very old NVIDIA repositories). */
  date: number | null;
  validUntil: number | null;
  acquireByHash: boolean;
  /** Whether packages of "Architecture: all" are only in binary-all (and not in every other index too). */
  separateAll: boolean;
  files: SignedRelease['files'];
}

export const MAX_RELEASE_BYTES = 8 << 20;
const DAY_MS = 86_400_000;

/** Throws `bad-release` where the text is none; `title` names it in messages ("InRelease of ..."). */
export function parseRelease(text: string, title: string): Release {
  const [stanza, second] = parseDeb822(text, { code: 'bad-release', file: title });
  if (stanza === undefined || second !== undefined) {
    throw new GpuSetupError(
      'bad-release',
      `${title}: expected one stanza, found ${stanza === undefined ? 'none' : 'several'}`,
    );
  }
  const value = (name: string): string | null => stanza.fields.get(name)?.value || null;
  const list = stanza.fields.get('sha256');
  if (list === undefined) {
    throw new GpuSetupError('release-without-sha256', `${title} lists no SHA256 digests`, {
      hint: 'choose another source: what only MD5 or SHA-1 protects is not installed',
    });
  }
  const architectures = (value('architectures') ?? '').split(/\s+/);
  const unsupported = (value('no-support-for-architecture-all') ?? '').split(/\s+/);
  return {
    origin: value('origin'),
    suite: value('suite'),
    codename: value('codename'),
    date: parseDate(value('date'), title, 'Date'),
    validUntil: parseDate(value('valid-until'), title, 'Valid-Until'),
    acquireByHash: aptBoolean(value('acquire-by-hash') ?? '') === true,
    separateAll: architectures.includes('all') && !unsupported.includes('Packages'),
    files: parseDigests(list.value, title),
  };
}

/** Suite and dates, where given. A flat repository ("/") has no suite to compare. */
export function checkRelease(
  release: Release,
  asked: { suite: string; now: Date; title: string; origin?: string; codename?: string },
): void {
  const { suite, now, title, origin, codename } = asked;
  const named = [release.suite, release.codename].filter((name) => name !== null);
  if (!suite.endsWith('/') && named.length > 0 && !named.includes(suite)) {
    throw new GpuSetupError(
      'wrong-suite',
      `${title} is signed for ${named.join(' / ')}, but ${suite} was asked for`,
      {
        hint: 'the server mixes up its folders, or somebody passes an old release off as this one: use another mirror',
      },
    );
  }
  if (origin !== undefined && (release.origin !== origin || release.codename !== codename)) {
    throw new GpuSetupError(
      'wrong-suite',
      `${title} is ${release.origin ?? '(no Origin)'} ${release.codename ?? '(no Codename)'}, not ${origin} ${codename}`,
    );
  }
  if (release.date !== null && release.date > now.getTime() + DAY_MS) {
    throw new GpuSetupError(
      'release-from-future',
      `${title} is dated ${timeText(new Date(release.date))}, more than a day from now`,
      {
        hint: `whoever runs the repository has to mend it, or this machine's clock is wrong (it says ${timeText(now)}). ${clockHint(null)}`,
      },
    );
  }
  if (release.validUntil !== null && release.validUntil < now.getTime()) {
    throw new GpuSetupError(
      'release-expired',
      `${title} was valid until ${timeText(new Date(release.validUntil))}`,
      {
        hint: `the mirror is out of date, or this machine's clock is ahead (it says ${timeText(now)}). ${clockHint(null)}`,
        retryable: true,
      },
    );
  }
}

/** "Sat, 11 Jul 2026 10:16:37 UTC" or with "+0000". */
function parseDate(value: string | null, title: string, field: string): number | null {
  if (value === null) return null;
  const time = Date.parse(value);
  if (Number.isNaN(time)) {
    throw new GpuSetupError(
      'bad-release',
      `${title}: expected a date in ${field}, found "${value.slice(0, 60)}"`,
    );
  }
  return time;
}

/** Lines of "<sha256> <size> <path>". */
function parseDigests(value: string, title: string): SignedRelease['files'] {
  const files = new Map<string, { sha256: string; size: number }>();
  for (const line of value.split('\n')) {
    if (line === '') continue;
    const match = /^([0-9a-f]{64})[ \t]+(\d{1,15})[ \t]+(\S.*)$/i.exec(line);
    if (match === null) {
      throw new GpuSetupError(
        'bad-release',
        `${title}: expected "digest size path" under SHA256, found "${line.slice(0, 80)}"`,
      );
    }
    const path = match[3]!.replace(/^\.\//, '');
    const entry = { sha256: match[1]!.toLowerCase(), size: Number(match[2]) };
    const known = files.get(path);
    if (known !== undefined && known.sha256 !== entry.sha256) {
      throw new GpuSetupError('bad-release', `${title} gives two digests for ${path}`);
    }
    files.set(path, entry);
  }
  return files;
}
