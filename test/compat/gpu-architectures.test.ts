import { describe, expect, it } from 'vitest';
import {
  architecturesOfToolkit,
  libraryPtx,
  toolkitsForCapability,
} from '../../src/compat/gpu-architectures.ts';

describe('architectures of a toolkit', () => {
  it('are found by release and by patch', () => {
    expect(architecturesOfToolkit('10.0.130')).toMatchObject({ first: '3.0', last: '7.5', ptxTo: '7.5' });
    expect(architecturesOfToolkit('13.0')?.machine).not.toContain('7.0');
    expect(architecturesOfToolkit('13.0')?.first).toBe('7.5');
    expect(architecturesOfToolkit('12.0')?.features).toEqual(['9.0a']);
    expect(architecturesOfToolkit('12.7'), 'there is none').toBeNull();
    expect(architecturesOfToolkit('nonsense')).toBeNull();
  });

  it.each([
    ['7.5', '10.0', null],
    ['6.1', '8.0', '12.9'],
    ['3.5', '8.0', '11.8'],
    ['3.0', '8.0', '10.2'],
    ['7.2', '9.1', '12.9'],
    ['8.6', '11.1', null],
    ['9.0', '11.8', null],
    ['10.1', '12.8', '12.9'],
    ['12.0', '12.8', null],
    ['10.7', '13.4', null],
    ['1.3', null, null],
  ])('%s is made from %s to %s', (capability, first, last) => {
    expect(toolkitsForCapability(capability)).toEqual({ first, last });
  });
});

describe('libraries of a toolkit', () => {
  it('have no PTX up to CUDA 10, and from 11 on nobody says', () => {
    expect(['9.0', '10.0.130', '10.2'].map((cuda) => libraryPtx(cuda)?.ptx ?? null)).toEqual([
      false,
      false,
      false,
    ]);
    expect(['11.0', '13.4', '7.5', 'x'].map((cuda) => libraryPtx(cuda)?.ptx ?? null)).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(libraryPtx('10.0')?.confidence).toBe('seen');
  });
});
