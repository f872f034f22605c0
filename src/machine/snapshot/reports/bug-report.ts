/**
 * What nvidia-bug-report.sh writes, as a snapshot. Its grammar, the same from driver 340 to today: sections behind a line of
 * underscores, and in each an empty line, a heading, and what was found.
 *
 *     ____________________________________________
 *
 *     *** /proc/driver/nvidia/./version
 *     *** ls: -r--r--r-- 1 root root 0 2021-03-04 10:11:12.000000000 +0100 /proc/driver/nvidia/./version
 *     NVRM version: NVIDIA UNIX x86_64 Kernel Module  460.39  ...
 *
 * A heading is a file ("*** PATH", "*** PATH does not exist", "*** PATH is not readable"), a command as it was run
 * ("/usr/bin/lspci -nn", "journalctl -b -0 _COMM=Xorg"), or one of a few words ("dmesg:", "Skipping lspci output (lspci not
 * found)"). A command's section may hold further commands of the same program, each alone between two empty lines.
 *
 * One function of the script greps the logs of this boot and of earlier ones; only the present one's lines are taken.
 */
import { headedBoot } from '../../../formats/kernel-boots.ts';
import { normalPath } from '../../paths.ts';
import { commandLine } from '../argv.ts';
import { SNAPSHOT_FORMAT, type Snapshot } from '../format.ts';
import { Gathered } from './gathered.ts';
import { readOsLine } from './os-line.ts';
import { isOfAnotherBoot } from './other-boot.ts';
import { complains, isWantedProgram } from './programs.ts';

const BEGIN = 'Start of NVIDIA bug report log file';
const SEPARATOR = /^_{40,60}$/;
/** Of a line; a raw dump (base64 of a core) may have no line ends. */
const LONGEST_LINE = 16_384;

export const isBugReport = (head: string): boolean => head.includes(BEGIN);

export function snapshotOfBugReport(text: string): Snapshot {
  const gathered = new Gathered();
  for (const section of sectionsOf(text)) readSection(section, gathered);
  return { format: SNAPSHOT_FORMAT, ...gathered.sections() };
}

function* sectionsOf(text: string): Generator<string[]> {
  let section: string[] = [];
  for (const line of text.split('\n')) {
    if (!SEPARATOR.test(line.trimEnd())) {
      section.push(line.slice(0, LONGEST_LINE).replace(/\r$/, ''));
      continue;
    }
    yield section;
    section = [];
  }
  yield section;
}

function readSection(section: readonly string[], into: Gathered): void {
  const first = section.findIndex((line) => line.trim() !== '');
  const heading = section[first]?.trim();
  if (heading === undefined) return;
  const body = section.slice(first + 1);
  if (heading.startsWith('*** ')) return readFiles(section.slice(first), into);
  if (heading.startsWith(BEGIN)) return readPrologue(body, into);
  const word = WORDED.find(({ heading: words }) => words.test(heading));
  if (word !== undefined) return word.read(heading, body, into);
  if (COMMAND.test(heading)) readCommands(heading, body, into);
}

/** "/usr/bin/nvidia-smi -q", "/sbin/lspci -d \"10de:*\" -v -xxx"; without a folder those that the script knows by name. */
const COMMAND =
  /^(?:\/[\w./+-]{1,200}|journalctl|ls|lsmod|dkms|ldd|systemctl|modinfo|lspci|nvidia-smi|dmidecode|numactl|ibstat|acpidump)(?: |$)/;

/** Headings that are words, and what each stands for. */
const WORDED: readonly {
  heading: RegExp;
  read(heading: string, body: readonly string[], into: Gathered): void;
}[] = [
  { heading: /^dmesg:$/, read: (_, body, into) => into.command(['dmesg'], body) },
  {
    heading: /^Using built-in specs\./,
    // "gcc -v" prints the version last; the second such section is g++'s.
    read: (heading, body, into) =>
      into.command([into.printed('gcc') === undefined ? 'gcc' : 'g++', '-v'], [heading, ...body]),
  },
  {
    // Skipping nvidia-smi output (nvidia-smi not found)
    heading: /^Skipping [\w-]{1,40} output \([\w-]{1,40} not found\)/,
    read(heading, _, into) {
      const [, program] = /\(([\w-]{1,40}) not found\)/.exec(heading)!;
      into.notFound(program!);
    },
  },
  {
    // Scanning kernel log files for NVIDIA kernel messages:, then "  journalctl -b -0:" and the lines
    heading: /^Scanning kernel log files for /,
    read: (_, body, into) => into.command(['journalctl', '-k', '-b', '-0'], ofThisBoot(body)),
  },
];

/** Of "  journalctl -b -0:", "  journalctl -b -1:" and "  /var/log/messages:" the lines below the first. */
function ofThisBoot(body: readonly string[]): string[] {
  let isPresent = false;
  return body.filter((line) => {
    const [, source] = /^ {2}(\S[^:]{0,200}):$/.exec(line) ?? [];
    if (source !== undefined) isPresent = headedBoot(source) === 0;
    return source === undefined && isPresent;
  });
}

/**
 *     Date: Thu Mar  4 10:11:12 CET 2021
 *     uname: Linux host 5.4.0-66-generic #74-Ubuntu SMP ... x86_64 x86_64 x86_64 GNU/Linux
 */
function readPrologue(body: readonly string[], into: Gathered): void {
  const uname = body.find((line) => line.startsWith('uname: '));
  if (uname !== undefined) into.command(['uname', '-a'], [uname.slice('uname: '.length)]);
}

/** What the compiler said where a module could not be built: of the files the one that is somebody's complaint. */
const MAKE_LOG = /^\/var\/lib\/dkms\/nvidia[^/]{0,40}\/[\w./+~-]{1,200}\/make\.log$/;

/** "DKMS make.log for nvidia-470.57.02 for kernel 5.15.0-91-generic (x86_64)": a failure of another kernel's build is none of the present. */
function isOfThisKernel(title: string, into: Gathered): boolean {
  const built = / for kernel (\S{1,100})/.exec(title)?.[1];
  const running = into.printed('uname')?.split(' ')[2];
  return built === undefined || running === undefined || built === running;
}

/** A file's section; the script's loops put several into one where it was asked for all of a folder. */
function readFiles(lines: readonly string[], into: Gathered): void {
  const [, path, state] = /^\*\*\* (\/.{0,1000}?)( does not exist| is not readable)?$/.exec(lines[0]!) ?? [];
  if (path === undefined) return;
  const at = normalPath(path);
  if (state === ' does not exist') return into.missing(at);
  if (state === ' is not readable') return into.unreadable(at);
  const hasListing = lines[1]?.startsWith('*** ls: ') === true;
  if (hasListing) into.listed(at, lines[1]!.slice('*** ls: '.length));
  const content = lines.slice(hasListing ? 2 : 1);
  into.file(at, content);
  if (at === '/etc/issue') readOsLine(content[0] ?? '', into);
  if (MAKE_LOG.test(at) && isOfThisKernel(content[0] ?? '', into)) into.command(['cat', at], content);
}

function readCommands(heading: string, body: readonly string[], into: Gathered): void {
  const [program] = heading.split(' ', 1);
  let argv = wordsOf(heading);
  let output: string[] = [];
  const end = (): void => {
    const { program: ran } = commandLine(argv);
    if (isWantedProgram(ran) && !isOfAnotherBoot(argv)) into.command(argv, output, !complains(ran));
    output = [];
  };
  body.forEach((line, at) => {
    const isNext =
      line.startsWith(`${program} `) && body[at - 1]?.trim() === '' && (body[at + 1] ?? '').trim() === '';
    if (!isNext) return void output.push(line);
    end();
    argv = wordsOf(line.trim());
  });
  end();
}

/** As the script typed it: quotes stand around single words. */
const wordsOf = (line: string): string[] =>
  line
    .split(/ +/)
    .map((word) => word.replace(/^"(.*)"$/, '$1'))
    .filter((word) => word !== '');
