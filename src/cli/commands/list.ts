/** gpu-setup list */
import { join } from 'node:path';
import { ExitCode, messageOf } from '../../base/errors.ts';
import { GENERATION_GONE } from '../../machine/records/prefix-flaws.ts';
import { listBuilds } from '../../prefix/home/build-list.ts';
import { readCurrent } from '../../prefix/home/current.ts';
import { olderGenerations } from '../../prefix/home/older-generations.ts';
import { listPrefixes, type PrefixList } from '../../prefix/home/prefixes.ts';
import { renderInstalledList } from '../../report/installed.ts';
import type { CommandDefinition, Context } from '../command.ts';

export const summary = 'the prefixes and builds that are installed';

export const command: CommandDefinition = {
  examples: [
    [
      'gpu-setup list',
      'every prefix, your own and those of root; builds; older generations and who uses them',
    ],
    ['gpu-setup list --json', 'the same as one JSON document'],
  ],
  async run(_args, _options, context) {
    const folders = context.folders();
    const found = await listPrefixes(folders);
    const built = await listBuilds(folders.home);
    const older = await olderGenerations(folders.home);
    const current = await currentPath(context);
    const broken = [...found.broken, ...built.broken].map(({ name, path, why }) => ({ name, path, why }));
    const unreadable = [...found.unreadable, ...built.unreadable];
    const builds = built.builds.map(({ record, current }) => {
      const { name, recipe, path, builtAt, prefix } = record;
      return {
        name,
        recipe,
        path,
        builtAt,
        prefix: prefix?.name ?? null,
        cuda: prefix?.cuda ?? null,
        current,
      };
    });
    const nothing = [found.prefixes, builds, older, broken, unreadable].every(({ length }) => length === 0);
    const hints = [
      ...found.broken.map(mendHint),
      ...built.broken.map(({ name }) => `"${name}" is damaged; gpu-setup remove ${name} takes it away`),
      ...twice(found.prefixes),
      ...unreadable.map(({ path }) => `what ${path} holds is not known: run it as a user who may read it`),
    ];
    return {
      exitCode: ExitCode.ok,
      json: {
        schema: 'gpu-setup/list@1',
        prefixes: found.prefixes,
        current,
        builds,
        olderGenerations: older,
        broken,
        unreadable,
      },
      text: (terminal) => renderInstalledList({ prefixes: found, current, builds: built, older }, terminal),
      hints: nothing ? ['gpu-setup install cuda10'] : hints,
    };
  },
};

/** How a damaged one is mended. Root's needs root; of a generation that is gone nothing is left to make it anew from. */
function mendHint({ name, own, why }: PrefixList['broken'][number]): string {
  const call = own ? 'gpu-setup' : 'sudo gpu-setup';
  const whose = own ? '' : ' of root';
  if (why === GENERATION_GONE)
    return `"${name}"${whose} is damaged: ${call} remove ${name}, then install it again`;
  const remove = own ? `, gpu-setup remove ${name} takes it away` : '';
  return `"${name}"${whose} is damaged: ${call} verify ${name} --repair makes it anew${remove}`;
}

/** Prefixes come own first: of one name, the first is the one that is meant by it. */
function twice(prefixes: PrefixList['prefixes']): readonly string[] {
  return prefixes.flatMap(({ name, path }, at) =>
    prefixes[at - 1]?.name === name
      ? [`"${name}" means your own, not ${path}; to have both at hand, install yours with --name`]
      : [],
  );
}

/** Of the prefix that `use` chose; null where nothing was, or what says so is damaged: that hides none of the prefixes. */
async function currentPath({ folders, emit }: Context): Promise<string | null> {
  try {
    const current = await readCurrent(folders());
    return current === null ? null : join(current.of, 'prefixes', current.name);
  } catch (error) {
    emit({ type: 'notice', level: 'warning', text: messageOf(error) });
    return null;
  }
}
