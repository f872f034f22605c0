/** accept-licence: the terms of a plan are put to whoever answers for the user, all at once. */
import { GpuSetupError } from '../../../base/errors.ts';
import type { Manifest } from '../../../machine/records/prefix-manifest.ts';
import { licencesOf, type InstallPlan, type LicenceTerms } from '../../plan/install-plan.ts';

export type AcceptedLicences = Manifest['licences'];

/** @throws GpuSetupError `licence-not-accepted` */
export type AskForLicences = (terms: readonly LicenceTerms[]) => Promise<AcceptedLicences>;

/** @throws GpuSetupError `licence-not-accepted` */
export async function acceptLicences(plan: InstallPlan, ask: AskForLicences): Promise<AcceptedLicences> {
  const terms = licencesOf(plan);
  if (terms.length === 0) return [];
  const accepted = await ask(terms);
  for (const { id, title } of terms) {
    if (accepted.some((one) => one.id === id)) continue;
    throw new GpuSetupError('licence-not-accepted', `the terms of ${title} were not accepted`, {
      hint: 'read them and add --accept-license',
    });
  }
  return accepted;
}
