/** Arguments of one command: what was given, checked against its definition, and the help that the definition yields. */
import type { Command, Option } from 'commander';
import commander from 'on-demand:commander';
import { usageError } from '../../base/errors.ts';
import { nearest } from '../../base/suggest.ts';
import { wrap } from '../../report/wrap.ts';
import type { ArgumentDefinition, CommandDefinition, OptionDefinition, OptionValues } from '../command.ts';

/** Understood by every command, before or behind its name. */
export const GLOBAL_OPTIONS: readonly OptionDefinition[] = [
  { flags: '--json', description: 'print one JSON document on stdout, also when it fails' },
  { flags: '-q, --quiet', description: 'no progress and no hints' },
  { flags: '-v, --verbose', description: 'say all there is to say, and shorten nothing' },
  { flags: '-y, --yes', description: 'answer yes where it asks to go on; accepts no licence and no scripts' },
  { flags: '--debug', description: 'show where an error comes from, and where the time of an install goes' },
  { flags: '-h, --help', description: 'print this help' },
];

/** Whether a call holds a flag of one letter, alone, in a group (-qv) or by its long name; before what belongs to a child. */
export function hasFlag(argv: readonly string[], letter: string, long: string): boolean {
  return argv.some(
    (argument) =>
      argument === long ||
      (argument.startsWith('-') && argument.includes(letter) && /^-[a-zA-Z]+$/.test(argument)),
  );
}

export interface Call {
  args: readonly string[];
  options: OptionValues;
}

/**
 * Throws usage errors: unknown-option, option-needs-value, option-takes-no-value, invalid-choice, missing-argument,
 * unexpected-argument.
 */
export function parseCall(name: string, definition: CommandDefinition, argv: readonly string[]): Call {
  if (argv.length === 0) return nothingGiven(name, definition);
  const command = commanderFor(name, definition);
  const cut = definition.passThrough ? argv.indexOf('--') : -1;
  const own = cut === -1 ? argv : argv.slice(0, cut);
  let parsed: { operands: string[]; unknown: string[] };
  try {
    parsed = command.parseOptions([...own]);
  } catch (error) {
    if (error instanceof commander().CommanderError) {
      throw usageError('option-needs-value', error.message.replace(/^error: /, ''), { hint: helpHint(name) });
    }
    throw error;
  }
  const options: OptionValues = command.opts();
  if (options['help'] === true) return { args: [], options };
  if (parsed.unknown[0] !== undefined) throw unknownOption(parsed.unknown[0], command, name, definition);
  const args = [...parsed.operands, ...childArguments(name, definition, parsed.operands, argv, cut)];
  checkArguments(args, definition.arguments ?? [], name);
  return { args, options };
}

/** Without the parser, which takes longer to start than a machine without a GPU to be judged in part. */
function nothingGiven(name: string, definition: CommandDefinition): Call {
  checkArguments([], definition.arguments ?? [], name);
  return { args: [], options: {} };
}

/** What stands behind `--`, and before it '' for each argument of ours that was left out. @param cut where `--` stands */
function childArguments(
  name: string,
  definition: CommandDefinition,
  operands: readonly string[],
  argv: readonly string[],
  cut: number,
): string[] {
  if (definition.passThrough && operands.includes('')) {
    throw usageError('missing-argument', `"gpu-setup ${name}" was given an empty name`, {
      hint: helpHint(name),
    });
  }
  if (cut === -1) return [];
  const own = (definition.arguments ?? []).filter(({ syntax }) => !syntax.includes('...')).length;
  const leftOut = Array.from({ length: Math.max(0, own - operands.length) }, () => '');
  return [...leftOut, ...argv.slice(cut + 1)];
}

/** The value of an option that takes one; undefined where it was not given. */
export function textOf(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** Of an option that may be given several times. */
export function listOf(options: OptionValues, name: string): readonly string[] {
  const value = options[name];
  return typeof value === 'string' ? [value] : Array.isArray(value) ? (value as readonly string[]) : [];
}

/** @param aliases other names that it can be called by */
export function commandHelp(
  name: string,
  summary: string,
  definition: CommandDefinition,
  columns: number,
  aliases: readonly string[] = [],
): string {
  const command = commanderFor(name, definition).description(
    `${summary[0]!.toUpperCase()}${summary.slice(1)}.`,
  );
  command.configureOutput({ getOutHelpWidth: () => columns });
  // Commander leaves it to the terminal where fewer than 40 columns remain, and that one breaks words.
  command.configureHelp({ minWidthToWrap: 10 });
  const examples = definition.examples.map(([line, what]) =>
    [`  ${line}`, ...wrap(what, columns, '      ')].join('\n'),
  );
  const also = aliases.length === 0 ? '' : `\n\nThe same: gpu-setup ${aliases.join(', gpu-setup ')}`;
  return `${command.helpInformation().trimEnd()}${also}\n\nExamples:\n${examples.join('\n')}\n`;
}

function commanderFor(name: string, definition: CommandDefinition): Command {
  const command = new (commander().Command)(`gpu-setup ${name}`).exitOverride().helpOption(false);
  command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  for (const { syntax, description } of definition.arguments ?? []) command.argument(syntax, description);
  const own = definition.options ?? [];
  for (const option of own) command.addOption(commanderOption(option));
  const taken = new Set(own.map((option) => longName(option.flags)));
  for (const option of GLOBAL_OPTIONS) {
    if (!taken.has(longName(option.flags)))
      command.addOption(commanderOption(option).helpGroup('For every command:'));
  }
  return command;
}

function commanderOption(definition: OptionDefinition): Option {
  const option = new (commander().Option)(definition.flags, describedOption(definition));
  if (!option.required && !option.optional) return option;
  return option.argParser((value: string, earlier: unknown) => {
    checkValue(option, value, definition.choices);
    return definition.repeatable ? [...(Array.isArray(earlier) ? earlier : []), value] : value;
  });
}

/** "what the machine is for: run or build" */
function describedOption({ description, choices }: OptionDefinition): string {
  if (choices === undefined) return description;
  const [last, ...others] = [...choices].reverse();
  return `${description}: ${[others.reverse().join(', '), last].filter(Boolean).join(' or ')}`;
}

function checkValue(option: Option, value: string, choices: readonly string[] | undefined): void {
  const flag = option.long ?? option.flags;
  if (value === '' || value.startsWith('--')) {
    throw usageError('option-needs-value', `option ${option.flags} needs a value`, {
      hint: value === '' ? undefined : `write ${flag}=VALUE, or put ${value} elsewhere`,
    });
  }
  if (choices !== undefined) checkChoice(flag, value, choices);
}

function checkChoice(what: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  const close = nearest(value, choices, 1);
  throw usageError('invalid-choice', `${what} "${value}" is none of ${choices.join(', ')}`, {
    hint:
      close[0] === undefined
        ? undefined
        : `did you mean ${what.startsWith('-') ? `${what} ` : ''}${close[0]}?`,
  });
}

function unknownOption(given: string, command: Command, name: string, definition: CommandDefinition): Error {
  const flag = given.split('=', 1)[0]!;
  const known = command.options.flatMap((option) =>
    [option.long, option.short].filter((f) => f !== undefined),
  );
  if (known.includes(flag)) {
    return usageError('option-takes-no-value', `option ${flag} of "gpu-setup ${name}" takes no value`);
  }
  // One letter is near to every other one: only long names are guessed.
  const close = flag.startsWith('--')
    ? nearest(
        flag,
        known.filter((name) => name.startsWith('--')),
      )
    : [];
  return usageError('unknown-option', `"gpu-setup ${name}" has no option ${flag}`, {
    hint:
      close.length > 0
        ? `did you mean ${close.join(' or ')}?`
        : definition.passThrough
          ? `options of the program stand behind --: gpu-setup ${name} NAME -- PROGRAM ${flag}`
          : helpHint(name),
    details: { option: flag, nearest: close },
  });
}

function checkArguments(
  args: readonly string[],
  definitions: readonly ArgumentDefinition[],
  name: string,
): void {
  const required = definitions.filter((argument) => argument.syntax.startsWith('<'));
  const missing = required[args.length];
  if (missing !== undefined) {
    throw usageError(
      'missing-argument',
      `"gpu-setup ${name}" needs ${missing.syntax}: ${missing.description}`,
      {
        hint: helpHint(name),
      },
    );
  }
  const variadic = definitions.some((argument) => argument.syntax.includes('...'));
  for (const [at, { choices, syntax }] of definitions.entries()) {
    const given = args[at];
    if (choices !== undefined && given !== undefined) checkChoice(syntax, given, choices);
  }
  const extra = args[definitions.length];
  if (!variadic && extra !== undefined) {
    throw usageError('unexpected-argument', `"gpu-setup ${name}" takes no argument "${extra}"`, {
      hint: helpHint(name),
    });
  }
}

function longName(flags: string): string {
  return /--([a-z-]+)/.exec(flags)?.[1] ?? flags;
}

function helpHint(name: string): string {
  return `gpu-setup ${name} --help shows how it is called`;
}
