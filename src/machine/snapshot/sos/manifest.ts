/**
 * sos_reports/manifest.json, since sos 4.0: which command each file holds, and how it ended. 124 is that of timeout(1).
 *
 *     { "components": { "report": { "plugins": { "nvidia": { "commands": [
 *       { "exec": "nvidia-smi -q", "filepath": "sos_commands/nvidia/nvidia-smi_-q", "return_code": 0, "truncated": false } ] } } } } }
 */
import { isRecord } from '../../../base/is-record.ts';

export interface SosCommand {
  words: readonly string[];
  /** Null: not known. */
  exit: number | null;
  timedOut: boolean;
}

const TIMED_OUT = 124;
const MOST_COMMANDS = 100_000;

/** By the file that holds the output; empty for what is no manifest. */
export function commandsOfManifest(text: string): ReadonlyMap<string, SosCommand> {
  const commands = new Map<string, SosCommand>();
  const plugins = ['components', 'report', 'plugins'].reduce<unknown>(
    (value, key) => (isRecord(value) ? value[key] : undefined),
    parsed(text),
  );
  for (const plugin of isRecord(plugins) ? Object.values(plugins) : []) {
    const list = isRecord(plugin) ? plugin['commands'] : undefined;
    for (const one of Array.isArray(list) ? (list as unknown[]) : []) {
      if (!isRecord(one) || commands.size >= MOST_COMMANDS) continue;
      const { exec, filepath, return_code: code } = one;
      if (typeof exec !== 'string' || typeof filepath !== 'string') continue;
      const exit = typeof code === 'number' && Number.isSafeInteger(code) ? code : null;
      commands.set(filepath, { words: wordsOf(exec), exit, timedOut: exit === TIMED_OUT });
    }
  }
  return commands;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** As sos typed it: quotes stand around single words. */
const wordsOf = (line: string): string[] =>
  (line.slice(0, 20_000).match(/'[^']*'|"[^"]*"|[^\s'"]+/g) ?? []).map((word) =>
    word.replace(/^(['"])(.*)\1$/, '$2'),
  );
