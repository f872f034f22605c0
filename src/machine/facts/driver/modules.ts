/** Which kernel modules run, and the version and flavour of NVIDIA's. */
import { absent, mapAnswer, present, unknown, type Answer } from '../../answer.ts';
import type { ModuleFlavour } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import type { SmiReport } from '../gpu/nvidia-smi.ts';
import { firstKnown, linesOf, readText, recordedOutputs } from '../recorded.ts';

export async function probeModules(machine: Machine): Promise<Answer<readonly string[]>> {
  const file = await readText(machine, '/proc/modules');
  if (file.state !== 'unknown') return mapAnswer(file, ({ text }) => moduleNames(text));
  for (const { line, result, from } of recordedOutputs(machine, 'lsmod')) {
    const names = moduleNames(result.stdout);
    // What a filter let through says nothing about the rest, unless it let something through.
    if (names.length > 0 || !line.filtered) return present(names, from);
  }
  return file;
}

/** "nvidia 56823808 1234 nvidia_uvm,nvidia_modeset, Live 0x0 (POE)" in /proc/modules and, without the end, in lsmod. */
export function moduleNames(text: string): string[] {
  return linesOf(text).flatMap((line) => {
    const match = /^([A-Za-z0-9_-]+)\s+\d+\s+\d+/.exec(line.trim());
    return match ? [match[1]!.replaceAll('-', '_')] : [];
  });
}

export interface ModuleVersion {
  version: string;
  flavour: ModuleFlavour | null;
}

export interface VersionSources {
  modules: Answer<readonly string[]>;
  smi: () => Promise<Answer<SmiReport>>;
  kernelLog: () => Promise<Answer<readonly string[]>>;
  wsl: Answer<1 | 2 | null>;
}

/** Absent: the module is not loaded. */
export async function probeModuleVersion(
  machine: Machine,
  sources: VersionSources,
): Promise<Answer<ModuleVersion>> {
  return firstKnown(
    () => fromFiles(machine),
    () => fromModuleList(sources.modules),
    async () => fromSmi(await sources.smi(), sources.wsl),
    async () => fromKernelLog(await sources.kernelLog()),
  );
}

async function fromFiles(machine: Machine): Promise<Answer<ModuleVersion>> {
  const proc = await readText(machine, '/proc/driver/nvidia/version', 65_536);
  const read = proc.state === 'present' ? parseModuleVersion(proc.value.text) : null;
  if (read) return present(read, proc.from);
  const sys = await readText(machine, '/sys/module/nvidia/version', 4096);
  const version = sys.state === 'present' ? /^\d+(?:\.\d+)+/.exec(sys.value.text.trim())?.[0] : undefined;
  if (version) return present({ version, flavour: null }, sys.from);
  if (proc.state === 'absent') return proc;
  if (sys.state === 'absent') return sys;
  return proc.state === 'unknown' ? proc : unknown('failed', 'names no version', proc.from);
}

/**
 *     NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024
 *     NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build  (dvs-builder@...)
 *     NVRM: loading NVIDIA UNIX x86_64 Kernel Module  525.147.05  Wed Oct 25 20:27:35 UTC 2023     (kernel log)
 */
export function parseModuleVersion(text: string): ModuleVersion | null {
  const match = /NVIDIA UNIX (Open )?[\w ]{0,40}?Kernel Module(?: for \w+)? {1,4}(\d+(?:\.\d+)+)/.exec(text);
  return match ? { version: match[2]!, flavour: match[1] ? 'open' : 'proprietary' } : null;
}

/** A complete list without the module: it is not loaded. With it, only the version is unknown. */
function fromModuleList(modules: Answer<readonly string[]>): Answer<ModuleVersion> {
  if (modules.state === 'absent' || (modules.state === 'present' && !modules.value.includes('nvidia'))) {
    return absent(modules.from);
  }
  return unknown('not-recorded', 'the version of the module is not known', modules.from);
}

/** Under WSL the driver that nvidia-smi names is the one of Windows; where WSL is not known, its other number betrays it. */
function fromSmi(smi: Answer<SmiReport>, wsl: Answer<1 | 2 | null>): Answer<ModuleVersion> {
  const report = smi.state === 'present' && smi.value.outcome === 'ok' ? smi.value : undefined;
  const isWindows =
    (wsl.state === 'present' && wsl.value !== null) ||
    (report?.toolVersion != null && report.toolVersion !== report.driverVersion);
  if (report?.driverVersion != null && !isWindows) {
    return present({ version: report.driverVersion, flavour: null }, smi.from);
  }
  return unknown('not-recorded', 'nvidia-smi names no driver version', smi.from);
}

/** "NVRM: API mismatch: the client has the version 535.171.04, but NVRM: this kernel module has the version 535.161.07." */
export function parseApiMismatch(
  lines: readonly string[],
): { library: string; module: string | null } | null {
  const text = lines.join('\n');
  const library = /client has the version (\d+(?:\.\d+)+)/.exec(text)?.[1];
  if (library === undefined) return null;
  return { library, module: /kernel module has the version (\d+(?:\.\d+)+)/.exec(text)?.[1] ?? null };
}

function fromKernelLog(log: Answer<readonly string[]>): Answer<ModuleVersion> {
  if (log.state === 'present') {
    for (const line of log.value.toReversed()) {
      const loaded = parseModuleVersion(line);
      if (loaded) return present(loaded, log.from);
    }
    const mismatch = parseApiMismatch(log.value);
    if (mismatch?.module) return present({ version: mismatch.module, flavour: null }, log.from);
  }
  return unknown('not-recorded', 'the kernel log names no version', log.from);
}

/** Flavour where the version's source does not tell it: the licence that the kernel complains about, or modinfo's. */
export async function probeModuleFlavour(
  machine: Machine,
  version: Answer<ModuleVersion>,
  kernelLog: () => Promise<Answer<readonly string[]>>,
): Promise<Answer<ModuleFlavour>> {
  if (version.state === 'absent') return version;
  if (version.state === 'present' && version.value.flavour)
    return present(version.value.flavour, version.from);
  const log = await kernelLog();
  if (log.state === 'present') {
    const told = log.value.map(parseModuleVersion).findLast((one) => one !== null);
    if (told?.flavour) return present(told.flavour, log.from);
    if (log.value.some((line) => /module license 'NVIDIA' taints kernel/.test(line)))
      return present('proprietary', log.from);
  }
  for (const { result, from } of recordedOutputs(machine, 'modinfo')) {
    const licence = /^license:\s*(\S.*)$/m.exec(result.stdout)?.[1]?.trim();
    if (licence) return present(licence === 'NVIDIA' ? 'proprietary' : 'open', from);
  }
  return unknown('not-recorded', 'nothing names the flavour of the module', version.from);
}
