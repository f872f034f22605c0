/** The bill of materials of a prefix in the forms that other programs read. */
import type { JsonValue } from '../../base/json.ts';
import type { BillOfMaterials } from '../../prefix/home/bill-of-materials.ts';
import type { Licence } from '../../prefix/plan/licence.ts';
import { createdAt } from './common.ts';
import { cyclonedx } from './cyclonedx.ts';
import { licensingOf } from './licensing.ts';
import { spdx } from './spdx.ts';

const FORMS = { spdx, cyclonedx } as const;
export type SbomForm = keyof typeof FORMS;

export interface Made {
  /** Terms of publishers whose packages bring no text along. */
  catalogue: readonly Licence[];
  /** SOURCE_DATE_EPOCH of the caller. */
  epoch: string | undefined;
  /** Of gpu-setup. */
  version: string;
}

/** The same prefix gives the same document. @throws GpuSetupError `bad-source-date-epoch` */
export function sbom(
  form: SbomForm,
  bill: BillOfMaterials,
  { catalogue, epoch, version }: Made,
): Record<string, JsonValue> {
  const licensing = licensingOf(bill.packages, catalogue);
  return FORMS[form]({ bill, licensing, created: createdAt(bill.installedAt, epoch), version });
}
