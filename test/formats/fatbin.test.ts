/** Which GPUs a file has code for, by reading its headers alone: of whole files, of huge ones, of hostile ones. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGpuCode, type GpuCodeResult } from '../../src/formats/fatbin.ts';
import { elfWithSections, fatbin, libraryFor } from '../support/fatbin-image.ts';

const read = (bytes: Uint8Array): GpuCodeResult =>
  readGpuCode({ size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) });

const codeIn = (bytes: Uint8Array): unknown => {
  const result = read(bytes);
  return result.ok ? result.code : result.problem;
};

const NONE = { machineCode: [], ptx: [] };
const TURING = { kind: 'machine-code', architecture: '7.5' } as const;

describe('readGpuCode', () => {
  it('tells machine code from PTX, each architecture once, over all fat binaries of a library', () => {
    const library = libraryFor(
      [TURING, { kind: 'machine-code', architecture: '6.1', payload: 7 }],
      [TURING, { kind: 'ptx', architecture: '7.5', payload: 8000 }],
      [
        { kind: 'machine-code', architecture: '12.0' },
        { kind: 'machine-code', architecture: '9.0' },
      ],
    );
    expect(codeIn(library)).toEqual({ machineCode: ['6.1', '7.5', '9.0', '12.0'], ptx: ['7.5'] });
  });

  it('keeps apart what runs on one architecture or one family alone', () => {
    const library = libraryFor([
      { kind: 'machine-code', architecture: '9.0a' },
      { kind: 'machine-code', architecture: '9.0' },
      { kind: 'ptx', architecture: '10.0f' },
    ]);
    expect(codeIn(library)).toEqual({ machineCode: ['9.0', '9.0a'], ptx: ['10.0f'] });
  });

  it('reads relocatable device code too, and finds none in a library for the CPU', () => {
    expect(codeIn(elfWithSections({ __nv_relfatbin: fatbin([TURING]) }))).toEqual({
      machineCode: ['7.5'],
      ptx: [],
    });
    expect(codeIn(elfWithSections({ '.text': fatbin([TURING]) }))).toEqual(NONE);
  });

  it('reads the headers of a library of gigabytes, and not its code', () => {
    const huge = 1 << 30;
    const start = libraryFor([{ ...TURING, payload: 64 }]);
    const bytes = Buffer.from(start);
    const headerOf = bytes.indexOf(Buffer.from([0x50, 0xed, 0x55, 0xba]));
    bytes.writeBigUInt64LE(BigInt(64 + huge), headerOf + 8);
    bytes.writeBigUInt64LE(BigInt(huge), headerOf + 16 + 8);
    // What lies behind the code is the same, further back by its length.
    const table = Number(bytes.readBigUInt64LE(40));
    const fatSection = table + 64;
    const nameSection = table + 128;
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(fatSection + 32) + BigInt(huge - 64), fatSection + 32);
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(nameSection + 24) + BigInt(huge - 64), nameSection + 24);
    bytes.writeBigUInt64LE(BigInt(table + huge - 64), 40);
    const codeAt = headerOf + 16 + 64;
    let seen = 0;
    const result = readGpuCode({
      size: bytes.length + huge - 64,
      read(offset, length) {
        seen += length;
        const from = offset < codeAt ? offset : Math.max(offset - (huge - 64), codeAt);
        return bytes.subarray(from, from + length);
      },
    });
    expect(result).toEqual({ ok: true, code: { machineCode: ['7.5'], ptx: [] } });
    expect(seen).toBeLessThan(20_000);
  });

  it('says of what is no ELF file, damaged or without sections that it could not look', () => {
    const library = libraryFor([TURING]);
    const withoutTable = Buffer.from(library);
    withoutTable.writeBigUInt64LE(0n, 40);
    expect(codeIn(Buffer.from('#!/bin/sh'))).toBe('not-elf');
    expect(codeIn(library.subarray(0, library.length - 20))).toBe('damaged');
    expect(codeIn(withoutTable)).toBe('stripped');
    const manySections = Buffer.from(library);
    manySections.writeUInt16LE(0, 60);
    manySections.writeBigUInt64LE(1n << 40n, Number(library.readBigUInt64LE(40)) + 32);
    expect(codeIn(manySections)).toBe('damaged');
  });

  it('passes over bytes that only look like a header: too long, cut off, of another shape', () => {
    expect(codeIn(elfWithSections({ '.nv_fatbin': fatbin([TURING], 1e9) }))).toEqual(NONE);
    expect(codeIn(elfWithSections({ '.nv_fatbin': fatbin([TURING]).subarray(0, 40) }))).toEqual(NONE);
    const endless = fatbin([TURING]);
    endless.writeUInt32LE(0, 16 + 4);
    expect(codeIn(elfWithSections({ '.nv_fatbin': endless }))).toEqual(NONE);
  });

  it('ends on any bytes in such a section, and on any damage to a file', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (tail) => {
        const bytes = Buffer.concat([fatbin([]).subarray(0, 8), Buffer.from(tail)]);
        expect(read(elfWithSections({ '.nv_fatbin': bytes })).ok).toBe(true);
      }),
    );
    const library = libraryFor([TURING], [TURING]);
    fc.assert(
      fc.property(fc.nat(library.length - 1), fc.nat(255), (at, value) => {
        const damaged = Buffer.from(library);
        damaged[at] = value;
        expect(typeof read(damaged).ok).toBe('boolean');
      }),
    );
  });
});
