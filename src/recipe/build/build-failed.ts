/** What a failed build says: its log is kept, and read as the doctor reads logs. */
import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GpuSetupError } from '../../base/errors.ts';
import { readLogFile, type LogReader } from '../../machine/snapshot/log-file.ts';

/**
 * A compiler's words for what is wrong are seldom the cause: `details.diagnoses` says what is.
 *
 * @param written the log, in a folder that will be gone
 * @returns `build-failed` for what a script ended with; any other error as it is
 */
export async function buildFailed(
  error: unknown,
  recipe: string,
  home: string,
  written: string,
  reader: LogReader,
): Promise<unknown> {
  if (!(error instanceof GpuSetupError) || !['script-failed', 'script-timeout'].includes(error.code))
    return error;
  const log = join(home, 'builds', `${recipe}.failed.log`);
  await copyFile(written, log);
  await chmod(log, 0o644);
  const text = await readLogFile(log, reader).catch(() => '');
  const { readLog } = await import('../../doctor/diagnose.ts');
  const diagnoses = readLog(text);
  const firstError =
    text
      .split('\n')
      .find((line) => /\b(?:error|fatal)\b\s*:/i.test(line))
      ?.trim()
      .slice(0, 300) ?? null;
  const why = diagnoses[0]?.summary ?? firstError ?? error.message;
  return new GpuSetupError('build-failed', `${recipe} could not be built: ${why}`, {
    hint: `the log is ${log}`,
    cause: error,
    details: { ...error.details, diagnoses, log, firstError },
  });
}
