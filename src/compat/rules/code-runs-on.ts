/** Which GPUs compiled code gets to. */
import { compareDottedVersions } from '../dotted-version.ts';
import type { Judgement } from './judgement.ts';
import { judged } from './judged.ts';

export interface Code {
  /** What there is machine code for: "7.5"; with features of one architecture "9.0a", of a family "10.0f". */
  machine: readonly string[];
  /** What there is PTX for; null: not known. */
  ptx: readonly string[] | null;
}

/**
 * Machine code runs on GPUs of its own major and of no smaller minor: 7.0 on 7.5, 8.6 not on 8.0. PTX is compiled for every
 * GPU of its own or a higher compute capability, which takes minutes at first start.
 *
 * @param capability of the GPU: "7.5"
 */
export function codeRunsOn({ machine, ptx }: Code, capability: string): Judgement {
  const gpu = architecture(capability);
  const native = machine.map(architecture).findLast((one) => one !== null && gpu !== null && runs(one, gpu));
  if (gpu === null) return judged('machine-code', 'unknown', `"${capability}" is no compute capability`);
  if (native != null) {
    const same = native.major === gpu.major && native.minor === gpu.minor;
    return judged(
      'machine-code',
      'yes',
      same
        ? `there is machine code for compute capability ${capability}`
        : `machine code for compute capability ${native.major}.${native.minor} runs on ${capability}`,
    );
  }
  const compiled = (ptx ?? [])
    .map(architecture)
    .filter((one) => one !== null && one.suffix === '' && compareDottedVersions(textOf(one), capability) <= 0)
    .at(-1);
  if (compiled != null)
    return judged(
      'ptx-compiled-at-start',
      'slow',
      `there is no machine code for compute capability ${capability}; PTX for ${textOf(compiled)} is compiled at first start`,
    );
  const has = machine.length === 0 ? 'nothing' : machine.join(', ');
  const isNewer = machine.every((one) => compareDottedVersions(one, capability) < 0);
  if (ptx === null && isNewer)
    return judged(
      'ptx-compiled-at-start',
      'unknown',
      `there is machine code for ${has}, not for compute capability ${capability}; whether there is PTX is not known`,
    );
  return judged(
    'machine-code',
    'no',
    `there is machine code for ${has}, which does not run on compute capability ${capability}`,
  );
}

interface Architecture {
  major: number;
  minor: number;
  suffix: string;
}

function architecture(text: string): Architecture | null {
  const match = /^(\d{1,2})\.(\d)([af]?)$/.exec(text);
  return match === null ? null : { major: Number(match[1]), minor: Number(match[2]), suffix: match[3]! };
}

const textOf = ({ major, minor }: Architecture): string => `${major}.${minor}`;

/** Code with features of one architecture runs on that one alone. */
function runs(code: Architecture, gpu: Architecture): boolean {
  if (code.major !== gpu.major) return false;
  return code.suffix === 'a' ? code.minor === gpu.minor : code.minor <= gpu.minor;
}
