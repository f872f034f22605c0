import type { GpuPeer, GpuProcess, GpuStateFacts, NvLinkFacts } from '../../../facts.ts';
import { baseOf } from '../../../paths.ts';

/** What one output says of one GPU, by names that all forms of the output share: "remapped_rows/pending" to "Yes". */
export interface Reading {
  busId: string | null;
  index: number | null;
  /** "GPU-...": only to tell whose a line is that names no other address. */
  uuid?: string;
  values: ReadonlyMap<string, string>;
  processes?: readonly GpuProcess[];
  nvlinks?: readonly NvLinkFacts[];
  peers?: readonly GpuPeer[];
  /** In the place of the values, of which none could be read. */
  failure?: GpuStateFacts['failure'];
}

/** "SRAM Uncorrectable SEC-DED" is sram_uncorrectable_sec_ded; XML's names are such words already. */
export const keyOf = (label: string): string =>
  label
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');

/** "GPU-529b3263-...": what a recording has put in its place names no GPU. */
export const uuidOf = (text: string | undefined): { uuid?: string } => {
  const uuid = /GPU-[0-9a-f-]{8,40}/i.exec(text?.slice(0, 400) ?? '')?.[0];
  return uuid === undefined ? {} : { uuid: uuid.toLowerCase() };
};

/**
 * @param type "C", "G", "C+G", "M+C"; a list of computing programs alone gives none
 * @param command name or whole command line, maybe cut off at the front by the table: "...n3/bin/python"
 * @param used "1448 MiB", "1448MiB", "1448", "N/A"
 */
export function processOf(pid: string, type: string, command: string, used: string): GpuProcess {
  const mib = /^(\d{1,9}) ?(?:MiB)?$/.exec(used.trim())?.[1];
  const [program = ''] = command.trim().split(' ', 1);
  const name = baseOf(program);
  return {
    pid: Number(pid),
    computes: type.includes('C'),
    name: name === '' || /^\[?(?:N\/A|Not Found|-)\]?$/i.test(command.trim()) ? null : name,
    usedMiB: mib === undefined ? null : Number(mib),
  };
}
