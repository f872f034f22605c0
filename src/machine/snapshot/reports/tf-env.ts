/**
 * TensorFlow's tf_env_collect.sh: sections behind a line "== NAME ====...", each with what one command printed. The names of
 * 1.x ("cat /etc/issue", "uname -a") and of 2.x ("check os platform") are both read.
 *
 *     == check os platform ===============================================
 *     os release version: 5.3.0-28-generic
 *     linux distribution: ('Ubuntu', '18.04', 'bionic')
 *     == nvidia-smi ===================================================
 *     +-----------------------------------------------------------------------------+
 *     == cuda libs  ===================================================
 *     /usr/local/cuda-10.1/targets/x86_64-linux/lib/libcudart.so.10.1.243
 */
import { SNAPSHOT_FORMAT, type Snapshot } from '../format.ts';
import { Gathered } from './gathered.ts';

const SECTION = /^== (\S.{0,60}?) +={6,}$/;

export const isTfEnv = (head: string): boolean =>
  /^== (?:check python|cat \/etc\/issue|check os platform|are we in docker|compiler|check pips) +={6,}$/m.test(
    head,
  );

export function snapshotOfTfEnv(text: string): Snapshot {
  const into = new Gathered();
  let name: string | null = null;
  let body: string[] = [];
  const end = (): void => {
    if (name !== null) READERS[name]?.(body, into);
    body = [];
  };
  for (const whole of text.split('\n')) {
    const line = whole.slice(0, 4096).trimEnd();
    const next = SECTION.exec(line)?.[1];
    if (next === undefined) {
      body.push(line);
      continue;
    }
    end();
    name = next;
  }
  end();
  return { format: SNAPSHOT_FORMAT, ...into.sections() };
}

const READERS: Readonly<Record<string, (body: readonly string[], into: Gathered) => void>> = {
  // "Linux host 4.15.0-48-generic ..." and lines of /etc/os-release with VERSION in them
  'cat /etc/issue': (body, into) => {
    into.command(
      ['uname', '-a'],
      body.filter((line) => line.startsWith('Linux ')),
      true,
    );
    into.file(
      '/etc/os-release',
      body.filter((line) => /^[A-Z_]+=/.test(line)),
    );
  },
  'uname -a': (body, into) => into.command(['uname', '-a'], body, true),
  'check os platform': (body, into) => {
    const release = valueIn(body, 'os release version');
    if (release !== null) into.command(['uname', '-r'], [release], true);
    const machine = valueIn(body, 'machine');
    if (machine !== null) into.command(['uname', '-m'], [machine], true);
    const distribution = valueIn(body, 'linux distribution') ?? valueIn(body, 'linux os distribution');
    const [, id, version] = /^\('([^']{1,40})', '([^']{0,20})'/.exec(distribution ?? '') ?? [];
    if (id !== undefined)
      into.command(['lsb_release', '-a'], [`Distributor ID:\t${id}`, `Release:\t${version!}`], true);
  },
  compiler: (body, into) => into.command(['c++', '--version'], body, true),
  'check pips': (body, into) => into.command(['pip', 'list'], body, true),
  'tensorflow import': (body, into) => into.command(['python', '-c', 'import tensorflow'], body),
  env: (body, into) => {
    // "LD_LIBRARY_PATH /usr/local/cuda/lib64", "LD_LIBRARY_PATH is unset"
    const [, value] = body.map((line) => /^LD_LIBRARY_PATH (\/\S{0,4000})$/.exec(line)).find(Boolean) ?? [];
    if (value !== undefined) into.env('LD_LIBRARY_PATH', value);
  },
  'nvidia-smi': (body, into) => {
    if (body.some((line) => /nvidia-smi: (?:command )?not found/.test(line))) into.notFound('nvidia-smi');
    else into.command(['nvidia-smi'], body);
  },
  'cuda libs': (body, into) => {
    for (const line of body) if (/^\/\S{1,400}\/lib[\w.+-]{1,80}$/.test(line)) into.there(line);
  },
};

const valueIn = (body: readonly string[], label: string): string | null =>
  body
    .find((line) => line.startsWith(`${label}: `))
    ?.slice(label.length + 2)
    .trim() ?? null;
