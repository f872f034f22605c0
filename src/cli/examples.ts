/** The sample machines that the program carries, so that anyone can see the doctor work without a GPU. */
import examples from 'assets:examples';
import { usageError } from '../base/errors.ts';
import { nearest } from '../base/suggest.ts';
import type { Machine } from '../machine/machine.ts';
import { parseSnapshot } from '../machine/snapshot/schema.ts';
import { snapshotMachine } from '../machine/snapshot/snapshot.ts';

export interface Example {
  name: string;
  /** What happened to the machine. */
  title: string;
}

/** In the order of examples/index.json. */
export function listExamples(): Example[] {
  const titles = JSON.parse(examples['index.json'] ?? '{}') as Record<string, string>;
  return Object.entries(titles).map(([name, title]) => ({ name, title }));
}

/** @throws GpuSetupError `unknown-example` */
export function exampleMachine(name: string): Machine {
  const names = listExamples().map((example) => example.name);
  const text = names.includes(name) ? examples[`${name}.json`] : undefined;
  if (text === undefined) {
    const close = nearest(name, names);
    throw usageError('unknown-example', `there is no sample machine "${name}"`, {
      hint: close.length > 0 ? `did you mean ${close.join(' or ')}?` : `there are ${names.join(', ')}`,
      details: { example: name, nearest: close },
    });
  }
  return snapshotMachine(parseSnapshot(text, `examples/${name}.json`), `sample machine "${name}"`);
}
