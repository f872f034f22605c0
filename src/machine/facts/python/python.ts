/**
 * A Python and the frameworks in it, from files alone: which one is active (VIRTUAL_ENV, CONDA_PREFIX, python3 on PATH) or was
 * named, its version, and of each framework what its metadata and its own files of versions say. Nothing is started.
 *
 *     pyvenv.cfg                             version = 3.10.12
 *     conda-meta/python-3.10.12-h1_0.json    the name alone is read
 *     site-packages/torch-2.1.0+cu118.dist-info
 */
import { absent, present, unknown, valueOf, type Answer, type Origin } from '../../answer.ts';
import type { InstalledFramework, PythonFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { baseOf, joinPath, parentOf } from '../../paths.ts';
import { namesIn } from '../recorded.ts';
import { programFolders } from '../toolkit/search-paths.ts';
import { frameworkIn } from './framework-files.ts';
import { neededLibraries } from './needed-libraries.ts';

const PROGRAMS = ['python3', 'python'] as const;
/** "torch-2.1.0+cu118.dist-info", of conda also "torch-1.4.0-py3.7.egg-info" */
const METADATA = /^([A-Za-z0-9][\w.]{0,80}?)-(\d[\w.!+]{0,60}?)(?:-py\d[\d.]{0,5})?\.(?:dist|egg)-info$/;

/**
 * @param named program or folder of an environment, absolute; left out: the one that is active
 * @param architecture of the programs here, as `uname -m` names it
 */
export async function probePython(
  machine: Machine,
  named?: string,
  architecture: Answer<string> = unknown('not-applicable', 'nobody asked', { kind: 'option', name: '' }),
): Promise<Answer<PythonFacts>> {
  const place = named === undefined ? await activePlace(machine) : await namedPlace(machine, named);
  if (place.state !== 'present') return place;
  const { root, program, chosen } = place.value;
  const version = await versionOf(machine, root, program);
  const folders = await packageFolders(machine, root, version);
  const packages = await packagesIn(machine, folders);
  const frameworks: InstalledFramework[] = [];
  for (const one of packages.values()) {
    const framework = await frameworkIn(machine, one);
    if (framework === null) continue;
    const libraries = await neededLibraries(machine, framework, [...packages.keys()], valueOf(architecture));
    frameworks.push({ ...framework, libraries });
  }
  const nvidia = [...packages.values()]
    .filter(({ name }) => name.startsWith('nvidia-'))
    .map(({ name, version: installed }) => ({ name, version: installed }));
  return present(
    { path: root, chosen, version, frameworks, nvidiaPackages: nvidia },
    { kind: 'dir', name: folders[0] ?? root },
  );
}

interface Place {
  root: string;
  /** Null: of an environment that has none. */
  program: string | null;
  chosen: PythonFacts['chosen'];
}

async function namedPlace(machine: Machine, path: string): Promise<Answer<Place>> {
  const stat = await machine.stat(path);
  if (stat.state !== 'present') return stat;
  const from: Origin = { kind: 'file', name: path };
  if (stat.value.type === 'dir')
    return present({ root: path, program: await programIn(machine, path), chosen: 'named' }, from);
  return present({ root: parentOf(parentOf(path)), program: path, chosen: 'named' }, from);
}

async function activePlace(machine: Machine): Promise<Answer<Place>> {
  for (const variable of ['VIRTUAL_ENV', 'CONDA_PREFIX']) {
    const root = valueOf(machine.env(variable));
    if (root?.startsWith('/') !== true) continue;
    return present(
      { root, program: await programIn(machine, root), chosen: 'active' },
      { kind: 'env', name: variable },
    );
  }
  const folders = programFolders(machine);
  if (folders.state !== 'present') return folders;
  let notSeen: Answer<never> | null = null;
  for (const folder of folders.value)
    for (const name of PROGRAMS) {
      const program = joinPath(folder, name);
      const stat = await machine.stat(program);
      if (stat.state === 'present')
        return present(
          { root: parentOf(folder), program, chosen: 'on-path' },
          { kind: 'file', name: program },
        );
      if (stat.state === 'unknown') notSeen ??= stat;
    }
  return notSeen ?? absent(folders.from);
}

async function programIn(machine: Machine, root: string): Promise<string | null> {
  for (const name of PROGRAMS) {
    const program = `${root}/bin/${name}`;
    if ((await machine.stat(program)).state === 'present') return program;
  }
  return null;
}

async function versionOf(machine: Machine, root: string, program: string | null): Promise<string | null> {
  const config = valueOf(await machine.readFile(`${root}/pyvenv.cfg`, 16_384))?.text ?? '';
  const [, ofVenv] = /^version(?:_info)? *= *(\d\.\d{1,2}(?:\.\d{1,3})?)/m.exec(config) ?? [];
  if (ofVenv !== undefined) return ofVenv;
  for (const name of (await namesIn(machine, `${root}/conda-meta`)) ?? []) {
    const [, ofConda] = /^python-(\d\.\d{1,2}\.\d{1,3})-[^-]{1,60}\.json$/.exec(name) ?? [];
    if (ofConda !== undefined) return ofConda;
  }
  const real = program === null ? undefined : valueOf(await machine.realPath(program));
  const [, ofProgram] = /^python(\d\.\d{1,2})$/.exec(baseOf(real ?? '')) ?? [];
  if (ofProgram !== undefined) return ofProgram;
  const libraries = ((await namesIn(machine, `${root}/lib`)) ?? []).filter((name) =>
    /^python3\.\d{1,2}$/.test(name),
  );
  return libraries.length === 1 ? libraries[0]!.slice('python'.length) : null;
}

/** In the order in which Python looks; those of a distribution and of the user beside the system's own Python. */
async function packageFolders(machine: Machine, root: string, version: string | null): Promise<string[]> {
  const names =
    version === null
      ? ((await namesIn(machine, `${root}/lib`)) ?? []).filter((name) => /^python3\.\d{1,2}$/.test(name))
      : [`python${version.split('.').slice(0, 2).join('.')}`];
  const isSystem = root === '/usr' || root === '/';
  const home = valueOf(machine.env('HOME'));
  return names.flatMap((name) => [
    ...(isSystem && home?.startsWith('/') === true ? [`${home}/.local/lib/${name}/site-packages`] : []),
    ...(isSystem ? [`/usr/local/lib/${name}/dist-packages`] : []),
    `${root === '/' ? '/usr' : root}/lib/${name}/site-packages`,
    ...(isSystem ? ['/usr/lib/python3/dist-packages', `/usr/lib64/${name}/site-packages`] : []),
  ]);
}

export interface InstalledPython {
  /** As PyPI has it: "nvidia-cudnn-cu12". */
  name: string;
  version: string;
  /** The folder of packages that it lies in. */
  folder: string;
  /** Its own folder of metadata there: "torch-2.1.0+cu118.dist-info". */
  metadata: string;
}

async function packagesIn(
  machine: Machine,
  folders: readonly string[],
): Promise<Map<string, InstalledPython>> {
  const packages = new Map<string, InstalledPython>();
  for (const folder of folders)
    for (const entry of (await namesIn(machine, folder)) ?? []) {
      const [, written, version] = METADATA.exec(entry) ?? [];
      if (written === undefined) continue;
      const name = written.toLowerCase().replace(/[_.]+/g, '-');
      if (!packages.has(name)) packages.set(name, { name, version: version!, folder, metadata: entry });
    }
  return packages;
}
