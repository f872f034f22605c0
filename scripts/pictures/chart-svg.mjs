// The benchmark as a chart: one bar per row of docs/bench.md, its length the ratio of our time to the peer's; the line at 1 is the peer.
import { escapeXml } from './themes.mjs';

const WIDTH = 760;
const ROW = 44;
const TOP = 50;
const LEFT = 16;
const BAR = { left: 430, right: 730 };
const FONT = 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';

/**
 * Rows { what, peer, ratio, goal } of the table, and the line that says where it was measured. What has a goal in seconds or
 * megabytes stands in the table alone: its ratio to a peer that does much less says little.
 */
export function readBench(markdown) {
  const rows = [...markdown.matchAll(/^\| (?!What |-)(.+) \|$/gm)]
    .map(([, cells]) => cells.split(' | ').map((cell) => cell.replaceAll('`', '').trim()))
    // A row that was not measured has no ratio.
    .filter((cells) => /^\d/.test(cells[3] ?? ''))
    .flatMap(([what, , peer, ratio, goal]) => {
      const most = /^<=? ([\d.]+)/.exec(goal ?? '')?.[1];
      if (most === undefined) return [];
      return [{ what, peer: peer.replace(/: [\d.]+ m?s$/, ''), ratio: Number(ratio), goal: Number(most) }];
    });
  const measured = /^Written by .* on (\S+): ([\s\S]*?)\. Medians/m.exec(markdown);
  if (rows.length === 0 || !measured) throw new Error('docs/bench.md holds no measured row');
  return { rows, where: `${measured[1]}, ${measured[2].replace(/\s+/g, ' ')}` };
}

export function chartSvg({ rows, where }, theme) {
  const longest = Math.max(1, ...rows.flatMap(({ ratio, goal }) => [ratio, goal]));
  const at = (ratio) => BAR.left + (ratio / longest) * (BAR.right - BAR.left);
  const height = TOP + rows.length * ROW + 34;
  const bars = rows.map(({ what, peer, ratio, goal }, index) => {
    const y = TOP + index * ROW;
    const mark = `<line x1="${at(goal).toFixed(1)}" y1="${y + 4}" x2="${at(goal).toFixed(1)}" y2="${y + 30}" stroke="${theme.text}" stroke-width="2" stroke-dasharray="3 3"/>`;
    return `<text x="${LEFT}" y="${y + 15}" fill="${theme.text}">${escapeXml(what)}</text>
<text x="${LEFT}" y="${y + 31}" fill="${theme.faint}" font-size="12">against ${escapeXml(peer)}</text>
<rect x="${BAR.left}" y="${y + 8}" width="${(at(ratio) - BAR.left).toFixed(1)}" height="18" rx="3" fill="${ratio > goal ? theme.over : theme.bar}"/>
${mark}
<text x="${BAR.left - 10}" y="${y + 22}" fill="${theme.text}" text-anchor="end">${ratio.toFixed(2)}</text>`;
  });
  const bottom = TOP + rows.length * ROW;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family='${FONT}' font-size="14">
<title>Time of gpu-setup as a share of its peer's</title>
<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8" fill="${theme.page}" stroke="${theme.frame}"/>
<text x="${LEFT}" y="28" fill="${theme.text}" font-weight="600">Time of gpu-setup / time of its peer (shorter is faster)</text>
<line x1="${at(1).toFixed(1)}" y1="${TOP - 8}" x2="${at(1).toFixed(1)}" y2="${bottom}" stroke="${theme.faint}"/>
<text x="${at(1).toFixed(1)}" y="${TOP - 12}" fill="${theme.faint}" font-size="12" text-anchor="middle">1 = the peer</text>
${bars.join('\n')}
<text x="${LEFT}" y="${bottom + 20}" fill="${theme.faint}" font-size="12">Dashed: the goal. Measured ${escapeXml(where)}.</text>
</svg>
`;
}
