/**
 * A sosreport (`sos report`, before 4.0 `sosreport`) as a snapshot: copied files lie at their place below the top, outputs of commands
 * in sos_commands/PLUGIN/, in files that are named after the command.
 *
 *     sosreport-host-2024-11-05-abcdefg/
 *         etc/os-release                          proc/driver/nvidia/version
 *         sos_commands/pci/lspci_-nnvv            sos_commands/nvidia/nvidia-smi_-q
 *         sos_commands/kernel/dmesg               sos_commands/logs/journalctl_--no-pager_--boot
 *         sos_reports/manifest.json
 *
 * What is not in it was not collected, and is unknown.
 */
import { ofNewestBoot } from '../../../formats/kernel-boots.ts';
import { commandLine } from '../argv.ts';
import { SNAPSHOT_FORMAT, type Snapshot } from '../format.ts';
import { Gathered } from '../reports/gathered.ts';
import { isOfAnotherBoot } from '../reports/other-boot.ts';
import { complains, isWantedProgram } from '../reports/programs.ts';
import { firstBytes, lastBytes, type Piece, type SosEntry } from './entry.ts';
import { commandsOfManifest, type SosCommand } from './manifest.ts';
import { commandFile, isWantedFile, SPEAKS_OF_GPUS, wordsOfName } from './wanted.ts';

const MANIFEST = 'sos_reports/manifest.json';
const LARGEST_MANIFEST = 32 << 20;
const LARGEST_FILE = 1 << 20;
const LARGEST_OUTPUT = 8 << 20;
/** Of all that is kept: what a snapshot may have. */
const MOST_BYTES = 64 << 20;
const MOST_FILES = 20_000;

/** Null: nothing in it is a sosreport's. */
export async function snapshotOfSos(entries: AsyncIterable<SosEntry>): Promise<Snapshot | null> {
  const into = new Gathered();
  const outputs = new Map<string, Piece>();
  let manifest: Piece | null = null;
  let isSos = false;
  let bytes = 0;
  let files = 0;
  for await (const entry of entries) {
    const { path, type, target } = entry;
    isSos ||= path.startsWith('sos_commands/') || path.startsWith('sos_reports/');
    if (type === 'file' && path === MANIFEST) {
      manifest = await firstBytes(entry.chunks(), LARGEST_MANIFEST);
      continue;
    }
    const name = commandFile(path);
    const isFile = name === null && isWantedFile(`/${path}`);
    if (isFile && type === 'link') into.link(`/${path}`, target ?? '');
    if (type === 'link' || bytes >= MOST_BYTES || files >= MOST_FILES) continue;
    if (isFile) {
      const piece = await firstBytes(entry.chunks(), LARGEST_FILE);
      into.file(`/${path}`, textOf(piece).split('\n'));
      bytes += piece.bytes.length;
      files++;
    } else if (name !== null && mayBeWanted(name)) {
      const read = isLog(name) ? lastBytes : firstBytes;
      const piece = await read(entry.chunks(), LARGEST_OUTPUT);
      outputs.set(path, piece);
      bytes += piece.bytes.length;
      files++;
    }
  }
  if (!isSos) return null;
  const known = commandsOfManifest(manifest === null ? '' : textOf(manifest));
  for (const [path, piece] of outputs) addOutput(path, piece, known, into);
  return { format: SNAPSHOT_FORMAT, ...into.sections() };
}

/** Before the manifest is there, the name alone tells: what it is of may be in quotes or a path. */
const mayBeWanted = (name: string): boolean => wordsOfName(name) !== null || name === MODULES;

const isLog = (name: string): boolean => name.startsWith('journalctl');

/** modinfo of every module that was loaded. */
const MODULES = 'modinfo_ALL_MODULES';

function addOutput(path: string, piece: Piece, known: ReadonlyMap<string, SosCommand>, into: Gathered): void {
  const name = commandFile(path)!;
  const text = textOf(piece);
  if (name === MODULES) return into.command(['modinfo', 'nvidia'], moduleOf(text), true);
  const command = known.get(path) ?? known.get(`sos_commands/${path.split('/')[1]!}/${name}`);
  const words = command?.words ?? wordsOfName(name) ?? [];
  const { program } = commandLine(words);
  if (!isWantedProgram(program) || isOfAnotherBoot(words)) return;
  const lines = text.split('\n');
  into.ranAs({
    argv: words,
    stdout: (program === 'journalctl' ? journal(lines) : lines).join('\n'),
    exit: command?.exit ?? null,
    ...(command?.timedOut === true ? { outcome: 'timed-out' as const, exit: null } : {}),
    ...(piece.truncated ? { truncated: true } : {}),
    ...(complains(program) ? {} : { probe: true }),
  });
}

/** A unit's journal goes back to the day when the machine was installed. */
const journal = (lines: readonly string[]): string[] =>
  ofNewestBoot(lines).filter((line) => SPEAKS_OF_GPUS.test(line.slice(0, 4096)));

/** Of the outputs of modinfo, one after the other, that of NVIDIA's module; each begins with its file. */
function moduleOf(text: string): string[] {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => /^filename:\s{1,20}\S{1,300}\/nvidia\.ko/.test(line));
  if (at < 0) return [];
  const rest = lines.slice(at + 1).findIndex((line) => line.startsWith('filename:'));
  return rest < 0 ? lines.slice(at) : lines.slice(at, at + 1 + rest);
}

const DECODER = new TextDecoder();

const textOf = ({ bytes }: Piece): string => DECODER.decode(bytes);
