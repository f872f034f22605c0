/** The texts that docs/guide/ci.md shows: what a reader copies is what the test builds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './support.ts';

export interface Job {
  env: Readonly<Record<string, string>>;
  /** One shell script that does what the job's steps do, one after the other. */
  script: string;
}

export interface GuideTexts {
  program: string;
  dockerfile: string;
  github: Job;
  gitlab: Job;
}

interface GithubWorkflow {
  jobs: Record<string, { env: Record<string, string>; steps: { run?: string }[] }>;
}

interface GitlabPipeline {
  build: { variables: Record<string, string>; script: string[] };
}

export function guideTexts(): GuideTexts {
  const guide = readFileSync(join(ROOT, 'docs/guide/ci.md'), 'utf8');
  const fenced = (language: string, firstLine: string): string => {
    const start = guide.indexOf(`\`\`\`${language}\n${firstLine}`);
    const end = guide.indexOf('\n```\n', start);
    if (start < 0 || end < 0) throw new Error(`docs/guide/ci.md shows no ${firstLine}`);
    return guide.slice(start + 4 + language.length, end + 1);
  };
  const github = parse(fenced('yaml', '# .github/workflows/cuda.yml')) as GithubWorkflow;
  const gitlab = parse(fenced('yaml', '# .gitlab-ci.yml')) as GitlabPipeline;
  const { env, steps } = github.jobs['build']!;
  return {
    program: fenced('c++', '// hello.cu'),
    dockerfile: fenced('dockerfile', '# Dockerfile'),
    // Every `run` of GitHub starts in a shell of its own that ends at the first failure; GitLab's lines share one.
    github: { env, script: steps.flatMap(({ run }) => (run ? [`(\n${run}\n)`] : [])).join('\n') },
    gitlab: { env: gitlab.build.variables, script: gitlab.build.script.join('\n') },
  };
}
