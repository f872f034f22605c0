/**
 * The NVIDIA GPUs of the machine. The PCI list in sysfs names them without any driver; where it cannot be read (a
 * paste, WSL), lspci, lshw, the driver's own files, nvidia-smi and the kernel log do.
 */
import { gpuByPciId, traitsByChip, traitsByGpuName, type Gpu, type GpuTraits } from '../../../compat/gpus.ts';
import { gpuNamed } from '../../../compat/gpu-name.ts';
import { moduleOfSoc } from '../../../compat/jetson.ts';
import { absent, mapAnswer, present, unknown, valueOf, type Answer, type Origin } from '../../answer.ts';
import type { GpuFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { baseOf, joinPath } from '../../paths.ts';
import { parseLshw } from './lshw.ts';
import { parseLspci, shortBusId, type PciDevice } from './lspci.ts';
import type { SmiReport } from './nvidia-smi.ts';
import { firstKnown, recordedOutputs, readText } from '../recorded.ts';

const PCI_FOLDER = '/sys/bus/pci/devices';
const NVIDIA = '10de';
/** A listing with fewer devices was cut down to what seemed to matter and proves nothing by what it lacks. */
const FEWEST_IN_A_WHOLE_LIST = 8;

export interface GpuSources {
  smi: () => Promise<Answer<SmiReport>>;
  kernelLog: () => Promise<Answer<readonly string[]>>;
  wsl: Answer<1 | 2 | null>;
  jetson: Answer<string | null>;
}

export async function probeGpus(machine: Machine, sources: GpuSources): Promise<Answer<readonly GpuFacts[]>> {
  const pci = await fromSysfs(machine);
  if (pci.state === 'present') return pci;
  const elsewhere = whyNotOnPci(sources);
  if (pci.state === 'absent' && elsewhere === null) return pci;
  const unseen: Answer<readonly GpuFacts[]> =
    pci.state === 'absent' ? unknown('not-applicable', elsewhere!, pci.from) : pci;
  return firstKnown(
    () => unseen,
    () => (elsewhere === null ? fromListings(machine) : unseen),
    () => (valueOf(sources.jetson) != null ? fromDeviceTree(machine) : unseen),
    () => fromDriver(machine),
    async () => fromSmi(await sources.smi()),
    async () => fromKernelLog(await sources.kernelLog()),
  );
}

/** Why a list of PCI devices says nothing of the GPU here; null where it does. */
function whyNotOnPci({ wsl, jetson }: GpuSources): string | null {
  // WSL shows a paravirtual device of Microsoft's in place of the GPU.
  if (valueOf(wsl) != null) return 'WSL does not show PCI devices';
  return valueOf(jetson) != null ? "a Jetson's GPU is no PCI device" : null;
}

/** Whether sysfs lists an NVIDIA display device: what decides if commands need to be run at all. Undefined: no list. */
export async function seesNvidiaDevice(machine: Machine): Promise<boolean | undefined> {
  const answer = await fromSysfs(machine);
  return answer.state === 'unknown' ? undefined : answer.state === 'present';
}

interface PciFunction {
  /** "0000:01:00.0" */
  entry: string;
  /** "030000"; undefined: could not be read. */
  deviceClass: string | undefined;
}

/** /sys/bus/pci/devices/0000:01:00.0/{vendor,class}: "0x10de", "0x030000". What is NVIDIA's, and whether all could be looked at. */
export async function pciFunctions(
  machine: Machine,
): Promise<Answer<{ functions: readonly PciFunction[]; isWhole: boolean }>> {
  const listing = await machine.listDir(PCI_FOLDER);
  if (listing.state === 'absent') return unknown('failed', 'this system shows no PCI bus', listing.from);
  if (listing.state === 'unknown') return listing;
  const functions: PciFunction[] = [];
  let unread = 0;
  for (const entry of listing.value.entries) {
    const folder = joinPath(PCI_FOLDER, entry);
    const vendor = await hexFile(machine, joinPath(folder, 'vendor'));
    if (vendor === undefined) unread++;
    if (vendor !== NVIDIA) continue;
    functions.push({ entry, deviceClass: await hexFile(machine, joinPath(folder, 'class')) });
  }
  return present({ functions, isWhole: unread === 0 && listing.value.complete }, listing.from);
}

/** Of those the display devices, with /sys/bus/pci/devices/0000:01:00.0/device ("0x2191") and the link `driver`. */
async function fromSysfs(machine: Machine): Promise<Answer<readonly GpuFacts[]>> {
  const bus = await pciFunctions(machine);
  if (bus.state !== 'present') return bus;
  const gpus: GpuFacts[] = [];
  for (const { entry, deviceClass } of bus.value.functions) {
    if (deviceClass !== undefined && !deviceClass.startsWith('03')) continue;
    const folder = joinPath(PCI_FOLDER, entry);
    const device = await hexFile(machine, joinPath(folder, 'device'));
    const pciId = device === undefined ? null : `${NVIDIA}:${device}`;
    const name = pciId && !gpuByPciId(pciId) ? await nameFromPciIds(machine, device!) : null;
    gpus.push(gpuFacts(shortBusId(entry), pciId, name, await driverLink(machine, folder)));
  }
  if (gpus.length > 0) return present(gpus, bus.from);
  return bus.value.isWhole
    ? absent(bus.from)
    : unknown('not-recorded', 'the list of PCI devices is incomplete', bus.from);
}

async function hexFile(machine: Machine, path: string): Promise<string | undefined> {
  const text = valueOf(await machine.readFile(path, 64))?.text;
  return text === undefined ? undefined : /^0x([0-9a-f]{4,6})/i.exec(text)?.[1]?.toLowerCase();
}

async function driverLink(machine: Machine, folder: string): Promise<Answer<string | null>> {
  const link = await machine.readLink(joinPath(folder, 'driver'));
  if (link.state === 'absent') return present(null, link.from);
  return mapAnswer(link, (target) => baseOf(target));
}

/** The name that lspci would print, for devices older or newer than the table; the file has 1.5 MB, so only for those. */
async function nameFromPciIds(machine: Machine, device: string): Promise<string | null> {
  for (const path of ['/usr/share/misc/pci.ids', '/usr/share/hwdata/pci.ids']) {
    const text = valueOf(await machine.readFile(path))?.text;
    if (text !== undefined) return pciIdsName(text, NVIDIA, device);
  }
  return null;
}

/** pci.ids: "10de  NVIDIA Corporation", then "\t1080  GF110 [GeForce GTX 580]" up to the next vendor. */
export function pciIdsName(text: string, vendor: string, device: string): string | null {
  const start = text.indexOf(`\n${vendor}  `);
  if (start < 0) return null;
  const rest = text.slice(start + 1);
  const end = /\n[0-9a-f]{4} {2}/.exec(rest)?.index ?? rest.length;
  const section = rest.slice(0, end);
  const at = section.indexOf(`\n\t${device}  `);
  if (at < 0) return null;
  return /^\n\t[0-9a-f]{4} {2}([^\n]*)/.exec(section.slice(at, at + 300))?.[1]?.trim() || null;
}

async function fromListings(machine: Machine): Promise<Answer<readonly GpuFacts[]>> {
  let seen: { count: number; display: boolean; from: Origin } | undefined;
  for (const { line, text, from } of recordedOutputs(machine, 'lspci', 'lshw')) {
    const devices = line.program === 'lspci' ? parseLspci(text) : parseLshw(text);
    const gpus = devices.filter(({ isDisplay, isNvidia }) => isDisplay && isNvidia);
    if (gpus.length > 0) return present(mergeListings(machine, gpus), from);
    if (devices.length > 0 && !line.filtered) {
      seen = { count: devices.length, display: devices.some(({ isDisplay }) => isDisplay), from };
    }
  }
  // A list that has the other graphics adapters, or is long, would have had this one.
  if (seen && (seen.display || seen.count >= FEWEST_IN_A_WHOLE_LIST)) return absent(seen.from);
  return unknown('not-recorded', 'no list of PCI devices', { kind: 'command', name: 'lspci -nnk' });
}

/** One lspci may have the ids and another the drivers: the devices of the first, with what the others add. */
function mergeListings(machine: Machine, first: readonly PciDevice[]): GpuFacts[] {
  const others = recordedOutputs(machine, 'lspci', 'lshw').flatMap(({ line, text, from }) =>
    (line.program === 'lspci' ? parseLspci(text) : parseLshw(text)).map((device) => ({ device, from })),
  );
  return first.map((gpu) => {
    const same = others.filter(({ device }) => device.busId === gpu.busId);
    const pciId = gpu.pciId ?? same.find(({ device }) => device.pciId !== null)?.device.pciId ?? null;
    const bound = same.find(({ device }) => device.driver !== undefined);
    const driver: Answer<string | null> = bound
      ? present(bound.device.driver ?? null, bound.from)
      : unknown('not-recorded', 'this listing does not name drivers', {
          kind: 'command',
          name: 'lspci -nnk',
        });
    return gpuFacts(gpu.busId, pciId, gpu.name, driver);
  });
}

/**
 * /proc/device-tree/model, "NVIDIA Jetson AGX Orin Developer Kit\0", and /proc/device-tree/compatible, board before chip:
 *
 *     nvidia,p3737-0000+p3701-0000\0nvidia,p3701-0000\0nvidia,tegra234\0
 *
 * A board of another maker is named by its chip alone. In containers docker hides both.
 */
async function fromDeviceTree(machine: Machine): Promise<Answer<readonly GpuFacts[]>> {
  const words = async (path: string): Promise<{ words: string[]; from: Origin }> => {
    const answer = await readText(machine, path, 4096);
    const text = valueOf(answer)?.text ?? '';
    return { words: text.split('\0').filter(Boolean), from: answer.from };
  };
  const [model, compatible] = await Promise.all([
    words('/proc/device-tree/model'),
    words('/proc/device-tree/compatible'),
  ]);
  const named = model.words[0] === undefined ? null : gpuNamed(model.words[0]);
  const module = moduleOfSoc(compatible.words);
  const traits = named?.form === 'jetson' ? named : module;
  if (traits === null)
    return unknown('not-recorded', 'the device tree names no chip that is known', compatible.from);
  const from = named?.form === 'jetson' ? model.from : compatible.from;
  const driver = unknown('not-applicable', 'the driver of a Jetson is part of L4T', from);
  return present([{ ...gpuFacts('?0', null, null, driver), ...traitsOf(traits) }], from);
}

/** /proc/driver/nvidia/gpus/0000:01:00.0/information: "Model: \t\t NVIDIA GeForce GTX 1660 Ti" */
async function fromDriver(machine: Machine): Promise<Answer<readonly GpuFacts[]>> {
  const folder = '/proc/driver/nvidia/gpus';
  const listing = await machine.listDir(folder);
  if (listing.state === 'unknown') return listing;
  if (listing.state === 'absent' || listing.value.entries.length === 0) {
    return unknown('not-applicable', 'the NVIDIA driver shows no GPU', listing.from);
  }
  const gpus: GpuFacts[] = [];
  for (const entry of listing.value.entries) {
    const information =
      valueOf(await readText(machine, `${folder}/${entry}/information`, 65_536))?.text ?? '';
    const model = /^Model:\s*(\S.*?)\s*$/m.exec(information)?.[1] ?? null;
    gpus.push(gpuFacts(shortBusId(entry), null, model, present('nvidia', listing.from)));
  }
  return present(gpus, listing.from);
}

function fromSmi(answer: Answer<SmiReport>): Answer<readonly GpuFacts[]> {
  if (answer.state !== 'present' || answer.value.gpus.length === 0) {
    return unknown('not-recorded', 'nvidia-smi lists no GPU', answer.from);
  }
  const driver = present('nvidia', answer.from);
  return present(
    answer.value.gpus.map(({ index, name, busId }) => gpuFacts(busId ?? `?${index}`, null, name, driver)),
    answer.from,
  );
}

/**
 *     NVRM: The NVIDIA GPU 0000:02:00.0 (PCI ID: 10de:2c58)
 *     nouveau 0000:01:00.0: NVIDIA GP107 (137000a1)
 *     nvidia 0000:01:00.0: vgaarb: changed VGA decodes
 */
function fromKernelLog(log: Answer<readonly string[]>): Answer<readonly GpuFacts[]> {
  const found = new Map<string, { pciId: string | null; driver: string | null }>();
  for (const line of valueOf(log) ?? []) {
    const match =
      /\b(?:(nvidia|nouveau)|GPU) ([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\b(?: \(PCI ID: (10de:[0-9a-f]{4})\))?/i.exec(
        line,
      );
    if (!match || found.size >= 64) continue;
    const busId = shortBusId(match[2]!);
    const known = found.get(busId);
    found.set(busId, {
      pciId: match[3]?.toLowerCase() ?? known?.pciId ?? null,
      driver: match[1] ?? known?.driver ?? null,
    });
  }
  if (found.size === 0) return unknown('not-recorded', 'the kernel log names no GPU', log.from);
  return present(
    [...found].map(([busId, { pciId, driver }]) =>
      gpuFacts(
        busId,
        pciId,
        null,
        driver ? present(driver, log.from) : unknown('not-recorded', 'not told', log.from),
      ),
    ),
    log.from,
  );
}

/** What is known of a GPU by its kind. */
const traitsOf = (one: GpuTraits & { name: string }): Omit<GpuFacts, 'busId' | 'pciId' | 'kernelDriver'> => ({
  name: one.name,
  computeCapability: one.computeCapability,
  architecture: one.architecture,
  form: one.form,
  firstDriverBranch: one.firstDriverBranch,
  lastDriverBranch: one.lastDriverBranch,
  openKernelModule: one.openKernelModule,
});

function gpuFacts(
  busId: string,
  pciId: string | null,
  printedName: string | null,
  kernelDriver: Answer<string | null>,
): GpuFacts {
  const known: Gpu | null = pciId === null ? null : gpuByPciId(pciId);
  const printed = printedName === null ? null : cleanName(printedName);
  const traits: GpuTraits | null =
    known ?? (printedName === null ? null : (traitsByGpuName(printedName) ?? traitsByChip(printedName)));
  return {
    busId,
    pciId,
    name: known?.name ?? printed,
    computeCapability: traits?.computeCapability ?? null,
    architecture: traits?.architecture ?? null,
    form: traits?.form ?? null,
    firstDriverBranch: traits?.firstDriverBranch ?? null,
    lastDriverBranch: traits?.lastDriverBranch ?? null,
    openKernelModule: traits?.openKernelModule ?? null,
    kernelDriver,
  };
}

/** "NVIDIA Corporation TU116M [GeForce GTX 1660 Ti Mobile]" is "GeForce GTX 1660 Ti Mobile"; "Device" alone is no name. */
function cleanName(printed: string): string | null {
  const name = printed.replace(/^NVIDIA (?:Corporation )?/i, '').trim();
  const bracketed = /\[([^[\]]+)\]\s*$/.exec(name)?.[1]?.trim() ?? name;
  return bracketed === '' || /^Device\b/i.test(bracketed) ? null : bracketed;
}
