/** What a command gets when nobody looks on: no terminal, no question, folders below one of the test's own. */
import { join } from 'node:path';
import type { Context } from '../../src/cli/command.ts';

/** Narrow and plain: what is rendered for it is the same everywhere. */
export const terminal = { columns: 80, color: false, interactive: false, unicode: false };

/** @param dir working directory; home, config and cache lie in it */
export function commandContext(dir: string, more: Partial<Context> = {}): Context {
  return {
    cwd: dir,
    env: { HOME: dir },
    uid: 1000,
    json: false,
    debug: false,
    yes: false,
    stdout: terminal,
    stderr: terminal,
    mayAsk: false,
    now: () => new Date('2026-01-02T03:04:05.678Z'),
    emit: () => {},
    signal: new AbortController().signal,
    leaveToChild: () => {},
    folders: () => ({ home: join(dir, 'home'), config: join(dir, 'config'), cache: join(dir, 'cache') }),
    configuration: { path: join(dir, 'config', 'config.yaml'), settings: {}, problem: null, environment: {} },
    ...more,
  };
}
