import { valueOf } from '../../machine/answer.ts';
import { evidence } from '../evidence.ts';
import { notApplicable, notKnown, ok, bad, type CheckRule } from './check-rule.ts';

export const aptSources: CheckRule = {
  layer: 'apt',
  observe({ apt }) {
    const row = evidence(apt.nvidiaSources, "apt sources of NVIDIA's", (list) =>
      list.map(({ uri }) => uri).join(', '),
    );
    switch (apt.nvidiaSources.state) {
      case 'absent':
        return [notApplicable("none of apt's sources is NVIDIA's", row)];
      case 'unknown':
        return [notKnown("apt's sources are not known", row)];
      case 'present':
        return [ok(`${apt.nvidiaSources.value.length} apt source(s) of NVIDIA's`, row)];
    }
  },
};

export const diskSpace: CheckRule = {
  layer: 'apt',
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
      evidence(space, `free at ${path}`, ({ freeBytes }) => gibibytes(freeBytes)),
    );
    const least = Math.min(...known.map(({ space }) => valueOf(space)!.freeBytes));
    return [
      least > 0
        ? ok(`at least ${gibibytes(least)} free on every file system looked at`, ...rows)
        : bad('a file system is full', ...rows),
    ];
  },
};

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
