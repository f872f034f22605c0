/** The form of recipe.yaml and licences.yaml. */
import { z } from 'zod';
import { GpuSetupError } from '../base/errors.ts';
import { nearest } from '../base/suggest.ts';
import { parseSpec } from '../prefix/spec.ts';
import type { Licence } from '../prefix/licence.ts';
import { COMPONENTS } from '../prefix/types.ts';
import type { Component, Spec } from '../prefix/types.ts';
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

export type RecipeText = Omit<Recipe, 'name' | 'from'>;

export const RECIPE: z.ZodType<RecipeText> = z.strictObject({
  title: z.string().min(1),
  specs: z
    .array(spec)
    .refine(
      (all) => all.some(({ name }) => name === 'cuda'),
      'expected a spec of cuda among them, as in cuda@10.0',
    ),
  components: z.array(component).min(1),
  sources: z.array(z.array(sourceId).min(1)).min(1),
  licences: z.array(z.string()),
  evidence: z.array(z.string()),
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
