/** Which CUDA a question is about: the toolkits that are here, an nvcc that answered, and what --for names and is not here. */
import { majorMinor } from '../../compat/dotted-version.ts';
import { releasesFor } from '../../compat/releases.ts';
import { isPlainVersion } from '../../compat/version-range.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts, ToolkitFacts } from '../../machine/facts.ts';
import { counts, isOfRelease, nameOfToolkit } from '../../machine/questions/toolkit.ts';
import { evidence } from '../evidence.ts';
import { subjectOf } from '../subject.ts';
import type { Evidence, Needs, Question, Subject } from '../types.ts';
import { obstaclesOf } from './obstacles.ts';

export interface AskedCuda {
  /** "10.0.130"; of a range that is not installed the release that fits this machine best. */
  cuda: string;
  /** "CUDA 10.0.130 (prefix cuda10)" */
  name: string;
  subject: Subject;
  /** Whether what is said of it counts for the verdict; else it is information. */
  counts: boolean;
  seen: Evidence;
}

export function askedCuda(facts: Facts, question: Question): AskedCuda[] {
  return [...ofToolkits(facts, question), ...ofNvcc(facts, question), ...notInstalled(facts, question)];
}

function ofToolkits(facts: Facts, question: Question): AskedCuda[] {
  const all = valueOf(facts.toolkits) ?? [];
  const matters = toolkitsThatCount(all, facts, question);
  return all.flatMap((toolkit) =>
    toolkit.version === null
      ? []
      : [
          {
            cuda: toolkit.version,
            name: nameOfToolkit(toolkit),
            subject: subjectOf(toolkit),
            counts: matters.includes(toolkit),
            seen: evidence(facts.toolkits, nameOfToolkit(toolkit)),
          },
        ],
  );
}

/** Prefixes are not on PATH: where none is singled out a build takes any, and only if none will do that matters. */
function toolkitsThatCount(
  all: readonly ToolkitFacts[],
  facts: Facts,
  question: Question,
): readonly ToolkitFacts[] {
  const named = all.filter((toolkit) => counts(toolkit, question.needs));
  if (named.length > 0 || question.purpose === 'run' || question.needs?.cuda != null) return named;
  const able = all.filter(({ has }) => has.nvcc);
  const isOpen = ({ version }: ToolkitFacts): boolean =>
    version === null || obstaclesOf(version, facts, question).length === 0;
  return able.some(isOpen) ? [] : able;
}

/** Of a toolkit that was not looked at: a paste of `nvcc --version`. */
function ofNvcc(facts: Facts, { needs }: Question): AskedCuda[] {
  const nvcc = valueOf(facts.nvcc);
  const known = (valueOf(facts.toolkits) ?? []).some(({ inUse }) => inUse.includes('PATH'));
  if (nvcc?.version == null || known) return [];
  const name = `CUDA ${nvcc.version} (${nvcc.path})`;
  return [
    {
      cuda: nvcc.version,
      name,
      subject: 'machine',
      counts: needs?.cuda == null,
      seen: evidence(facts.nvcc, name),
    },
  ];
}

/** What --for names and no toolkit here is: it is judged before it is installed. */
function notInstalled(facts: Facts, question: Question): AskedCuda[] {
  const { needs } = question;
  if (needs?.cuda == null) return [];
  const wanted = isPlainVersion(needs.cuda) ? (majorMinor(needs.cuda) ?? needs.cuda) : needs.cuda;
  const here = (valueOf(facts.toolkits) ?? []).some((toolkit) => isOfRelease(toolkit, wanted));
  const cuda = here ? null : bestRelease(needs.cuda, facts, question);
  if (cuda === null) return [];
  const name = `CUDA ${needs.cuda} (${needs.recipe})`;
  return [
    {
      cuda,
      name,
      subject: 'machine',
      counts: true,
      seen: evidenceOfNeed(needs),
    },
  ];
}

export function evidenceOfNeed({ recipe, cuda }: Needs): Evidence {
  return { from: `option: --for ${recipe}`, excerpt: cuda === null ? recipe : `it takes CUDA ${cuda}` };
}

/** Of what may be meant the release that least speaks against, the newest of several; null where no table knows one. */
function bestRelease(wanted: string, facts: Facts, question: Question): string | null {
  if (isPlainVersion(wanted) && majorMinor(wanted) !== null) return wanted;
  const releases = [...new Set(releasesFor(wanted).map(({ cuda }) => cuda))];
  const counted = releases.map((cuda) => ({ cuda, against: obstaclesOf(cuda, facts, question).length }));
  const least = Math.min(...counted.map(({ against }) => against));
  return counted.find(({ against }) => against === least)?.cuda ?? null;
}
