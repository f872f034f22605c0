/** The curve of a training as a picture: loss and mAP@0.5 by iteration. Plain SVG, readable on light and dark ground. */
import type { Curve } from './rungs/training.ts';

const WIDTH = 720;
const HEIGHT = 360;
const EDGE = { left: 60, right: 60, top: 40, bottom: 50 };
const INNER = { width: WIDTH - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };
const LOSS = '#d95f02';
const MAP = '#1b7fb9';
const LINE = '#808080';

export function curveSvg({ loss, map50 }: Curve): string {
  const last = Math.max(1, ...loss.map(({ iteration }) => iteration));
  const known = loss.filter((point) => Number.isFinite(point.loss));
  const top = lossTop(known.map((point) => point.loss));
  const x = (iteration: number): number => EDGE.left + (INNER.width * iteration) / last;
  const y = (share: number): number => EDGE.top + INNER.height * (1 - Math.min(1, Math.max(0, share)));
  const losses = known.map((point) => [x(point.iteration), y(point.loss / top)] as const);
  const maps = map50.map((point) => [x(point.iteration), y(point.map50)] as const);
  const quarters = [0, 0.25, 0.5, 0.75, 1];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="${LINE}">`,
    `<title>Loss and mAP@0.5 by iteration</title>`,
    ...quarters.map((share) => {
      const at = y(share).toFixed(1);
      return [
        `<path d="M${EDGE.left} ${at}H${WIDTH - EDGE.right}" stroke="${LINE}" stroke-opacity="0.3"/>`,
        text(EDGE.left - 8, at, 'end', LOSS, (top * share).toFixed(2)),
        text(WIDTH - EDGE.right + 8, at, 'start', MAP, share.toFixed(2)),
      ].join('');
    }),
    ...quarters.map((share) =>
      text(x(last * share), HEIGHT - 28, 'middle', LINE, String(Math.round(last * share))),
    ),
    text(WIDTH / 2, HEIGHT - 8, 'middle', LINE, 'iterations'),
    text(EDGE.left - 8, 20, 'end', LOSS, 'loss'),
    text(WIDTH - EDGE.right + 8, 20, 'start', MAP, 'mAP@0.5'),
    `<path d="${path(losses)}" fill="none" stroke="${LOSS}" stroke-width="1.5"/>`,
    `<path d="${path(maps)}" fill="none" stroke="${MAP}" stroke-width="2"/>`,
    ...maps.map(([cx, cy]) => `<circle cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="4" fill="${MAP}"/>`),
    '</svg>',
    '',
  ].join('\n');
}

/** The first losses are ten times the later ones: they are cut off, so that the rest can be seen. */
function lossTop(losses: readonly number[]): number {
  const sorted = [...losses].sort((a, b) => a - b);
  const most = sorted[Math.floor(0.95 * (sorted.length - 1))];
  return most === undefined || most <= 0 ? 1 : most;
}

function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}

function text(x: number, y: number | string, anchor: string, color: string, content: string): string {
  const at = typeof y === 'number' ? y : Number(y) + 4;
  return `<text x="${x.toFixed(1)}" y="${at.toFixed(1)}" text-anchor="${anchor}" fill="${color}">${content}</text>`;
}
