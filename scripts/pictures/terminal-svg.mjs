// A terminal's screen as a picture. Every run of one style stands at its own column, with its width given: whatever font the reader has,
// what is below each other on the screen is so in the picture.
import stringWidth from 'string-width';
import { escapeXml } from './themes.mjs';

const CELL = { width: 8.4, height: 19 };
const MARGIN = 16;
const FONT = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace';

/** Lines of runs { text, column, bold, dim, colour: SGR number or null }, from text with SGR sequences (ECMA-48 8.3.117). */
export function styledLines(output) {
  let style = { bold: false, dim: false, colour: null };
  return output
    .replace(/\n+$/, '')
    .split('\n')
    .map((line) => {
      const runs = [];
      let column = 0;
      // Every second part is what stood in a sequence.
      for (const [index, part] of line.split(/\u001b\[([\d;]*)m/).entries()) {
        if (index % 2 === 1) {
          for (const code of part.split(';')) style = after(style, Number(code));
          continue;
        }
        // Renderers make one space of several: what stands after a gap is a run of its own.
        for (const piece of part.split(/( {2,})/)) {
          if (piece.trim() !== '') runs.push({ text: piece, column, ...style });
          column += stringWidth(piece);
        }
      }
      return runs;
    });
}

function after(style, code) {
  if (code === 0) return { bold: false, dim: false, colour: null };
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, colour: null };
  if (code >= 31 && code <= 36) return { ...style, colour: code };
  throw new Error(`the picture has no style for SGR ${code}`);
}

/** @returns SVG, of as many rows as the text has lines */
export function terminalSvg(output, { columns, theme }) {
  const lines = styledLines(output);
  const width = Math.ceil(columns * CELL.width + 2 * MARGIN);
  const height = lines.length * CELL.height + 2 * MARGIN;
  const rows = lines.flatMap((runs, row) =>
    runs.map((run) => {
      // A leading space would be swallowed as well: the run begins where its first word does.
      const lead = run.text.length - run.text.trimStart().length;
      const text = run.text.trim();
      const x = MARGIN + (run.column + lead) * CELL.width;
      const y = MARGIN + row * CELL.height + 14;
      const fill = run.colour === null ? (run.dim ? theme.faint : theme.text) : theme.sgr[run.colour];
      const weight = run.bold ? ' font-weight="700"' : '';
      return `<text x="${x.toFixed(1)}" y="${y}" fill="${fill}"${weight} textLength="${(stringWidth(text) * CELL.width).toFixed(1)}" lengthAdjust="spacingAndGlyphs">${escapeXml(text)}</text>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family='${FONT}' font-size="14">
<title>${escapeXml(lines[0].map(({ text }) => text).join(''))}</title>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${theme.page}" stroke="${theme.frame}"/>
${rows.join('\n')}
</svg>
`;
}
