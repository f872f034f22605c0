/** `search`: what the sources offer. */
import { ExitCode } from '../../base/errors.ts';
import { search as searchSources } from '../../recipe/search.ts';
import { renderSearch } from '../../report/search.ts';
import { mirrorsOf } from '../configured.ts';
import { ARCHITECTURE, architectureOf } from '../architecture-option.ts';
import { textOf } from '../call/parse-arguments.ts';
import type { CommandDefinition } from '../command.ts';

export const summary = 'what the sources offer';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '[spec...]',
      description:
        "narrows it down: cuda@10, 'cuda@>=11.8 <12', cudnn@7.5, tensorrt@8.6, gcc@10, or a recipe",
      completes: 'spec',
    },
  ],
  options: [
    {
      flags: '--source <id>',
      description: 'ask this source alone, as install takes it',
      completes: 'source',
    },
    ARCHITECTURE,
  ],
  examples: [
    ['gpu-setup search', 'every CUDA release, with its sizes, parts, cuDNN and NCCL'],
    ['gpu-setup search cuda@10', 'which CUDA 10.x there is, and where'],
    ['gpu-setup search cudnn@7.5 cuda@10.0', 'whether there is a cuDNN 7.5 for CUDA 10.0'],
    [
      'gpu-setup search gcc@10',
      'host compilers that a prefix can have, with source, size and which CUDA takes them',
    ],
    ['gpu-setup search cuda@11.8 --source debian-bookworm', 'what one source has of it'],
    ['gpu-setup search cuda@12 --architecture arm64', 'what there is for arm64 servers'],
    ['gpu-setup search cuda10 --json', 'what a recipe could be made of, as one JSON document'],
  ],
  async run(words, options, context) {
    const { emit, signal } = context;
    const found = await searchSources(
      { words, source: textOf(options, 'source'), architecture: architectureOf(options) },
      { folders: context.folders(), emit, signal, mirrors: mirrorsOf(context) },
    );
    const { near: _near, ...document } = found;
    const any = found.releases.length + found.libraries.length + found.compilers.length > 0;
    return {
      exitCode: any ? ExitCode.ok : ExitCode.failed,
      json: { schema: 'gpu-setup/search@1', ...document },
      text: (terminal) => renderSearch(found, terminal),
      hints: any ? [] : [...new Set(found.failures.flatMap(({ hint }) => hint ?? []))],
    };
  },
};
