/** Recognition in logs: for every code with patterns a line that shows it, one that only looks like it, one cut short. */
import { describe, expect, it } from 'vitest';
import fixtures from 'modules:test/doctor/fixtures:fixtures';
import { readLog } from '../../src/doctor/diagnose.ts';

const LINES = Object.entries(fixtures).flatMap(([path, { lines }]) =>
  lines ? [{ code: path.split('/')[1]!, ...lines }] : [],
);

const codes = (text: string): string[] => readLog(text).map(({ code }) => code);

describe('lines of logs', () => {
  it.each(LINES)('$code: is seen where the line says so', ({ code, shows, severity }) => {
    for (const line of shows) {
      const found = readLog(line)[0];
      expect([line, found?.severity, found?.code]).toEqual([line, severity ?? 'error', code]);
    }
  });

  it.each(LINES)(
    '$code: is not seen in a neighbour, nor where the telling words are missing',
    ({ code, neighbour, missing }) => {
      for (const line of [...neighbour, ...missing])
        expect([line, codes(line).includes(code)]).toEqual([line, false]);
    },
  );

  it('a line that stands for many causes gives candidates, likeliest first, and asks what would settle it', () => {
    const found = readLog("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.");
    expect(found.length).toBeGreaterThanOrEqual(5);
    expect(found.filter(({ severity }) => severity === 'error')).toHaveLength(1);
    expect(found.every(({ confidence }) => confidence === 'possible')).toBe(true);
    expect(found[0]!.next.length).toBeGreaterThan(2);
  });

  it('error 35 is never certain: it also comes without any driver and in containers', () => {
    const found = readLog('cudaGetDeviceCount: CUDA driver version is insufficient for CUDA runtime version');
    expect(found[0]!.code).toBe('driver-too-old-for-cuda');
    expect(found.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['container-no-gpu', 'libcuda-missing', 'driver-not-installed']),
    );
    expect(found.some(({ confidence }) => confidence === 'certain')).toBe(false);
  });

  it('another line settles an ambiguous one', () => {
    const found = readLog(
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\nmodprobe: ERROR: could not insert 'nvidia': Required key not available",
    );
    expect(found.map(({ code }) => code)).toEqual(['secure-boot-blocks-module']);
    expect(found[0]!.evidence.map(({ from }) => from)).toEqual(
      expect.arrayContaining(['text: line 1', 'text: line 2']),
    );
  });

  it('a consequence stands behind its cause', () => {
    const found = readLog(
      'NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x24)\nNVRM: GPU 0000:01:00.0: GPU does not have the necessary power cables connected.',
    );
    expect(found.map(({ code }) => code)).toEqual(['gpu-power-cable-missing', 'rm-init-failed']);
    expect(found[0]!.causes).toEqual(['rm-init-failed']);
  });

  it('what a line says goes into the sentence and the steps', () => {
    const [found] = readLog(
      'error: #error -- unsupported GNU version! gcc versions later than 8 are not supported!',
    );
    expect(found!.summary).toContain('up to 8');
    expect(JSON.stringify(found!.fix)).toContain('g++-8');
  });

  it('nothing to see gives nothing', () => {
    expect(readLog('')).toEqual([]);
    expect(readLog('\u0000\u0001\ufffd binary \u001b[31m rubbish')).toEqual([]);
  });
});
