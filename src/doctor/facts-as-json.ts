/** The facts as `doctor --json` prints them: values where known, null where absent, and what could not be looked at by name. */
import { originText, valueOf, type Answer, type Unknown } from '../machine/answer.ts';
import type { Facts } from '../machine/facts.ts';
import { driverVersion } from '../machine/questions/driver.ts';

export function factsAsJson(facts: Facts): Record<string, unknown> {
  const { platform, kernelDriver, driverLibraries } = facts;
  return {
    os: valueOf(platform.os) ?? null,
    architecture: valueOf(platform.architecture) ?? null,
    kernel: valueOf(platform.kernel) ?? null,
    container: valueOf(platform.container) ?? null,
    virtualMachine: valueOf(platform.virtualMachine) ?? null,
    wsl: valueOf(platform.wsl) ?? null,
    jetson: valueOf(platform.jetson) ?? null,
    secureBoot: valueOf(platform.secureBoot) ?? null,
    gpus: (valueOf(facts.gpus) ?? []).map((gpu) => ({
      ...gpu,
      kernelDriver: valueOf(gpu.kernelDriver) ?? null,
    })),
    driver: {
      version: driverVersion(facts) ?? null,
      flavour: valueOf(kernelDriver.moduleFlavour) ?? null,
      builtFor: valueOf(kernelDriver.moduleBuiltFor) ?? [],
      packages: valueOf(kernelDriver.packages) ?? [],
      libraries: valueOf(driverLibraries.version) ?? null,
      libcuda: valueOf(driverLibraries.libcudaLoaded) ?? null,
    },
    nodes: (valueOf(facts.nodes) ?? []).map(({ path, stat, accessible }) => ({
      path,
      mode: modeOf(valueOf(stat)?.mode ?? null),
      accessible: valueOf(accessible) ?? null,
    })),
    compute: (facts.compute === null ? null : valueOf(facts.compute)) ?? null,
    toolkits: valueOf(facts.toolkits) ?? [],
    damagedPrefixes: valueOf(facts.damagedPrefixes) ?? [],
    cudnn: valueOf(facts.cudnn) ?? [],
    nvcc: valueOf(facts.nvcc) ?? null,
    compilers: valueOf(facts.compilers) ?? [],
    python: valueOf(facts.python) ?? null,
    process: processAsJson(facts),
    unknown: unknownsOf(facts),
  };
}

function processAsJson({ process }: Facts): object | null {
  const one = valueOf(process);
  return one === undefined ? null : { ...one, elsewhere: valueOf(one.elsewhere) ?? null };
}

const modeOf = (mode: number | null): string | null =>
  mode === null ? null : mode.toString(8).padStart(4, '0');

/** Groups whose names the view does without, and facts that have another name in it. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^kernelDriver\.blacklisted\.(\w+)$/, '$1Blacklisted'],
  [/^driverLibraries\.version$/, 'libraries'],
  [/^apt\.nvidia(\w+)$/, 'apt$1'],
  [/^(?:platform|kernelDriver|driverLibraries)\./, ''],
];

/** { "secureBoot": "permission denied (file: /sys/firmware/efi/...)" }: every fact that could not be looked at. */
function unknownsOf({ transcripts: _, ...facts }: Facts): Record<string, string> {
  return Object.fromEntries(
    unknownsIn(facts, '').map(([path, answer]) => [
      NAMES.reduce((name, [pattern, shown]) => name.replace(pattern, shown), path),
      `${answer.why} (${originText(answer.from)})`,
    ]),
  );
}

/** Answers below a value, by their path: a fact that is added one day cannot be forgotten here. */
function unknownsIn(value: unknown, path: string): [string, Unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  if (isAnswer(value)) {
    if (value.state === 'unknown') return [[path, value]];
    return value.state === 'present' ? unknownsIn(value.value, path) : [];
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    unknownsIn(inner, [path, Array.isArray(value) ? idOf(inner, key) : key].filter(Boolean).join('.')),
  );
}

const isAnswer = (value: object): value is Answer<unknown> => 'state' in value && 'from' in value;

/** What tells an element of a list from the others: a GPU's address, the path of a node or a folder. */
function idOf(element: unknown, index: string): string {
  const { busId, path } = (element ?? {}) as { busId?: string; path?: string };
  return busId ?? path ?? index;
}
