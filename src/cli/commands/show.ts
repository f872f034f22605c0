/** gpu-setup show NAME */
import { ExitCode } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import type { PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import { hostCompilerOf, type HostCompiler } from '../../prefix/use/host-compiler.ts';
import { findPrefix, readPrefix } from '../../prefix/home/prefixes.ts';
import { style } from '../../report/style.ts';
import { table } from '../../report/table.ts';
import type { Terminal } from '../../report/terminal.ts';
import { bytesText, timeText } from '../../report/units.ts';
import type { CommandDefinition } from '../command.ts';

export const summary = 'what a prefix holds and where it came from';

export const command: CommandDefinition = {
  arguments: [{ syntax: '<name>', description: 'a prefix, as gpu-setup list names it', completes: 'prefix' }],
  examples: [
    ['gpu-setup show cuda10', 'versions, packages with their sources, host compiler, disk space'],
    ['gpu-setup show cuda10 --json', 'the same as one JSON document'],
  ],
  async run([name], _options, context) {
    const place = await findPrefix(context.folders(), name!);
    const { prefix } = await readPrefix(place);
    const compiler = await hostCompilerOf(place.path, context.env);
    return {
      exitCode: ExitCode.ok,
      json: { ...prefix, hostCompiler: compiler },
      text: (terminal) => showText(prefix, compiler, terminal),
    };
  },
};

function showText(prefix: PrefixInfo, compiler: HostCompiler, terminal: Terminal): string {
  const paint = style(terminal);
  const facts: [string, string][] = [
    ['path', prefix.path],
    ['CUDA', prefix.cuda],
    ['cuDNN', prefix.cudnn ?? 'none'],
    ['recipe', prefix.recipe ?? 'none (specs were given)'],
    ['components', prefix.components.join(', ')],
    ['host compiler', compilerText(compiler)],
    ['on disk', diskText(prefix)],
    ['installed', timeText(prefix.installedAt)],
  ];
  const packages = prefix.packages.map((one) => [one.name, one.version, one.source]);
  const heading = `${paint.bold(escapeLine(prefix.name))}\n`;
  return `${heading}${table([], facts, terminal)}\n${table(['PACKAGE', 'VERSION', 'SOURCE'], packages, terminal)}`;
}

function compilerText(compiler: HostCompiler): string {
  if (compiler.state === 'found') return compiler.path;
  if (compiler.state === 'not-applicable') return 'none needed (no nvcc here)';
  return compiler.hint === null ? compiler.why : `${compiler.why}; ${compiler.hint}`;
}

function diskText({ bytes, sharing }: PrefixInfo): string {
  const how = { reflink: 'reflinks', hardlink: 'hard links', copy: 'copies' }[sharing];
  return `${bytesText(bytes.own)} of its own, ${bytesText(bytes.shared)} shared with the store (${how})`;
}
