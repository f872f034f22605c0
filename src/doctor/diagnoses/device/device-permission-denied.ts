import { originText, valueOf } from '../../../machine/answer.ts';
import type { DeviceNodeFacts, Facts } from '../../../machine/facts.ts';
import { deviceFiles } from '../../../machine/questions/gpu.ts';
import { inContainer, inJob, onJetson } from '../../../machine/questions/platform.ts';
import { letContainerOpenThem } from '../../fix/lent.ts';
import { ask, byHand, command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type Evidence, type Finding, type FixStep } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: "You may not open the GPU's device files",
  related: ['device-nodes-missing', 'container-toolkit-misconfigured', 'container-cgroup-lost'],
  textSummary: "The GPU's device files may not be opened by this user",
  hears: hearing(['error-code', 'device-file'], (one) =>
    one.kind === 'device-file'
      ? one.why === 'not-permitted'
        ? { confidence: 'certain', namesCause: true }
        : null
      : heardError(one, {
          'nvml 4': { confidence: 'certain', namesCause: true },
          'cuda os': { confidence: 'possible', rank: 6 },
        }),
  ),
  next: [ask('Which groups do you belong to?', 'id')],
  refutedBy: (facts) => {
    const needed = deviceFiles(facts);
    return needed.length > 0 && needed.every(({ accessible }) => valueOf(accessible) === true);
  },
  judge(facts) {
    // What a cgroup keeps closed is a matter of whoever lends it, where somebody does.
    const isLent = inContainer(facts) || inJob(facts);
    const needed = deviceFiles(facts).filter(({ forbidden }) => !(forbidden && isLent));
    const closed = needed.filter((node) => valueOf(node.accessible) === false || closedToAllButRoot(node));
    if (closed.length > 0) return [finding(closed, facts, 'error', 'certain')];
    const doubtful = needed.filter((node) => node.accessible.state === 'unknown' && closedToOthers(node));
    return doubtful.length > 0 ? [finding(doubtful, facts, 'warning', 'possible')] : [];
  },
  remedy,
};

/** Neither group nor others may read and write: nobody but root can, whoever asks. Mode 0600, or 01232 (decimal 666). */
function closedToAllButRoot(node: DeviceNodeFacts): boolean {
  const mode = valueOf(node.stat)?.mode;
  return (
    node.accessible.state === 'unknown' &&
    mode != null &&
    (mode & 0o006) !== 0o006 &&
    (mode & 0o060) !== 0o060
  );
}

function closedToOthers(node: DeviceNodeFacts): boolean {
  const mode = valueOf(node.stat)?.mode;
  return mode != null && (mode & 0o006) !== 0o006;
}

/** NVreg_DeviceFileMode=666 without the leading 0 is decimal: octal 1232, c-w--wx-wT. */
const isDecimal666 = ({ stat }: DeviceNodeFacts): boolean =>
  ((valueOf(stat)?.mode ?? 0) & 0o1777) === 0o1232 || ((valueOf(stat)?.mode ?? 0) & 0o777) === 0o232;

function finding(
  nodes: readonly DeviceNodeFacts[],
  facts: Facts,
  severity: Finding['severity'],
  confidence: Finding['confidence'],
): Finding {
  const decimal = nodes.some(isDecimal666);
  const names = nodes.map(({ path }) => path).join(', ');
  return {
    subject: 'machine',
    severity,
    confidence,
    summary: decimal
      ? `${names}: mode 01232 is decimal 666, so nobody but root can open the GPU (NVreg_DeviceFileMode lacks its leading 0)`
      : confidence === 'possible'
        ? `${names} can be opened by root and one group only`
        : nodes.every(({ forbidden }) => forbidden)
          ? `The rules of a cgroup forbid to open ${names}, whatever their mode says`
          : `You have no permission to open ${names}`,
    evidence: nodes.map(evidenceOf),
    fix: decimal
      ? repairMode()
      : nodes.every(({ forbidden }) => forbidden)
        ? allowInUnit()
        : remedy(facts, groupOf(nodes)),
    ...(confidence === 'possible' ? { next: [ask('Which groups do you belong to?', 'id')] } : {}),
  };
}

function evidenceOf({ path, stat }: DeviceNodeFacts): Evidence {
  const value = valueOf(stat);
  const mode = value?.mode == null ? 'mode unknown' : `mode ${value.mode.toString(8).padStart(4, '0')}`;
  return {
    from: originText(stat.from),
    excerpt: `${path}: ${mode}, uid ${value?.uid ?? '?'}, gid ${value?.gid ?? '?'}`,
  };
}

/** Debian and Ubuntu give nodes to video (44); systemd's newer rules to render. The name is what usermod wants. */
function groupOf(nodes: readonly DeviceNodeFacts[]): string | null {
  const grouped = nodes.find(({ stat }) => ((valueOf(stat)?.mode ?? 0) & 0o060) === 0o060);
  const gid = grouped === undefined ? undefined : valueOf(grouped.stat)?.gid;
  if (gid == null || gid === 0) return null;
  return gid === 44 ? 'video' : `$(getent group ${gid} | cut -d: -f1)`;
}

function repairMode(): FixStep[] {
  return [
    script(
      'device-file-mode',
      'Give the mode in octal, with its leading 0 (NVreg_DeviceFileMode=0666), wherever the option stands',
      'grep -rn NVreg_DeviceFileMode /etc/modprobe.d',
    ),
    script(
      'chmod',
      'Mend the device files until the module is loaded anew',
      'chmod 0666 /dev/nvidia0 /dev/nvidiactl /dev/nvidia-uvm',
    ),
  ];
}

/** Outside containers and jobs it is systemd that was told to keep devices away. */
const allowInUnit = (): FixStep[] => [
  command('see-unit', 'See which unit this runs in', ['cat', '/proc/self/cgroup'], { root: false }),
  byHand(
    'device-allow',
    'Let its unit open them: systemctl edit, section [Service], a line DeviceAllow=/dev/nvidia0 rw and so on for each of them (or PrivateDevices=no where that is set), then restart it',
    { root: true },
  ),
];

function remedy(facts: Facts | null, group: string | null = 'video'): FixStep[] {
  if (facts !== null && inContainer(facts)) {
    return letContainerOpenThem(facts);
  }
  const openToAll = script(
    'chmod',
    "Or open the device files to everybody (the driver's default)",
    'chmod 0666 /dev/nvidia*',
    group === null ? {} : { alternativeTo: 'join-group' },
  );
  const mode = script(
    'device-file-mode',
    'See whether an option of the module or a udev rule closes them',
    'grep -rnE "NVreg_DeviceFile|nvidia" /etc/modprobe.d /etc/udev/rules.d',
  );
  if (group === null) return [openToAll, mode];
  const join = script(
    'join-group',
    'Join the group that owns them (with sudo), then log in again',
    `usermod -aG "${group}" "$SUDO_USER"`,
  );
  return facts !== null && onJetson(facts) ? [join] : [join, openToAll, mode];
}
