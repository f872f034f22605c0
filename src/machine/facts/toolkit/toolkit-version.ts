/** Version of a toolkit, as exact as a file of it says. */
import { valueOf } from '../../answer.ts';
import type { Machine } from '../../machine.ts';
import { joinPath } from '../../paths.ts';

export interface ToolkitVersion {
  version: string;
  /** The file that said so. */
  from: string;
}

/** The macros stand in the first 20 KB of files of 1 MB. */
const HEADER_BYTES = 65_536;

export interface VersionFolders {
  /** Where version.json or version.txt may lie. */
  roots: readonly string[];
  libraries: readonly string[];
  includes: readonly string[];
}

export async function readToolkitVersion(
  machine: Machine,
  folders: VersionFolders,
): Promise<ToolkitVersion | null> {
  for (const root of folders.roots) {
    for (const [name, parse] of [
      ['version.json', parseVersionJson],
      ['version.txt', parseVersionTxt],
    ] as const) {
      const path = joinPath(root, name);
      const text = valueOf(await machine.readFile(path, 1 << 20))?.text;
      const version = text === undefined ? null : parse(text);
      if (version) return { version, from: path };
    }
  }
  for (const folder of folders.libraries) {
    for (const name of (valueOf(await machine.listDir(folder))?.entries ?? []).toReversed()) {
      const version = versionOfCudart(name);
      if (version) return { version, from: joinPath(folder, name) };
    }
  }
  for (const folder of folders.includes) {
    for (const name of ['cuda_runtime_api.h', 'cuda.h']) {
      const path = joinPath(folder, name);
      const text = valueOf(await machine.readFile(path, HEADER_BYTES))?.text;
      const version = text === undefined ? null : parseCudaHeader(text);
      if (version) return { version, from: path };
    }
  }
  return null;
}

/**
 * From CUDA 11.1: { "cuda": { "name": "CUDA SDK", "version": "11.8.20220929" }, "cuda_cudart": { "version": "11.8.89" }, ... }
 * The third number of "cuda" was a date for a while: then the runtime's is taken.
 */
export function parseVersionJson(text: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const of = (component: string): string | null => {
    const entry = (value as Record<string, unknown> | null)?.[component];
    const version = (entry as Record<string, unknown> | null | undefined)?.['version'];
    return typeof version === 'string' && /^\d{1,3}\.\d{1,3}(?:\.\d{1,5})*$/.test(version) ? version : null;
  };
  return of('cuda') ?? of('cuda_cudart') ?? of('cuda_nvcc');
}

/** "CUDA Version 10.0.130", then perhaps "CUDA Patch Version 10.0.130.1" */
export function parseVersionTxt(text: string): string | null {
  return /^CUDA Version (\d{1,3}(?:\.\d{1,5})+)/m.exec(text)?.[1] ?? null;
}

/** "libcudart.so.10.0.130" says it; "libcudart.so.11.0" is a soname that all of 11 share. */
export function versionOfCudart(name: string): string | null {
  return /^libcudart\.so\.(\d{1,3}\.\d{1,3}\.\d{1,5})$/.exec(name)?.[1] ?? null;
}

/** "#define CUDART_VERSION  10000" and "#define CUDA_VERSION 13000": major times 1000 plus minor times 10. */
export function parseCudaHeader(text: string): string | null {
  const digits = /^#define\s+CUDA(?:RT)?_VERSION\s+(\d{4,6})\b/m.exec(text)?.[1];
  if (digits === undefined) return null;
  const number = Number(digits);
  return `${Math.floor(number / 1000)}.${Math.floor((number % 1000) / 10)}`;
}
