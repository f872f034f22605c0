/** Files of requirements as a caller names them: text of a sane size, or an answer why not. */
import { dirname, join, resolve } from 'node:path';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { openPatiently } from '../../base/files/patient-read.ts';
import { badRequirements } from './bad-requirements.ts';
import { readRequirements } from './read-requirements.ts';
import type { Requirements, RequirementsText, TargetEnvironment } from './types.ts';

/** 5,000 lines have some 200 kB. */
const MOST_BYTES = 4 << 20;

/**
 * @param name as the user wrote it, relative to `cwd`
 * @throws GpuSetupError `requirements-unreadable`; (exit code 2) `bad-requirements`: binary, too large, of no known form
 */
export async function readRequirementsFile(
  name: string,
  cwd: string,
  target: TargetEnvironment,
): Promise<Requirements> {
  const file = { name, text: await textOf(name, resolve(cwd, name)) };
  return readRequirements(file, (path, from) => other(join(dirname(from.name), path), cwd), target);
}

async function other(name: string, cwd: string): Promise<RequirementsText | null> {
  // An address: nothing is asked of the network here.
  if (/^[a-z+]+:\//i.test(name)) return null;
  try {
    return { name, text: await textOf(name, resolve(cwd, name)) };
  } catch (error) {
    if (error instanceof GpuSetupError && error.code === 'requirements-unreadable') return null;
    throw error;
  }
}

async function textOf(name: string, path: string): Promise<string> {
  const bytes = await bytesOf(name, path);
  if (bytes.length > MOST_BYTES) {
    throw badRequirements(name, `it is larger than ${MOST_BYTES >> 20} MiB, as no list of requirements is`);
  }
  if (bytes.includes(0)) throw badRequirements(name, 'it is binary, not text');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequirements(name, 'it is no text in UTF-8');
  }
}

/** One byte more than the most, of a larger one. */
async function bytesOf(name: string, path: string): Promise<Buffer> {
  try {
    const file = await openPatiently(path);
    try {
      const found = await file.stat();
      if (!found.isFile())
        throw badRequirements(name, found.isDirectory() ? 'it is a folder' : 'it is no file');
      const bytes = Buffer.alloc(Math.min(found.size, MOST_BYTES) + 1);
      let filled = 0;
      for (let count = 1; count > 0 && filled < bytes.length; filled += count) {
        ({ bytesRead: count } = await file.read(bytes, filled, bytes.length - filled, null));
      }
      return bytes.subarray(0, filled);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof GpuSetupError) throw error;
    const why = systemCode(error) === 'ENOENT' ? 'there is no such file' : messageOf(error);
    throw new GpuSetupError('requirements-unreadable', `${name} cannot be read: ${why}`, { cause: error });
  }
}
