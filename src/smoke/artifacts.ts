/**
 * What stays of a training: the curve, the network and its weights, in <home>/smoke/<recipe>/. They appear together or not at
 * all, in place of those of the training before.
 */
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { curveSvg } from './curve-svg.ts';
import type { Curve } from './rungs/training.ts';

/** Absolute paths. */
export interface Kept {
  folder: string;
  curve: string;
  network: string;
  weights: string;
}

export async function keepLearned(
  home: string,
  recipe: string,
  learned: { curve: Curve; cfg: string; weights: string },
): Promise<Kept> {
  const folder = join(home, 'smoke', recipe);
  const [stage, old] = [`${folder}.${process.pid}.new`, `${folder}.${process.pid}.old`];
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage, { recursive: true });
  try {
    await writeFile(join(stage, 'curve.svg'), curveSvg(learned.curve));
    await copyFile(learned.cfg, join(stage, 'network.cfg'));
    await copyFile(learned.weights, join(stage, 'network.weights'));
    await rename(folder, old).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(stage, folder);
  } finally {
    await rm(stage, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
  const file = (name: string): string => join(folder, name);
  return { folder, curve: file('curve.svg'), network: file('network.cfg'), weights: file('network.weights') };
}
