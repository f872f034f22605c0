/**
 * The programs of a host compiler, made to work wherever the prefix is put. Each is started through a shell script by the dynamic
 * loader of the C library that it was built for: so it needs nothing of this machine, older or newer, and LD_LIBRARY_PATH stays
 * as it was. gcc finds its parts by where it lies itself; its sysroot and those parts are all that has to be named.
 */
import files from 'assets:src/prefix/relocate/shell';

/** Below the prefix: a whole tree of the distribution, folders of the root merged into usr. */
export const SYSROOT = 'host/sysroot';

/** What of a toolchain's tree the scripts depend on. */
export interface ToolchainTree {
  /** "x86_64-linux-gnu" */
  triplet: string;
  /** As in its folder: "10", "4.9". */
  gcc: string;
  /** Below the sysroot: "usr/lib64/ld-linux-x86-64.so.2". */
  loader: string;
  /** Where gcc looks for its own programs, below the sysroot: "usr/libexec/gcc/x86_64-linux-gnu/13". */
  parts: string;
  /** Names in that folder. */
  inParts: readonly string[];
  /** Names in usr/bin. */
  inBin: readonly string[];
}

export interface HostProgram {
  /** Of the script, below the prefix. */
  path: string;
  /** Where the program itself lay, when the script takes its place: it is renamed to what the script starts. */
  moves: { from: string; to: string } | null;
  text: string;
}

/** gcc's own, by name in its folder; what a release lacks is not there. */
const PARTS = ['cc1', 'cc1plus', 'collect2', 'lto1', 'lto-wrapper', 'g++-mapper-server'];
/** What gcc runs besides: it looks for them where its parts are. */
const CALLED = ['as', 'ld', 'ld.bfd', 'ld.gold'];
/** What a build calls by name. */
const DRIVERS: Readonly<Record<string, string>> = {
  gcc: 'gcc',
  cc: 'gcc',
  'g++': 'g++',
  'c++': 'g++',
  cpp: 'cpp',
};
const TOOLS = ['ar', 'as', 'ld', 'nm', 'objcopy', 'objdump', 'ranlib', 'readelf', 'strip'];

/** Every script of a toolchain, and what moves for it. Pure. */
export function hostPrograms(tree: ToolchainTree): readonly HostProgram[] {
  const { triplet, gcc, parts, inParts, inBin } = tree;
  const named = (name: string): readonly string[] =>
    [`${triplet}-${name}`, name].filter((one) => inBin.includes(one)).slice(0, 1);
  const fromParts = `root=$here${'/..'.repeat(parts.split('/').length)}`;
  return [
    ...PARTS.filter((name) => inParts.includes(name)).map((name): HostProgram => {
      const path = `${SYSROOT}/${parts}/${name}`;
      const program = `$here/${name}${MOVED}`;
      return {
        path,
        moves: { from: path, to: `${path}${MOVED}` },
        text: script(tree, { name, root: fromParts, program }),
      };
    }),
    ...CALLED.flatMap((name) =>
      named(name).map((real): HostProgram => ({
        path: `${SYSROOT}/${parts}/${name}`,
        moves: null,
        text: script(tree, { name, root: fromParts, program: `$root/usr/bin/${real}` }),
      })),
    ),
    ...[...Object.entries(DRIVERS), ...TOOLS.map((name) => [name, null] as const)].flatMap(([name, driver]) =>
      named(driver === null ? name : `${driver}-${gcc}`).map((real): HostProgram => ({
        path: `host/bin/${name}`,
        moves: null,
        text: script(tree, {
          name,
          root: FROM_BIN,
          program: `$root/usr/bin/${real}`,
          options: driver === null ? '' : ' --sysroot="$root"',
        }),
      })),
    ),
  ];
}

/** Ends the name of a program whose place a script has taken. */
const MOVED = '.elf';

/** The path as it was called, links to folders kept: what a build system remembers of it survives an update of the prefix. */
const FROM_BIN = [
  'root=${here%/*}/sysroot',
  'if [ "${here##*/}" != bin ] || [ ! -d "$root/usr" ]; then root=$here/../sysroot; fi',
].join('\n');

function script(
  { loader, triplet }: ToolchainTree,
  of: {
    name: string;
    /** Shell lines that set `root`, the sysroot, from `here`, the script's folder. */
    root: string;
    /** Path of the program itself, as the shell reads it between quotes. */
    program: string;
    options?: string;
  },
): string {
  const values: Readonly<Record<string, string>> = {
    NAME: of.name,
    ROOT: of.root,
    LOADER: loader,
    LIBRARIES: `usr/lib/${triplet}`,
    PROGRAM: of.program,
    OPTIONS: of.options ?? '',
  };
  return files['host-program.sh']!.replace(/@([A-Z]+)@/g, (_, name: string) => values[name]!);
}
