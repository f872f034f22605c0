import { GpuSetupError } from '../../base/errors.ts';

/**
 * @param line counted from 1; null where the file as a whole is meant
 * @param wrong what stands there, as a clause: 'stride is "x"'
 * @param expected what should stand there: 'a whole number'
 */
export function badCfg(file: string, line: number | null, wrong: string, expected: string): GpuSetupError {
  const place = line === null ? file : `${file}, line ${line}`;
  return new GpuSetupError('bad-cfg', `${place}: ${wrong}; expected ${expected}`, {
    hint: 'a network definition of darknet begins with [net], followed by one section per layer, each with lines key=value',
    details: { file, line, expected },
  });
}
