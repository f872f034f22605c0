/**
 * nv-fabricmanager's own log, its start script, and what systemd says of the service.
 *
 *     Error: NVSwitch driver failed with error:Nothing to do [NV_WARN_NOTHING_TO_DO]
 *     fabric manager NVIDIA GPU driver interface version 570.86.15 don't match with driver version 570.124.06. Please update with matching ...
 *        Active: failed (Result: exit-code) since Fri 2024-01-05
 */
import { familyOf, type Sentence } from '../family.ts';
import { troubled } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  troubled(
    'fabric-manager-idle',
    'nv_warn_nothing_to_do',
    /NVSwitch driver failed with error:.{0,40}NV_WARN_NOTHING_TO_DO/i,
  ),
  troubled(
    'fabric-manager-stopped',
    ['aborting fabric manager', 'fabricmanager', 'fabric manager'],
    /((?:[^\]:]{5,160}, )?aborting fabric manager)|fabric ?manager.{0,60}(?:not running|failed)|nvidia-fabricmanager.{0,60}(?:inactive|not found)/i,
    (match) => match[1]?.trim() ?? null,
  ),
  troubled(
    'fabric-manager-version',
    'interface version',
    /fabric manager.{0,80}interface version (\d[\d.]{2,16}) do(?:es)?n't match.{0,40}version (\d[\d.]{2,16})/i,
    (match) => `${match[1]!.replace(/\.$/, '')}, the driver ${match[2]!.replace(/\.$/, '')}`,
  ),
  // The NVSwitch driver, of who talks to it: nvidia-nvswitch: Version mismatch, kernel version 535.54.03 user version 535.86.10
  troubled(
    'fabric-manager-version',
    'nvswitch: version mismatch',
    /nvidia-nvswitch: Version mismatch, kernel version (\d[\d.]{2,16}) user version (\d[\d.]{2,16})/i,
    (match) => `${match[2]!}, the driver ${match[1]!}`,
  ),
  {
    // systemctl status: the unit's name stands two lines above
    literal: 'active: ',
    pattern: /^\s{0,12}Active: (?:inactive|failed)\b/,
    says: (_, before) =>
      before.some((line) => line.includes('nvidia-fabricmanager.service - '))
        ? { kind: 'trouble', what: 'fabric-manager-stopped', detail: null }
        : null,
  },
];

export const family = familyOf('fabric manager', SENTENCES);
