/** gpu-setup list */
import { ExitCode } from '../../base/errors.ts';
import { listPrefixes, type PrefixList } from '../../prefix/home/prefixes.ts';
import { table } from '../../report/table.ts';
import type { Terminal } from '../../report/terminal.ts';
import { bytesText } from '../../report/units.ts';
import type { CommandDefinition } from '../command.ts';

export const summary = 'the prefixes that are installed';

export const command: CommandDefinition = {
  examples: [
    ['gpu-setup list', 'every prefix: your own, and those that root installed for everybody'],
    ['gpu-setup list --json', 'the same as one JSON document'],
  ],
  async run(_args, _options, context) {
    const found = await listPrefixes(context.folders());
    const nothing = found.prefixes.length + found.broken.length + found.unreadable.length === 0;
    const hints = [
      ...found.broken.map(({ name }) => `"${name}" is damaged; gpu-setup remove ${name} takes it away`),
      ...found.unreadable.map(
        ({ path }) => `what ${path} holds is not known: run it as a user who may read it`,
      ),
    ];
    return {
      exitCode: ExitCode.ok,
      json: { schema: 'gpu-setup/list@1', ...found },
      text: (terminal) => listText(found, terminal),
      hints: nothing ? ['gpu-setup install cuda10'] : hints,
    };
  },
};

function listText({ prefixes, broken, unreadable }: PrefixList, terminal: Terminal): string {
  if (prefixes.length + broken.length + unreadable.length === 0) return 'Nothing is installed.\n';
  const rows = [
    ...prefixes.map((one) => [
      one.name,
      one.cuda,
      one.cudnn ?? '-',
      bytesText(one.bytes.own + one.bytes.shared),
      one.path,
    ]),
    ...broken.map(({ name, path, why }) => [name, 'damaged', '-', '-', `${path}: ${why}`]),
    ...unreadable.map(({ path, why }) => ['?', 'unknown', '-', '-', `${path}: ${why}`]),
  ].sort((a, b) => (a[0]! < b[0]! ? -1 : a[0]! > b[0]! ? 1 : 0));
  return table(['NAME', 'CUDA', 'CUDNN', 'SIZE', 'PATH'], rows, terminal);
}
