/** All diagnoses, found by where they lie: diagnoses/<layer>/<code>.ts. */
import found from 'modules:src/doctor/diagnoses:diagnosis';
import { LAYERS, type Layer } from './layers.ts';
import type { Diagnosis } from './types.ts';

const byLayer = new Map<string, Diagnosis[]>(LAYERS.map((layer) => [layer, []]));
for (const [path, definition] of Object.entries(found)) {
  const [layer, code] = path.split('/') as [Layer, string];
  byLayer.get(layer)!.push({ ...definition, code, layer });
}

/** By layer, then by code: of candidates for a line that are equally likely the first one leads. */
export const DIAGNOSES: readonly Diagnosis[] = [...byLayer.values()].flat();
