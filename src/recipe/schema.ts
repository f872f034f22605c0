/** The form of recipe.yaml and licences.yaml. */
import { z } from 'zod';
import { TARGETS } from '../compat/targets.ts';
import { GpuSetupError } from '../base/errors.ts';
import { nearest } from '../base/suggest.ts';
import { parseSpec } from '../prefix/plan/spec.ts';
import type { Licence } from '../prefix/plan/licence.ts';
import { COMPONENTS } from '../prefix/layout/component.ts';
import type { Component } from '../prefix/layout/component.ts';
import type { Spec } from '../prefix/plan/request.ts';
import type { InstallRecipe, Recipe, SmokeRecipe } from './recipe.ts';
import { readText, type RecipeFile } from './recipe-files.ts';

const spec = z.string().transform((text, context): Spec => {
  try {
    return parseSpec(text);
  } catch (error) {
    if (!(error instanceof GpuSetupError)) throw error;
    context.addIssue({ code: 'custom', message: `${error.message}; ${error.hint ?? ''}` });
    return z.NEVER;
  }
});

const component = z.string().transform((text, context): Component => {
  const found = COMPONENTS.find((one) => one === text);
  if (found !== undefined) return found;
  const near = nearest(text, COMPONENTS, 1)[0];
  const expected = near === undefined ? `one of ${COMPONENTS.join(', ')}` : `did you mean ${near}?`;
  context.addIssue({ code: 'custom', message: `"${text}" is no component; ${expected}` });
  return z.NEVER;
});

const sourceId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.+-]*$/, 'expected the id of a source, as in nvidia-cuda-ubuntu1804');

const common = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected a word of small letters, digits and dashes'),
  title: z.string().min(1),
  lacks: z.string().min(1).nullable().default(null),
};

const buildSource = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('git'),
    ...common,
    url: z
      .string()
      .regex(/^(?:https?|ssh|git|file):\/\//, 'expected an address with https://, ssh://, git:// or file://'),
    commit: z.string().regex(/^[0-9a-f]{40}$/, 'expected a full commit id of 40 hexadecimal digits'),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 of 64 hexadecimal digits'),
  }),
  z.strictObject({
    kind: z.literal('debian'),
    ...common,
    package: z.string().regex(/^[a-z0-9][a-z0-9.+-]+$/, 'expected the name of a Debian source package'),
    from: z.array(sourceId).min(1),
  }),
  z.strictObject({ kind: z.literal('packages'), ...common, version: z.string().min(1) }),
]);

const build = z.strictObject({
  compiles: z.boolean().default(true),
  cuda: z
    .string()
    .regex(/^\d+\.\d+$/, 'expected a release in quotes, as in "9.0"')
    .nullable()
    .default(null),
  needs: z.array(z.strictObject({ program: z.string().min(1), package: z.string().min(1) })).default([]),
  timeLimitMinutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60),
  diskMegabytes: z.number().int().min(1),
  sources: z.array(buildSource).min(1),
});

/** Together they are what is installed. */
const INSTALL = {
  specs: z.array(spec).min(1, 'expected at least one'),
  components: z.array(component).min(1, 'expected at least one'),
  whereNeeded: z.array(z.literal('host-compiler')).default([]),
  sources: z.array(z.array(sourceId).min(1)).min(1, 'expected at least one'),
};

const install = z.strictObject({ ...INSTALL, specs: INSTALL.specs.superRefine(namesCuda) });

/** As 0.1 had it: the fields of `install` at the top. */
const installAtTop = {
  specs: INSTALL.specs.optional(),
  components: INSTALL.components.optional(),
  sources: INSTALL.sources.optional(),
};

const prepare = z.strictObject({
  classes: z.array(z.string().min(1)).min(1),
  expected: z
    .array(
      z.strictObject({
        file: z.string(),
        images: z.number().int(),
        classes: z.record(z.string(), z.number().int()),
        source: z.string().min(1),
      }),
    )
    .default([]),
});

const count = z.number().int().min(1).max(100_000);

const training = { iterations: count, rounds: count, leastMap50: z.number().min(0).max(1) };

const target = z
  .string()
  .refine(
    (id) => TARGETS.some((known) => known.id === id),
    `expected one of ${TARGETS.map(({ id }) => id).join(', ')}`,
  );

type Files = ReadonlyMap<string, RecipeFile>;

function smokeSchema(files: Files, leftOut: ReadonlyMap<string, string>): z.ZodType<SmokeRecipe> {
  /** A file beside recipe.yaml becomes its name and text. */
  const network = z.string().transform((file, context): { file: string; network: string } => {
    const issue = (message: string): never => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const found = files.get(file);
    if (found === undefined) {
      return issue(`"${file}": ${leftOut.get(file) ?? "no such file in the recipe's folder"}`);
    }
    return { file, network: readText(found) ?? issue(`"${file}" is no text in UTF-8`) };
  });
  return z
    .strictObject({
      training: z.strictObject({ network, ...training }),
      inference: z.strictObject({ network, target }),
    })
    .transform(({ training, inference }) => ({
      kind: 'network' as const,
      training: { ...training, network: training.network.network },
      inference: { ...inference.network, target: inference.target },
    }));
}

export type RecipeText = Pick<Recipe, 'title' | 'licences' | 'evidence' | 'install' | 'build' | 'prepare'> & {
  smoke: SmokeRecipe | null;
};

/** @param folder what lies beside recipe.yaml: the networks that it names, and what cannot be used of it */
export function recipeSchema(folder: {
  files: Files;
  leftOut: ReadonlyMap<string, string>;
}): z.ZodType<RecipeText> {
  return z
    .strictObject({
      title: z.string().min(1),
      licences: z.array(z.string()).default([]),
      evidence: z.array(z.string()).default([]),
      install: install.nullable().default(null),
      ...installAtTop,
      build: build.nullable().default(null),
      smoke: smokeSchema(folder.files, folder.leftOut).nullable().default(null),
      prepare: prepare.nullable().default(null),
    })
    .transform(({ specs, components, sources, ...recipe }, context) => {
      const given = { specs, components, sources };
      const fields = Object.entries(given);
      if (fields.every(([, value]) => value === undefined)) return recipe;
      const issue = (path: string, message: string): void =>
        context.addIssue({ code: 'custom', path: [path], message });
      if (recipe.install !== null) issue('install', 'expected its fields either here or at the top');
      for (const [name, value] of fields) if (value === undefined) issue(name, 'expected at least one');
      if (specs !== undefined) namesCuda(specs, { addIssue: ({ message }) => issue('specs', message) });
      return { ...recipe, install: { ...given, whereNeeded: [] } as InstallRecipe };
    });
}

/** A prefix is made around a CUDA toolkit. */
function namesCuda(
  specs: readonly Spec[],
  context: { addIssue(issue: { code: 'custom'; message: string }): void },
): void {
  if (specs.some(({ name }) => name === 'cuda')) return;
  context.addIssue({ code: 'custom', message: 'expected a spec of cuda among them, as in cuda@10.0' });
}

const licence = z
  .strictObject({
    id: z.string().min(1),
    title: z.string().min(1),
    url: z.string().regex(/^https:\/\//, 'expected an https address'),
    families: z.array(z.enum(['nvidia', 'debian'])).optional(),
    components: z.array(component).optional(),
  })
  .transform(({ families, components, ...rest }): Licence => ({
    ...rest,
    families: families ?? null,
    components: components ?? null,
  }));

export const LICENCES: z.ZodType<Licence[]> = z.array(licence);
