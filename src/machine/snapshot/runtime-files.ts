/** Configurations of containers' runtimes: they name registries, mirrors and proxies; what is judged is which runtimes are known. */
import {
  parseContainerd,
  parseDocker,
  parseToolkit,
  type RuntimeText,
} from '../facts/container/parse-runtimes.ts';
import { CONTAINERD_FILE, DOCKER_FILE, TOOLKIT_FILE } from '../facts/container/runtime-files.ts';

/** Names of NVIDIA's runtimes, and of those that come with the programs. */
const NAME = /^(?:nvidia(?:-cdi|-legacy|-experimental)?|runc|crun|io\.containerd\.\w{1,20}\.v\d)$/;
const PROGRAM =
  /^(?:\/(?:usr|usr\/local|usr\/local\/nvidia\/toolkit|opt\/nvidia)\/(?:bin\/)?)?(?:nvidia-container-runtime(?:\.\w{1,12})?|runc|crun)$/;
const MODE = /^(?:auto|legacy|csv|cdi|jit-cdi)$/;

/** Null for a file that is no such one. */
export function keptRuntimes(path: string, text: string): string | null {
  if (path === DOCKER_FILE) return keptDocker(known(parseDocker(text)));
  if (path === CONTAINERD_FILE) return keptContainerd(known(parseContainerd(text)));
  if (path !== TOOLKIT_FILE) return null;
  const { fault, mode, noCgroups } = parseToolkit(text);
  if (fault !== null) return brokenAt(fault);
  return [
    '[nvidia-container-cli]',
    `no-cgroups = ${noCgroups}`,
    '[nvidia-container-runtime]',
    ...(mode !== null && MODE.test(mode) ? [`mode = "${mode}"`] : []),
    '',
  ].join('\n');
}

function known({ runtimes, defaultRuntime, ...rest }: RuntimeText): RuntimeText {
  return {
    ...rest,
    runtimes: runtimes
      .filter(({ name }) => NAME.test(name))
      .map(({ name, program }) => ({
        name,
        program: program !== null && (PROGRAM.test(program) || NAME.test(program)) ? program : null,
      })),
    defaultRuntime: defaultRuntime !== null && NAME.test(defaultRuntime) ? defaultRuntime : null,
  };
}

function keptDocker({ fault, runtimes, defaultRuntime }: RuntimeText): string {
  if (fault !== null) return brokenAt(fault);
  return JSON.stringify({
    ...(defaultRuntime === null ? {} : { 'default-runtime': defaultRuntime }),
    runtimes: Object.fromEntries(
      runtimes.map(({ name, program }) => [name, program === null ? {} : { path: program }]),
    ),
  });
}

function keptContainerd({ fault, runtimes, defaultRuntime, isWhole }: RuntimeText): string {
  if (fault !== null) return brokenAt(fault);
  const plugin = 'plugins."io.containerd.grpc.v1.cri".containerd';
  return [
    ...(isWhole ? [] : ['imports = ["others"]']),
    `[${plugin}]`,
    ...(defaultRuntime === null ? [] : [`default_runtime_name = "${defaultRuntime}"`]),
    ...runtimes.flatMap(({ name, program }) => [
      `[${plugin}.runtimes."${name}".options]`,
      ...(program === null ? [] : [`BinaryName = "${program}"`]),
    ]),
    '',
  ].join('\n');
}

/** As unreadable, in the same line. */
const brokenAt = (fault: string): string =>
  `${'\n'.repeat(Math.min(Number(/line (\d+)/.exec(fault)?.[1] ?? 1), 10_000) - 1)}!`;
