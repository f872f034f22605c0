/** What of a sosreport is about GPUs and what they stand on: the rest of its thousands of files is not kept. */
import { WANTED_PROGRAMS } from '../reports/programs.ts';

/** Files of the machine, from its root on. */
const FILES =
  /^\/(?:etc\/(?:os-release|lsb-release|[\w-]{1,40}-release|debian_version|apt\/|yum\.repos\.d\/|zypp\/repos\.d\/|modprobe\.d\/|modules-load\.d\/|docker\/daemon\.json|cdi\/|nvidia-container-runtime\/|ld\.so\.conf|environment$|default\/grub|systemd\/system\/)|usr\/lib\/(?:os-release|modprobe\.d\/)|lib\/modprobe\.d\/|proc\/(?:cmdline|cpuinfo|devices|modules|version|driver\/nvidia)|sys\/module\/(?:nvidia|nouveau)|sys\/class\/dmi\/id\/(?:product_name|sys_vendor|board_name|chassis_type)|var\/log\/nvidia-installer\.log|boot\/config-)/;

export const isWantedFile = (path: string): boolean => FILES.test(path);

/** "sos_commands/nvidia/nvidia-smi_-q", and what was too long for its place: "sos_strings/logs/journalctl_--boot.tailed". */
export function commandFile(path: string): string | null {
  const name = /^sos_(?:commands|strings)\/[^/]{1,80}\/([^/]{1,255})$/.exec(path)?.[1];
  return name?.replace(/\.tailed$/, '') ?? null;
}

/**
 * The words of the command that a file is named after, where no manifest says them: whatever is no letter, digit, dot or dash has become
 * "_". Null: none whose output is wanted. Words with such characters come apart, which those who read the output can do without.
 */
export function wordsOfName(name: string): readonly string[] | null {
  const program = WANTED_PROGRAMS.find((one) => name === one || name.startsWith(`${one}_`));
  if (program === undefined) return null;
  const rest = name.slice(program.length + 1);
  return [program, ...rest.split('_').filter(Boolean)];
}

/** Lines of a journal that speak of the kernel, the driver or those who lend a GPU. */
export const SPEAKS_OF_GPUS =
  /\bkernel: |nvidia|NVRM|nouveau|cuda|fabricmanager|\bdkms\b|akmod|docker|containerd|podman|slurm/i;
