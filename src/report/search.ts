/** What `search` tells a person: releases, each with what it has, then what could not be read. */
import { escapeLine } from '../base/escape.ts';
import type { LooseLibrary, PackagedRelease, ReleaseOffer } from '../prefix/plan/release-offers.ts';
import type { Found } from '../recipe/search.ts';
import { style, type Style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { agoText, bytesText } from './units.ts';
import { textWidth, wrap } from './wrap.ts';

const LABEL = 7;
const REST = ' '.repeat(2 + LABEL);
const TITLES = { cudnn: 'cuDNN', nccl: 'NCCL' } as const;

/** @param now what the age of what was read earlier is told from */
export function renderSearch(found: Found, terminal: Terminal, now: Date = new Date()): string {
  const paint = style(terminal);
  const width = textWidth(terminal);
  const row = (label: string, text: string): string[] =>
    text === '' ? [] : wrap(escapeLine(text), width, `  ${label.padEnd(LABEL)}`, REST);
  const lines = [
    ...found.releases.flatMap((release) => releaseLines(release, row, paint)),
    ...looseLines(found.libraries, row, paint),
    ...unreadLines(found, now, width, paint),
  ];
  return `${lines.join('\n')}\n`;
}

type Row = (label: string, text: string) => string[];

function releaseLines({ cuda, labels, packaged }: ReleaseOffer, row: Row, paint: Style): string[] {
  const others = labels.filter((label) => label !== cuda);
  return [
    paint.bold(`CUDA ${escapeLine(cuda)}`) +
      (others.length === 0 ? '' : ` (${escapeLine(others.join(', '))})`),
    ...packaged.flatMap((one) => [
      ...row('from', one.sources.join(', ')),
      ...row('size', sizeText(one)),
      ...row('parts', one.components.join(', ')),
      ...row(TITLES.cudnn, one.cudnn.join('  ')),
      ...row(TITLES.nccl, one.nccl.join('  ')),
    ]),
  ];
}

function sizeText({ bytes }: PackagedRelease): string {
  if (bytes === null) return 'not known: its compiler and libraries are not whole here';
  const unpacked =
    bytes.unpackedAtMost === null ? '' : `, at most ${bytesText(bytes.unpackedAtMost)} unpacked`;
  return `${bytesText(bytes.download)} to download${unpacked} (compiler, libraries)`;
}

function looseLines(libraries: readonly LooseLibrary[], row: Row, paint: Style): string[] {
  if (libraries.length === 0) return [];
  const bySource = new Map<string, LooseLibrary[]>();
  for (const one of libraries) {
    const sources = one.sources.join(', ');
    bySource.set(sources, [...(bySource.get(sources) ?? []), one]);
  }
  return [
    paint.bold('Libraries for other releases'),
    ...[...bySource].flatMap(([sources, own]) => [
      ...row('from', sources),
      ...(['cudnn', 'nccl'] as const).flatMap((library) =>
        row(
          TITLES[library],
          own
            .filter((one) => one.library === library)
            // One word, so that it is not broken over two lines.
            .map(({ version, cuda }) => `${version}(CUDA-${cuda})`)
            .join('  '),
        ),
      ),
    ]),
  ];
}

/** A reason is told once, whatever the number of sources; and how old what is known of them is. */
function unreadLines({ failures, sources }: Found, now: Date, width: number, paint: Style): string[] {
  const readAt = new Map(sources.map((source) => [source.id, source.readAt]));
  const ageOf = (id: string): string => {
    const at = readAt.get(id) ?? null;
    return at === null ? 'nothing is known of' : `as of ${agoText(now, new Date(at))}:`;
  };
  return failures.flatMap(({ message, sources: ids }) => {
    const ages = [...new Set(ids.map(ageOf))];
    const told = ages.map((age) => `${age} ${ids.filter((id) => ageOf(id) === age).join(', ')}`);
    const reason = wrap(
      `${paint.symbols.unknown} could not be read now: ${escapeLine(message)}`,
      width,
      '',
      '  ',
    );
    return [...reason, ...told.flatMap((one) => wrap(escapeLine(one), width, '  ', '    '))].map(
      paint.yellow,
    );
  });
}
