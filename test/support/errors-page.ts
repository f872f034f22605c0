/** docs/errors.md, made of the table of codes and of what the built-in recipes' scripts fail with. */
import ts from 'typescript';
import { CODE_GROUPS, exitCodeOf, type ErrorCode } from '../../src/base/error-codes.ts';
import { filesBelow, walkTree } from './source-text.ts';

export function errorsPage(): string {
  const groups = CODE_GROUPS.map(({ title, commands, codes }) => {
    const entries = Object.entries(codes).map(
      ([code, { means, remedy }]) =>
        `- \`${code}\` (exit code ${exitCodeOf(code as ErrorCode)}): ${means}\n  - ${remedy}\n`,
    );
    return `## ${title}\n\nCommands: ${commands}.\n\n${entries.join('')}`;
  });
  const recipes = [...codesOfRecipes()].map(
    ([recipe, codes]) => `- ${recipe}: ${codes.map((code) => `\`${code}\``).join(', ')}\n`,
  );
  return `# Errors

A command that fails prints \`error[CODE]: what failed and why\` and \`hint: what to do next\`; with \`--json\` it prints one
document \`gpu-setup/error@1\` with the same code. Codes are stable: scripts may rely on them. Below each code stands
what to do where the error itself has no better hint. What the doctor finds is no error of the program: its codes are
those of \`gpu-setup explain\`.

\`run\` passes the exit code of its program through; a failure before that ends with 125 (126, 127 as below).

${groups.join('\n')}
## Codes of recipes

A recipe's script may fail with a code of its own, always with exit code 1. Those of the built-in recipes:

${recipes.join('')}`;
}

/** Recipe -> codes that its scripts name. */
export function codesOfRecipes(): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const path of filesBelow('recipes', /\.mjs$/)) {
    walkTree(path, (node) => {
      if (!ts.isCallExpression(node) || node.expression.getText() !== 'ctx.fail') return;
      const [code] = node.arguments;
      if (code === undefined || !ts.isStringLiteral(code))
        throw new Error(`${path}: a code that is no literal`);
      const recipe = path.split('/')[1]!;
      found.set(recipe, (found.get(recipe) ?? new Set()).add(code.text));
    });
  }
  return new Map([...found].map(([recipe, codes]) => [recipe, [...codes].sort()]));
}
