import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CUDA_RELEASES } from '../../../src/compat/cuda-releases.ts';
import { buildsOf, type FrameworkBuild } from '../../../src/compat/frameworks.ts';
import { knownCapabilities, toolkitsForCapability } from '../../../src/compat/gpu-architectures.ts';
import { buildReachesGpu } from '../../../src/compat/rules/build-reaches-gpu.ts';
import { codeRunsOn } from '../../../src/compat/rules/code-runs-on.ts';
import { toolkitReachesGpu } from '../../../src/compat/rules/toolkit-reaches-gpu.ts';
import { gpu } from '../../support/plan-machine.ts';

describe('machine code', () => {
  it.each([
    [['7.0'], [], '7.5', 'yes'],
    [['8.6'], [], '8.0', 'no'],
    [['8.0'], [], '8.9', 'yes'],
    [['9.0'], [], '10.0', 'no'],
    [['9.0a'], [], '9.0', 'yes'],
    [['10.0a'], [], '10.3', 'no'],
    [['10.0f'], [], '10.3', 'yes'],
    [['7.0'], ['7.0'], '8.6', 'slow'],
    [['7.0'], ['9.0'], '8.6', 'no'],
    [['9.0'], ['9.0a'], '12.0', 'no'],
    [['9.0'], null, '12.0', 'unknown'],
    [['9.0'], null, '6.1', 'no'],
    [[], [], '6.1', 'no'],
  ] as const)('%j with PTX %j on %s: %s', (machine, ptx, capability, fit) => {
    expect(codeRunsOn({ machine, ptx }, capability)).toMatchObject({ fit });
  });

  it('always reaches the GPU that it was made for, and PTX every later one', () => {
    const capability = fc.constantFrom(...knownCapabilities());
    fc.assert(
      fc.property(capability, capability, (made, other) => {
        expect(codeRunsOn({ machine: [made], ptx: [] }, made).fit).toBe('yes');
        const compiled = codeRunsOn({ machine: [], ptx: [made] }, other).fit;
        expect(compiled).toBe(Number(other) >= Number(made) ? 'slow' : 'no');
      }),
    );
  });
});

describe('toolkits', () => {
  it.each([
    ['10.0', 'GTX 1660 Ti', 'run', 'yes'],
    ['9.0', 'GTX 1660 Ti', 'run', 'yes'],
    ['9.0', 'GTX 1660 Ti', 'build', 'no'],
    ['10.1', 'RTX 3080', 'run', 'no'],
    ['10.0', 'RTX 5090', 'run', 'no'],
    ['11.0', 'RTX 3080', 'run', 'yes'],
    ['11.0', 'RTX 3080', 'build', 'no'],
    ['12.6', 'RTX 5090', 'run', 'slow'],
    ['12.6', 'RTX 5090', 'build', 'no'],
    ['12.8', 'RTX 5090', 'build', 'yes'],
    ['13.0', 'GTX 1080 Ti', 'run', 'no'],
    ['13.4', 'GTX 1080 Ti', 'build', 'no'],
    ['11.0', 'GeForce GTX 680', 'run', 'no'],
    ['77.0', 'GTX 1080 Ti', 'run', 'unknown'],
  ] as const)('CUDA %s on %s to %s: %s', (cuda, name, purpose, fit) => {
    expect(toolkitReachesGpu(cuda, gpu(name), purpose)).toMatchObject({ fit });
  });

  it('do not take back what was dropped', () => {
    for (const capability of knownCapabilities()) {
      const { last } = toolkitsForCapability(capability);
      if (last === null) continue;
      for (const cuda of CUDA_RELEASES.slice(CUDA_RELEASES.indexOf(last) + 1)) {
        const one = toolkitReachesGpu(cuda, { name: 'it', computeCapability: capability }, 'run');
        expect(one.fit, `CUDA ${cuda}, ${capability}`).toBe('no');
      }
    }
  });
});

const build = (
  framework: FrameworkBuild['framework'],
  version: string,
  tag: string | null,
): FrameworkBuild => {
  const found = buildsOf(framework).find((one) => one.version === version && one.build === tag);
  if (found === undefined) throw new Error(`no ${framework} ${version} ${tag}`);
  return found;
};

describe('builds of frameworks', () => {
  it.each([
    ['torch', '2.14.1', 'cu130', 'GTX 1080 Ti', 'no'],
    ['torch', '2.14.1', 'cu126', 'GTX 1080 Ti', 'yes'],
    ['torch', '2.14.1', 'cu126', 'Tesla V100-SXM2-16GB', 'yes'],
    ['torch', '2.11.0', 'cu128', 'V100', 'no'],
    ['torch', '2.10.0', 'cu128', 'V100', 'yes'],
    ['torch', '2.8.0', 'cu128', 'V100', 'yes'],
    ['torch', '2.7.1', 'cu128', 'V100', 'no'],
    ['torch', '1.4.0', 'cu101', 'RTX 3080', 'no'],
    ['tensorflow', '1.9.0', null, 'RTX 3080', 'no'],
    ['tensorflow', '1.9.0', null, 'GTX 1660 Ti', 'yes'],
    ['tensorflow', '2.4.0', null, 'RTX 3080', 'yes'],
  ] as const)('%s %s (%s) on %s: %s', (framework, version, tag, name, fit) => {
    expect(buildReachesGpu(build(framework, version, tag), gpu(name), 'x86_64')).toMatchObject({ fit });
  });

  it('refuses nothing because of architectures that are only remembered', () => {
    const one = { ...build('torch', '2.14.1', 'cu130'), recalled: ['machine'], cuda: null };
    expect(buildReachesGpu(one, gpu('GTX 1080 Ti'), null)).toMatchObject({ fit: 'remark' });
  });

  it('does not take a wheel of another architecture for its own', () => {
    const one = build('torch', '2.14.1', 'cu126');
    expect(buildReachesGpu(one, gpu('GTX 1080 Ti'), 'aarch64')).toMatchObject({ fit: 'no' });
    expect(buildReachesGpu(build('tensorflow', '2.4.0', null), gpu('RTX 3080'), 'aarch64').fit).toBe(
      'unknown',
    );
  });
});
