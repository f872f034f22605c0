/**
 * A virtual GPU without its licence: nvidia-gridd, the kernel of the guest, nvidia-smi -q.
 *
 *     nvidia-gridd: Failed to acquire license from 192.0.2.10
 *     nvidia-gridd[5805]: Invalid feature type requested
 *         License Status                    : Unlicensed (Restricted)
 *     NVRM: Unlicensed vGPU: performance is restricted
 */
import { familyOf, type Sentence } from '../family.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'nvidia-gridd',
    pattern:
      /nvidia-gridd(?:\[\d{1,8}\])?: .{0,80}(Failed to (?:acquire|renew|update|register|fetch|validate|initialize)[^:]{0,60}|Invalid feature type requested|licen[sc]e (?:has )?expired|Unlicensed|No valid (?:client configuration token|license)|Unable to (?:fetch|acquire|find)[^:]{0,60})/i,
    says: ([, reason]) => ({ kind: 'vgpu-license', reason: reason!.trim() }),
  },
  {
    literal: 'license status',
    pattern: /License Status\s{1,40}: (Unlicensed(?: \([\w ]{3,40}\))?)/i,
    says: ([, reason]) => ({ kind: 'vgpu-license', reason: reason! }),
  },
];

export const family = familyOf('vGPU licence', SENTENCES);
