/** All diagnoses, found by where they lie: diagnoses/<layer>/<code>.ts. */
import found from 'modules:src/doctor/diagnoses:diagnosis';
import { LAYERS, type Layer } from './layers.ts';
import type { Diagnosis } from './types.ts';

const all = Object.entries(found).map(([path, definition]): Diagnosis => {
  const [layer, code] = path.split('/') as [Layer, string];
  return { ...definition, code, layer };
});

/** By layer, then by code: of candidates for a line that are equally likely the first one leads. */
export const DIAGNOSES: readonly Diagnosis[] = LAYERS.flatMap((layer) =>
  all.filter((one) => one.layer === layer),
);
