/**
 * nvidia-smi -q -x, be it cut off:
 *
 *     <nvidia_smi_log><driver_version>575.51.02</driver_version>
 *     <gpu id="00000000:01:00.0"><mig_mode><current_mig>N/A</current_mig></mig_mode>
 *     <processes><process_info><pid>1534</pid><type>C</type><process_name>python</process_name><used_memory>100 MiB</used_memory>
 */
import { parseXml, type XmlElement } from '../../../../formats/xml.ts';
import type { GpuProcess } from '../../../facts.ts';
import { shortBusId } from '../lspci.ts';
import { keyOf, processOf, uuidOf, type Reading } from './reading.ts';

/** Their elements repeat, and thousands of clocks say nothing of a state. */
const LISTS = ['processes', 'compute_processes', 'supported_clocks', 'accounted_processes'];

export function readQueryXml(text: string): Reading[] {
  const start = text.indexOf('<nvidia_smi_log');
  const log = start < 0 ? null : parseXml(text.slice(start), { cutOff: true });
  return (log?.children ?? [])
    .filter(({ name }) => name === 'gpu')
    .map(({ attributes, children }, index) => {
      const values = new Map<string, string>();
      for (const child of children) gather(child, '', values);
      const bus = attributes['id'] ?? values.get('pci/pci_bus_id');
      const processes = processesIn(children);
      return {
        busId: bus === undefined ? null : shortBusId(bus),
        index,
        ...uuidOf(values.get('uuid')),
        values,
        ...(processes === null ? {} : { processes }),
      };
    });
}

function gather({ name, text, children }: XmlElement, before: string, values: Map<string, string>): void {
  if (before === '' && LISTS.includes(name)) return;
  const path = before + keyOf(name);
  if (text !== '' && !values.has(path)) values.set(path, text);
  for (const child of children) gather(child, `${path}/`, values);
}

function processesIn(children: readonly XmlElement[]): GpuProcess[] | null {
  const list = children.find(({ name }) => name === 'processes' || name === 'compute_processes');
  if (list === undefined || /^N\/A$/.test(list.text)) return null;
  return list.children.flatMap(({ children: parts }) => {
    const part = (name: string): string => parts.find((one) => one.name === name)?.text ?? '';
    return /^\d{1,10}$/.test(part('pid'))
      ? [processOf(part('pid'), part('type') || 'C', part('process_name'), part('used_memory'))]
      : [];
  });
}
