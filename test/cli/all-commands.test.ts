import { describe, expect, it } from 'vitest';
import summaries from 'modules:src/cli/commands:summary';
import { programHelp } from '../../src/cli/call/help.ts';
import { commandHelp, parseCall } from '../../src/cli/call/parse-arguments.ts';
import { COMMANDS, HELP_ORDER } from '../../src/cli/all-commands.ts';

/** The part of a shell line that calls gpu-setup, as arguments: `eval "$(gpu-setup env x)"`, `gpu-setup env x | source`. */
function argumentsOf(line: string): string[] {
  const call = /gpu-setup ((?:'[^']*'|"[^"]*"|[^|)>])*)/.exec(line)?.[1] ?? '';
  return (call.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) => word.replace(/['"]/g, ''));
}

describe.each(COMMANDS.map((entry) => [entry.name, entry] as const))('%s', (name, entry) => {
  it('is what its file exports: a summary, which the build reads without running the file, and a command', async () => {
    expect(entry.summary).toBe(summaries[name]);
    expect(await entry.load()).toHaveProperty('run');
  });

  it('has help with examples that fits 80 columns', async () => {
    const help = commandHelp(name, entry.summary, await entry.load(), 80, entry.aliases);
    expect(help).toContain(`Usage: gpu-setup ${name}`);
    for (const alias of entry.aliases ?? []) expect(help).toContain(`gpu-setup ${alias}`);
    expect(help).toContain('Examples:\n');
    const lines = help.slice(0, help.indexOf('Examples:')).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('names the values of every option that takes only some', async () => {
    const definition = await entry.load();
    const help = commandHelp(name, entry.summary, definition, 80).replace(/\s+/g, ' ');
    for (const { choices } of definition.options ?? []) {
      for (const choice of choices ?? []) expect(help).toMatch(new RegExp(`[ ,:]${choice}[ ,]`));
    }
  });

  it('has examples that it understands itself', async () => {
    const definition = await entry.load();
    expect(definition.examples.length).toBeGreaterThan(0);
    for (const [line] of definition.examples) {
      const [command, ...args] = argumentsOf(line);
      expect(command, line).toBe(name);
      expect(() => parseCall(name, definition, args), line).not.toThrow();
    }
  });
});

describe('help of the program', () => {
  it('has a place for every command, and for no other', () => {
    expect(COMMANDS.map(({ name }) => name)).toEqual(HELP_ORDER);
  });

  it('lists every command with a summary, in 90 columns', () => {
    const lines = programHelp(COMMANDS, 90, '/home/me/.config/gpu-setup/config.yaml').split('\n');
    for (const { name, summary } of COMMANDS) expect(lines).toContain(`  ${name.padEnd(15)} ${summary}`);
    expect(lines.filter((line) => line.length > 90)).toEqual([]);
  });

  it('breaks nothing but sentences in 40 columns', () => {
    const lines = programHelp(COMMANDS, 40, '/home/me/.config/gpu-setup/config.yaml').split('\n');
    expect(lines.filter((line) => line.length > 40)).toEqual([]);
    expect(lines).toContain('  gpu-setup run cuda10 -- nvcc --version');
  });
});
