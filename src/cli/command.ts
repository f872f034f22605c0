/**
 * The shape of a command. A command never prints: it returns an Outcome, and call/dispatch.ts writes the one JSON document or
 * the text. `run` and `shell`, which hand the terminal to a child, return only an exit code.
 */
import type { Emit } from '../base/events.ts';
import type { Configuration } from '../config/read-configuration.ts';
import type { Folders } from '../base/folders.ts';
import type { Terminal } from '../report/terminal.ts';

export type { Terminal };

export interface Context {
  /** The caller's working directory: relative paths of options resolve against it. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  uid: number;
  json: boolean;
  debug: boolean;
  /** -y: a question whether to go on is answered with yes. Never a licence, never consent to scripts. */
  yes: boolean;
  stdout: Terminal;
  stderr: Terminal;
  /** True where a question may be asked: stdin and stderr are terminals and --json was not given. */
  mayAsk: boolean;
  /** The time, for documents that say when they were made. */
  now(): Date;
  /** Progress and notices; shown on stderr. */
  emit: Emit;
  /** Aborted by Ctrl-C or SIGTERM. Work that is aborted throws; nothing half-made stays visible. */
  signal: AbortSignal;
  /** To be called right before a child gets the terminal and its signals. Throws where one came already. */
  leaveToChild(): void;
  /** What the user's configuration file says. */
  configuration: Configuration;
  /** Computed when first asked for, since not every command needs a home. */
  folders(): Folders;
}

export interface Outcome {
  exitCode: number;
  /** The document for --json; carries its own `schema`. Read only then: a getter where making it takes a while. */
  json?: unknown;
  /** For people; rendered only without --json. */
  text?(terminal: Terminal): string;
  /** The text is for a program, a file, or is somebody's own: it is printed as it is, by whatever name this was started. */
  isData?: boolean;
  /** What to do next, on stderr behind `hint:`. */
  hints?: readonly string[];
}

/** What the completion of a shell offers for a word: files and folders it knows itself, of the rest it asks the program. */
export type Completes =
  | 'file'
  | 'folder'
  /** A program, and then its arguments. */
  | 'program'
  | 'command'
  | DynamicWords;

/** Words that differ from machine to machine, or that are too many for a script. */
export type DynamicWords =
  | 'prefix'
  /** A build, as list names it. */
  | 'built'
  /** All of them; those that can be built, or that data can be prepared for. */
  | 'recipe'
  | 'buildable'
  | 'preparable'
  /** What can be installed: recipes and versions. */
  | 'spec'
  /** What can be planned besides: frameworks, versions of them. */
  | 'planned'
  | 'code'
  | 'source'
  | 'example'
  | 'licence'
  | 'setting'
  /** One, or several with commas. */
  | 'component'
  | 'part';

export interface OptionDefinition {
  /** As commander writes it: `--with <components>`, `--json`, `--example [name]`. */
  flags: string;
  description: string;
  choices?: readonly string[];
  /** May be given several times; the value is then a string array. */
  repeatable?: boolean;
  /** What a value is, for the completion of shells; with choices, one of those. */
  completes?: Completes | readonly Completes[];
}

export interface ArgumentDefinition {
  /** As commander writes it: `<name>`, `[spec...]`. */
  syntax: string;
  description: string;
  choices?: readonly string[];
  /** What it is, for the completion of shells; with choices, one of those. */
  completes?: Completes | readonly Completes[];
}

export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface CommandDefinition {
  arguments?: readonly ArgumentDefinition[];
  options?: readonly OptionDefinition[];
  /** [command line, what it does]; at least one. */
  examples: readonly (readonly [string, string])[];
  /** True where everything after `--` belongs to a child program. */
  passThrough?: boolean;
  /** True for what must work with a configuration file that cannot be used. */
  toleratesBadConfiguration?: boolean;
  /**
   * @param args positional arguments in the order of `arguments`, variadic ones spread; with `passThrough`, one that was
   *   left out before `--` is ''
   * @param options by camel-case name as commander gives them (`--accept-license` is `acceptLicense`)
   */
  run(args: readonly string[], options: OptionValues, context: Context): Promise<Outcome>;
}

/**
 * What `gpu-setup --help` needs of commands/<name>.ts: the file's name, and the `summary` that it exports beside its
 * `command`. The rest is loaded when the command is used.
 */
export interface CommandEntry {
  name: string;
  /** Other names that it can be called by. */
  aliases?: readonly string[];
  summary: string;
  load(): Promise<CommandDefinition>;
}
