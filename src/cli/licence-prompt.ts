/** Showing the terms of what is to be downloaded, and taking the answer. */
import { GpuSetupError } from '../base/errors.ts';
import { nearest } from '../base/suggest.ts';
import { loadLicences } from '../recipe/load.ts';
import type { AcceptedLicences } from '../prefix/install/actions/accept-licences.ts';
import type { LicenceTerms } from '../prefix/plan/install-plan.ts';
import type { Context } from './command.ts';
import { confirm } from './confirm.ts';

/**
 * Every licence of the plan as accepted, now.
 *
 * @param byOption whether --accept-license was given
 * @throws GpuSetupError `licence-not-accepted`: declined, or nobody could be asked; `bad-config` where the file accepts one
 *   that there is not
 */
export async function acceptLicences(
  licences: readonly LicenceTerms[],
  byOption: boolean,
  context: Pick<Context, 'mayAsk' | 'emit' | 'signal' | 'configuration'>,
): Promise<AcceptedLicences> {
  if (byOption) return licences.map((one) => said(one, 'option', context));
  const inFile = acceptedInFile(context.configuration);
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

/** An id that is misspelt accepts nothing, and its writer thinks that it does. */
function acceptedInFile({ settings, path }: Context['configuration']): ReadonlySet<string> {
  const ids = settings.licences ?? [];
  const known = ids.length === 0 ? [] : loadLicences().map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return new Set(ids);
  const near = nearest(unknown, known, 1)[0];
  throw new GpuSetupError(
    'bad-config',
    `${path}: licences: "${unknown}" is no licence that gpu-setup knows`,
    {
      hint: near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`,
      details: { file: path, line: null },
    },
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
