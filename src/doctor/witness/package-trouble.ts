/** What package managers testify: the same shape for all of them. */
import type { TestimonyKind } from './testimony.ts';

type Package = Extract<TestimonyKind, { kind: 'package' }>;

type Details = Partial<Omit<Package, 'kind' | 'manager' | 'reason'>>;

/** For one manager: from a reason, and what the line says besides, to the testimony. */
export function packageTrouble(
  manager: Package['manager'],
): (reason: Package['reason'], details?: Details) => Package {
  return (reason, details = {}) => ({
    kind: 'package',
    manager,
    name: null,
    version: null,
    reason,
    ...details,
  });
}

/** The repository that a line names: its URL, without the suite or file that follows. */
export function repositoryIn(line: string): { repository?: string } {
  const url = /https?:\/\/[^\s'’"]{3,300}/i.exec(line)?.[0];
  return url === undefined ? {} : { repository: url };
}
