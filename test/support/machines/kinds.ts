/** What a machine made of code is, as far as it decides which faults it can have. */
import type { Host } from './host.ts';
import { isForDataCentres } from './nvidia-smi.ts';

export type Kind =
  /** Kernel and devices are its own. */
  | 'native'
  | 'wsl'
  | 'container'
  | 'jetson'
  /** How its packages build the module. */
  | 'dkms'
  | 'akmods'
  | 'apt'
  /** Flavour of the module that runs, whoever's it is. */
  | 'open'
  | 'proprietary'
  /** Its GPU divides itself, and its memory corrects errors. */
  | 'data-centre'
  /** Its power and its link follow battery, lid and processor. */
  | 'laptop'
  | 'nvswitch'
  /** Inside a job of Slurm's. */
  | 'job'
  /** NVIDIA's toolkit is installed and on PATH. */
  | 'toolkit';

export function kindsOf(host: Host): ReadonlySet<Kind> {
  const os = String(host.files['/etc/os-release']);
  const version = String(host.files['/proc/driver/nvidia/version'] ?? '');
  const place = placeOf(host);
  const kinds: readonly (readonly [Kind, boolean])[] = [
    [place, true],
    ['akmods', place === 'native' && /^ID="fedora"/m.test(os)],
    ['dkms', place === 'native' && !/^ID="fedora"/m.test(os)],
    ['apt', /^ID="(?:ubuntu|debian)"/m.test(os)],
    ['open', version.includes('Open')],
    ['proprietary', version !== '' && !version.includes('Open')],
    ['data-centre', host.driven !== null && isForDataCentres(host.driven.gpus)],
    ['laptop', host.name.includes('laptop')],
    ['job', host.env['SLURM_JOB_ID'] !== undefined],
    ['nvswitch', host.nodes['/dev/nvidia-nvswitchctl'] !== undefined],
    ['toolkit', host.links['/usr/local/cuda'] !== undefined],
  ];
  return new Set(kinds.flatMap(([kind, is]) => (is ? [kind] : [])));
}

function placeOf({ files }: Host): Kind {
  if (/microsoft/i.test(String(files['/proc/sys/kernel/osrelease']))) return 'wsl';
  if (files['/.dockerenv'] !== undefined) return 'container';
  return files['/etc/nv_tegra_release'] !== undefined ? 'jetson' : 'native';
}

/** Of a machine all of these: on('native', 'open'). */
export type On = (kinds: ReadonlySet<Kind>) => boolean;

export const all =
  (...kinds: readonly Kind[]): On =>
  (own) =>
    kinds.every((kind) => own.has(kind));

export const any =
  (...kinds: readonly Kind[]): On =>
  (own) =>
    kinds.some((kind) => own.has(kind));

export const not =
  (...kinds: readonly Kind[]): On =>
  (own) =>
    !kinds.some((kind) => own.has(kind));

export const anywhere: On = () => true;

export const both =
  (one: On, other: On): On =>
  (own) =>
    one(own) && other(own);
