/**
 * The kernel's command line as a recording keeps it: parameters that decide how a GPU, its driver and its modules come up.
 * Everybody may put anything there (addresses for booting from a network, keys of disks, passwords of installers), so it
 * is an allow-list: what is not on it becomes a pseudonym, whole.
 *
 * Names: Documentation/admin-guide/kernel-parameters.txt of Linux, modprobe.d(5), dracut.cmdline(7), nouveau's and
 * NVIDIA's module parameters.
 */
const PARAMETERS: ReadonlySet<string> = new Set(
  (
    'ro rw quiet splash debug single nomodeset nosplash nofb text 1 2 3 4 5 s ' +
    'modprobe.blacklist rd.driver.blacklist rd.driver.pre module_blacklist module.sig_enforce lockdown efi noefi ' +
    'pci pcie_aspm pcie_port_pm pcie_acs_override iommu intel_iommu amd_iommu iommu.passthrough iommu.strict ' +
    'acpi acpi_osi acpi_backlight noapic nolapic nomsi irqpoll mem memmap hugepages hugepagesz default_hugepagesz ' +
    'transparent_hugepage mitigations nosmt maxcpus nr_cpus isolcpus numa numa_balancing cma swiotlb ' +
    'systemd.unified_cgroup_hierarchy cgroup_enable cgroup_no_v1 swapaccount security selinux apparmor ' +
    'console earlyprintk loglevel preempt rcu_nocbs clocksource tsc idle intel_idle.max_cstate processor.max_cstate'
  ).split(' '),
);

/** Modules that drive a GPU or hand one to a virtual machine: all of their parameters stay. */
const MODULE =
  /^(?:nvidia(?:[-_](?:drm|modeset|uvm|peermem))?|nouveau|nova[-_]core|i915|xe|amdgpu|radeon|ast|drm|vfio(?:[-_]\w{1,20})?|kvm(?:[-_]\w{1,20})?|simpledrm|efifb|video)\./;

/** Numbers, words, lists of both; what is longer is no setting. */
const PLAIN_VALUE = /^[\w.,:;+!@"-]{0,120}$/;

/** @param parameters separated by blanks; line ends stay where they are */
export function keptParameters(parameters: string, pseudonym: (parameter: string) => string): string {
  return parameters.replace(/[^\s]+/g, (word) => (isKept(word) ? word : pseudonym(word)));
}

function isKept(word: string): boolean {
  const cut = word.indexOf('=');
  const name = cut < 0 ? word : word.slice(0, cut);
  const value = cut < 0 ? '' : word.slice(cut + 1);
  return (PARAMETERS.has(name) || MODULE.test(name)) && PLAIN_VALUE.test(value);
}
