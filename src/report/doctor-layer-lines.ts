/** The layers of a doctor's result on a terminal: one line for each that was looked at, the others gathered. */
import { escapeLine } from '../base/escape.ts';
import type { CheckStatus } from '../doctor/types.ts';
import type { LayerLine } from './doctor-summary.ts';
import type { Style } from './style.ts';
import { cut, wrap } from './wrap.ts';

/** Of "driver-library" and its like. */
const LAYER_COLUMN = 15;

/**
 * @param rootCode code of the diagnosis that the headline states
 * @param shortened whether a layer takes one line at most
 */
export function layerLines(
  all: readonly LayerLine[],
  rootCode: string | null,
  shortened: boolean,
  paint: Style,
  width: number,
): string[] {
  const isHeadline = (line: LayerLine): boolean =>
    line.status === 'error' && line.code !== null && line.code === rootCode;
  const gathered = (status: CheckStatus): boolean => status === 'blocked' || status === 'not-applicable';
  return [
    ...all
      .filter((line) => !gathered(line.status) && !isHeadline(line))
      .flatMap((line) => row(line, shortened, paint, width)),
    ...together(all.filter(isHeadline), 'error', 'see above', paint, width),
    ...together(
      all.filter(({ status }) => status === 'blocked'),
      'blocked',
      'blocked',
      paint,
      width,
    ),
    ...together(
      all.filter(({ status }) => status === 'not-applicable'),
      'not-applicable',
      'not needed',
      paint,
      width,
    ),
  ];
}

/** "- blocked         device, driver-library (by nouveau-in-use)" */
function together(
  lines: readonly LayerLine[],
  status: CheckStatus,
  says: string,
  paint: Style,
  width: number,
): string[] {
  if (lines.length === 0) return [];
  const causes = [...new Set(lines.flatMap((line) => line.blockedBy))];
  const by = causes.length === 0 ? '' : ` (by ${causes.join(', ')})`;
  const names = lines.map((line) => line.layer).join(', ');
  const [first = '', ...more] = wrap(`${names}${by}`, width - LAYER_COLUMN - 3);
  const indent = ' '.repeat(LAYER_COLUMN + 3);
  return [
    `${symbol(status, paint)} ${says.padEnd(LAYER_COLUMN)} ${first}`,
    ...more.map((text) => indent + text),
  ];
}

function row(line: LayerLine, shortened: boolean, paint: Style, width: number): string[] {
  const { status, layer } = line;
  const word = status === 'ok' ? '' : `${status}: `;
  const text = `${word}${escapeLine(line.code ?? line.summary)}`;
  const room = width - LAYER_COLUMN - 3;
  const [first = '', ...more] = shortened ? [cut(text, room, paint.symbols.rest)] : wrap(text, room);
  return [
    `${symbol(status, paint)} ${layer.padEnd(LAYER_COLUMN)} ${first}`,
    ...more.map((rest) => ' '.repeat(LAYER_COLUMN + 3) + rest),
  ];
}

function symbol(status: CheckStatus, paint: Style): string {
  return paint.byStatus(status, paint.symbols[status === 'not-applicable' ? 'blocked' : status]);
}
