/**
 * Command lines as people type and paste them, made comparable: wrappers (sudo, env, sh -c) are taken off, the program is
 * known by its base name, and options are parsed. `sudo lspci -n -n -k` and `/usr/bin/lspci -nnk` are the same.
 */
import { lazily } from '../../base/lazily.ts';
import { baseOf } from '../paths.ts';

export interface CommandLine {
  /** Base name: "nvidia-smi". */
  program: string;
  /** Folder that it was called by, null for a bare name or one of the system's own (/usr/bin, /sbin, ...). */
  folder: string | null;
  /** "dkms status", "apt-get install": first operand of programs that have subcommands; else null. */
  subcommand: string | null;
  /** With dashes, long spellings made short where both exist; a repeated letter counts: "-nn". Values: "--format=csv". */
  flags: ReadonlySet<string>;
  operands: readonly string[];
  /** True where a pipe ("| grep nvidia") or redirection keeps a part of the output away. */
  filtered: boolean;
}

interface Grammar {
  /** Exists many times on one machine: one called by its path is another program than the one on PATH. */
  manyVersions?: boolean;
  /** Options whose value is the next word: "-d 10de:". Stored as "-d=10de:". */
  valued?: readonly string[];
  /** One dash and several letters is one option (-class, --version as -version). */
  wholeWords?: boolean;
  subcommands?: boolean;
  /** Spelling to spelling that means the same. */
  same?: Readonly<Record<string, string>>;
  /** Options that add lines or columns to what is printed without them, or only colour it. */
  additive?: readonly string[];
}

/** Options that change nothing about what is printed. */
const HARMLESS = new Set(['--no-pager', '--color=never', '--color=auto', '--color', '-y', '--yes']);

// From the manual pages: pciutils lspci(8), util-linux dmesg(1), systemd journalctl(1), coreutils ls(1), uname(1), df(1),
// kmod lsmod(8), modinfo(8), lshw(1), NVIDIA's nvidia-smi(1).
const grammars = lazily((): Readonly<Record<string, Grammar>> => ({
  lspci: {
    valued: ['-s', '-d', '-i', '-p', '-A', '-O', '-F'],
    additive: ['-k', '-D', '-v', '-vv', '-vvv', '-nn'],
  },
  'nvidia-smi': {
    valued: ['-i', '-f', '-d', '-l', '-lms', '-c', '-pm'],
    same: { '--list-gpus': '-L', '--query': '-q' },
  },
  nvcc: { manyVersions: true, wholeWords: true, same: { '-V': '--version', '-version': '--version' } },
  gcc: { manyVersions: true, wholeWords: true },
  'g++': { manyVersions: true, wholeWords: true },
  clang: { manyVersions: true, wholeWords: true },
  find: { wholeWords: true },
  lshw: { wholeWords: true, valued: ['-C', '-class', '-c'], same: { '-class': '-C', '-c': '-C' } },
  dmesg: {
    valued: ['-l', '-f', '-n', '-s'],
    same: { '--ctime': '-T', '--human': '-H', '--kernel': '-k', '--decode': '-x' },
    additive: ['-T', '-H', '-k', '-x', '-e'],
  },
  journalctl: {
    valued: ['-u', '-n', '-g', '-p', '-t', '-o', '-S', '-U'],
    same: { '--dmesg': '-k', '--boot': '-b' },
    additive: ['-b', '-x'],
  },
  ls: {
    same: { '--all': '-a', '--human-readable': '-h', '--almost-all': '-A' },
    additive: ['-a', '-A', '-h', '-n', '-1', '-d'],
  },
  uname: {
    same: {
      '--all': '-a',
      '--kernel-release': '-r',
      '--machine': '-m',
      '--kernel-name': '-s',
      '--kernel-version': '-v',
    },
  },
  df: { same: { '--human-readable': '-h', '--inodes': '-i', '--print-type': '-T' }, additive: ['-T'] },
  lsmod: {},
  modinfo: { valued: ['-F', '-k'], same: { '--field': '-F' } },
  ldconfig: { same: { '--print-cache': '-p', '--verbose': '-v' } },
  dpkg: {
    same: {
      '--list': '-l',
      '--status': '-s',
      '--listfiles': '-L',
      '--print-architecture': '--print-architecture',
    },
  },
  id: {},
  mokutil: { same: { '--sb': '--sb-state' } },
  dkms: { subcommands: true },
  apt: { subcommands: true, valued: ['-o', '-c', '-t'] },
  'apt-get': { subcommands: true, valued: ['-o', '-c', '-t'] },
  'apt-cache': { subcommands: true, valued: ['-o', '-c'] },
  docker: { subcommands: true },
  podman: { subcommands: true },
  conda: { manyVersions: true, subcommands: true, valued: ['-n', '-p', '-c'] },
  pip: { manyVersions: true, subcommands: true },
  pip3: { manyVersions: true, subcommands: true },
  systemctl: { subcommands: true, valued: ['-u', '-n', '-p'] },
  snap: { subcommands: true },
  'ubuntu-drivers': { subcommands: true },
}));

function grammarOf(program: string): Grammar {
  const all = grammars();
  return (Object.hasOwn(all, program) ? all[program] : undefined) ?? {};
}

/** Programs that run another one: their options with a value, and how many words of their own come first. */
const wrappers = lazily((): Readonly<Record<string, { valued: readonly string[]; words?: number }>> => ({
  sudo: {
    valued: ['-u', '-g', '-h', '-p', '-C', '-r', '-t', '-U', '--user', '--group', '--host', '--prompt'],
  },
  doas: { valued: ['-u', '-C'] },
  env: { valued: ['-u', '--unset', '-C', '--chdir'] },
  nice: { valued: ['-n', '--adjustment'] },
  ionice: { valued: ['-c', '-n', '--class', '--classdata'] },
  nohup: { valued: [] },
  time: { valued: ['-f', '-o', '--format', '--output'] },
  command: { valued: [] },
  exec: { valued: ['-a'] },
  stdbuf: { valued: ['-i', '-o', '-e'] },
  timeout: { valued: ['-k', '-s', '--kill-after', '--signal'], words: 1 },
}));

const SYSTEM_FOLDER = /^\/(?:usr\/|usr\/local\/)?s?bin$/;

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash']);

const MAX_UNWRAPPING = 8;

/** `["sudo", "-E", "sh", "-c", "/usr/bin/lspci -nn | grep NVIDIA"]` becomes lspci with -nn, filtered. */
export function commandLine(argv: readonly string[]): CommandLine {
  const { words, filtered } = unwrap(argv, MAX_UNWRAPPING);
  const called = words[0] ?? '';
  const program = baseOf(called);
  const place = called.slice(0, Math.max(0, called.length - program.length - 1));
  const folder = place === '' || SYSTEM_FOLDER.test(place) ? null : place;
  const grammar = grammarOf(program);
  const { flags, operands } = parseOptions(words.slice(1), grammar);
  const subcommand = grammar.subcommands ? (operands.shift() ?? null) : null;
  return { program, folder, subcommand, flags, operands, filtered };
}

/** Base name of the program that a command line runs, wrappers taken off; "" where there is none. */
export function programOf(argv: readonly string[]): string {
  return commandLine(argv).program;
}

/**
 * How well a recorded command answers the one that is asked for: null where it does not; 0 is the same command, greater
 * numbers mean more options that add to the output, or that a filter took parts away.
 */
export function matchArgv(asked: readonly string[], recorded: readonly string[]): number | null {
  const want = commandLine(asked);
  const have = commandLine(recorded);
  if (want.program === '' || want.program !== have.program || want.subcommand !== have.subcommand)
    return null;
  const matters = want.folder !== null || grammarOf(want.program).manyVersions;
  if (matters && want.folder !== have.folder) return null;
  const additive = new Set(grammarOf(want.program).additive);
  if (!sameItems(want.operands, have.operands)) return null;
  let extra = have.filtered ? 100 : 0;
  for (const flag of want.flags) {
    if (!HARMLESS.has(flag) && !have.flags.has(flag)) return null;
  }
  for (const flag of have.flags) {
    if (HARMLESS.has(flag) || want.flags.has(flag)) continue;
    if (!additive.has(flag)) return null;
    extra++;
  }
  return extra;
}

function sameItems(left: readonly string[], right: readonly string[]): boolean {
  const sorted = [...right].sort();
  return left.length === right.length && [...left].sort().every((item, i) => item === sorted[i]);
}

function unwrap(argv: readonly string[], depth: number): { words: readonly string[]; filtered: boolean } {
  // "FOO=1 nvcc --version": assignments before the program.
  let start = 0;
  while (start < argv.length && /^[A-Za-z_][A-Za-z0-9_]*=/.test(argv[start]!)) start++;
  const words = argv.slice(start);
  const first = baseOf(words[0] ?? '');
  if (depth === 0) return { words, filtered: false };
  if (SHELLS.has(first)) {
    const at = words.findIndex((word, i) => i > 0 && /^-[a-z]*c$/.test(word));
    const script = at > 0 ? words[at + 1] : undefined;
    // A shell that runs a script file, or nothing: that is the program.
    if (script === undefined || words.slice(1, at).some((word) => !word.startsWith('-')))
      return { words, filtered: false };
    const { words: inner, more } = firstCommand(script);
    const deeper = unwrap(inner, depth - 1);
    return { words: deeper.words, filtered: deeper.filtered || more };
  }
  const wrapper = Object.hasOwn(wrappers(), first) ? wrappers()[first] : undefined;
  if (!wrapper) return { words, filtered: false };
  let at = 1;
  while (at < words.length && words[at]!.startsWith('-')) {
    const word = words[at++]!;
    if (word === '--') break;
    if (wrapper.valued.includes(word)) at++;
  }
  const rest = words.slice(at + (wrapper.words ?? 0));
  return rest.length === 0 ? { words, filtered: false } : unwrap(rest, depth - 1);
}

/**
 * The first command of a shell line that is more than `cd`, quotes taken off: `cd x && ls -al "/dev/nvidia0" | head`
 * gives ls and its words, and `more` because a pipe follows. Expansions stay as they are written.
 */
function firstCommand(script: string): { words: string[]; more: boolean } {
  let words: string[] = [];
  const token =
    /\s*(?:(\d*(?:>>?&?\d*|<))\s*[^\s'"|;&<>]*|([|;&]+)|((?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\|;&<>])+))/y;
  const line = script.trim();
  for (let match = token.exec(line); match; match = token.exec(line)) {
    const [, redirection, separator, word] = match;
    if (word !== undefined) words.push(unquoted(word));
    // "2>&1" and "2>/dev/null" leave standard output alone.
    else if (redirection !== undefined && !redirection.startsWith('2>')) return { words, more: true };
    else if (separator !== undefined) {
      if (words[0] !== 'cd' && words.length > 0) return { words, more: true };
      words = [];
    }
  }
  return { words, more: false };
}

function unquoted(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
    (_, single?: string, double?: string, escaped?: string) => single ?? double ?? escaped ?? '',
  );
}

function parseOptions(
  words: readonly string[],
  grammar: Grammar,
): { flags: Set<string>; operands: string[] } {
  const letters = new Map<string, number>();
  const flags = new Set<string>();
  const operands: string[] = [];
  const add = (name: string, value?: string): void => {
    const canonical =
      (grammar.same && Object.hasOwn(grammar.same, name) ? grammar.same[name] : undefined) ?? name;
    if (value !== undefined) flags.add(`${canonical}=${value}`);
    else if (/^-[A-Za-z0-9]$/.test(canonical)) letters.set(canonical, (letters.get(canonical) ?? 0) + 1);
    else flags.add(canonical);
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') {
      operands.push(...words.slice(i + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') operands.push(word);
    else if (grammar.valued?.includes(word)) add(word, words[++i] ?? '');
    else if (word.startsWith('--') || grammar.wholeWords) {
      const cut = word.indexOf('=');
      if (cut < 0) add(word);
      else add(word.slice(0, cut), word.slice(cut + 1));
    } else if (grammar.valued?.includes(word.slice(0, 2))) add(word.slice(0, 2), word.slice(2));
    else for (const letter of word.slice(1)) add(`-${letter}`);
  }
  for (const [letter, times] of letters) flags.add(times === 1 ? letter : `-${letter[1]!.repeat(times)}`);
  return { flags, operands };
}
