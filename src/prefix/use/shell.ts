/**
 * An interactive shell of the user's own in the environment of a prefix, told apart by its prompt. A start-up file of the
 * user's may set PATH and the prompt anew, so what is ours comes behind it: each kind of shell has its own way to be told.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { shellLine, shellWord } from '../../base/processes/shell-line.ts';

/** How a shell is started, and the files that it reads. */
export interface ShellStart {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** By name, in the folder. */
  files: Readonly<Record<string, string>>;
  /** False where this kind of shell is not known: it has the environment, and the prompt that it always has. */
  marked: boolean;
}

export interface ShellRequest {
  /** Path or name of the shell. */
  shell: string;
  /** Of the prefix. */
  name: string;
  /** What prints the commands that lead into the prefix, without `--format`. */
  enter: readonly string[];
  /** Where the files will lie. */
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** Names that mean nothing to any shell, in a prompt or elsewhere. */
const PLAIN = /^[\w.+-]+$/;

/** SHELL, else what the system's list of users says, else sh. */
export function shellOf(env: Readonly<Record<string, string | undefined>>): string {
  if (env['SHELL']) return env['SHELL'];
  try {
    return userInfo().shell || '/bin/sh';
  } catch {
    // A container's user that stands in no list.
    return '/bin/sh';
  }
}

export function shellStart({ shell, name, enter, folder, env }: ShellRequest): ShellStart {
  const mark = `(${PLAIN.test(name) ? name : 'gpu-setup'}) `;
  const evaluate = (format: string): string => shellLine([...enter, '--format', format]);
  const own = shellWord(folder);
  switch (basename(shell)) {
    case 'bash':
      return {
        argv: [shell, '--rcfile', join(folder, 'bashrc')],
        env: {},
        marked: true,
        files: {
          bashrc: `[ -r ~/.bashrc ] && . ~/.bashrc
eval "$(${evaluate('bash')})"
__gpu_setup_mark() { case $PS1 in '${mark}'*) ;; *) PS1='${mark}'$PS1 ;; esac; }
# On a line of its own: what hooks of pyenv or conda leave there may end with a semicolon.
PROMPT_COMMAND="\${PROMPT_COMMAND:+$PROMPT_COMMAND
}__gpu_setup_mark"
`,
        },
      };
    case 'zsh':
      return {
        argv: [shell],
        env: { ZDOTDIR: folder, GPU_SETUP_ZDOTDIR: env['ZDOTDIR'] ?? '' },
        marked: true,
        files: {
          '.zshenv': `if [[ -n $GPU_SETUP_ZDOTDIR ]]; then ZDOTDIR=$GPU_SETUP_ZDOTDIR; else unset ZDOTDIR; fi
unset GPU_SETUP_ZDOTDIR
[[ -r \${ZDOTDIR:-$HOME}/.zshenv ]] && . \${ZDOTDIR:-$HOME}/.zshenv
if [[ -o interactive ]]; then __gpu_setup_zdotdir=\${ZDOTDIR-}; ZDOTDIR=${own}; fi
`,
          '.zshrc': `if [[ -n $__gpu_setup_zdotdir ]]; then ZDOTDIR=$__gpu_setup_zdotdir; else unset ZDOTDIR; fi
unset __gpu_setup_zdotdir
[[ -r \${ZDOTDIR:-$HOME}/.zshrc ]] && . \${ZDOTDIR:-$HOME}/.zshrc
eval "$(${evaluate('zsh')})"
__gpu_setup_mark() { [[ $PROMPT == '${mark}'* ]] || PROMPT='${mark}'$PROMPT }
precmd_functions+=(__gpu_setup_mark)
`,
        },
      };
    case 'fish':
      return {
        // Behind the user's own start-up files. The prompt may show how the last command ended: that stays.
        argv: [
          shell,
          '-C',
          `${evaluate('fish')} | source
functions -c fish_prompt __gpu_setup_prompt
function fish_prompt
  set -l last $status
  echo -n '${mark}'
  echo "exit $last" | source
  __gpu_setup_prompt
end`,
        ],
        env: {},
        files: {},
        marked: true,
      };
    case 'sh':
    case 'dash':
    case 'ash':
    case 'ksh':
    case 'mksh':
      return {
        argv: [shell],
        env: { ENV: join(folder, 'shrc') },
        marked: true,
        files: {
          shrc: `${posixEnv(env['ENV'])}eval "$(${evaluate('sh')})"
PS1='${mark}'$PS1
`,
        },
      };
    default:
      return { argv: [shell], env: {}, files: {}, marked: false };
  }
}

/** What POSIX shells read of the user's own. */
function posixEnv(path: string | undefined): string {
  if (!path) return 'unset ENV\n';
  return `ENV=${shellWord(path)}\nif [ -r "$ENV" ]; then . "$ENV"; fi\n`;
}

/** Makes the folder, which is for this user alone, writes the files, and removes both when the work is done. */
export async function withShellFiles<T>(
  startIn: (folder: string) => ShellStart,
  work: (start: ShellStart) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'gpu-setup-shell-'));
  try {
    const start = startIn(folder);
    for (const [name, text] of Object.entries(start.files)) {
      await writeFile(join(folder, name), text, { mode: 0o600, flag: 'wx' });
    }
    return await work(start);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
