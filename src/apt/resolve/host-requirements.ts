/** Dependencies that the host has to meet, checked against what is installed there. */
import { formatClause } from '../index/dependency.ts';
import { providesIt, type DpkgStatus } from './dpkg-status.ts';
import type { DependencyClause, HostRequirement } from '../types.ts';
import { satisfies } from '../index/version.ts';

export function hostRequirement(
  clause: DependencyClause,
  wantedBy: readonly string[],
  installed: DpkgStatus | null,
): HostRequirement {
  const requirement = { clause: formatClause(clause), wantedBy };
  if (installed === null) return { ...requirement, status: 'unknown', found: null };
  let tooOld: string | null = null;
  for (const wanted of clause) {
    for (const { name, version } of installed.packages(wanted.name)) {
      if (satisfies(version, wanted.relation, wanted.version)) {
        return { ...requirement, status: 'met', found: `${name} ${version}` };
      }
      tooOld ??= `${name} ${version}`;
    }
    const provider = installed.providers(wanted.name).find(({ provides }) => providesIt(provides, wanted));
    if (provider !== undefined) {
      return { ...requirement, status: 'met', found: `${provider.name} ${provider.version}` };
    }
  }
  return { ...requirement, status: tooOld === null ? 'missing' : 'too-old', found: tooOld };
}
