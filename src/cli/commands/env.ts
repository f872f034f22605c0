/** gpu-setup env [NAME] | --off */
import { randomUUID } from 'node:crypto';
import { ExitCode, usageError } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import { foreignArchitecture } from '../../prefix/use/foreign.ts';
import { foldersOf, prefixVariables, type EnvironmentChange } from '../../prefix/use/environment.ts';
import { leave, UNDO_VARIABLE } from '../../prefix/use/environment-undo.ts';
import { appendGithubLines } from '../../prefix/use/github-files.ts';
import { readPrefix, type PrefixPlace } from '../../prefix/home/prefixes.ts';
import { fishEnvironment, shEnvironment } from '../../report/environment.ts';
import { githubLines } from '../../report/github-environment.ts';
import { moduleFile } from '../../report/modulefile.ts';
import { textOf } from '../call/parse-arguments.ts';
import type { CommandDefinition, Context, Outcome } from '../command.ts';
import { enterPrefix, meantPrefix, TRUST_PROJECT } from '../use-prefix.ts';

export const summary = 'print what makes a shell use a prefix, or leave it again';

const SHELLS = { sh: shEnvironment, bash: shEnvironment, zsh: shEnvironment, fish: fishEnvironment };

/** What is no answer to a shell: where a prefix is left, these have a way of their own. */
const WITHOUT_OFF: Readonly<Record<string, string>> = {
  github: 'the later steps of a job keep what an earlier one added; name another prefix',
  modulefile: 'module unload does it',
};

/** gpu-setup/env@1 (docs/schema/env.json) */
interface EnvironmentDocument {
  schema: 'gpu-setup/env@1';
  /** Null for --off. */
  name: string | null;
  path: string | null;
  /** "arm64": of a prefix for other machines than this one; else absent. */
  architecture?: string;
  variables: EnvironmentChange;
}

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '[name]',
      description: 'a prefix, as gpu-setup list names it; else the one in use here',
      completes: 'prefix',
    },
  ],
  options: [
    { flags: '--off', description: 'put back what the shell had before it used a prefix' },
    {
      flags: '--format <format>',
      description: 'what is to read it; sh unless named',
      choices: [...Object.keys(SHELLS), 'json', 'github', 'modulefile'],
    },
    TRUST_PROJECT,
  ],
  examples: [
    ['eval "$(gpu-setup env cuda10)"', 'use a prefix in this shell'],
    ['eval "$(gpu-setup env --off)"', 'leave it again'],
    ['gpu-setup env cuda10 --format fish | source', 'the same in fish'],
    ['gpu-setup env cuda10 --format modulefile > ~/modules/cuda/10.0', 'for Environment Modules and Lmod'],
    ['gpu-setup env cuda11 --format github', 'in a job of GitHub Actions: for its later steps'],
    ['gpu-setup env cuda10 --json', 'the variables as JSON; null takes one away'],
  ],
  async run([name], options, context) {
    const format = textOf(options, 'format') ?? 'sh';
    if (options['off'] === true) {
      if (name !== undefined) {
        throw usageError('options-conflict', '--off takes no name: it leaves whatever prefix the shell uses');
      }
      const instead = WITHOUT_OFF[format];
      if (instead !== undefined) {
        throw usageError('options-conflict', `--off has no --format ${format}`, { hint: instead });
      }
      return leaving(format, context);
    }
    const place = await meantPrefix(name, options, context, ['gpu-setup', 'env']);
    const architecture = await foreignArchitecture(place.path);
    if (architecture !== null)
      context.emit({ type: 'notice', level: 'warning', text: forCompilers(place, architecture) });
    const document: EnvironmentDocument = {
      schema: 'gpu-setup/env@1',
      name: place.name,
      path: place.path,
      ...(architecture === null ? {} : { architecture }),
      variables: await enterPrefix(place, context),
    };
    if (format === 'github') return forGithub(place, document, context);
    if (format === 'modulefile') return asModule(place, document);
    return { exitCode: ExitCode.ok, json: document, text: () => textFor(format, document), isData: true };
  },
};

/** A compiler that builds for the other machine reads headers and libraries; a loader of this one passes them over. */
function forCompilers({ name }: PrefixPlace, architecture: string): string {
  return `${name} is for ${architecture}: its programs are not for this machine`;
}

function leaving(format: string, { env }: Context): Outcome {
  const document: EnvironmentDocument = {
    schema: 'gpu-setup/env@1',
    name: null,
    path: null,
    variables: leave(env) ?? {},
  };
  const nothing = Object.keys(document.variables).length === 0;
  return {
    exitCode: ExitCode.ok,
    json: document,
    text: () => textFor(format, document),
    isData: true,
    hints: nothing ? ['this shell uses no prefix: there is nothing to undo'] : [],
  };
}

function textFor(format: string, document: EnvironmentDocument): string {
  return format === 'json'
    ? `${JSON.stringify(document, null, 2)}\n`
    : SHELLS[format as keyof typeof SHELLS](document.variables);
}

/** @throws GpuSetupError `no-github-step` */
async function forGithub(
  place: PrefixPlace,
  document: EnvironmentDocument,
  { env }: Context,
): Promise<Outcome> {
  const ours = prefixVariables(await foldersOf(place.path));
  // What leads out of it again is for a shell that goes on: each step begins anew.
  const { [UNDO_VARIABLE]: _undo, ...variables } = document.variables;
  const lines = githubLines(variables, ours, `gpu-setup-${randomUUID()}`);
  appendGithubLines(env, { GITHUB_ENV: lines.env, GITHUB_PATH: lines.path });
  return {
    exitCode: ExitCode.ok,
    json: { ...document, variables },
    text: () => `The later steps of this job use ${escapeLine(place.name)}: ${escapeLine(place.path)}\n`,
  };
}

async function asModule(place: PrefixPlace, document: EnvironmentDocument): Promise<Outcome> {
  const { prefix } = await readPrefix(place);
  const variables = prefixVariables(await foldersOf(place.path));
  return { exitCode: ExitCode.ok, json: document, text: () => moduleFile(prefix, variables), isData: true };
}
