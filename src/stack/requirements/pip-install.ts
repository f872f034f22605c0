/**
 * The installs of a shell's line:
 *
 *     apt-get update && pip3 install --no-cache-dir "torch==2.1" -r requirements.txt
 *     python -m pip install jax[cuda12]; conda install -y pytorch=2.1 pytorch-cuda=12.1 -c pytorch
 */
export interface Install {
  manager: 'pip' | 'conda';
  packages: readonly string[];
  /** Of pip, each as a line of a requirements file has it: "--index-url URL". */
  options: readonly string[];
}

/** Options that take the next word. */
const WITH_VALUE: Readonly<Record<Install['manager'], ReadonlySet<string>>> = {
  pip: new Set([
    ...[
      '-r',
      '--requirement',
      '-c',
      '--constraint',
      '-i',
      '--index-url',
      '--extra-index-url',
      '-f',
      '--find-links',
    ],
    ...[
      '-t',
      '--target',
      '--prefix',
      '--root',
      '--platform',
      '--python-version',
      '--trusted-host',
      '--python',
      '-p',
    ],
    ...['--timeout', '--retries', '--proxy', '--cache-dir', '--index', '--default-index', '-e', '--editable'],
  ]),
  conda: new Set(['-c', '--channel', '-n', '--name', '-p', '--prefix', '--file', '--solver']),
};

export function installsOf(shell: string): readonly Install[] {
  return commandsOf(shell).flatMap((words) => installOf(words) ?? []);
}

function installOf(words: readonly string[]): Install | null {
  const at = words.indexOf('install');
  if (at < 1) return null;
  const manager = managerOf(words.slice(0, at));
  if (manager === null) return null;
  const packages: string[] = [];
  const options: string[] = [];
  for (let next = at + 1; next < words.length; next++) {
    const word = words[next]!;
    if (!word.startsWith('-')) packages.push(word);
    else if (WITH_VALUE[manager].has(word)) options.push(`${word} ${words[++next] ?? ''}`);
    else options.push(word);
  }
  return { manager, packages, options: manager === 'pip' ? options : [] };
}

/** pip, pip3.10, /opt/venv/bin/pip, python3 -m pip, uv pip; conda, mamba, micromamba */
function managerOf(before: readonly string[]): Install['manager'] | null {
  const names = before.filter((word) => !word.startsWith('-')).map((word) => word.split('/').at(-1)!);
  if (names.some((name) => /^pip\d*(?:\.\d+)?$/.test(name))) return 'pip';
  return names.some((name) => /^(?:conda|mamba|micromamba)$/.test(name)) ? 'conda' : null;
}

/** Words of each command, quotes taken off; a list in JSON (RUN ["pip", "install"]) is one command. */
function commandsOf(shell: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  const text = shell.trim().startsWith('[') ? shell.trim().replace(/^\[|\]$|(?<="),/g, ' ') : shell;
  for (const [token] of text.matchAll(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\;&|])+|&&|\|\||[;&|\n]/g)) {
    if (/^(?:&&|\|\||[;&|\n])$/.test(token)) commands.push([]);
    else commands.at(-1)!.push(token.replace(/"([^"]*)"|'([^']*)'|\\(.)/g, '$1$2$3'));
  }
  return commands;
}
