/**
 * `python -m torch.utils.collect_env`, and what vLLM's, SGLang's and transformers' own collectors print in the same form: one
 * line per thing, "LABEL: VALUE". Each value was cut out of what a program printed; here it is put back into that program's
 * words, so that the readers of those words serve it. Lines of several values ("GPU models and configuration:") go on to the
 * next label.
 *
 *     PyTorch version: 2.1.0+cu118
 *     OS: Ubuntu 22.04.3 LTS (x86_64)
 *     GCC version: (Ubuntu 11.4.0-1ubuntu1~22.04) 11.4.0
 *     Python platform: Linux-5.15.0-91-generic-x86_64-with-glibc2.35
 *     CUDA runtime version: 11.8.89
 *     GPU models and configuration:
 *     GPU 0: NVIDIA GeForce RTX 3090
 *     GPU 1: NVIDIA GeForce RTX 3090
 *     Nvidia driver version: 535.129.03
 *     cuDNN version: Probably one of the following:
 *     /usr/lib/x86_64-linux-gnu/libcudnn.so.8.9.7
 *     [pip3] torch==2.1.0+cu118
 */
import { SNAPSHOT_FORMAT, type Snapshot } from '../format.ts';
import { Gathered } from './gathered.ts';
import { readOsLine } from './os-line.ts';

export const isCollectedEnv = (head: string): boolean =>
  /^\W{0,8}PyTorch version\W{0,6}: /m.test(head) &&
  /^\W{0,8}(?:CUDA used to build PyTorch|Is CUDA available|CUDA runtime version)\W{0,6}: /m.test(head);

/** What a collector writes where a program could not be asked. */
const NOTHING = /^(?:could not collect|no cuda|n\/a|none|)$/i;

export function snapshotOfCollectedEnv(text: string): Snapshot {
  const lines = text.split('\n').map((line) => line.slice(0, 4096).trim());
  const value = (label: string): string | null => {
    const found = lines.find((line) => line.startsWith(`${label}: `))?.slice(label.length + 2);
    return found === undefined || NOTHING.test(found.trim()) ? null : found.trim();
  };
  const into = new Gathered();
  into.command(['python', '-m', 'torch.utils.collect_env'], lines);
  const os = value('OS');
  if (os !== null) readOsLine(os, into);
  const platform = value('Python platform');
  if (platform !== null) readPlatform(platform, into);
  const gcc = value('GCC version');
  if (gcc !== null) into.command(['gcc', '--version'], [`gcc ${gcc}`], true);
  const runtime = value('CUDA runtime version');
  if (runtime !== null && /^\d{1,2}\.\d{1,2}\./.test(runtime)) {
    const release = runtime.split('.').slice(0, 2).join('.');
    into.command(['nvcc', '--version'], [`Cuda compilation tools, release ${release}, V${runtime}`], true);
  }
  readGpus(lines, value('Nvidia driver version'), into);
  for (const line of lines) {
    const [path] =
      /^(?:cuDNN version: )?(\/[\w./+-]{1,300}\/libcudnn[\w.]{1,60})$/.exec(line)?.slice(1) ?? [];
    if (path !== undefined) into.there(path);
  }
  const pip = lines.flatMap((line) => /^\[pip\d?\] (\S{1,200}==\S{1,200})$/.exec(line)?.[1] ?? []);
  into.command(['pip', 'freeze'], pip, true);
  return { format: SNAPSHOT_FORMAT, ...into.sections() };
}

/** "Linux-5.15.0-91-generic-x86_64-with-glibc2.35"; of Python 3.7 and before "...-x86_64-with-debian-buster-sid" */
function readPlatform(platform: string, into: Gathered): void {
  const [, release, machine] =
    /^Linux-(\d[\w.+~-]{1,80}?)-(x86_64|aarch64|ppc64le)(?:-|$)/.exec(platform) ?? [];
  if (release === undefined) return;
  into.command(['uname', '-r'], [release], true);
  into.command(['uname', '-m'], [machine!], true);
}

/** As nvidia-smi answers a query for names and driver. */
function readGpus(lines: readonly string[], driver: string | null, into: Gathered): void {
  const label = 'GPU models and configuration:';
  const start = lines.findIndex((line) => line.startsWith(label));
  if (start < 0) return;
  const names = [lines[start]!.slice(label.length).trim(), ...lines.slice(start + 1)]
    .slice(0, 65)
    .flatMap((line) => /^GPU \d{1,2}: (\S.{0,200})$/.exec(line)?.[1] ?? []);
  if (names.length === 0) return;
  const columns = driver === null ? 'name' : 'name,driver_version';
  into.command(
    ['nvidia-smi', `--query-gpu=${columns}`, '--format=csv'],
    [columns.replace(',', ', '), ...names.map((name) => (driver === null ? name : `${name}, ${driver}`))],
    true,
  );
}
