/**
 * Reading the configuration file. Every call does it, and most users have none: what reads it is loaded only then, and the file is
 * opened without promises, whose part of Node takes as long to be ready as all the rest of this.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { GpuSetupError, messageOf, systemCode } from '../base/errors.ts';
import { configFolder, type Environment } from '../base/folders.ts';
import type { Settings } from './parse-configuration.ts';

export const CONFIG_FILE = 'config.yaml';

/** Many times what the longest list of mirrors takes. */
const MAX_BYTES = 256 << 10;

export interface Configuration {
  /** Null where no folder could be named: whoever needs one says why. */
  path: string | null;
  /** Empty where there is no file, or none that can be used. */
  settings: Settings;
  /** Why the file cannot be used. */
  problem: GpuSetupError | null;
  /** The caller's own, which wins over the file. */
  environment: Environment;
}

/** Never throws: what calls for help, or mends the file, must work with a bad one too. */
export async function readConfiguration(env: Environment, uid: number): Promise<Configuration> {
  const environment = { ...env };
  const none = { settings: {}, problem: null, environment };
  let path: string;
  try {
    path = configPath(env, uid);
  } catch {
    return { ...none, path: null };
  }
  try {
    const text = await configurationText(path);
    if (text === null) return { ...none, path };
    const { parseConfiguration } = await import('./parse-configuration.ts');
    return { ...none, path, settings: parseConfiguration(text, path) };
  } catch (error) {
    return { ...none, path, problem: error instanceof GpuSetupError ? error : unreadable(path, error) };
  }
}

/** @throws GpuSetupError `no-home`; `folder-not-absolute` (exit code 2) */
export function configPath(env: Environment, uid: number): string {
  return join(configFolder(env, uid), CONFIG_FILE);
}

/**
 * Null where there is none.
 * @throws GpuSetupError `config-unreadable`, `config-unsafe`, `bad-config`
 */
export async function configurationText(path: string): Promise<string | null> {
  let file: number;
  try {
    // A fifo that nobody writes to would keep open() waiting.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return null;
    throw unreadable(path, error);
  }
  try {
    if (!fstatSync(file).isFile()) throw await bad(path, 'it is no ordinary file');
    const { judgeConfiguration } = await import('../base/files/configuration-folder.ts');
    await judgeConfiguration(path);
    const buffer = Buffer.alloc(MAX_BYTES + 1);
    const bytesRead = readFull(file, buffer);
    if (bytesRead > MAX_BYTES) throw await bad(path, `it has more than ${MAX_BYTES >> 10} KiB`);
    return await decoded(path, buffer.subarray(0, bytesRead));
  } catch (error) {
    throw error instanceof GpuSetupError ? error : unreadable(path, error);
  } finally {
    closeSync(file);
  }
}

function readFull(file: number, buffer: Buffer): number {
  let at = 0;
  while (at < buffer.length) {
    const bytesRead = readSync(file, buffer, at, buffer.length - at, null);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return at;
}

async function decoded(path: string, bytes: Uint8Array): Promise<string> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // said below
  }
  throw await bad(path, 'it is not text in UTF-8');
}

async function bad(path: string, what: string): Promise<GpuSetupError> {
  const { badConfig } = await import('./parse-configuration.ts');
  return badConfig(path, null, what);
}

function unreadable(path: string, cause: unknown): GpuSetupError {
  return new GpuSetupError('config-unreadable', `cannot read ${path}: ${messageOf(cause)}`, { cause });
}
