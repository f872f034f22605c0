/** nvidia-smi -q -x: <nvidia_smi_log><gpu id="00000000:01:00.0"><mig_mode><current_mig>N/A</current_mig></mig_mode>... */
import { parseXml, type XmlElement } from '../../../../formats/xml.ts';
import { shortBusId } from '../lspci.ts';
import { keyOf, type Reading } from './reading.ts';

export function readQueryXml(text: string): Reading[] {
  const start = text.indexOf('<nvidia_smi_log');
  const log = start < 0 ? null : parseXml(text.slice(start));
  return (log?.children ?? [])
    .filter(({ name }) => name === 'gpu')
    .map(({ attributes, children }, index) => {
      const values = new Map<string, string>();
      for (const child of children) gather(child, '', values);
      const bus = attributes['id'];
      return { busId: bus === undefined ? null : shortBusId(bus), index, values };
    });
}

function gather({ name, text, children }: XmlElement, before: string, values: Map<string, string>): void {
  const path = before + keyOf(name);
  if (text !== '' && !values.has(path)) values.set(path, text);
  for (const child of children) gather(child, `${path}/`, values);
}
