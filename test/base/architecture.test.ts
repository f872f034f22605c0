import { describe, expect, it } from 'vitest';
import { hostArchitecture } from '../../src/base/architecture.ts';

describe("this machine's architecture", () => {
  it("has Debian's name, and is not taken for another one where there is none", () => {
    expect(hostArchitecture('x64')).toBe('amd64');
    expect(hostArchitecture('arm64')).toBe('arm64');
    expect(() => hostArchitecture('ppc64')).toThrowError(
      expect.objectContaining({ code: 'unsupported-architecture' }),
    );
  });
});
