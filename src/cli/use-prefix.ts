/** The prefix that a call means, and the environment that it makes of the caller's; for env, run and shell. */
import { ExitCode, GpuSetupError, messageOf } from '../base/errors.ts';
import { environmentOf, type EnvironmentChange } from '../prefix/use/environment.ts';
import { enter } from '../prefix/use/environment-undo.ts';
import { homesOf, type PrefixPlace } from '../prefix/home/prefixes.ts';
import { prefixFor } from '../recipe/project/prefix-in-use.ts';
import { textOf } from './call/parse-arguments.ts';
import type { Context, OptionDefinition, OptionValues } from './command.ts';
import { consentPrompt } from './consent-prompt.ts';

export const TRUST_PROJECT: OptionDefinition = {
  flags: '--trust-project <digest>',
  description: "go by a gpu-setup.yaml that may be another's, of this digest: 12 digits of it are enough",
};

/** @param command the call as words, without what consents */
export function trustOfCall(
  context: Pick<Context, 'folders' | 'emit' | 'mayAsk' | 'signal'>,
  options: OptionValues,
  command: readonly string[],
): Parameters<typeof prefixFor>[1]['trust'] {
  return {
    config: context.folders().config,
    given: textOf(options, 'trustProject') ?? null,
    consent: consentPrompt(context),
    command,
    emit: context.emit,
  };
}

/** @param name undefined where the call names none. @throws what `prefixFor` throws */
export async function meantPrefix(
  name: string | undefined,
  options: OptionValues,
  context: Context,
  command: readonly string[],
): Promise<PrefixPlace> {
  const { cwd } = context;
  const trust = trustOfCall(context, options, command);
  return (await prefixFor(name, { folders: context.folders(), cwd, trust })).place;
}

export function enterPrefix(place: PrefixPlace, { env, folders }: Context): Promise<EnvironmentChange> {
  return enter(env, (before) => environmentOf(place.path, before, homesOf(folders())));
}

/** Every failure of ours has an exit code that no ordinary program uses: what a script sees else is the child's. */
export function asOwnFailure(error: unknown): unknown {
  const own: readonly number[] = [ExitCode.runFailed, ExitCode.notExecutable, ExitCode.notFound];
  if (!(error instanceof GpuSetupError)) {
    return new GpuSetupError('run-failed', messageOf(error), { cause: error });
  }
  if (own.includes(error.exitCode)) return error;
  const { code, message, hints, details, cause, retryable } = error;
  return new GpuSetupError(code, message, {
    hint: hints,
    details,
    cause,
    retryable,
    exitCode: ExitCode.runFailed,
  });
}
