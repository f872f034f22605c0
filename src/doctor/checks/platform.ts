import { valueOf } from '../../machine/answer.ts';
import { evidence } from '../evidence.ts';
import { notKnown, ok, type CheckRule } from './check-rule.ts';

export const operatingSystem: CheckRule = {
  layer: 'platform',
  observe({ platform }) {
    const os = valueOf(platform.os);
    const kernel = valueOf(platform.kernel);
    const rows = [
      evidence(platform.os, 'distribution', ({ prettyName }) => prettyName),
      evidence(platform.kernel, 'kernel', ({ release, architecture }) => `${release} (${architecture})`),
    ];
    if (os === undefined && kernel === undefined)
      return [notKnown('distribution and kernel are not known', ...rows)];
    const place = [
      valueOf(platform.wsl) != null ? `WSL ${valueOf(platform.wsl)}` : null,
      valueOf(platform.container) != null ? `in a ${valueOf(platform.container)} container` : null,
      valueOf(platform.virtualMachine) != null
        ? `in a virtual machine (${valueOf(platform.virtualMachine)})`
        : null,
    ].filter((part) => part !== null);
    const summary = [
      os?.prettyName ?? 'unknown distribution',
      kernel ? `kernel ${kernel.release}` : null,
      ...place,
    ];
    return [ok(summary.filter((part) => part !== null).join(', '), ...rows)];
  },
};
