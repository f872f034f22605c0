/** Showing the terms of what is to be downloaded, and taking the answer. */
import { GpuSetupError } from '../base/errors.ts';
import type { Manifest } from '../machine/records/prefix-manifest.ts';
import type { InstallPlan } from '../prefix/plan/types.ts';
import type { Context } from './command.ts';
import { confirm } from './confirm.ts';

export type Accepted = Manifest['licences'];

/**
 * Every licence of the plan as accepted, now.
 *
 * @param byOption whether --accept-license was given
 * @throws GpuSetupError `licence-not-accepted`: declined, or nobody could be asked
 */
export async function acceptLicences(
  licences: InstallPlan['licences'],
  byOption: boolean,
  context: Pick<Context, 'mayAsk' | 'emit' | 'signal'>,
): Promise<Accepted> {
  const accepted = (how: 'prompt' | 'option'): Accepted => {
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

function notAccepted(licences: InstallPlan['licences'], why: string): GpuSetupError {
  const list = licences.map(({ title, url }) => `${title} (${url})`).join('; ');
  return new GpuSetupError('licence-not-accepted', `what is to be downloaded comes under ${list}: ${why}`, {
    hint: 'read them, and say that you accept them with --accept-license',
    details: { licences },
  });
}
