/**
 * A Dockerfile: the image that its last stage stands on, and what pip and conda install in it.
 *
 *     ARG CUDA=12.4.1
 *     FROM nvidia/cuda:${CUDA}-cudnn-devel-ubuntu22.04
 *     RUN pip install --no-cache-dir torch==2.4.0 \
 *         --index-url https://download.pytorch.org/whl/cu124
 */
import type { Wanted } from '../types.ts';
import { badRequirements } from './bad-requirements.ts';
import { dockerStages, type DockerInstruction } from './docker-stages.ts';
import { broughtByImage, distributionOfImage } from './image-tags.ts';
import { installsOf } from './pip-install.ts';
import { readRequirementsTxt } from './requirements-txt.ts';
import { wantedOfCondaSpec } from './environment-yml.ts';
import type { ReadOther, Requirements, RequirementsText, TargetEnvironment } from './types.ts';

/** @throws GpuSetupError `bad-requirements` */
export async function readDockerfile(
  file: RequirementsText,
  readOther: ReadOther,
  target: TargetEnvironment,
): Promise<Requirements> {
  const { images, base, instructions } = dockerStages(file);
  if (images.length === 0) throw badRequirements(file.name, 'it has no FROM');
  const wanted: Wanted[] = images.flatMap(({ image, line }) =>
    broughtByImage(image).map((found) => ({
      ...found,
      notation: 'plain' as const,
      from: `${file.name}: line ${line}`,
    })),
  );
  const python = wanted.find(({ name }) => name === 'python')?.version ?? target.python;
  const distribution = base === null ? null : distributionOfImage(base.image);
  const found: Requirements[] = [];
  for (const run of instructions) found.push(await installedBy(run, file, readOther, { ...target, python }));
  return {
    ...(distribution === null ? {} : { system: { distribution, from: `${file.name}: line ${base!.line}` } }),
    wanted: [...wanted, ...found.flatMap((one) => one.wanted)],
    notes: found.flatMap((one) => one.notes),
  };
}

async function installedBy(
  { text, line }: DockerInstruction,
  file: RequirementsText,
  readOther: ReadOther,
  target: TargetEnvironment,
): Promise<Requirements> {
  const from = `${file.name}: line ${line}`;
  const wanted: Wanted[] = [];
  const notes: string[] = [];
  for (const install of installsOf(text)) {
    if (install.manager === 'conda') {
      wanted.push(...install.packages.flatMap((spec) => wantedOfCondaSpec(spec, from)));
      continue;
    }
    // What pip takes in a line of arguments it takes in lines of a file.
    const lines = [...install.options, ...install.packages].join('\n');
    const read = await readRequirementsTxt({ name: file.name, text: lines }, readOther, target);
    wanted.push(
      ...read.wanted.map((one) => (one.from.startsWith(`${file.name}: `) ? { ...one, from } : one)),
    );
    notes.push(
      ...read.notes.map((note) =>
        note.replace(/^(.*): line \d+: /, (_, name) => (name === file.name ? `${from}: ` : `${name}: `)),
      ),
    );
  }
  return { wanted, notes };
}
