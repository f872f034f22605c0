/** What a network costs, for people: its layers, its totals, and the frame rate to expect of devices. */
import { dimensions, type NetworkCost } from '../darknet/cost/cost.ts';
import type { TargetRate } from '../darknet/cost/cost-of-file.ts';
import { escapeLine } from '../base/escape.ts';
import { style } from './style.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { bytesText } from './units.ts';
import { textWidth, wrap } from './wrap.ts';

export function renderCost(
  file: string,
  cost: NetworkCost,
  targets: readonly TargetRate[],
  terminal: Terminal,
): string {
  const { width, height, channels } = cost.input;
  const digits = cost.bflops < 1 ? 6 : 3;
  const layers = cost.layers.map((layer) => [
    String(layer.index).padStart(5),
    layer.type,
    dimensions(layer.output).join(' x '),
    layer.bflops.toFixed(digits).padStart(digits + 5),
    String(layer.parameters).padStart(10),
  ]);
  const heads = ['LAYER', 'TYPE', 'OUTPUT (W x H x C)', 'BFLOPS'.padStart(digits + 5), 'PARAMETERS'];
  return [
    `${style(terminal).bold(escapeLine(file))}: input ${width} x ${height} x ${channels}\n`,
    table(heads, layers, terminal),
    table([], totals(cost), terminal),
    targetTable(targets, terminal),
    notes(targets, terminal),
  ].join('\n');
}

function totals(cost: NetworkCost): string[][] {
  return [
    // As darknet prints its "Total BFLOPS".
    ['operations', `${cost.bflops.toFixed(3)} BFLOPS per frame, by darknet's count`],
    ['parameters', String(cost.parameters)],
    ['weights file', bytesText(cost.weightsBytes)],
    ['activations', `${bytesText(cost.activationBytes)} (outputs of all layers, one image, FP32)`],
  ];
}

function targetTable(targets: readonly TargetRate[], terminal: Terminal): string {
  const rows = targets.map((target) => [
    target.id,
    String(target.tflops),
    String(target.memoryGBPerSecond),
    rate(target.framesPerSecond),
    rate(target.framesPerSecondAtPeak),
    verdict(target),
  ]);
  return table(['TARGET', 'TFLOPS FP16', 'GB/S', 'FRAMES/S', 'AT MOST', 'BUDGET'], rows, terminal);
}

function verdict({ budget, framesPerSecond }: TargetRate): string {
  if (budget === null) return '-';
  return `${budget} frames/s: ${framesPerSecond >= budget ? 'met' : 'missed'}`;
}

function rate(framesPerSecond: number): string {
  return framesPerSecond < 9.95 ? framesPerSecond.toFixed(1) : framesPerSecond.toFixed(0);
}

function notes(targets: readonly TargetRate[], terminal: Terminal): string {
  const assumed = targets.flatMap(({ id, assumed }) =>
    assumed === null ? [] : [`${id}, assumed: ${assumed}.`],
  );
  const model =
    'Frame rates are an estimate for an optimised FP16 implementation, one image at a time: each layer takes the longer of its arithmetic at 40 % and its memory traffic at 70 % of the peak, and 20 microseconds to start. "At most": both at their peak.';
  return [model, ...assumed]
    .flatMap((text) => wrap(text, textWidth(terminal)))
    .map((line) => `${line}\n`)
    .join('');
}
