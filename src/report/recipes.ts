/** The recipes there are, for people: what each of them can do, and where it comes from. */
import { escapeLine } from '../base/escape.ts';
import { CAPABILITIES, type Capability } from '../recipe/recipe.ts';
import { style } from './style.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

export interface RecipeRow {
  name: string;
  title: string;
  /** "built-in", or a folder. */
  from: string;
  capabilities: readonly Capability[];
}

/** The narrowest terminal on which a table of all columns says more than names. */
const TABLE_COLUMNS = 72;

export function renderRecipes(recipes: readonly RecipeRow[], terminal: Terminal): string {
  if (terminal.interactive && terminal.columns < TABLE_COLUMNS)
    return recipes.map((one) => entry(one, terminal)).join('');
  const rows = recipes.map(({ name, title, from, capabilities }) => [
    name,
    ...CAPABILITIES.map((one) => (capabilities.includes(one) ? one : '')),
    from,
    title,
  ]);
  return table(['NAME', 'CAN', '', '', '', 'FROM', 'WHAT IT IS'], rows, terminal);
}

/** One recipe under its name, every line broken at words. */
function entry({ name, title, from, capabilities }: RecipeRow, terminal: Terminal): string {
  const lines = [`${capabilities.join(', ')} (${from})`, title]
    .flatMap((text) => wrap(escapeLine(text), terminal.columns - 2))
    .map((line) => `  ${line}\n`);
  return `${style(terminal).bold(escapeLine(name))}\n${lines.join('')}`;
}
