/** The recipes there are, for people: what each of them can do, and where it comes from. */
import { escapeLine } from '../base/escape.ts';
import { CAPABILITIES, type Capability } from '../recipe/recipe.ts';
import { formatSpec } from '../prefix/plan/spec.ts';
import type { Spec } from '../prefix/plan/request.ts';
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
  /** What an install puts into the prefix; null where nothing is installed. */
  install: { specs: readonly Spec[]; components: readonly string[] } | null;
}

/** The narrowest terminal on which a table of all columns says more than names. */
const TABLE_COLUMNS = 90;

export function renderRecipes(recipes: readonly RecipeRow[], terminal: Terminal): string {
  if (terminal.interactive && terminal.columns < TABLE_COLUMNS)
    return recipes.map((one) => entry(one, terminal)).join('');
  const rows = recipes.map((recipe) => [
    recipe.name,
    ...CAPABILITIES.map((one) => (recipe.capabilities.includes(one) ? one : '')),
    recipe.from,
    whatItIs(recipe),
  ]);
  return table(['NAME', 'CAN', '', '', '', 'FROM', 'WHAT IT IS'], rows, terminal);
}

/** One recipe under its name, every line broken at words. */
function entry(recipe: RecipeRow, terminal: Terminal): string {
  const { name, from, capabilities } = recipe;
  const lines = [`${capabilities.join(', ')} (${from})`, whatItIs(recipe)]
    .flatMap((text) => wrap(escapeLine(text), terminal.columns - 2))
    .map((line) => `  ${line}\n`);
  return `${style(terminal).bold(escapeLine(name))}\n${lines.join('')}`;
}

/** "CUDA 10.0 with cuDNN 7.5; holds cuda@10.0, cudnn@7.5: compiler, libraries, cudnn" */
function whatItIs({ title, install }: RecipeRow): string {
  if (install === null) return title;
  return `${title}; holds ${install.specs.map(formatSpec).join(', ')}: ${install.components.join(', ')}`;
}
