/**
 * The kernel's log as far as it speaks of a GPU: NVIDIA's kernel module (NVRM, Xid), the NVSwitch driver (SXid), the PCI core, vfio, IOMMUs.
 * Wordings of the driver 304 to 595, of the kernel 3.10 to 6.17. The name of a device is cut to domain, bus and slot, as Xid has it.
 *
 *     NVRM: Xid (PCI:0000:02:00): 62, pid=1300, name=python3, 203c(3090) 85020c09 ffffbd53
 *     NVRM: Xid (0000:01:00): 13, 0001 00000000 ...
 *     nvidia-nvswitch0: SXid (PCI:0000:05:00.0): 20034, Fatal, Link 30 LTSSM Fault Up
 *     NVRM: The NVIDIA GPU 0000:b3:00.0
 *     NVRM: (PCI ID: 10de:26b5) installed in this system has
 *     NVRM: fallen off the bus and is not responding to commands.
 */
import { gpuNamed } from '../../../compat/gpu-name.ts';
import { failureOf, REFUSED } from '../../../machine/facts/gpu/state/refused.ts';
import { familyOf, type Sentence } from '../family.ts';
import type { HardwareEvent, TestimonyKind } from '../testimony.ts';

/** "PCI:0000:0a:00", "0000:0A:00.0", "PCI:1:0:0" -> "0000:0a:00"; null where there is none. */
function address(text: string | undefined): string | null {
  const found = /(?:([\da-f]{4,8}):)?([\da-f]{1,2}):([\da-f]{1,2})(?:\.\d)?(?![\da-f:])/i.exec(text ?? '');
  if (found === null) return null;
  const [, domain = '0000', bus, slot] = found;
  return `${domain.slice(-4)}:${bus!.padStart(2, '0')}:${slot!.padStart(2, '0')}`.toLowerCase();
}

const event = (what: HardwareEvent, pci: string | null = null, detail?: string): TestimonyKind => ({
  kind: 'hardware',
  what,
  pci,
  ...(detail === undefined ? {} : { detail }),
});

/** The sentence says one thing; whose it is stands on its line or on one of the same message above it. */
const says =
  (what: HardwareEvent): Sentence['says'] =>
  ({ input }, before) =>
    event(what, deviceIn([input, ...before.filter((line) => line.includes('NVRM: The NVIDIA GPU'))]));

/** GPU 0000:01:00.0, GPU at PCI:0000:01:00, nvidia 0000:01:00.0 */
function deviceIn(lines: readonly string[]): string | null {
  const named = lines.map(
    (line) => /(?:GPU(?: at)? ?|PCI:|nvidia )(?:PCI:)?([\da-f]{4,8}:[\da-f]{2}:[\da-f]{2})/i.exec(line)?.[1],
  );
  return address(named.find((one) => one !== undefined));
}

const plain = (literal: string | readonly string[], pattern: RegExp, what: HardwareEvent): Sentence => ({
  literal,
  pattern,
  says: says(what),
});

const XID: readonly Sentence[] = [
  {
    // Xid (PCI:0000:01:00 GPU-I:05): 94; Xid (0000:03:00): 14; with process since 440, with its name since 465
    literal: 'xid (',
    pattern:
      /\bXid \(((?:PCI:)?[\da-f:.]{5,20})[^)]{0,24}\): (\d{1,3})(?:, pid='?(<unknown>|\d{1,10})'?)?(?:, name='?([^,']{1,40})'?)?(?:, (.{0,400}))?/i,
    says: ([, pci, number, pid, name, message = '']) => ({
      kind: 'xid',
      number: Number(number),
      pci: address(pci),
      program: programOf(name, pid),
      ...afterXid(message),
    }),
  },
  {
    literal: 'sxid (',
    pattern:
      /\bSXid \(((?:PCI:)?[\da-f:.]{5,20})\): (\d{4,6}),(?: (Fatal|Non-fatal))?(?:.{0,20}\bLink (\d{1,3}))?/i,
    says: ([, pci, number, fatal, link]) => ({
      kind: 'sxid',
      number: Number(number),
      pci: address(pci),
      link: link === undefined ? null : Number(link),
      fatal: fatal === undefined ? null : fatal.toLowerCase() === 'fatal',
    }),
  },
  {
    // The fabric manager: detected NVSwitch fatal error 20034 on fid 0 on NVSwitch pci bus id 00000000:85:00.0
    literal: 'detected nvswitch ',
    pattern: /detected NVSwitch (non-)?fatal error (\d{4,6})(?:.{0,80}pci bus id ([\da-f:.]{5,20}))?/i,
    says: ([, non, number, pci]) => ({
      kind: 'sxid',
      number: Number(number),
      pci: address(pci),
      link: null,
      fatal: non === undefined,
    }),
  },
];

function programOf(name: string | undefined, pid: string | undefined): string | null {
  const named = name === undefined || name === '<unknown>' ? null : name.trim();
  const numbered = pid === undefined || pid === '<unknown>' ? null : `pid ${pid}`;
  if (named === null) return numbered;
  return numbered === null ? named : `${named} (${numbered})`;
}

/** GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required); Ch 00000008 caused by previous Xid 48; NVLink's units. */
function afterXid(
  message: string,
): Pick<Extract<TestimonyKind, { kind: 'xid' }>, 'causedBy' | 'recovery' | 'nvlink'> {
  const cause = /caused by previous Xid (\d{1,3})/.exec(message)?.[1];
  const recovery = /to 0x[\da-f]{1,3} \(([A-Za-z0-9 ]{2,40})\)/.exec(message)?.[1];
  const unit =
    /^([A-Z]\w{2,30}(?:\/\w{2,30})?) {1,4}(Non-?fatal|Fatal) {1,6}XC ?\d i ?\d{1,2} Link (-?\d{1,3}) [[(]0x([\da-f]{1,8})(?: 0x([\da-f]{1,8}))?/i.exec(
      message,
    );
  return {
    ...(cause === undefined ? {} : { causedBy: Number(cause) }),
    ...(recovery === undefined ? {} : { recovery }),
    ...(unit === null
      ? {}
      : {
          nvlink: {
            unit: unit[1]!,
            fatal: unit[2]!.toLowerCase() === 'fatal',
            link: Number(unit[3]),
            info: Number.parseInt(unit[4]!, 16),
            status: unit[5] === undefined ? null : Number.parseInt(unit[5], 16),
          },
        }),
  };
}

/** Why nvidia-smi cannot open a GPU. */
function refused(failure: ReturnType<typeof failureOf>, pci: string | null): TestimonyKind | null {
  switch (failure) {
    case 'no-handle':
      return event('fell-off-bus', pci, 'no handle');
    case 'no-power':
      return event('power-cable-missing', pci);
    case 'no-interrupts':
      return event('no-interrupts', pci);
    // What is lost or waits for a reset says so itself, wherever it is said.
    default:
      return null;
  }
}

const CARD: readonly Sentence[] = [
  plain(
    'fallen off the bus',
    /GPU(?: at \S{5,24})? has fallen off the bus|NVRM: fallen off the bus and is not responding/i,
    'fell-off-bus',
  ),
  // nvidia-smi, NVML, torch's warnings of it; "GPU is lost. Reboot the system to recover this GPU"
  plain('gpu is lost', /GPU is lost/i, 'fell-off-bus'),
  plain('nv_err_gpu_is_lost', /\[NV_ERR_GPU_IS_LOST\]/, 'fell-off-bus'),
  // The PCI core, which asks for another state of power (until 5.2 in these words), or waits after a reset
  plain(
    ['refused to change power state', '; giving up'],
    /nvidia [\da-f:.]{7,12}: (?:Refused to change power state, currently in D3|not ready \d{1,9}ms after [\w >-]{2,24}; giving up)/i,
    'fell-off-bus',
  ),
  {
    literal: 'unable to determine the device handle',
    pattern: REFUSED,
    says: ([, , pci, reason]) => refused(failureOf(reason!), address(pci)),
  },
  {
    // lspci: 01:00.0 VGA compatible controller: NVIDIA Corporation GA102 [GeForce RTX 3090] (rev ff). A laptop's is switched off when idle.
    literal: '(rev ff)',
    pattern:
      /^\s{0,4}((?:[\da-f]{4}:)?[\da-f]{2}:[\da-f]{2}\.0) (?:VGA|3D|Display).{0,40}(NVIDIA Corporation .{0,120})\(rev ff\)/i,
    says: ([, pci, name]) => {
      const form = gpuNamed(name!.trim())?.form ?? null;
      return form === null || form === 'laptop' ? null : event('reads-as-ones', address(pci));
    },
  },
  // The PCI core: the device's configuration reads as all ones.
  plain(
    ['config space inaccessible', 'device inaccessible'],
    /nvidia [\da-f:.]{7,12}: .{0,60}(?:config space inaccessible|device inaccessible)/i,
    'fell-off-bus',
  ),
  plain(
    ['severity=uncorrected', 'severity=uncorrectable'],
    /nvidia [\da-f:.]{7,12}: .{0,20}PCIe Bus Error: severity=Uncorrect(?:ed|able)/i,
    'bus-error',
  ),
  // AER and DPC, whose recovery needs the driver's help
  plain("aer: can't recover", /nvidia [\da-f:.]{7,12}: AER: can't recover/i, 'bus-error'),
  plain('nv_err_reset_required', /\[NV_ERR_RESET_REQUIRED\]/, 'reset-required'),
  // GSP's memory is still protected from the start before, by a driver that did not end
  plain(
    ['gpu likely needs to be reset', 'bad state and may need to be reset', 'unexpected wpr2 already up'],
    /GPU likely needs to be reset|GPU (?:is likely|may be) in a bad state and may need to be reset|unexpected WPR2 already up/i,
    'reset-required',
  ),
  plain('gpu marked for reset', /GPU marked for reset/i, 'reset-required'),
  plain(
    'power cables connected',
    /GPU does not have the necessary power cables connected/i,
    'power-cable-missing',
  ),
  // nvidia-smi: Unable to communicate with GPU because it is insufficiently powered.
  plain('insufficiently powered', /GPU because it is insufficiently powered/i, 'power-cable-missing'),
  plain(
    ["can't find an irq for your nvidia", 'issue with gpu interrupts'],
    /NVRM: Can't find an IRQ for your NVIDIA card|kernel module detected an issue with GPU interrupts/i,
    'no-interrupts',
  ),
  plain(
    'power connector',
    /NVRM: .{0,80}(?:power connectors? (?:is |are )?not (?:connected|plugged)|connect .{0,30}power connector)/i,
    'power-cable-missing',
  ),
  // nouveau 0000:01:00.0: therm: temperature (95 C) hit the 'critical' threshold
  plain(
    'hit the ',
    /nouveau .{0,40}therm: temperature \(\d{2,3} C\) hit the '(?:critical|shutdown)' threshold/i,
    'overheating',
  ),
  plain(
    ['thermal', 'overheat', 'temperature'],
    /NVRM: .{0,80}(?:thermal (?:shutdown|trip|slowdown)|overheat|over-?temperature)/i,
    'overheating',
  ),
  plain(
    [
      'no nvidia graphics adapter found',
      'no nvidia gpu found',
      'no nvidia pci devices found',
      'nvidia devices',
    ],
    /NVRM: No NVIDIA (?:graphics adapter|GPU|PCI devices) found|NVIDIA: no NVIDIA devices found|nvidia-persistenced.{0,12}: Unable to find any NVIDIA devices/i,
    'no-gpu',
  ),
  plain('double bit ecc', /Double Bit ECC Error(?! Counter)(?!s? {0,30}:)/i, 'memory-error'),
  plain(
    'row remapping failure',
    /Row Remapping Failure(?! {0,8}(?:Occurred)? {0,30}: {0,4}No)/i,
    'memory-remap-failed',
  ),
];

const START: readonly Sentence[] = [
  {
    // GPU 0000:98:00.0: RmInitAdapter failed! (0x62:0x65:1792); before 418: NVRM: RmInitAdapter failed! (0x26:0xffff:1097)
    literal: 'rminitadapter failed',
    pattern:
      /(?:GPU ([\da-f:.]{7,16}): )?RmInitAdapter failed!(?: \((0x[\da-f]{1,4}:0x[\da-f]{1,8}:\d{1,6})\))?/i,
    says: ([, pci, codes]) => event('start-failed', address(pci), codes),
  },
  plain('rm_init_adapter', /rm_init_adapter(?:\(\d{1,3}\))? failed/i, 'start-failed'),
  plain(
    ['none of the nvidia', 'probe routine failed'],
    /NVRM: (?:None of the NVIDIA (?:graphics adapters|devices) were initialized|The NVIDIA probe routine failed for)/i,
    'start-failed',
  ),
  // The kernel, of a driver that turned a device down; nvidia-persistenced, which opens it; X's driver, which does
  plain(
    ['nvidia: probe of ', 'probe with driver nvidia failed', 'device start failed for'],
    /\bnvidia: probe of [\da-f:.]{7,12} failed with error|\bnvidia [\da-f:.]{7,12}: probe with driver nvidia failed|NVRM: Device start failed for/i,
    'start-failed',
  ),
  {
    literal: 'failed to open',
    pattern: /nvidia-persistenced(?:\[\d{1,8}\])?: device ([\da-f:.]{7,16}) - failed to open/i,
    says: ([, pci]) => event('start-failed', address(pci)),
  },
  {
    // NVIDIA(0): Failed to initialize the NVIDIA GPU at PCI:1:0:0; NVIDIA(GPU-0): Failed to initialize the NVIDIA graphics device!
    literal: ['failed to initialize the nvidia gpu at', 'failed to initialize the nvidia graphics device'],
    pattern:
      /NVIDIA\(.{1,8}\): Failed to initialize the NVIDIA (?:GPU at PCI:(\d{1,3}):(\d{1,2})|graphics device)/i,
    says: ([, bus, slot]) => event('start-failed', decimalAddress(bus, slot)),
  },
  plain(
    [
      'cannot initialize gsp',
      'gsp-rm init failed',
      'failed to boot gsp',
      'booter failed with',
      'fsp boot cmds failed',
      'failed to extract vbios',
      'bar firewall to lower',
    ],
    /Cannot initialize GSP firmware RM|NVRM: .{0,60}(?:GSP-RM init failed|Failed to boot GSP\b|Booter failed with non-zero error|FSP boot cmds failed|failed to extract VBIOS image from ROM|failed to wait for bar firewall to lower)/i,
    'gsp-start-failed',
  ),
  {
    // The kernel's loader of firmware, of the driver's own: nvidia/535.54.03/gsp_ga10x.bin; nouveau's lies in folders of chips, and what reads
    // GSP's log (gsp_log_*) is not shipped
    literal: 'direct firmware load for nvidia/',
    pattern:
      /nvidia ([\da-f:.]{7,12}): Direct firmware load for (nvidia\/\d{3}\.[\d.]{2,8}\/(?!gsp_log)[\w.-]{3,40}) failed with error -2\b/i,
    says: ([, pci, file]) => event('firmware-missing', address(pci), file),
  },
  plain('gfw_boot', /failed to wait for GFW_BOOT/i, 'gsp-start-failed'),
  plain('gfw boot complete', /failed to wait for GFW boot complete/i, 'gsp-start-failed'),
  plain(
    'waiting for rpc response from',
    /Timeout (?:after \d{1,4}s of )?waiting for RPC response from GPU\d{0,3} ?GSP/i,
    'gsp-timeout',
  ),
  plain(
    ['gsp timeout', 'heartbeat timed out', 'gsp core unresponsive', 'gsp-rm unresponsive'],
    /\*{4} GSP Timeout \*{4}|(?:GSP RM|LibOS) heartbeat timed out|NVRM: .{0,60}Heartbeat timed out, currentTimeMs|==== GSP(?:-RM| core) unresponsive/i,
    'gsp-timeout',
  ),
  // Its processor's own account of a crash, and the RPCs that nobody answers any more
  plain(
    ['gsp-crashcat report', 'back to back gsp rpc timeout'],
    /\*{4} GSP-CrashCat Report \*{4}|Back to back GSP RPC timeout detected/i,
    'gsp-timeout',
  ),
  plain('no devices were found', /^No devices were found/i, 'nothing-found'),
];

/** A device of the PCI core: "pci 0000:01:00.0: BAR 1 [mem size 0x10000000 64bit pref]: can't assign; no space". */
const pciDevice =
  (what: HardwareEvent): Sentence['says'] =>
  ([, pci, bar]) =>
    event(what, address(pci), bar);

const WINDOWS: readonly Sentence[] = [
  plain(
    ['pci i/o region assigned to your nvidia device is invalid', '0m @ 0x0'],
    /PCI I\/O region assigned to your NVIDIA device is invalid|NVRM: BAR\d is 0M @ 0x0|request_mem_region failed for 0M @ 0x0/i,
    'bar-invalid',
  ),
  plain(
    [
      'this is a 64-bit bar mapped above',
      'no address space to allocate resized',
      'failed to re-allocate bar',
    ],
    /NVRM: (?:This is a 64-bit BAR mapped above|No address space to allocate resized BAR|FATAL: Failed to re-allocate BAR)/i,
    'bar-invalid',
  ),
  plain('request_mem_region failed for ', /request_mem_region failed for [1-9]\d{0,6}M @ 0x/i, 'bar-taken'),
  {
    // BARs 0 to 5 are the device's own; 6 is its ROM, from 7 on they are of virtual functions and bridges. Windows of I/O ports are not needed.
    literal: ["can't assign; no space", 'failed to assign', ': no space for ['],
    pattern:
      /\b(?:pci|nvidia|vfio-pci) ([\da-f]{4,8}:[\da-f]{2}:[\da-f]{2}\.\d): BAR ([0-5])(?: \[(?!io)[^\]]{3,60}\])?: (?:can't assign; no space|failed to assign(?! \[io)|no space for \[mem)/i,
    says: pciDevice('bar-unassigned'),
  },
  {
    literal: ': assigned',
    pattern:
      /\b(?:pci|nvidia) ([\da-f]{4,8}:[\da-f]{2}:[\da-f]{2}\.\d): BAR ([0-5])(?: \[[^\]]{3,60}\])?: assigned/i,
    says: pciDevice('bar-assigned'),
  },
  {
    // pci 0000:01:00.0: [10de:1b80] type 00 class 0x030000: what the rest of the log says of that address is said of the GPU
    literal: '[10de:',
    pattern: /\bpci ([\da-f]{4,8}:[\da-f]{2}:[\da-f]{2}\.0): \[10de:[\da-f]{4}\]/i,
    says: pciDevice('is-nvidia'),
  },
  {
    // lspci: 01:00.0 VGA compatible controller: NVIDIA Corporation ...
    literal: 'nvidia corporation',
    pattern:
      /^\s{0,4}((?:[\da-f]{4}:)?[\da-f]{2}:[\da-f]{2}\.0) (?:VGA|3D|Display).{0,40}NVIDIA Corporation/i,
    says: pciDevice('is-nvidia'),
  },
];

const VIRTUAL: readonly Sentence[] = [
  plain(
    'all devices within the iommu_group are bound',
    /ensure all devices within the iommu_group are bound to their vfio bus driver/i,
    'group-not-viable',
  ),
  plain('is not viable', /\bgroup \d{1,4} is not viable/i, 'group-not-viable'),
  plain(
    'vfio',
    /vfio(?:-pci)?[ :].{0,120}(?:No available IOMMU models|[Ff]ailed to set iommu for container|failed to setup container|no iommu_group found|Unknown PCI header type|cannot reset|Invalid PCI ROM|VFIO_MAP_DMA failed|not ready \d+ms after (?:FLR|bus reset))/i,
    'passthrough-failed',
  ),
  // QEMU, of the group that it opens
  plain(
    ['verify all devices in group', 'error getting device from group', ' /dev/vfio/'],
    /\bvfio\b.{0,80}error getting device from group \d|Verify all devices in group \d{1,4} are bound to vfio|vfio.{0,60}(?:failed to open|error opening) \/dev\/vfio\//i,
    'passthrough-failed',
  ),
  plain('iommu is not present', /since IOMMU is not present on the system/i, 'passthrough-failed'),
  plain('kernel driver in use: vfio-pci', /Kernel driver in use: vfio-pci/i, 'bound-to-vfio'),
  {
    // DMAR: [DMA Write NO_PASID] Request device [41:00.0] fault addr 0x...
    literal: '] request device [',
    pattern: /DMAR: \[DMA (?:Read|Write)[^\]]{0,20}\] Request device \[([\da-f:.]{5,14})\]/i,
    says: pciDevice('iommu-fault'),
  },
  {
    // nvidia 0000:41:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x001a address=0x... flags=0x0020]
    literal: '[io_page_fault ',
    pattern:
      /(?:nvidia ([\da-f:.]{7,16}): )?AMD-Vi: Event logged \[IO_PAGE_FAULT (?:device=([\da-f:.]{5,14}))?/i,
    says: ([, named, device]) => event('iommu-fault', address(named ?? device)),
  },
];

const PEERS: readonly Sentence[] = [
  // simpleP2P of CUDA's samples; NCCL where it looks itself
  plain('verification error @ element', /Verification error @ element \d/i, 'peer-access-failed'),
  plain(
    'p2p is disabled between',
    /P2P is disabled between (?:NVLINK )?connected GPUs/i,
    'peer-access-failed',
  ),
  plain('acsctl:', /ACSCtl:\s{1,4}SrcValid\+/, 'acs-on'),
  plain(
    'nvlink',
    /NVRM: .{0,80}(?:NVLink|nvlink).{0,40}(?:training failed|link (?:is )?down|failed to train)/i,
    'nvlink-down',
  ),
];

const SLEEP: readonly Sentence[] = [
  plain(
    'system power management attempted without driver procfs suspend interface',
    /System Power Management attempted without driver procfs suspend interface/i,
    'suspend-lost-memory',
  ),
  plain(
    ['nv_pmops_suspend', 'nv_pmops_resume', 'nv_power_management', 'failed to suspend', 'failed to resume'],
    /(?:nv_pmops_(?:suspend|resume)|nv_power_management).{0,60}(?:returns|error|failed)|nvidia .{0,40}failed to (?:suspend|resume)/i,
    'suspend-lost-memory',
  ),
  plain('pm: suspend e', /PM: suspend exit/, 'suspended'),
];

/** X's "PCI:1:0:0" is decimal. */
const decimalAddress = (bus: string | undefined, slot: string | undefined): string | null =>
  bus === undefined ? null : address(`${hex(bus)}:${hex(slot!)}`);

const hex = (decimal: string): string => Number(decimal).toString(16).padStart(2, '0');

export const family = familyOf(
  'kernel log',
  [...XID, ...CARD, ...START, ...WINDOWS, ...VIRTUAL, ...PEERS, ...SLEEP],
  [
    // What else NVIDIA's module asserts is shown, with its words.
    {
      literal: ['nvrm: ', 'nvidia-nvswitch', 'nvidia 0'],
      pattern:
        /(?:NVRM: |nvidia-nvswitch\d{1,2}: |nvidia 0[\da-f]{3}:[\da-f:.]{4,8}: ).{0,160}?\b(?:failed|failure|error|timed out|timeout|invalid|unable to|cannot|could not|corrupt(?:ed)?|aborting)\b/i,
    },
    { literal: 'nvidia-modeset: error', pattern: /nvidia-modeset: ERROR: / },
    { literal: '[nvidia-drm]', pattern: /\*ERROR\* \[nvidia-drm\] / },
    { literal: 'nvidia-uvm: ', pattern: /nvidia-uvm: .{0,160}?\b(?:failed|fatal error|ECC error)\b/i },
    // An oops, a hung task: of the driver, whatever it was that it waited for.
    { literal: 'rip: 00', pattern: /\bRIP: 00\d\d:.{1,80} \[nvidia\w{0,12}\]/ },
    {
      literal: 'blocked for more than',
      pattern: /task nvidia[\w-]{0,20}:\d{1,8} blocked for more than \d{1,6} seconds/,
    },
  ],
);
