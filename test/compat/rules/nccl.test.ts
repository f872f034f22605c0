import { describe, expect, it } from 'vitest';
import { NCCL_BUILDS } from '../../../src/compat/nccl.ts';
import { ncclFits } from '../../../src/compat/rules/nccl-fits.ts';

describe('an NCCL and a CUDA', () => {
  it('fit where it is built for that release, and from CUDA 11 on for another of its major', () => {
    expect(ncclFits('2.15', '11.8.89')).toMatchObject({
      fit: 'yes',
      text: 'NCCL 2.15.5 is built for CUDA 11.8',
    });
    expect(ncclFits('2.4.8', '10.0').fit).toBe('yes');
    expect(ncclFits('2.16.2', '12.4')).toMatchObject({
      fit: 'yes',
      text: 'NCCL 2.16.2, built for CUDA 12.0, serves 12.4',
    });
    expect(ncclFits(null, '11.8').fit).toBe('yes');
    expect(ncclFits('>=2.10 <2.12', '11.4').fit).toBe('yes');
  });

  it('are remarked on where it was seen for others only, and never refused: the table is not whole', () => {
    expect(ncclFits('2.4.8', '12.4')).toMatchObject({
      fit: 'remark',
      text: expect.stringMatching(
        /^NCCL 2\.4\.8 was seen built for CUDA 10\.1, .*, not for 12\.4$/,
      ) as string,
    });
    expect(ncclFits('2.4.8', '10.2').fit).toBe('remark');
    expect(ncclFits('1.3', '11.8').fit).toBe('unknown');
  });

  it('come from rows with a source', () => {
    expect(NCCL_BUILDS.length).toBeGreaterThan(50);
    for (const { source } of NCCL_BUILDS) expect(source).not.toBe('');
  });
});
