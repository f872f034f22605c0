/** The form of recipe.yaml and licences.yaml. */
import { z } from 'zod';
import { GpuSetupError } from '../base/errors.ts';
import { nearest } from '../base/suggest.ts';
import { parseSpec } from '../prefix/plan/spec.ts';
import type { Licence } from '../prefix/plan/licence.ts';
import { COMPONENTS } from '../prefix/plan/request.ts';
import type { Component, Spec } from '../prefix/plan/request.ts';
import type { Recipe } from './types.ts';

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

export type RecipeText = Omit<Recipe, 'name' | 'from'>;

/** What is installed needs all of these; what is only built or tried has none of them. */
const INSTALLED = ['specs', 'components', 'sources'] as const;

export const RECIPE: z.ZodType<RecipeText> = z
  .strictObject({
    title: z.string().min(1),
    specs: z.array(spec).default([]),
    components: z.array(component).default([]),
    sources: z.array(z.array(sourceId).min(1)).default([]),
    licences: z.array(z.string()),
    evidence: z.array(z.string()),
    build: build.nullable().default(null),
  })
  .superRefine((recipe, context) => {
    const issue = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    const given = INSTALLED.filter((field) => recipe[field].length > 0);
    if (given.length === 0 && recipe.build !== null) return;
    for (const field of INSTALLED) if (!given.includes(field)) issue(field, 'expected at least one');
    if (!recipe.specs.some(({ name }) => name === 'cuda')) {
      issue('specs', 'expected a spec of cuda among them, as in cuda@10.0');
    }
  });

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
