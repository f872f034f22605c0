import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import branches from '../../src/compat/data/driver-branches.json' with { type: 'json' };
import cuda from '../../src/compat/data/cuda-drivers.json' with { type: 'json' };
import gpus from '../../src/compat/data/gpus.json' with { type: 'json' };
import { compareDottedVersions } from '../../src/compat/dotted-version.ts';
import { gpuByPciId, traitsByChip, traitsByGpuName } from '../../src/compat/gpus.ts';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

describe('every table', () => {
  const files = [
    'compat/data',
    'compat/data/frameworks',
    'compat/data/releases',
    'prefix/layout/rules',
  ].flatMap((folder) =>
    readdirSync(join(SRC, folder))
      .filter((file) => file.endsWith('.json'))
      .map((file) => `${folder}/${file}`),
  );

  it.each(files)('%s says where it was read, as a whole or row by row', (file) => {
    const table = JSON.parse(readFileSync(join(SRC, file), 'utf8')) as Table;
    // Tables of releases list package sources under the same name.
    if (typeof table.sources?.[0] === 'string') {
      for (const source of table.sources) expect(source).toMatch(/\w{4}/);
      for (const [name, row] of rowsOf(table)) {
        expect(table.sources[row.source as number], name).toBeDefined();
        expect(['seen', 'inferred', 'recalled'], name).toContain(row.confidence);
      }
      return;
    }
    const rows = Object.values(table).find(Array.isArray) as readonly { source?: unknown }[] | undefined;
    const named =
      table.source === undefined ? (rows ?? [{}]).map(({ source }) => source) : [table.source].flat();
    expect(named.length).toBeGreaterThan(0);
    for (const source of named) expect(source).toMatch(/\w{4}/);
  });
});

interface Row {
  source?: unknown;
  confidence?: unknown;
}

interface Table {
  source?: unknown;
  sources?: readonly unknown[];
}

/** Where rows are lists of values, `columns` names them, and a type their order. */
const isRow = (value: unknown): boolean => typeof value === 'object' && !Array.isArray(value);

/** Rows of a table whose sources are listed once: every object in its lists. */
function rowsOf(table: Table): readonly (readonly [string, Row])[] {
  return Object.entries(table).flatMap(([name, value]) =>
    Array.isArray(value) && name !== 'sources'
      ? value.filter(isRow).map((row, at) => [`${name} ${at}`, row as Row] as const)
      : [],
  );
}

describe('GPUs', () => {
  it('are found by PCI id in any case: the reference laptop', () => {
    expect(gpuByPciId('10DE:2191')).toMatchObject({
      name: 'GeForce GTX 1660 Ti Mobile',
      computeCapability: '7.5',
      architecture: 'Turing',
      form: 'laptop',
      firstCuda: '10.0',
      lastCuda: null,
      openKernelModule: 'supported',
    });
    expect(gpuByPciId('10de:ffff')).toBeNull();
    expect(gpuByPciId('8086:2191')).toBeNull();
  });

  it('are found by the names that tools print', () => {
    expect(traitsByGpuName('NVIDIA GeForce RTX 3090')?.computeCapability).toBe('8.6');
    expect(traitsByGpuName('TITAN X (Pascal)')?.computeCapability).toBe('6.1');
    expect(traitsByGpuName('GM107M [GeForce GTX 950M]')?.architecture).toBe('Maxwell');
    expect(traitsByGpuName('NVIDIA Corporation GP107M [GeForce GTX 1050 Mobile]')?.lastDriverBranch).toBe(
      '580',
    );
    expect(traitsByGpuName('GeForce GTX 1660 Ti with Max-Q Design')?.computeCapability).toBe('7.5');
  });

  it('say nothing where several GPUs share a name, or a cut-off name fits several', () => {
    expect(traitsByGpuName('GeForce GTX TIT...')?.computeCapability).toBeNull();
    expect(traitsByGpuName('GeForce RTX 208...')?.computeCapability).toBe('7.5');
    expect(
      traitsByGpuName('GeForce RTX 20...')?.computeCapability,
      'the 2050 is of another family',
    ).toBeNull();
    expect(traitsByGpuName('...')).toBeNull();
    expect(traitsByGpuName('Radeon RX 580')).toBeNull();
  });

  it('are found by chip, also those before Kepler, whose last driver is an old branch', () => {
    expect(traitsByChip('G98 [GeForce 9300 GS]')?.lastDriverBranch).toBe('340');
    expect(traitsByChip('NVIDIA Corporation GF119M [GeForce 610M]')).toMatchObject({
      architecture: 'Fermi',
      lastDriverBranch: '390',
      computeCapability: null,
    });
    expect(traitsByChip('GP107GLM [Quadro P1000 Something New]')?.computeCapability).toBe('6.1');
    expect(traitsByChip('Device')).toBeNull();
  });

  it('stand in the table once, with an architecture and a capability', () => {
    const ids = gpus.groups.flatMap(({ devices }) => devices.map(([id]) => id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { computeCapability } of gpus.groups) expect(computeCapability).toMatch(/^\d+\.\d$/);
  });
});

describe('tables', () => {
  it('are in ascending order, which the questions rely on', () => {
    const ascending = (versions: string[]): boolean =>
      versions.every((version, i) => i === 0 || compareDottedVersions(versions[i - 1]!, version) < 0);
    expect(ascending(branches.branches.map(({ branch }) => branch))).toBe(true);
    expect(ascending(cuda.toolkits.map((row) => row.cuda))).toBe(true);
  });
});
