/** What `which` tells a person: of each name the file that is taken and by which rule, then the copies that are not. */
import { escapeLine } from '../base/escape.ts';
import type { Copy, FoundBy, WhichResult } from '../machine/which/types.ts';
import type { Which } from '../machine/which/which.ts';
import { style, type Style } from './style.ts';
import { saysAll, type Terminal } from './terminal.ts';
import { textWidth, wrap } from './wrap.ts';

/** Why a place comes where it does, as ld.so(8) has it. */
const RULES: Readonly<Record<FoundBy, string>> = {
  RPATH: "by the file's own DT_RPATH, before everything else",
  LD_LIBRARY_PATH: 'by LD_LIBRARY_PATH',
  RUNPATH: "by the file's own DT_RUNPATH, after LD_LIBRARY_PATH",
  'ld.so.cache': 'by /etc/ld.so.cache (ldconfig)',
  'default-path': 'in a folder that the loader always searches, since nothing before has it',
  PATH: 'the first on PATH',
  'not-searched': 'in a toolkit',
};

export function renderWhich(found: Which, terminal: Terminal): string {
  const paint = style(terminal);
  const width = textWidth(terminal);
  const lines = found.results.flatMap((one) => linesOf(one, width, paint));
  const order = saysAll(terminal) ? orderLines(found, width, paint) : [];
  return `${[...lines, ...order].join('\n')}\n`;
}

function linesOf(
  { name, state, kind, copies, loaded, notes }: WhichResult,
  width: number,
  paint: Style,
): string[] {
  const taken = copies.find((copy) => copy.taken);
  const others = copies.filter((copy) => !copy.taken);
  const below = (text: string): string[] => wrap(escapeLine(text), width, '    ', '      ');
  const looked = kind === 'library' ? 'where the loader looks' : 'on PATH';
  const none = state === 'missing' ? `none ${looked}` : `none seen, and not every place could be looked at`;
  return [
    paint.bold(escapeLine(name)),
    ...(taken === undefined
      ? wrap(
          `${state === 'missing' ? paint.symbols.error : paint.symbols.unknown} ${none}`,
          width,
          '  ',
          '    ',
        )
      : [
          ...wrap(escapeLine(`${paint.symbols.ok} ${pathOf(taken)}`), width, '  ', '    '),
          ...below(RULES[taken.by] + (taken.note === null ? '' : `; ${taken.note}`)),
        ]),
    ...(loaded === null ? [] : below(`the process has loaded ${loaded}`)),
    ...others.flatMap((copy) => below(`not ${pathOf(copy)}: ${reasonOf(copy, taken)}`)),
    ...notes.flatMap((note) => below(`${paint.symbols.unknown} ${note}`)),
  ];
}

const pathOf = ({ path, realPath, version }: Copy): string =>
  `${path}${realPath === path ? '' : ` -> ${realPath}`}${version === null ? '' : ` (${version})`}`;

const reasonOf = (copy: Copy, taken: Copy | undefined): string =>
  copy.note ?? (taken === undefined ? 'it is not taken' : `it comes later (${copy.by})`);

function orderLines({ searched }: Which, width: number, paint: Style): string[] {
  const list = (title: string, places: Which['searched']['libraries']): string[] => [
    '',
    paint.bold(title),
    ...places.flatMap(({ folder, by }) =>
      wrap(escapeLine(folder === null ? '/etc/ld.so.cache' : `${folder} (${by})`), width, '  ', '    '),
    ),
  ];
  return [
    ...list('The loader looks in this order', searched.libraries),
    ...list('Programs are looked for in', searched.programs),
  ];
}
