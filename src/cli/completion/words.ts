/**
 * Words that a completion script asks for: `gpu-setup __complete KIND`. A shell waits for them while somebody types: so no
 * YAML is parsed, no package index opened, nothing is asked of the network, and what cannot be read is simply not offered.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { folders, type Folders } from '../../base/folders.ts';
import { folderVariables } from '../../config/configured-environment.ts';
import { readConfiguration } from '../../config/read-configuration.ts';
import type { DynamicWords } from '../command.ts';

type Words = () => Promise<readonly string[]>;

/** Prints one word a line; nothing where the kind is none, or something goes wrong. */
export async function completeWords(kind: string, print: (text: string) => void): Promise<void> {
  const words = await wordsOf(kind).catch(() => []);
  // A word with a control character, a line break among them, would be several words, or none that can be typed.
  const typable = words.filter((word) => !/[\u0000-\u001f\u007f-\u009f]/.test(word));
  if (typable.length > 0) print(`${[...new Set(typable)].join('\n')}\n`);
}

async function wordsOf(kind: string): Promise<readonly string[]> {
  const uid = process.getuid?.() ?? -1;
  const { settings } = await readConfiguration(process.env, uid);
  const ours = folders({ ...process.env, ...folderVariables(settings, process.env) }, uid);
  const kinds = kindsOf(ours);
  return Object.hasOwn(kinds, kind) ? kinds[kind as DynamicWords]() : [];
}

function kindsOf(ours: Folders): Readonly<Record<DynamicWords, Words>> {
  return {
    prefix: async () => {
      const { homesOf } = await import('../../prefix/home/prefixes.ts');
      return (await Promise.all(homesOf(ours).map((home) => namesIn(join(home, 'prefixes'))))).flat();
    },
    built: async () => (await namesIn(join(ours.home, 'builds'))).filter((name) => /-[1-9]\d*$/.test(name)),
    recipe: () => recipes(ours, null),
    buildable: () => recipes(ours, 'build'),
    preparable: () => recipes(ours, 'prepare'),
    spec: async () => {
      const { knownCudas } = await import('../../compat/releases.ts');
      const versions = knownCudas().map((cuda) => `cuda@${cuda}`);
      return [...(await recipes(ours, 'install')), ...versions];
    },
    planned: async () => {
      const { FRAMEWORKS } = await import('../../compat/frameworks.ts');
      const { publishedVersions } = await import('../../stack/published.ts');
      return FRAMEWORKS.flatMap((name) => [
        name,
        ...(publishedVersions(name) ?? []).map((one) => `${name}@${one}`),
      ]);
    },
    code: async () => {
      const { default: pages } = await import('assets:docs/diagnoses');
      return Object.keys(pages).map((name) => name.replace(/\.md$/, ''));
    },
    source: () => sources(ours),
    example: async () => {
      const { listExamples } = await import('../examples.ts');
      return listExamples().map(({ name }) => name);
    },
    licence: async () => {
      const { default: files } = await import('assets:recipes');
      return [...(files['licences.yaml'] ?? '').matchAll(/^- id: (\S+)$/gm)].map(([, id]) => id!);
    },
    setting: async () => {
      const { typableKeys } = await import('../../config/settings.ts');
      return typableKeys(await sources(ours));
    },
    component: async () => (await import('../../prefix/layout/component.ts')).COMPONENTS,
    part: async () => (await import('../../prefix/layout/parts.ts')).PART_NAMES,
  };
}

/** @param section of the definition that a built-in one must have; of the user's own the name alone is known */
async function recipes(ours: Folders, section: 'install' | 'build' | 'prepare' | null): Promise<string[]> {
  const { default: files } = await import('assets:recipes');
  const builtIn = Object.entries(files).flatMap(([path, text]) => {
    const name = /^([^/]+)\/recipe\.yaml$/.exec(path)?.[1];
    const can = section === null || new RegExp(`^${section}:`, 'm').test(text);
    return name !== undefined && can ? [name] : [];
  });
  return [...builtIn, ...(await namesIn(join(ours.config, 'recipes')))];
}

async function sources(ours: Folders): Promise<string[]> {
  const { default: files } = await import('assets:apt-sources');
  const own = await namesIn(join(ours.config, 'apt-sources'));
  return [...Object.keys(files), ...own].flatMap((name) => /^(.+)\.sources$/.exec(name)?.[1] ?? []);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch {
    return [];
  }
}
