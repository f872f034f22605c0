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
  context: Pick<Context, 'mayAsk' | 'emit' | 'signal' | 'configuration'>,
): Promise<AcceptedLicences> {
  if (byOption) return licences.map((one) => said(one, 'option', context));
  const inFile = new Set(context.configuration.settings.licences ?? []);
  const asked = licences.filter(({ id }) => !inFile.has(id));
  if (asked.length > 0 && !context.mayAsk) throw notAccepted(asked, 'nobody can be asked here', inFile);
  for (const { title, url } of asked) {
    if (!(await confirm(`${title}\n  ${url}\n  Do you accept these terms?`, context.signal))) {
      throw notAccepted(asked, 'declined', inFile);
    }
  }
  return licences.map((one) =>
    inFile.has(one.id) ? said(one, 'configuration', context) : accepted(one, 'prompt'),
  );
}

/** Accepted beforehand: it is said where the terms would have been shown. */
function said(
  licence: LicenceTerms,
  how: 'option' | 'configuration',
  { emit }: Pick<Context, 'emit'>,
): AcceptedLicences[number] {
  const by = how === 'option' ? 'with --accept-license' : 'by the configuration';
  emit({ type: 'notice', level: 'info', text: `accepted ${by}: ${licence.title} (${licence.url})` });
  return accepted(licence, how);
}

function accepted(
  { id, title, url }: LicenceTerms,
  how: AcceptedLicences[number]['how'],
): AcceptedLicences[number] {
  return { id, title, url, acceptedAt: new Date().toISOString(), how };
}

function notAccepted(
  licences: readonly LicenceTerms[],
  why: string,
  already: ReadonlySet<string>,
): GpuSetupError {
  const list = licences.map(({ title, url }) => `${title} (${url})`).join('; ');
  return new GpuSetupError('licence-not-accepted', `what is to be downloaded comes under ${list}: ${why}`, {
    hint: `read them, and say that you accept them with --accept-license, or for good with gpu-setup config set licences ${[...already, ...licences.map(({ id }) => id)].join(' ')}`,
    details: { licences },
  });
}
