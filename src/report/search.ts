/** What `search` tells a person: sources, and what each offers. */
import { escapeLine } from '../base/escape.ts';
import type { Offer } from '../prefix/plan/offers.ts';
import type { SourceOffer } from '../recipe/search.ts';
import { style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { textWidth, wrap } from './wrap.ts';

const INDENT = '    ';

export function renderSearch(sources: readonly SourceOffer[], terminal: Terminal): string {
  const paint = style(terminal);
  const width = textWidth(terminal);
  const lines: string[] = [];
  for (const { id, description, offer, error } of sources) {
    lines.push(`${paint.bold(escapeLine(id))}${description === null ? '' : `  ${escapeLine(description)}`}`);
    if (error !== null) {
      const text = `${paint.symbols.unknown} could not be read: ${escapeLine(error.message)}`;
      lines.push(...wrap(text, width, '  ', INDENT).map(paint.yellow));
    }
    for (const [title, text] of offer === null ? [] : rowsOf(offer)) {
      lines.push(...wrap(escapeLine(text), width, `  ${title.padEnd(6)} `, ' '.repeat(9)));
    }
  }
  return `${lines.join('\n')}\n`;
}

function rowsOf({ cuda, cudnn, nccl }: Offer): [string, string][] {
  const rows: [string, string][] = [
    ['CUDA', cuda.map(({ version }) => version).join('  ')],
    ['cuDNN', cudnn.map(buildText).join('  ')],
    ['NCCL', nccl.map(buildText).join('  ')],
  ];
  return rows.filter(([, text]) => text !== '');
}

/** "7.5.0.56(10.0)": one word, so that it is not broken over two lines. */
function buildText({ version, cuda }: { version: string; cuda: string }): string {
  return `${version}(CUDA-${cuda})`;
}
