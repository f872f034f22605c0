/** Showing the terms of what is to be downloaded, and taking the answer. */
import { GpuSetupError } from '../base/errors.ts';
import type { AcceptedLicences } from '../prefix/install/actions/accept-licences.ts';
import type { LicenceTerms } from '../prefix/plan/install-plan.ts';
import type { Context } from './command.ts';
import { confirm } from './confirm.ts';

/**
 * Every licence of the plan as accepted, now.
 *
 * @param byOption whether --accept-license was given
 * @throws GpuSetupError `licence-not-accepted`: declined, or nobody could be asked
 */
export async function acceptLicences(
  licences: readonly LicenceTerms[],
  byOption: boolean,
  context: Pick<Context, 'mayAsk' | 'emit' | 'signal'>,
): Promise<AcceptedLicences> {
  const accepted = (how: 'prompt' | 'option'): AcceptedLicences => {
    const acceptedAt = new Date().toISOString();
    return licences.map(({ id, title, url }) => ({ id, title, url, acceptedAt, how }));
  };
  if (byOption) {
    for (const { title, url } of licences) {
      context.emit({
        type: 'notice',
        level: 'info',
        text: `accepted with --accept-license: ${title} (${url})`,
      });
    }
    return accepted('option');
  }
  if (licences.length === 0) return [];
  if (!context.mayAsk) throw notAccepted(licences, 'nobody can be asked here');
  for (const { title, url } of licences) {
    if (!(await confirm(`${title}\n  ${url}\n  Do you accept these terms?`, context.signal))) {
      throw notAccepted(licences, 'declined');
    }
  }
  return accepted('prompt');
}

function notAccepted(licences: readonly LicenceTerms[], why: string): GpuSetupError {
  const list = licences.map(({ title, url }) => `${title} (${url})`).join('; ');
  return new GpuSetupError('licence-not-accepted', `what is to be downloaded comes under ${list}: ${why}`, {
    hint: 'read them, and say that you accept them with --accept-license',
    details: { licences },
  });
}
