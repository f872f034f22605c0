/** The two files in which a step of GitHub Actions leaves the environment of the later steps of its job. */
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { GpuSetupError, messageOf } from '../../base/errors.ts';

/** @throws GpuSetupError `no-github-step` where one of the files is not named, or cannot be written to */
export function appendGithubLines(
  env: Readonly<Record<string, string | undefined>>,
  lines: Readonly<Record<'GITHUB_ENV' | 'GITHUB_PATH', string>>,
): void {
  const texts = Object.entries(lines);
  const files: number[] = [];
  try {
    // All of them are opened before one is written to: half an environment is worse than none.
    for (const [variable] of texts) files.push(openNamed(variable, env[variable]));
    for (const [at, [, text]] of texts.entries()) writeSync(files[at]!, text);
  } finally {
    for (const file of files) closeSync(file);
  }
}

/** The runner has made both files before the step begins. */
function openNamed(variable: string, path: string | undefined): number {
  if (path === undefined || !path.startsWith('/')) {
    throw notThere(`${variable} names no file: this is no step of a job of GitHub Actions`);
  }
  let file: number;
  try {
    file = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK);
  } catch (error) {
    throw notThere(`the file that ${variable} names cannot be written to: ${messageOf(error)}`);
  }
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  throw notThere(`${path}, which ${variable} names, is no ordinary file`);
}

function notThere(message: string): GpuSetupError {
  return new GpuSetupError('no-github-step', message, {
    hint: 'elsewhere, gpu-setup env NAME prints what a shell evaluates',
  });
}
