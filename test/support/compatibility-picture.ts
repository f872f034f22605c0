/** The picture of docs/compatibility.md: architectures by toolkits, below them the driver that each toolkit asks for. */
// @ts-expect-error plain JavaScript, shared with npm run pictures
import { escapeXml } from '../../scripts/pictures/themes.mjs';
import { CUDA_RELEASES } from '../../src/compat/cuda-releases.ts';
import { minDriverForCuda } from '../../src/compat/drivers.ts';
import { gpuNamed } from '../../src/compat/gpu-name.ts';
import { allGpus } from '../../src/compat/gpus.ts';
import { architecturesOfToolkit, knownCapabilities } from '../../src/compat/gpu-architectures.ts';

export interface Theme {
  page: string;
  frame: string;
  text: string;
  faint: string;
  bar: string;
  over: string;
}

const LEFT = 212;
const TOP = 84;
const CELL = { width: 25, height: 22 };
const FONT = 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';
const xml = escapeXml as (text: string) => string;

export function compatibilityPicture(theme: Theme): string {
  const capabilities = knownCapabilities().filter((capability) =>
    allGpus().some(({ computeCapability }) => computeCapability === capability),
  );
  const width = LEFT + CUDA_RELEASES.length * CELL.width + 16;
  const bottom = TOP + capabilities.length * CELL.height;
  const height = bottom + 92;
  const x = (at: number): number => LEFT + at * CELL.width;
  const rows = capabilities.flatMap((capability, row) => {
    const y = TOP + row * CELL.height;
    const { architecture, lastDriverBranch } = gpuNamed(capability)!;
    const made = CUDA_RELEASES.map((cuda, at) => ({ cuda, at })).filter(({ cuda }) =>
      architecturesOfToolkit(cuda)!.machine.includes(capability),
    );
    const from = x(made[0]!.at);
    const end = x(made.at(-1)!.at + 1);
    // An architecture that the newest drivers have dropped has another colour, and says so in words too.
    const ended = lastDriverBranch !== null;
    return [
      `<text x="16" y="${y + 15}" fill="${theme.text}">${capability}</text>`,
      `<text x="56" y="${y + 15}" fill="${theme.text}">${xml(architecture ?? '')}</text>`,
      `<text x="${LEFT - 8}" y="${y + 15}" fill="${theme.faint}" font-size="11" text-anchor="end">${ended ? `to driver ${lastDriverBranch}` : ''}</text>`,
      `<rect x="${from + 1}" y="${y + 3}" width="${end - from - 2}" height="${CELL.height - 6}" rx="3" fill="${ended ? theme.over : theme.bar}"/>`,
    ];
  });
  const columns = CUDA_RELEASES.flatMap((cuda, at) => {
    const middle = x(at) + CELL.width / 2;
    const branch = minDriverForCuda(cuda)!.split('.')[0]!;
    return [
      `<text transform="translate(${middle + 4} ${TOP - 8}) rotate(-60)" fill="${theme.text}" font-size="12">${cuda}</text>`,
      `<text transform="translate(${middle + 4} ${bottom + 40}) rotate(-60)" fill="${theme.text}" font-size="12">${branch}</text>`,
    ];
  });
  const majors = CUDA_RELEASES.flatMap((cuda, at) =>
    at > 0 && cuda.split('.')[0] !== CUDA_RELEASES[at - 1]!.split('.')[0]
      ? [`<line x1="${x(at)}" y1="${TOP - 4}" x2="${x(at)}" y2="${bottom + 6}" stroke="${theme.frame}"/>`]
      : [],
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family='${FONT}' font-size="13">
<title>Which CUDA toolkit makes machine code for which GPU architecture</title>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${theme.page}" stroke="${theme.frame}"/>
<text x="16" y="26" fill="${theme.text}" font-weight="600">Compute capabilities that nvcc makes machine code for</text>
<text x="16" y="${TOP - 12}" fill="${theme.faint}" font-size="12">CUDA toolkit</text>
${majors.join('\n')}
${rows.join('\n')}
<text x="16" y="${bottom + 36}" fill="${theme.faint}" font-size="12">Driver branch, from</text>
${columns.join('\n')}
<text x="16" y="${height - 14}" fill="${theme.faint}" font-size="12">Marked with a driver: newer branches no longer serve these GPUs. From CUDA 11 on older drivers of the same major serve too.</text>
</svg>
`;
}
