/** Whether this is a container, a virtual machine, WSL: each changes what a missing GPU means. */
import { present, unknown, valueOf, type Answer, type Origin } from '../../answer.ts';
import type { ContainerKind, HypervisorKind, KernelFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { recordedOutputs, readText } from '../recorded.ts';

/** What a name inside a file or variable says; the first match counts. */
const CONTAINER_WORDS: readonly (readonly [RegExp, ContainerKind])[] = [
  [/kubepods|kubelet|kubernetes/i, 'kubernetes'],
  [/libpod|podman/i, 'podman'],
  [/docker|containerd/i, 'docker'],
  [/\blxc\b|\blxd\b|\.lxc|lxc[./]/i, 'lxc'],
  [/machine\.slice|systemd-nspawn/i, 'systemd-nspawn'],
];

/** Present with null only where the usual marks were looked for and are not there. */
export async function probeContainer(machine: Machine): Promise<Answer<ContainerKind | null>> {
  const kubernetes = machine.env('KUBERNETES_SERVICE_HOST');
  if (kubernetes.state === 'present') return present('kubernetes', kubernetes.from);
  // Singularity shares the host's cgroups and has no mark of its own but these (SINGULARITY_NAME also in Apptainer).
  for (const name of ['APPTAINER_NAME', 'SINGULARITY_NAME', 'SINGULARITY_CONTAINER']) {
    const singularity = machine.env(name);
    if (singularity.state === 'present') return present('singularity', singularity.from);
  }
  const [docker, podman, manager, cgroup, mounts] = await Promise.all([
    machine.stat('/.dockerenv'),
    machine.stat('/run/.containerenv'),
    readText(machine, '/run/systemd/container', 4096),
    readText(machine, '/proc/1/cgroup', 65_536),
    readText(machine, '/proc/self/mountinfo', 262_144),
  ]);
  if (docker.state === 'present') return present('docker', docker.from);
  if (podman.state === 'present') return present('podman', podman.from);
  const named = [manager, machine.env('container')].find((answer) => answer.state === 'present');
  if (named?.state === 'present') {
    const word = (typeof named.value === 'string' ? named.value : named.value.text).trim();
    if (word !== '' && word !== 'wsl') return present(kindOf(word) ?? 'other', named.from);
  }
  if (cgroup.state === 'present') {
    const kind = kindOf(cgroup.value.text);
    if (kind) return present(kind, cgroup.from);
  }
  if (mounts.state === 'present') {
    const kind = kindOfRootMount(mounts.value.text);
    if (kind) return present(kind, mounts.from);
  }
  const detected = await detectVirt(machine);
  if (detected) {
    const kind = CONTAINER_WORDS.find(
      ([, word]) => word === detected.word || (word === 'lxc' && detected.word === 'lxc-libvirt'),
    )?.[1];
    return present(kind ?? null, detected.from);
  }
  const looked = docker.state === 'absent' && podman.state === 'absent';
  if (looked && cgroup.state === 'present') return present(null, cgroup.from);
  return unknown('not-recorded', 'the marks of containers were not looked for', docker.from);
}

/** What of a text says that this is a container, and of which kind: no more of it is read. */
export function containerWords(text: string): string[] {
  return CONTAINER_WORDS.flatMap(([pattern]) => pattern.exec(text)?.[0] ?? []);
}

function kindOf(text: string): ContainerKind | undefined {
  return CONTAINER_WORDS.find(([pattern]) => pattern.test(text))?.[1];
}

/**
 * The file system at / in /proc/self/mountinfo. An overlay alone is no proof (live media have one), where its layers lie is:
 *
 *     1153 1012 0:101 / / rw,relatime master:321 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/...
 */
export function kindOfRootMount(mountinfo: string): ContainerKind | undefined {
  for (const line of mountinfo.split('\n')) {
    const [mount, filesystem] = line.slice(0, 16_384).split(' - ');
    if (mount?.split(' ')[4] === '/' && filesystem?.startsWith('overlay ')) return kindOf(filesystem);
  }
  return undefined;
}

/** `systemd-detect-virt`, where somebody ran it: one word. */
async function detectVirt(machine: Machine): Promise<{ word: string; from: Origin } | undefined> {
  for (const { result, from } of recordedOutputs(machine, 'systemd-detect-virt')) {
    const word = /^[a-z][a-z0-9-]*$/m.exec(result.stdout)?.[0];
    if (word) return { word, from };
  }
  return undefined;
}

/** DMI texts (product, vendor) as the hypervisors set them; source: systemd's src/basic/virt.c. */
const HYPERVISOR_WORDS: readonly (readonly [RegExp, HypervisorKind])[] = [
  [/vmware/i, 'vmware'],
  [/virtualbox|innotek/i, 'virtualbox'],
  [/microsoft corporation[^]*virtual machine|hyper-v/i, 'hyper-v'],
  [/\bxen\b|hvm domu/i, 'xen'],
  [/kvm|qemu|google compute engine|amazon ec2|openstack|proxmox|bochs|digitalocean/i, 'kvm'],
];

const DMI = ['/sys/class/dmi/id/sys_vendor', '/sys/class/dmi/id/product_name'] as const;

export async function probeVirtualMachine(machine: Machine): Promise<Answer<HypervisorKind | null>> {
  const [vendor, product, cpuinfo, hypervisor] = await Promise.all([
    readText(machine, DMI[0], 4096),
    readText(machine, DMI[1], 4096),
    // The flags of the first processor are enough.
    readText(machine, '/proc/cpuinfo', 8192),
    readText(machine, '/sys/hypervisor/type', 4096),
  ]);
  if (hypervisor.state === 'present' && /xen/i.test(hypervisor.value.text))
    return present('xen', hypervisor.from);
  const dmi = [vendor, product].map((answer) => valueOf(answer)?.text.trim() ?? '').join('\n');
  const isSilent = dmi.trim() === '';
  const named = isSilent ? undefined : HYPERVISOR_WORDS.find(([pattern]) => pattern.test(dmi))?.[1];
  // Amazon's bare-metal machines carry the vendor's name too.
  const bareMetal = named !== undefined && /\.metal\b/.test(dmi);
  const flags = cpuinfo.state === 'present' ? /^flags\s*:.*$/m.exec(cpuinfo.value.text)?.[0] : undefined;
  const flagged = flags === undefined ? undefined : /\bhypervisor\b/.test(flags);
  if (named && !bareMetal && flagged !== false)
    return present(named, product.state === 'present' ? product.from : vendor.from);
  if (flagged !== undefined) return present(flagged ? 'other' : null, cpuinfo.from);
  const detected = await detectVirt(machine);
  if (detected) return present(hypervisorOf(detected.word), detected.from);
  if (named === undefined && !isSilent) return present(null, product.from);
  return cpuinfo.state === 'unknown'
    ? cpuinfo
    : unknown('failed', 'processor flags are not readable', cpuinfo.from);
}

function hypervisorOf(word: string): HypervisorKind | null {
  if (word === 'none') return null;
  if (word === 'oracle') return 'virtualbox';
  if (word === 'microsoft') return 'hyper-v';
  return HYPERVISOR_WORDS.find(([pattern]) => pattern.test(word))?.[1] ?? 'other';
}

/** WSL names itself in the kernel release: "4.4.0-19041-Microsoft" is 1, "5.15.90.1-microsoft-standard-WSL2" is 2. */
export async function probeWsl(machine: Machine, kernel: Answer<KernelFacts>): Promise<Answer<1 | 2 | null>> {
  if (kernel.state === 'present') {
    const release = kernel.value.release.toLowerCase();
    if (release.includes('microsoft-standard') || release.includes('wsl2')) return present(2, kernel.from);
    if (release.includes('-microsoft')) return present(1, kernel.from);
  }
  const [dxg, library] = await Promise.all([machine.stat('/dev/dxg'), machine.stat('/usr/lib/wsl/lib')]);
  if (dxg.state === 'present') return present(2, dxg.from);
  if (library.state === 'present') return present(2, library.from);
  const distribution = machine.env('WSL_DISTRO_NAME');
  if (distribution.state === 'present') return present(2, distribution.from);
  return kernel.state === 'present'
    ? present(null, kernel.from)
    : unknown('not-recorded', 'the running kernel is not known', kernel.from);
}
