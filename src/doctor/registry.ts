/** All diagnoses, found by where they lie: diagnoses/<layer>/<code>.ts. */
import found from 'modules:src/doctor/diagnoses:diagnosis';
import { LAYERS } from './layers.ts';
import type { Diagnosis } from './types.ts';

/** By layer, then by code: of candidates for a line that are equally likely the first one leads. */
export const DIAGNOSES: readonly Diagnosis[] = LAYERS.flatMap((layer) =>
  Object.entries(found)
    .filter(([path]) => path.startsWith(`${layer}/`))
    .map(([path, definition]) => ({ ...definition, code: path.slice(layer.length + 1), layer })),
);
