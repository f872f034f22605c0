/**
 * nvidia-smi: what it says, of every generation of its table (2012 to today), of -L, -q and --format=csv, and how it
 * fails. It is run only where it is installed; where it hangs, that is a finding.
 */
import { absent, present, unknown, type Answer } from '../../answer.ts';
import type { NvidiaSmiFacts } from '../../facts.ts';
import { PROBE_TIME_LIMIT_MS, type Machine } from '../../machine.ts';
import { linesOf, outputsOf } from '../recorded.ts';
import { shortBusId } from './lspci.ts';
import { columnsAsked, readQueryCsv } from './state/query-csv.ts';
import { readQueryXml } from './state/query-xml.ts';
import type { Reading } from './state/reading.ts';
import { stateOf } from './state/state-of.ts';

const EXCERPT_LINES = 12;

export interface SmiGpu {
  index: number;
  /** "GeForce GTX 1660 Ti"; cut off by the table's width as "GeForce GTX 166...". */
  name: string;
  busId: string | null;
}

/** What the text holds besides the facts that are shown. */
export interface SmiReport extends NvidiaSmiFacts {
  gpus: readonly SmiGpu[];
  /** Its own version, "NVIDIA-SMI 530.30.02": where the driver's differs, that one is of Windows (WSL) or of another container. */
  toolVersion: string | null;
  /** "NVML library version: 535.171", printed under a version mismatch since driver 530. */
  libraryVersion: string | null;
}

export async function probeNvidiaSmi(machine: Machine): Promise<Answer<SmiReport>> {
  const answer = await outputsOf(machine, ['nvidia-smi']);
  if (answer.state !== 'present') return answer;
  // The table says more of the driver than its XML, which we ask for besides: of a recording of ours both are there.
  const isXml = ({ text }: { text: string }): boolean => text.includes('<nvidia_smi_log');
  const outputs = [...answer.value].sort((a, b) => Number(isXml(a)) - Number(isXml(b)));
  for (const { line, result, text, from } of outputs) {
    if (result.outcome === 'timed-out') return present(hung(text), from);
    // A launcher in Python or a desktop says in its own words that the program is not there.
    if (/No such file or directory: '?nvidia-smi|nvidia-smi: command not found/.test(text))
      return absent(from);
    const report = parseNvidiaSmi(text, columnsAsked(line.flags));
    if (report) return present(report, from);
    if (result.outcome === 'exited' && result.exit !== null && result.exit !== 0) {
      return present({ ...nothing(text), outcome: 'failed' }, from);
    }
  }
  return unknown('failed', 'printed nothing that is understood', answer.from);
}

function nothing(text: string): Omit<SmiReport, 'outcome'> {
  return {
    driverVersion: null,
    cudaVersion: null,
    cudaVersionNotAvailable: false,
    gpuNames: [],
    excerpt: excerptOf(text),
    gpus: [],
    libraryVersion: null,
    toolVersion: null,
  };
}

function hung(text: string): SmiReport {
  const excerpt = text.trim() === '' ? `no answer within ${PROBE_TIME_LIMIT_MS / 1000} s` : excerptOf(text);
  return { ...nothing(text), outcome: 'hung', excerpt };
}

/** NVML's and nvidia-smi's own sentences, most telling first. */
const FAILURES: readonly (readonly [RegExp, NvidiaSmiFacts['outcome']])[] = [
  [/Driver\/library version mismatch/i, 'mismatch'],
  [
    /couldn't communicate with the NVIDIA driver|Failed to initialize NVML: Driver Not Loaded|NVIDIA driver is not loaded/i,
    'no-driver',
  ],
  [
    /couldn't find (?:the )?libnvidia-ml|NVML Shared Library Not Found|libnvidia-ml\.so[.\d]*: cannot open shared object/i,
    'no-library',
  ],
  [/^No devices were found|No devices found/im, 'no-devices'],
  [
    /Failed to initialize NVML|Unable to determine the device handle|GPU access blocked by the operating system|NVIDIA-SMI has failed|GPU is lost/i,
    'failed',
  ],
];

/**
 * Null for text that is none of nvidia-smi's.
 *
 * @param asked columns of the query whose output it is
 */
export function parseNvidiaSmi(text: string, asked: readonly string[] | null = null): SmiReport | null {
  const lines = linesOf(text);
  const queried = readQueryCsv(lines, asked);
  const driverVersion =
    versionAfter(text, /(?:Driver|KMD) Version\s*:\s*|<driver_version>/i) ??
    queried.map(({ values }) => values.get('driver_version')).find((one) => /^\d/.test(one ?? '')) ??
    null;
  const cuda =
    /(?:CUDA (?:UMD )?Version\s*:\s*|<cuda_version>)([\d.]+|N\/A|ERR!|Not Found|Insufficient\w*)/i.exec(
      text,
    )?.[1];
  const gpus = gpusOf(lines, [...readQueryXml(text), ...queried]);
  const report: Omit<SmiReport, 'outcome'> = {
    ...nothing(text),
    driverVersion,
    cudaVersion: cuda !== undefined && /^\d/.test(cuda) ? cuda : null,
    cudaVersionNotAvailable: cuda !== undefined && !/^\d/.test(cuda),
    gpuNames: gpus.map(({ name }) => name),
    gpus,
    toolVersion: versionAfter(text, /NVIDIA-SMI /),
    libraryVersion: versionAfter(text, /NVML library version\s*:\s*/i),
  };
  const failure = FAILURES.find(([pattern]) => pattern.test(text))?.[1];
  // A table with a lost GPU among healthy ones is still a table.
  if (failure && (driverVersion === null || gpus.length === 0)) return { ...report, outcome: failure };
  if (driverVersion !== null || gpus.length > 0) return { ...report, outcome: 'ok' };
  return null;
}

function versionAfter(text: string, label: RegExp): string | null {
  const match = label.exec(text);
  if (!match) return null;
  return (
    /^\d+(?:\.\d+)+/.exec(
      text.slice(match.index + match[0].length, match.index + match[0].length + 40),
    )?.[0] ?? null
  );
}

function gpusOf(lines: readonly string[], read: readonly Reading[]): SmiGpu[] {
  for (const reader of [tableGpus, listedGpus, queriedGpus]) {
    const gpus = reader(lines);
    if (gpus.length > 0) return gpus;
  }
  return read.flatMap((reading, at) => {
    const { name, busId, index } = stateOf(reading);
    return name === null ? [] : [{ index: index ?? at, name, busId }];
  });
}

/**
 *     |   0  GeForce GTX TIT...  Off  | 00000000:2D:00.0  On |                  N/A |       390 to 460
 *     |   0  GeForce GTX 680     Off  | 0000:01:00.0     N/A |                  N/A |       up to 384
 *     |   0  NVIDIA A100-SXM4-40GB          On  |   00000000:07:00.0 Off |         0 |       525 and newer
 *     | 0.   Tesla C2050         | 0000:02:00.0  Off |                                       2.x
 *
 * The list of processes below the table has numbers in front too; it ends the table.
 */
function tableGpus(lines: readonly string[]): SmiGpu[] {
  const gpus: SmiGpu[] = [];
  for (const line of lines) {
    if (/^\|\s*(?:GPU\s+)?(?:Compute )?Processes:/i.test(line)) break;
    const row = /^\|\s*(\d{1,3})\.?\s{1,6}(\S[^|]*)(?:\|(.*))?$/.exec(line);
    if (!row) continue;
    const name = row[2]!
      .trim()
      .replace(/\s+(?:On|Off|N\/A|ERR!|WDDM|TCC|MCDM|Disabled|Enabled)$/, '')
      .trim();
    // MIG rows and processes begin with more numbers.
    if (!/[A-Za-z]{2}/.test(name) || /^(?:N\/A|\d+\s)/.test(name)) continue;
    const bus = /([0-9A-F]{4,8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-9A-F])/i.exec(row[3] ?? '')?.[1];
    gpus.push({ index: Number(row[1]), name, busId: bus ? shortBusId(bus) : null });
  }
  return gpus;
}

/** nvidia-smi -L: "GPU 0: NVIDIA A10 (UUID: GPU-...)" */
function listedGpus(lines: readonly string[]): SmiGpu[] {
  return lines.flatMap((line) => {
    const match = /^\s*GPU (\d{1,3}): (\S.*?)\s*\(UUID:/.exec(line);
    return match ? [{ index: Number(match[1]), name: match[2]!, busId: null }] : [];
  });
}

/** nvidia-smi -q: "GPU 00000000:01:00.0" and, indented, "Product Name : GeForce GTX 1660 Ti" */
function queriedGpus(lines: readonly string[]): SmiGpu[] {
  const gpus: SmiGpu[] = [];
  let bus: string | null = null;
  for (const line of lines) {
    bus = /^GPU ([0-9A-F]{4,8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-9A-F])\s*$/i.exec(line)?.[1] ?? bus;
    const name = /^\s+Product Name\s*:\s*(\S.*?)\s*$/.exec(line)?.[1];
    if (name) gpus.push({ index: gpus.length, name, busId: bus === null ? null : shortBusId(bus) });
  }
  return gpus;
}

function excerptOf(text: string): string {
  return linesOf(text)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(0, EXCERPT_LINES)
    .join('\n');
}
