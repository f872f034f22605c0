/** What `use` says: which prefix is in use, and what says so. */
import { escapeLine } from '../base/escape.ts';
import type { Terminal } from './terminal.ts';
import { textWidth, wrap } from './wrap.ts';

export interface UseFacts {
  did: 'chose' | 'forgot' | 'asked';
  name: string | null;
  path: string | null;
  file: string | null;
}

export function renderUse(facts: UseFacts, terminal: Terminal): string {
  return `${wrap(sentence(facts), textWidth(terminal)).join('\n')}\n`;
}

function sentence({ did, name, path, file }: UseFacts): string {
  if (did === 'forgot' && name === null) return 'No prefix is chosen any more.';
  if (name === null) return 'No prefix is in use here.';
  const which = escapeLine(`${name} (${path})`);
  if (did === 'forgot') return `You chose none any more. In use is what root chose for all users: ${which}`;
  if (did === 'chose') return `In use from now on: ${which}`;
  return file === null ? `In use: ${which}` : `In use here: ${which}, as ${escapeLine(file)} says`;
}
