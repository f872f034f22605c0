/** Whether configuration keeps a kernel module from loading: modprobe.d(5), the kernel command line, Ubuntu's prime-select. */
import { present, unknown, type Answer } from '../../answer.ts';
import type { KernelDriverFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { joinPath } from '../../paths.ts';
import { linesOf, recordedOutputs, readText } from '../recorded.ts';

const FOLDERS = ['/etc/modprobe.d', '/run/modprobe.d', '/usr/lib/modprobe.d', '/lib/modprobe.d'] as const;

type Module = 'nouveau' | 'nvidia';

export async function probeBlacklists(
  machine: Machine,
  commandLine: Answer<readonly string[]>,
): Promise<KernelDriverFacts['blacklisted']> {
  const files = await configurations(machine);
  const judge = (module: Module): Answer<boolean> => {
    for (const { text, from } of files.read) if (blocksModule(text, module)) return present(true, from);
    if (commandLine.state === 'present' && commandLineBlocks(commandLine.value, module)) {
      return present(true, commandLine.from);
    }
    const told = fromPastes(machine, module);
    if (told) return told;
    if (files.complete) return present(false, { kind: 'dir', name: FOLDERS[0] });
    return unknown('not-recorded', 'the configuration of modprobe is not known in full', {
      kind: 'dir',
      name: FOLDERS[0],
    });
  };
  return { nouveau: judge('nouveau'), nvidia: judge('nvidia') };
}

interface Configurations {
  read: { text: string; from: { kind: 'file'; name: string } }[];
  /** Whether every folder and every file in it could be read. */
  complete: boolean;
}

async function configurations(machine: Machine): Promise<Configurations> {
  const result: Configurations = { read: [], complete: true };
  const seen = new Set<string>();
  for (const folder of FOLDERS) {
    const listing = await machine.listDir(folder);
    if (listing.state === 'unknown' || (listing.state === 'present' && !listing.value.complete))
      result.complete = false;
    if (listing.state !== 'present') continue;
    for (const name of listing.value.entries) {
      // The same name in a folder further up the list takes this one's place.
      if (!name.endsWith('.conf') || seen.has(name)) continue;
      seen.add(name);
      const path = joinPath(folder, name);
      const file = await readText(machine, path, 262_144);
      if (file.state === 'present')
        result.read.push({ text: file.value.text, from: { kind: 'file', name: path } });
      else if (file.state === 'unknown') result.complete = false;
    }
  }
  return result;
}

/**
 *     blacklist nouveau
 *     options nouveau modeset=0
 *     alias nouveau off
 *     install nvidia /bin/false
 */
export function blocksModule(configuration: string, module: Module): boolean {
  return linesOf(configuration).some((line) => {
    const words = line.trim().split(/\s+/);
    if (words[1] !== module) return false;
    if (words[0] === 'blacklist') return true;
    if (words[0] === 'alias') return words[2] === 'off';
    if (words[0] === 'install') return /\/(?:false|true)$/.test(words[2] ?? '');
    return words[0] === 'options' && module === 'nouveau' && words.includes('modeset=0');
  });
}

const BLACKLISTS: readonly string[] = ['modprobe.blacklist', 'rd.driver.blacklist', 'module_blacklist'];

/** modprobe.blacklist=nouveau,nvidiafb  rd.driver.blacklist=nouveau  module_blacklist=nouveau  nouveau.modeset=0  nouveau.blacklist=1 */
export function commandLineBlocks(words: readonly string[], module: Module): boolean {
  return words.some((word) => {
    const [name, value = ''] = word.split('=', 2);
    if (BLACKLISTS.includes(name!)) {
      return value.split(',').includes(module);
    }
    return (
      (name === `${module}.modeset` && value === '0' && module === 'nouveau') ||
      (name === `${module}.blacklist` && value === '1')
    );
  });
}

/** `prime-select intel` writes "alias nvidia off": modprobe then looks for a module of the name "off". */
function fromPastes(machine: Machine, module: Module): Answer<boolean> | undefined {
  for (const { line, text, from } of recordedOutputs(machine, 'modprobe', 'prime-select')) {
    if (line.program === 'modprobe' && line.operands.includes(module) && /'off'/.test(text))
      return present(true, from);
    if (module === 'nvidia' && line.program === 'prime-select' && /^intel\s*$/m.test(text))
      return present(true, from);
  }
  return undefined;
}
