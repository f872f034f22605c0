import { describe, expect, it } from 'vitest';
import type { PlannedPackage } from '../../../src/prefix/plan/install-plan.ts';
import type { Pin } from '../../../src/prefix/plan/lockfile.ts';
import { whyThere } from '../../../src/prefix/plan/why-there.ts';
import { whyText } from '../../../src/report/why-there.ts';
import { terminal } from '../../support/context.ts';

type Row = Pick<PlannedPackage, 'name' | 'components' | 'needs'>;

const pinOf = (packages: readonly Row[]): Pick<Pin, 'request' | 'packages'> => ({
  request: {
    name: 'it',
    recipe: 'cuda10',
    specs: [
      { name: 'cuda', version: '10.0' },
      { name: 'cudnn', version: '7.5' },
    ],
    components: ['compiler', 'libraries', 'cudnn', 'nccl'],
    sources: [],
    architecture: 'amd64',
  },
  packages: packages as readonly PlannedPackage[],
});

const ROWS: readonly Row[] = [
  { name: 'cublas', components: ['runtime'], needs: ['licence'] },
  { name: 'cublas-dev', components: ['compiler', 'libraries'], needs: ['cublas'] },
  { name: 'libcudnn7', components: ['cudnn'], needs: [] },
  { name: 'libnccl2', components: ['nccl'], needs: ['licence'] },
  { name: 'licence', components: ['runtime', 'nccl'], needs: [] },
  { name: 'trtexec', components: ['nccl'], needs: ['licence'] },
];

describe('why a package is there', () => {
  it('is what asked for it, or the packages that need it', () => {
    const why = whyThere(pinOf(ROWS));
    expect(why.get('cublas')).toEqual({
      components: ['runtime'],
      specs: ['cuda@10.0'],
      neededBy: ['cublas-dev'],
    });
    expect(why.get('libcudnn7')).toEqual({ components: ['cudnn'], specs: ['cudnn@7.5'], neededBy: [] });
    // Asked for by its component, without a version.
    expect(why.get('libnccl2')).toMatchObject({ specs: [], neededBy: [] });
  });

  it.each([
    ['cublas', 'needed by cublas-dev'],
    ['cublas-dev', 'compiler, libraries of cuda@10.0'],
    ['libcudnn7', 'cudnn@7.5'],
    ['libnccl2', 'nccl'],
    ['licence', 'needed by cublas, libnccl2, trtexec'],
  ])('reads: %s, %s', (name, text) => {
    expect(whyText(whyThere(pinOf(ROWS)).get(name)!, terminal)).toBe(text);
  });

  it('counts further packages on a terminal alone, where nobody asked for all', () => {
    const licence = whyThere(pinOf(ROWS)).get('licence')!;
    const interactive = { ...terminal, interactive: true };
    expect(whyText(licence, interactive)).toBe('needed by cublas, libnccl2 and 1 more');
    expect(whyText(licence, { ...interactive, verbose: true })).toContain('trtexec');
  });

  it('is the component alone in a lock that does not say which package needs which', () => {
    const older = whyThere(pinOf(ROWS.map(({ name, components }) => ({ name, components }))));
    expect(older.get('cublas')).toMatchObject({ neededBy: null });
    expect(whyText(older.get('cublas')!, terminal)).toBe('runtime of cuda@10.0');
  });
});
