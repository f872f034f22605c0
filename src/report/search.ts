/** What `search` tells a person: releases, each with what it has, then what could not be read. */
import { escapeLine } from '../base/escape.ts';
import { beginsWithVersion, majorMinor } from '../compat/dotted-version.ts';
import { LIBRARIES, LIBRARY_TITLES } from '../prefix/plan/choose-library.ts';
import type { Bytes, LooseLibrary, PackagedRelease, ReleaseOffer } from '../prefix/plan/release-offers.ts';
import { formatSpec } from '../prefix/plan/spec.ts';
import type { Found } from '../recipe/search.ts';
import type { FoundCompiler, FoundRelease, OfferedCompiler } from '../recipe/search-compilers.ts';
import { displayWidth } from './display-width.ts';
import { style, type Style } from './style.ts';
import { saysAll, type Terminal } from './terminal.ts';
import { agoText, bytesText } from './units.ts';
import { textWidth, wrap } from './wrap.ts';

const LABEL = 7;
const REST = ' '.repeat(2 + LABEL);
/** Of more releases each is told in short. */
const FEW = 4;
/** Versions of a library that are named then. */
const NEWEST = 3;

/** @param now what the age of what was read earlier is told from */
export function renderSearch(found: Found, terminal: Terminal, now: Date = new Date()): string {
  const paint = style(terminal);
  const width = textWidth(terminal);
  const items = (label: string, all: readonly string[]): string[] =>
    all.length === 0 ? [] : wrapItems(all.map(escapeLine), width, `  ${label.padEnd(LABEL)}`);
  const whole = saysAll(terminal) || found.releases.length <= FEW;
  const write: Writer = { items, paint, whole };
  const releases = whole
    ? found.releases.map((release) => releaseLines(release, [], write))
    : byRelease(found.releases).map(([newest, older]) => releaseLines(newest, older, write));
  const unread = unreadLines(found, now, width, paint);
  const lines = [
    ...releases.flat(),
    ...found.compilers.flatMap((one) => compilerLines(one, write)),
    ...looseLines(found.libraries, write),
    ...(whole ? [] : wrap('in short: with a version, or with -v, all of it is shown', width)),
    ...(found.releases.length + found.compilers.length > 0 && unread.length > 0 ? ['', ...unread] : unread),
  ];
  return `${lines.join('\n')}\n`;
}

interface Writer {
  /** A list under a label. */
  items: (label: string, all: readonly string[]) => string[];
  paint: Style;
  whole: boolean;
}

/** The newest point release of each, with older ones from sources that have the newest too. */
function byRelease(releases: readonly FoundRelease[]): [FoundRelease, FoundRelease[]][] {
  const groups: [FoundRelease, FoundRelease[]][] = [];
  for (const release of releases) {
    const sources = sourcesOf(release);
    const newer = groups.find(
      ([newest]) =>
        beginsWithVersion(newest.cuda, majorMinor(release.cuda) ?? release.cuda) &&
        sources.every((id) => sourcesOf(newest).includes(id)),
    );
    if (newer === undefined) groups.push([release, []]);
    else newer[1].push(release);
  }
  return groups;
}

function sourcesOf({ packaged }: ReleaseOffer): readonly string[] {
  return packaged.flatMap(({ sources }) => sources);
}

function titleOf({ cuda, labels }: ReleaseOffer): string {
  const others = labels.filter((label) => label !== cuda);
  return others.length === 0 ? cuda : `${cuda} (${others.join(', ')})`;
}

function releaseLines(release: FoundRelease, older: readonly FoundRelease[], write: Writer): string[] {
  const { items, paint, whole } = write;
  const versions = (all: readonly string[]): readonly string[] =>
    whole || all.length <= NEWEST + 1 ? all : [...all.slice(0, NEWEST), `and ${all.length - NEWEST} older`];
  return [
    paint.bold(escapeLine(`CUDA ${titleOf(release)}`)),
    ...release.packaged.flatMap((one) => [
      ...items('from', one.sources),
      ...items('size', sizeOf(one)),
      ...items(
        'parts',
        one.components.map(({ name, bytes }) => withSize(name, bytes)),
      ),
      ...(whole
        ? items(
            'holds',
            one.holds.map(({ name, bytes }) => withSize(name, bytes)),
          )
        : []),
      ...items(
        '--only',
        one.parts.map(({ name, bytes }) => withSize(name, bytes)),
      ),
      ...LIBRARIES.flatMap((library) => items(LIBRARY_TITLES[library], versions(one[library]))),
    ]),
    ...items('older', older.map(titleOf)),
    ...items('gcc', neededText(release)),
  ];
}

/** What a release is installed with on this host, where the host has no compiler that fits. */
function neededText({ cuda, hostCompiler }: FoundRelease): readonly string[] {
  if (hostCompiler === null) return [];
  const { why, offer, error } = hostCompiler;
  const lacks = why === 'asked' ? [] : [`this host has no compiler that CUDA ${cuda} takes`];
  if (offer === null) return [...lacks, `none can be added: ${error?.message ?? ''}`];
  return [
    `${offer.gcc} from ${offer.source}`,
    ...compilerSize(offer),
    why === 'offered' ? 'added by --with host-compiler' : 'installed with it',
    ...lacks,
  ];
}

/** One that was looked for. */
function compilerLines(compiler: OfferedCompiler, { items, paint }: Writer): string[] {
  const { cuda } = compiler;
  const [newest, oldest] = [cuda[0], cuda.at(-1)];
  return [
    paint.bold(escapeLine(`gcc ${compiler.gcc}`)),
    ...items('from', [compiler.source]),
    ...items('size', [...compilerSize(compiler), `${compiler.packages} packages`]),
    ...items(
      'for',
      newest === undefined
        ? ['no CUDA that gpu-setup knows']
        : [`CUDA ${newest === oldest ? newest : `${oldest} to ${newest}`}`],
    ),
  ];
}

function compilerSize({ bytes: { download, unpackedAtMost } }: FoundCompiler): readonly string[] {
  return [
    `${bytesText(download)} to download`,
    ...(unpackedAtMost === null ? [] : [`at most ${bytesText(unpackedAtMost)} on disk`]),
  ];
}

function withSize(name: string, bytes: Bytes | null): string {
  return bytes === null ? name : `${name} ${bytesText(bytes.download)}`;
}

function sizeOf({ bytes }: PackagedRelease): readonly string[] {
  if (bytes === null) return ['not known', 'compiler and libraries are not whole here'];
  return [
    `${bytesText(bytes.download)} to download`,
    ...(bytes.unpackedAtMost === null ? [] : [`at most ${bytesText(bytes.unpackedAtMost)} on disk`]),
    'for compiler and libraries',
  ];
}

function looseLines(libraries: readonly LooseLibrary[], { items, paint }: Writer): string[] {
  if (libraries.length === 0) return [];
  const bySource = new Map<string, LooseLibrary[]>();
  for (const one of libraries) {
    const sources = one.sources.join(' ');
    bySource.set(sources, [...(bySource.get(sources) ?? []), one]);
  }
  return [
    paint.bold('Libraries for other releases'),
    ...[...bySource.values()].flatMap((own) => [
      ...items('from', own[0]!.sources),
      ...LIBRARIES.flatMap((library) =>
        items(
          LIBRARY_TITLES[library],
          own
            .filter((one) => one.library === library)
            .map(({ version, cuda }) => `${version} (CUDA ${cuda})`),
        ),
      ),
    ]),
  ];
}

/** A reason is told once, whatever the number of sources; and how old what is known of them is. */
function unreadLines(
  { specs, failures, sources, near }: Found,
  now: Date,
  width: number,
  paint: Style,
): string[] {
  const readAt = new Map(sources.map((source) => [source.id, source.readAt]));
  const ageOf = (id: string): string => {
    const at = readAt.get(id) ?? null;
    return at === null ? 'nothing is known of' : `as of ${agoText(now, new Date(at))}:`;
  };
  const nothing =
    near === null ? [] : nothingLines(specs.map(formatSpec).join(' ') || 'CUDA', near, width, paint);
  const unread = failures.flatMap(({ message, sources: ids }) => {
    const ages = [...new Set(ids.map(ageOf))];
    const told = ages.map((age) => `${age} ${ids.filter((id) => ageOf(id) === age).join(', ')}`);
    const reason = wrap(
      `${paint.symbols.unknown} could not be read now: ${escapeLine(message)}`,
      width,
      '',
      '  ',
    );
    return [...reason, ...told.flatMap((one) => wrap(escapeLine(one), width, '  ', '    '))];
  });
  return [...nothing, ...unread].map(paint.magenta);
}

function nothingLines(what: string, near: string, width: number, paint: Style): string[] {
  const text = `${paint.symbols.unknown} nothing that could be read has ${what}; ${near}`;
  return wrap(escapeLine(text), width, '', '  ');
}

/** Like `wrap`, but broken between items: a name keeps its size. A sentence that is wider than a line is broken at words. */
function wrapItems(items: readonly string[], width: number, first: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const [at, item] of items.entries()) {
    const end = at + 1 < items.length ? ',' : '';
    if (at > 0 && displayWidth(`${line} ${item}${end}`) <= width) line += ` ${item}${end}`;
    else {
      if (at > 0) lines.push(line);
      lines.push(...wrap(item + end, width, at === 0 ? first : REST, REST));
      line = lines.pop()!;
    }
  }
  return [...lines, line];
}
