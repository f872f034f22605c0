/** Which GPUs nvcc of each toolkit makes machine code for. Data: data/gpu-architectures.json. */
import table from './data/gpu-architectures.json' with { type: 'json' };
import { compareDottedVersions, majorMinor } from './dotted-version.ts';
import { withSource, type Sourced } from './sourced.ts';

export interface ToolkitArchitectures extends Sourced {
  /** "10.0" */
  cuda: string;
  /** Compute capabilities that nvcc makes machine code for, ascending: "7.5". */
  machine: readonly string[];
  /** Of these, those that it also knows with features of one architecture or family: "9.0a", "12.0f". */
  features: readonly string[];
  first: string;
  last: string;
  /** The newest virtual architecture: PTX is made for this one and every earlier one that nvcc knows. */
  ptxTo: string;
}

/** @param cuda "10.0" or "10.0.130"; null for a release that the table lacks */
export function architecturesOfToolkit(cuda: string): ToolkitArchitectures | null {
  return toolkits().get(majorMinor(cuda) ?? '') ?? null;
}

let byRelease: ReadonlyMap<string, ToolkitArchitectures> | undefined;

/** Built once: a plan asks thousands of times. */
function toolkits(): ReadonlyMap<string, ToolkitArchitectures> {
  return (byRelease ??= new Map(
    table.toolkits.map((row) => {
      const last = row.machine.at(-1)!;
      return [row.cuda, { ...withSource(table.sources, row), first: row.machine[0]!, last, ptxTo: last }];
    }),
  ));
}

/**
 * Toolkits whose nvcc makes code for a compute capability, as far back as CUDA 8.0; both null: none does, or the table is older than
 * the GPU. `last` null beside a `first`: the newest toolkit still does.
 */
export function toolkitsForCapability(capability: string): { first: string | null; last: string | null } {
  let found = makers.get(capability);
  if (found === undefined) {
    const known = table.toolkits.filter(({ machine }) => machine.includes(capability));
    const newest = known.at(-1)?.cuda ?? null;
    found = {
      first: known[0]?.cuda ?? null,
      last: newest === table.toolkits.at(-1)!.cuda ? null : newest,
    };
    if (known.length > 0) makers.set(capability, found);
  }
  return found;
}

const makers = new Map<string, { first: string | null; last: string | null }>();

/** Every compute capability that some toolkit makes code for, ascending. */
export function knownCapabilities(): readonly string[] {
  return (capabilities ??= [...new Set(table.toolkits.flatMap(({ machine }) => machine))].sort(
    compareDottedVersions,
  ));
}

let capabilities: readonly string[] | undefined;

/** Whether cuBLAS and cuDNN of a toolkit have PTX, and so run on GPUs of later majors; null: nobody says. */
export function libraryPtx(cuda: string): ({ ptx: boolean } & Sourced) | null {
  const wanted = majorMinor(cuda);
  const row =
    wanted === null
      ? undefined
      : table.libraries.find(
          ({ from, to }) =>
            compareDottedVersions(wanted, from) >= 0 && compareDottedVersions(wanted, to) <= 0,
        );
  return row === undefined ? null : withSource(table.sources, row);
}
