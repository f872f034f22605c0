import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gpuCodeIn } from '../../src/formats/fatbin.ts';

interface Entry {
  kind: number;
  arch: number;
  payload?: number;
}

/** As nvcc writes it; see the format in src/formats/fatbin.ts. */
function fatbin(entries: readonly Entry[], size?: number): Buffer {
  const bodies = entries.map(({ kind, arch, payload = 32 }) => {
    const entry = Buffer.alloc(64 + payload);
    entry.writeUInt16LE(kind, 0);
    entry.writeUInt16LE(0x101, 2);
    entry.writeUInt32LE(64, 4);
    entry.writeBigUInt64LE(BigInt(payload), 8);
    entry.writeUInt32LE(arch, 28);
    return entry;
  });
  const body = Buffer.concat(bodies);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(0xba55ed50, 0);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(16, 6);
  head.writeBigUInt64LE(BigInt(size ?? body.length), 8);
  return Buffer.concat([head, body]);
}

describe('gpuCodeIn', () => {
  it('tells machine code from PTX, each architecture once, over all fat binaries of a program', () => {
    const program = Buffer.concat([
      Buffer.from('\u007fELF and other things'),
      fatbin([
        { kind: 2, arch: 75 },
        { kind: 2, arch: 61 },
      ]),
      Buffer.alloc(5),
      fatbin([
        { kind: 2, arch: 75 },
        { kind: 1, arch: 75, payload: 7 },
      ]),
    ]);
    expect(gpuCodeIn(program)).toEqual({ machineCode: [61, 75], ptx: [75] });
  });

  it('finds none in a program for the CPU', () => {
    expect(gpuCodeIn(Buffer.from('\u007fELF'))).toEqual({ machineCode: [], ptx: [] });
  });

  it('passes over bytes that only look like a header: too long, cut off, of another shape', () => {
    const none = { machineCode: [], ptx: [] };
    expect(gpuCodeIn(fatbin([{ kind: 2, arch: 75 }], 1e9))).toEqual(none);
    expect(gpuCodeIn(fatbin([{ kind: 2, arch: 75 }]).subarray(0, 40))).toEqual(none);
    const endless = fatbin([{ kind: 2, arch: 75 }]);
    endless.writeUInt32LE(0, 16 + 4);
    expect(gpuCodeIn(endless)).toEqual(none);
  });

  it('ends on any bytes behind the magic number', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (tail) => {
        const bytes = Buffer.concat([fatbin([]).subarray(0, 8), Buffer.from(tail)]);
        expect(Array.isArray(gpuCodeIn(bytes).machineCode)).toBe(true);
      }),
    );
  });
});
