/**
 * The stack as it is drawn: hardware at the bottom, the framework on top, the broken layer in it, and what hangs on that one
 * tied to it by a line. What stands beside the stack (apt) is a list of its own.
 */
import type { Layer } from '../../doctor/layers.ts';
import type { Check, CheckStatus, DoctorReport } from '../../doctor/types.ts';
import type { LayerLine, Summary } from '../doctor-summary.ts';
import { evidenceList } from './evidence.ts';
import { html, type Html } from './html.ts';

/** From the top down. */
const STACK: readonly Layer[] = [
  'framework',
  'compiler',
  'cudnn',
  'toolkit',
  'container',
  'driver-library',
  'device',
  'kernel-driver',
  'platform',
  'hardware',
];

/** What a layer is, for whoever does not know the word. */
const ABOUT: Readonly<Record<Layer, string>> = {
  platform: 'operating system',
  hardware: 'the GPU itself',
  'kernel-driver': "NVIDIA's kernel module",
  device: 'device files',
  'driver-library': 'libcuda',
  container: 'the way into a container',
  toolkit: 'CUDA toolkit',
  cudnn: 'cuDNN',
  compiler: 'host compiler',
  framework: 'what runs on it',
  apt: 'package sources',
};

/** A colour never stands alone: the word is beside it. */
const MARKS: Readonly<Record<CheckStatus, string>> = {
  ok: '✓',
  error: '✗',
  warning: '!',
  unknown: '?',
  blocked: '·',
  'not-applicable': '·',
};

export function stackDrawing(report: DoctorReport, summary: Summary): Html {
  const { root } = summary;
  const inStack = STACK.flatMap((layer) => summary.layers.find((line) => line.layer === layer) ?? []);
  const hanging = new Set(root === null ? [] : hangingOn(root.code, report, summary));
  const isTied = (line: LayerLine): boolean => line.layer === root?.layer || hanging.has(line.layer);
  const [first, last] = [inStack.findIndex(isTied), inStack.findLastIndex(isTied)];
  const rows = inStack.map((line, at) => {
    const classes = [
      ...(line.layer === root?.layer ? ['root'] : []),
      ...(hanging.has(line.layer) ? ['hangs'] : []),
      ...(hanging.size > 0 && at >= first && at <= last ? ['tied'] : []),
      ...(at === first ? ['first'] : []),
      ...(at === last ? ['last'] : []),
    ];
    return row(line, classes, report.checks);
  });
  const beside = summary.layers.filter(({ layer }) => !STACK.includes(layer));
  return html`<section aria-labelledby="stack">
    <h2 id="stack">The stack</h2>
    <ol class="stack">
      ${rows}
    </ol>
    ${
      beside.length === 0
        ? null
        : html`<h3>Beside it</h3>
            <ul class="stack">
              ${beside.map((line) => row(line, line.layer === root?.layer ? ['root'] : [], report.checks))}
            </ul>`
    }
  </section>`;
}

/** Layers that the root blocks, or in which something is reported that it causes. */
function hangingOn(code: string, { diagnoses }: DoctorReport, { layers, consequences }: Summary): Layer[] {
  const caused = diagnoses.filter((one) => consequences.includes(one.code)).map(({ layer }) => layer);
  const own = diagnoses.find((one) => one.code === code)?.layer;
  return layers
    .filter(({ layer, blockedBy }) => blockedBy.includes(code) || caused.includes(layer))
    .map(({ layer }) => layer)
    .filter((layer) => layer !== own);
}

function row(line: LayerLine, classes: readonly string[], checks: readonly Check[]): Html {
  const { layer, status, summary } = line;
  const word = classes.includes('root') ? 'broken' : status === 'not-applicable' ? 'not needed' : status;
  return html`<li class="${['layer', status, ...classes].join(' ')}">
    <details>
      <summary>
        <span class="mark" aria-hidden="true">${MARKS[status]}</span>
        <span class="name">${layer} <small>${ABOUT[layer]}</small></span>
        <span class="word">${word}</span>
        <span class="what">${summary}</span>
      </summary>
      ${checks
        .filter((check) => check.layer === layer)
        .map(
          (check) =>
            html`<div class="check">
              <p><b>${check.id}</b> (${check.subject}): ${check.status}. ${check.summary}</p>
              ${evidenceList(check.evidence)}
            </div>`,
        )}
    </details>
  </li>`;
}
