/** Which host compilers a toolkit accepts, from its own header: crt/host_config.h, before CUDA 9 host_config.h. */
import { valueOf } from '../../answer.ts';
import type { Machine } from '../../machine.ts';

export interface CompilerCeiling {
  /** Newest major that is accepted; null where the header does not say. */
  gcc: number | null;
  clang: number | null;
}

/** The check stands in the first 20 KB. */
const MAX_BYTES = 131_072;

export async function readCompilerCeiling(
  machine: Machine,
  includeFolders: readonly string[],
): Promise<CompilerCeiling> {
  for (const folder of includeFolders) {
    for (const name of ['crt/host_config.h', 'host_config.h']) {
      const text = valueOf(await machine.readFile(`${folder}/${name}`, MAX_BYTES))?.text;
      const ceiling = text === undefined ? null : parseHostConfig(text);
      if (ceiling && (ceiling.gcc !== null || ceiling.clang !== null)) return ceiling;
    }
  }
  return { gcc: null, clang: null };
}

/**
 *     #if __GNUC__ > 11                                                                      from CUDA 9.2
 *     #if __GNUC__ > 4 || (__GNUC__ == 4 && __GNUC_MINOR__ > 9)                              CUDA 7.5
 *     #error -- unsupported GNU version! gcc versions later than 6 are not supported!
 *     #if (__clang_major__ >= 21) || (__clang_major__ < 3) || ...                            from CUDA 11.4
 *     #error -- unsupported clang version! clang version must be less than 15 and greater than 3.2
 *
 * Debian patches the numbers and not always the sentence: the condition counts.
 */
export function parseHostConfig(text: string): CompilerCeiling {
  const gcc =
    /^#\s*if\s+(?:defined\(__GNUC__\)\s*&&\s*)?\(?__GNUC__ > (\d{1,3})\b/m.exec(text) ??
    /unsupported GNU version! gcc versions later than (\d{1,3})/.exec(text);
  // Other compilers are built on clang, and their checks stand in the same file: the one before clang's own sentence counts.
  const sentence = text.search(/unsupported clang version!/);
  const before = sentence < 0 ? '' : text.slice(Math.max(0, sentence - 600), sentence);
  const condition = [...before.matchAll(/__clang_major__ (>=|>) (\d{1,3})/g)].at(-1);
  const worded = /clang version must be (?:must be )?less than (\d{1,3})/.exec(text);
  return {
    gcc: gcc ? Number(gcc[1]) : null,
    clang: condition
      ? Number(condition[2]) - (condition[1] === '>=' ? 1 : 0)
      : worded
        ? Number(worded[1]) - 1
        : null,
  };
}
