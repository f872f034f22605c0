import { describe, expect, it } from 'vitest';
import { linesOfLog, literalsOf } from '../../../src/doctor/text/lines.ts';
import { familyOf, readBy } from '../../../src/doctor/witness/family.ts';
import { FAMILIES, witness } from '../../../src/doctor/witness/read.ts';
import { understoodOf } from '../../../src/doctor/witness/understood.ts';

const said = (text: string) => witness(linesOfLog(text));

describe('a family of text', () => {
  const family = familyOf(
    'weather',
    [
      {
        literal: 'rain',
        pattern: /rain in (\w{2,20})/i,
        says: ([, at]) => ({ kind: 'missing-program', program: at! }),
      },
      {
        literal: 'rain',
        pattern: /RAIN in (\w{2,20})/i,
        says: ([, at]) => ({ kind: 'missing-program', program: at! }),
      },
    ],
    [{ literal: 'rain', pattern: /rain/i }],
  );
  const read = (text: string) => readBy(family, linesOfLog(text)).get(0) ?? [];

  it('says each thing once, whatever sentences fit', () => {
    expect(read('rain in Spain')).toEqual([{ kind: 'missing-program', program: 'Spain' }]);
  });

  it('shows a line of its own that no sentence understands', () => {
    expect(read('much rain')).toEqual([{ kind: 'not-understood', family: 'weather' }]);
    expect(read('sunshine')).toEqual([]);
  });

  it('has literals in lower case: lines are compared with them so', () => {
    const upper = FAMILIES.flatMap(({ sentences }) =>
      sentences.flatMap(literalsOf).filter((one) => one !== one.toLowerCase()),
    );
    expect(upper).toEqual([]);
  });
});

describe('a text as a witness', () => {
  const text = [
    'GPU 0: NVIDIA GeForce RTX 3090 (UUID: GPU-x)',
    './x: error while loading shared libraries: libcudart.so.12: cannot open shared object file: No such file or directory',
  ].join('\n');

  it('names the line of each testimony, in order', () => {
    expect(said(text).testimony.map(({ kind, from, at }) => [kind, from, at])).toEqual([
      ['gpu', 'text: line 1', 0],
      ['missing-library', 'text: line 2', 1],
    ]);
  });

  it('finds what stands near, and nothing that stands far away', () => {
    const far = said(`GPU 0: NVIDIA GeForce RTX 3090\n${'\n'.repeat(100)}\ncannot find -lcudart`);
    const [library] = said(text).of('missing-library');
    expect(said(text).near(library!, 'gpu')?.name).toBe('NVIDIA GeForce RTX 3090');
    expect(far.near(far.of('missing-library')[0]!, 'gpu')).toBeNull();
  });

  it('keeps few of a line that is repeated without end', () => {
    const many = said('/usr/bin/ld: cannot find -lcudart\n'.repeat(2000));
    expect(many.testimony.length).toBeLessThan(20);
  });

  it('is shown with each thing once and how often it was said', () => {
    const rows = understoodOf(said('/usr/bin/ld: cannot find -lcudart\n/usr/bin/ld: cannot find -lcudart\n'));
    expect(rows).toMatchObject([{ says: 'libcudart.so is not found', from: 'text: line 1', lines: 2 }]);
  });
});
