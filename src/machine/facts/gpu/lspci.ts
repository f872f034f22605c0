/** What `lspci` prints, in every form that people paste: plain, -nn, -k, -nnk, -v, -D, -n, -mm. */
import { linesOf } from '../recorded.ts';

export interface PciDevice {
  /** "01:00.0"; with a domain only where it is not 0000. */
  busId: string;
  /** "0300" where numbers were printed, else "VGA compatible controller". */
  class: string;
  /** "10de:2191", where numbers were printed. */
  pciId: string | null;
  /** Vendor and device as printed, revision taken off. */
  name: string;
  isDisplay: boolean;
  isNvidia: boolean;
  /** Null: printed, and there is none. Undefined: this form of lspci does not print it. */
  driver: string | null | undefined;
}

const ADDRESS = /^((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\s+(\S.*)$/i;
const DISPLAY_CLASS =
  /^(?:VGA compatible controller|3D controller|Display controller|XGA compatible controller)/i;

/**
 *     01:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU116M [GeForce GTX 1660 Ti Mobile] [10de:2191] (rev a1)
 *     	Subsystem: ...
 *     	Kernel driver in use: nouveau
 *     	Kernel modules: nvidiafb, nouveau
 *     0000:01:00.0 0300: 10de:2191 (rev a1)                                         (-n)
 *     01:00.0 "VGA compatible controller" "NVIDIA Corporation" "TU116M [...]" -ra1  (-mm)
 */
export function parseLspci(text: string): PciDevice[] {
  const devices: PciDevice[] = [];
  const lines = linesOf(text);
  // A device without a driver has no "in use" line: only a listing that has such details at all can say so.
  const hasDetails = lines.some((line) => /^\s+(?:Kernel (?:driver|modules)|Subsystem|Flags):?/.test(line));
  let current: PciDevice | undefined;
  for (const line of lines) {
    const match = ADDRESS.exec(line.trimStart());
    if (match && !/^\s+\S+:\s/.test(line)) {
      current = deviceOf(match[1]!, match[2]!, hasDetails);
      devices.push(current);
    } else if (current) {
      const driver = /^\s+Kernel driver in use:\s*(\S+)/.exec(line)?.[1];
      if (driver) current.driver = driver;
    }
  }
  return devices;
}

function deviceOf(address: string, rest: string, hasDetails: boolean): PciDevice {
  const quoted = [...rest.matchAll(/"([^"]*)"/g)].map((match) => match[1]!);
  const described = quoted.length >= 3 ? `${quoted[0]}: ${quoted[1]} ${quoted[2]}` : rest;
  const cut = described.indexOf(': ');
  const head = cut < 0 ? described : described.slice(0, cut);
  const tail = (cut < 0 ? '' : described.slice(cut + 2)).replace(/\s*\((?:rev|prog-if)\b.*$/, '').trim();
  const numeric = /(?:^|\[)([0-9a-f]{4})\]?$/i.exec(head)?.[1]?.toLowerCase();
  const pciId = (/\[([0-9a-f]{4}:[0-9a-f]{4})\]\s*$/i.exec(tail) ??
    /^([0-9a-f]{4}:[0-9a-f]{4})$/i.exec(tail))?.[1];
  return {
    busId: shortBusId(address),
    class: numeric ?? head,
    pciId: pciId?.toLowerCase() ?? null,
    name: tail.replace(/\s*\[[0-9a-f]{4}:[0-9a-f]{4}\]\s*$/i, ''),
    isDisplay: numeric ? numeric.startsWith('03') : DISPLAY_CLASS.test(head),
    isNvidia: pciId ? pciId.toLowerCase().startsWith('10de:') : /\bNVIDIA\b/i.test(tail),
    driver: hasDetails ? null : undefined,
  };
}

/** "0000:01:00.0" and nvidia-smi's "00000000:01:00.0" are "01:00.0"; other domains stay, four digits long. */
export function shortBusId(address: string): string {
  const match = /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/i.exec(address.trim());
  if (!match) return address;
  const domain = Number.parseInt(match[1] ?? '0', 16);
  const place = match[2]!.toLowerCase();
  return domain === 0 ? place : `${domain.toString(16).padStart(4, '0')}:${place}`;
}
