import { bytesText } from '../../base/bytes-text.ts';
import { valueOf } from '../../machine/answer.ts';
import { evidence } from '../evidence.ts';
import { bad, notKnown, ok, type CheckRule } from './check-rule.ts';

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
    const jetson = valueOf(platform.jetson);
    const place = [
      jetson == null ? null : `a Jetson (${jetson})`,
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

export const diskSpace: CheckRule = {
  layer: 'platform',
  observe({ disks }) {
    const known = disks.filter(({ space }) => space.state === 'present');
    if (known.length === 0)
      return [
        notKnown(
          'free disk space is not known',
          ...disks.map(({ space, path }) => evidence(space, `free at ${path}`)),
        ),
      ];
    const rows = known.map(({ path, space }) =>
      evidence(space, `free at ${path}`, ({ freeBytes }) => bytesText(freeBytes)),
    );
    const least = Math.min(...known.map(({ space }) => valueOf(space)!.freeBytes));
    return [
      least > 0
        ? ok(`at least ${bytesText(least)} free on every file system looked at`, ...rows)
        : bad('a file system is full', ...rows),
    ];
  },
};
