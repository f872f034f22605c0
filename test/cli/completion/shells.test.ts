import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/all-commands.ts';
import { completionScript, SHELLS } from '../../../src/cli/completion/scripts.ts';
import { commandTable } from '../../../src/cli/completion/table.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';
import { typed } from '../../support/typing.ts';

/** Answers what a completion asks for, with words that shells have trouble with; else says what it was called with. */
const PROGRAM = `#!/bin/sh
case "$1 $2" in
  '__complete prefix') printf '%s\\n' cuda10 cuda11 "it's mine" 'a b:c@d' 'z$(touch run)\`touch run\`*"x' ;;
  '__complete spec') printf '%s\\n' cuda10 cuda11 cuda@10.0 cuda@10.2 ;;
  '__complete component') printf '%s\\n' compiler cudnn debugger ;;
  '__complete code') printf '%s\\n' nouveau-in-use driver-missing ;;
  '__complete recipe') printf '%s\\n' cuda10 darknet ;;
  '__complete '*) ;;
  *) { printf '%s\\n' "$@"; echo; } >> "$TYPED" ;;
esac
`;

const dir = sharedTempDir();
const env = { PATH: `${join(dir, 'bin')}:${process.env['PATH']}` };

beforeAll(async () => {
  mkdirSync(join(dir, 'bin'));
  writeFileSync(join(dir, 'bin', 'gpu-setup'), PROGRAM);
  chmodSync(join(dir, 'bin', 'gpu-setup'), 0o755);
  writeFileSync(join(dir, 'a log.txt'), '');
  mkdirSync(join(dir, 'sub folder'));
  const table = await commandTable(COMMANDS);
  for (const shell of SHELLS)
    writeFileSync(join(dir, shell === 'zsh' ? '_gpu-setup' : shell), completionScript(shell, table));
}, 60_000);

/** A name that would run something where it is not quoted. */
const ODD = 'z$(touch run)`touch run`*"x';

/** What is typed, and what the program is then called with. */
const LINES: readonly (readonly [string, readonly string[]])[] = [
  ['gpu-setup doct<TAB>', ['doctor']],
  ['gpu-setup -q exp<TAB>', ['-q', 'explain']],
  ['gpu-setup explain nou<TAB>', ['explain', 'nouveau-in-use']],
  ['gpu-setup doctor --mark<TAB>', ['doctor', '--markdown']],
  ['gpu-setup show it<TAB>', ['show', "it's mine"]],
  ['gpu-setup show a<TAB>', ['show', 'a b:c@d']],
  ['gpu-setup show "a b<TAB>', ['show', 'a b:c@d']],
  ['gpu-setup show z<TAB>', ['show', ODD]],
  ['gpu-setup show "z<TAB>', ['show', ODD]],
  ["gpu-setup show 'z<TAB>", ['show', ODD]],
  ["gpu-setup show 'it<TAB>", ['show', "it's mine"]],
  ['gpu-setup show a\\ b:c<TAB>', ['show', 'a b:c@d']],
  ['gpu-setup install cuda@10.2<TAB>', ['install', 'cuda@10.2']],
  ['gpu-setup install cuda@<TAB>0', ['install', 'cuda@10.0']],
  ['gpu-setup install cuda1<ALL>', ['install', 'cuda10', 'cuda11']],
  ['gpu-setup install --with compiler,cudn<TAB>', ['install', '--with', 'compiler,cudnn']],
  ['gpu-setup install --with=compiler,cudn<TAB>', ['install', '--with=compiler,cudnn']],
  ['gpu-setup explain --file a<TAB>', ['explain', '--file', 'a log.txt']],
  ['gpu-setup explain --file=a<TAB>', ['explain', '--file=a log.txt']],
  ['gpu-setup doctor --root sub<TAB>x', ['doctor', '--root', 'sub folder/x']],
  ['gpu-setup completions fi<TAB>', ['completions', 'fish']],
  ['gpu-setup config un<TAB>', ['config', 'unset']],
  ['gpu-setup rm it<TAB>', ['rm', "it's mine"]],
  ['gpu-setup help inst<TAB>', ['help', 'install']],
  ['gpu-setup run cuda10 -- gpu-se<TAB>', ['run', 'cuda10', '--', 'gpu-setup']],
  ['./bin/gpu-setup doct<TAB>', ['doctor']],
];

describe.runIf(hasPrograms('script', 'bash'))('completion in bash', () => {
  it.each([
    ['', 'alone'],
    ['. /usr/share/bash-completion/bash_completion\n', 'with bash-completion'],
  ])(
    'types what was meant (%#: %s)',
    async (more) => {
      const startup = `PS1='> '\nbind 'set enable-bracketed-paste off'\n${more}. ${join(dir, 'bash')}`;
      expect(
        await typed(
          LINES.map(([keys]) => keys),
          { dir, shell: 'bash', startup, env },
        ),
      ).toEqual(LINES.map(([, words]) => words));
    },
    120_000,
  );
});

const ALL_MATCHES = `zle -C all-matches complete-word _generic
bindkey '^Xa' all-matches
zstyle ':completion:all-matches::::' completer _all_matches _complete
zstyle ':completion:all-matches:*' insert true
`;

describe.runIf(hasPrograms('script', 'zsh'))('completion in zsh', () => {
  it.each([
    ['from a folder of $fpath', `fpath=(${dir} $fpath)\n`, ''],
    ['read by source', '', `. ${join(dir, '_gpu-setup')}\n`],
  ])(
    'types what was meant, %s',
    async (_, before, after) => {
      const startup = `PS1='> '\nunsetopt beep\n${before}autoload -Uz compinit\ncompinit -D -u\n${after}${ALL_MATCHES}`;
      expect(
        await typed(
          LINES.map(([keys]) => keys),
          { dir, shell: 'zsh', startup, env },
        ),
      ).toEqual(LINES.map(([, words]) => words));
    },
    120_000,
  );
});

describe.runIf(hasPrograms('fish'))('completion in fish', () => {
  const offered = (line: string): string[] =>
    execFileSync('fish', ['--no-config', '-c', `source ${join(dir, 'fish')}; complete -C $argv[1]`, line], {
      cwd: dir,
      encoding: 'utf8',
      env: { ...process.env, HOME: dir, XDG_CONFIG_HOME: dir, XDG_DATA_HOME: dir, ...env },
      timeout: 60_000,
    })
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => text.split('\t')[0]!);

  it.each<[string, readonly string[]]>([
    ['gpu-setup doct', ['doctor']],
    ['gpu-setup -q exp', ['explain']],
    ['gpu-setup explain nou', ['nouveau-in-use']],
    ['gpu-setup doctor --mark', ['--markdown']],
    ['gpu-setup show it', ["it's mine"]],
    ['gpu-setup show a', ['a b:c@d']],
    ['gpu-setup show z', [ODD]],
    ['gpu-setup install cuda@', ['cuda@10.0', 'cuda@10.2']],
    ['gpu-setup install --with compiler,cudn', ['compiler,cudnn']],
    ['gpu-setup install --with=compiler,cudn', ['--with=compiler,cudnn']],
    ['gpu-setup explain --file a', ['a log.txt']],
    ['gpu-setup explain --file=a', ['--file=a log.txt']],
    ['gpu-setup doctor --root sub', ['sub folder/']],
    ['gpu-setup completions fi', ['fish']],
    ['gpu-setup config un', ['unset']],
    ['gpu-setup rm it', ["it's mine"]],
    ['gpu-setup help inst', ['install']],
    ['gpu-setup run cuda10 -- gpu-se', ['gpu-setup']],
    ['./bin/gpu-setup doct', ['doctor']],
  ])('offers for %s', (line, words) => {
    expect(offered(line)).toEqual(words);
  });
});
