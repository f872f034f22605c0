/** `search`: what the sources offer. */
import { ExitCode } from '../../base/errors.ts';
import { search as searchSources } from '../../recipe/search.ts';
import { renderSearch } from '../../report/search.ts';
import { mirrorsOf } from '../configured.ts';
import type { CommandDefinition } from '../command.ts';

export const summary = 'what the sources offer';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '[spec...]',
      description: 'narrows it down: cuda@10, cudnn@7.5, or a recipe',
      completes: 'spec',
    },
  ],
  examples: [
    ['gpu-setup search', 'every CUDA toolkit, cuDNN and NCCL, by source'],
    ['gpu-setup search cuda@10', 'who has CUDA 10.x, in which versions'],
    ['gpu-setup search cudnn@7.5 cuda@10.0', 'builds of cuDNN 7.5 for CUDA 10.0'],
    ['gpu-setup search cuda10 --json', 'what a recipe could be made of, as one JSON document'],
  ],
  async run(words, _options, context) {
    const { emit, signal } = context;
    const { specs, sources, anyRead } = await searchSources(words, {
      folders: context.folders(),
      emit,
      signal,
      mirrors: mirrorsOf(context),
    });
    return {
      exitCode: anyRead ? ExitCode.ok : ExitCode.failed,
      json: { schema: 'gpu-setup/search@1', specs, sources },
      text: (terminal) => renderSearch(sources, terminal),
      hints: anyRead
        ? []
        : [
            'none of the sources could be read: check the network, or put a mirror into apt-sources in the configuration',
          ],
    };
  },
};
