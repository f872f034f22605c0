/** A pinned commit of a git repository, as files. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GpuSetupError } from '../../base/errors.ts';
import { withoutLogins } from '../../base/escape.ts';
import { Location } from '../../base/http/location.ts';
import { runProcess, type ProcessResult } from '../../base/processes/run-process.ts';
import type { BuildSource } from '../recipe.ts';

export type GitSource = Extract<BuildSource, { kind: 'git' }>;

/** Some 6 MB over a slow line. */
const FETCH_MS = 10 * 60_000;
const LOCAL_MS = 60_000;

/** What the user's own configuration of git must not change about the files; proxies and mirrors in it stay. */
const CONFIGURATION = [
  'core.autocrlf=false',
  'core.eol=lf',
  'core.attributesFile=/dev/null',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'init.templateDir=',
  'protocol.version=2',
  // A line that went dead is given up, whatever the time limit.
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=30',
].flatMap((setting) => ['-c', setting]);

/** A caller inside a hook or an editor has these set. */
const FOREIGN = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_NAMESPACE'];
const ENVIRONMENT: Record<string, string | undefined> = {
  ...Object.fromEntries(FOREIGN.map((name) => [name, undefined])),
  GIT_TERMINAL_PROMPT: '0',
  GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=20',
  LC_ALL: 'C',
};

/**
 * Writes the tree of the commit into `tar`. A checkout would run filters that the repository or the user names; an
 * archive does not.
 *
 * @param scratch an empty folder
 * @throws GpuSetupError `git-missing`, `git-fetch-failed` (retryable)
 */
export async function archiveCommit(
  source: GitSource,
  scratch: string,
  tar: string,
  signal?: AbortSignal,
): Promise<void> {
  const repository = join(scratch, 'repository');
  await mkdir(repository);
  const git = async (args: readonly string[], timeoutMs: number): Promise<ProcessResult> => {
    const result = await runProcess(['git', '-C', repository, ...CONFIGURATION, ...args], {
      timeoutMs,
      env: ENVIRONMENT,
      signal,
    });
    signal?.throwIfAborted();
    if (result.outcome === 'not-found' || result.outcome === 'not-permitted') throw gitMissing();
    if (result.exit !== 0) throw failed(source, result, timeoutMs);
    return result;
  };
  await git(['init', '-q', '--bare', '.'], LOCAL_MS);
  await git(['fetch', '-q', '--depth=1', '--no-tags', source.url, source.commit], FETCH_MS);
  await git(['archive', '--format=tar', `--output=${tar}`, source.commit], LOCAL_MS);
}

function gitMissing(): GpuSetupError {
  return new GpuSetupError('git-missing', 'git is not installed', { hint: 'sudo apt install git' });
}

/** "fatal: unable to access 'https://github.com/...': Could not resolve host: github.com" */
function failed({ url }: GitSource, { outcome, stderr }: ProcessResult, timeoutMs: number): GpuSetupError {
  const said = /^(?:fatal|error): (.*)$/m.exec(stderr)?.[1] ?? stderr.trim().split('\n').at(-1) ?? '';
  // It is written into the record of the build, and git quotes the address as it was given.
  const why = outcome === 'timed-out' ? `no end within ${timeoutMs / 60_000} minutes` : withoutLogins(said);
  const printed = Location.parse(url)?.toString() ?? 'the address in the recipe';
  return new GpuSetupError('git-fetch-failed', `git cannot fetch ${printed}: ${why || outcome}`, {
    hint: 'check the network; behind a proxy set https_proxy, or bring a copy with --source DIR',
    retryable: true,
    details: { url: printed },
  });
}
