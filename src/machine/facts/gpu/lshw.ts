/** What `lshw -C display` prints. */
import { shortBusId, type PciDevice } from './lspci.ts';
import { linesOf } from '../recorded.ts';

/**
 *       *-display UNCLAIMED
 *            description: VGA compatible controller
 *            product: GP107M [GeForce GTX 1050 Mobile]
 *            vendor: NVIDIA Corporation
 *            bus info: pci@0000:01:00.0
 *            configuration: driver=nouveau latency=0
 */
export function parseLshw(text: string): PciDevice[] {
  const devices: PciDevice[] = [];
  let fields: Map<string, string> | undefined;
  let unclaimed = false;
  const flush = (): void => {
    if (fields) devices.push(deviceOf(fields, unclaimed, devices.length));
    fields = undefined;
  };
  for (const line of linesOf(text)) {
    const node = /^\s*\*-([\w-]+)(?::\d+)?(?:\s+(.*))?$/.exec(line);
    if (node) {
      flush();
      if (/^(?:display|generic)$/.test(node[1]!)) {
        fields = new Map();
        unclaimed = /UNCLAIMED/.test(node[2] ?? '');
      }
      continue;
    }
    const field = /^\s+([a-z][a-z ]*):\s(.*)$/.exec(line);
    if (field && fields && !fields.has(field[1]!)) fields.set(field[1]!, field[2]!.trim());
  }
  flush();
  return devices.filter((device) => device.isDisplay);
}

function deviceOf(fields: ReadonlyMap<string, string>, unclaimed: boolean, index: number): PciDevice {
  const product = fields.get('product') ?? '';
  const vendor = fields.get('vendor') ?? '';
  const description = fields.get('description') ?? '';
  const bus = /pci@(\S+)/.exec(fields.get('bus info') ?? '')?.[1];
  // With -numeric: "product: TU116M [...] [10DE:2191]"
  const pciId = /\[([0-9a-f]{4}:[0-9a-f]{4})\]\s*$/i.exec(product)?.[1]?.toLowerCase() ?? null;
  const configuration = fields.get('configuration');
  const driver = /\bdriver=(\S+)/.exec(configuration ?? '')?.[1];
  return {
    busId: bus ? shortBusId(bus) : `?${index}`,
    class: description,
    pciId,
    name: product.replace(/\s*\[[0-9a-f]{4}:[0-9a-f]{4}\]\s*$/i, ''),
    isDisplay: /VGA|3D|display/i.test(description) || (description === '' && product !== ''),
    isNvidia: pciId ? pciId.startsWith('10de:') : /\bNVIDIA\b/i.test(vendor),
    driver: driver ?? (unclaimed || configuration !== undefined ? null : undefined),
  };
}
