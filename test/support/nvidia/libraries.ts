/**
 * Small real ELF libraries with the sonames of NVIDIA's, each answering the version question that the real one answers.
 * Built with the host's C compiler when the fake repository is built.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface LibrarySource {
  /** File name with its full version: libcudart.so.9.0.176 */
  file: string;
  soname: string;
  /** C source of the exported functions. */
  code: string;
}

/** Compiles one shared library and returns its bytes. */
export async function buildLibrary(folder: string, library: LibrarySource): Promise<Uint8Array> {
  await mkdir(folder, { recursive: true });
  const source = join(folder, `${library.file}.c`);
  const output = join(folder, library.file);
  await writeFile(source, library.code);
  await run(
    'cc',
    [
      '-shared',
      '-fPIC',
      '-O1',
      '-s',
      `-Wl,-soname,${library.soname}`,
      '-Wl,--build-id=none',
      '-o',
      output,
      source,
    ],
    { timeout: 60_000 },
  );
  return readFile(output);
}

/** Compiles one object into a static archive and returns its bytes. */
export async function buildArchive(folder: string, file: string, code: string): Promise<Uint8Array> {
  await mkdir(folder, { recursive: true });
  const source = join(folder, `${file}.c`);
  const object = join(folder, `${file}.o`);
  const output = join(folder, file);
  await writeFile(source, code);
  await run('cc', ['-c', '-fPIC', '-O1', '-o', object, source], { timeout: 60_000 });
  await run('ar', ['rcsD', output, object], { timeout: 60_000 });
  return readFile(output);
}
