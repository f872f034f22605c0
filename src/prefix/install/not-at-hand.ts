/** Where packages were to come from folders, and no server can be reached: all that is missing, and not only the first. */
import { GpuSetupError } from '../../base/errors.ts';
import { isAtHand, type InstallPlan } from '../plan/install-plan.ts';

/** How many files a message names. */
const NAMED = 5;

/** @param folders in which they were looked for; without any, the error as it is */
export function namingMissing(
  error: unknown,
  { actions, packages }: Pick<InstallPlan, 'actions' | 'packages'>,
  folders: readonly string[] | undefined,
): unknown {
  if (folders === undefined || folders.length === 0) return error;
  if (!(error instanceof GpuSetupError) || error.code !== 'host-unreachable') return error;
  const fetched = new Set(
    actions.flatMap((action) => (action.action === 'fetch' && !isAtHand(action) ? [action.package] : [])),
  );
  const missing = packages
    .filter(({ name }) => fetched.has(name))
    .map(({ name, version, path, size, sha256 }) => ({ name, version, path, size, sha256 }));
  const names = missing.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  const rest = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return new GpuSetupError(
    'packages-not-at-hand',
    `${missing.length} of ${packages.length} packages are not in ${folders.join(', ')}, and ${error.message}`,
    {
      hint: [
        `missing: ${names.slice(0, NAMED).join(', ')}${rest}; --json lists all with their digests`,
        ...error.hints,
      ],
      retryable: true,
      cause: error,
      details: { ...error.details, missing },
    },
  );
}
