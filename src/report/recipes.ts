/** The recipes there are, for people: what each of them can do, and where it comes from. */
import { CAPABILITIES, type Capability } from '../recipe/recipe.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

export interface RecipeRow {
  name: string;
  title: string;
  /** "built-in", or a folder. */
  from: string;
  capabilities: readonly Capability[];
}

export function renderRecipes(recipes: readonly RecipeRow[], terminal: Terminal): string {
  const rows = recipes.map(({ name, title, from, capabilities }) => [
    name,
    ...CAPABILITIES.map((one) => (capabilities.includes(one) ? one : '')),
    from,
    title,
  ]);
  return table(['NAME', 'CAN', '', '', '', 'FROM', 'WHAT IT IS'], rows, terminal);
}
