import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fishEnvironment, shEnvironment } from '../../src/report/environment.ts';

const HOSTILE = `/a b/$(touch x)/\`id\`/'"\\ \n;exit 9`;

describe('shEnvironment', () => {
  it.each(['sh', 'bash'])('sets exactly the value in %s, whatever it holds', (shell) => {
    const script = `${shEnvironment({ A: HOSTILE, B: null, PATH: '/usr/bin:/bin' })}printf '%s|%s' "$A" "\${B-gone}"`;
    const done = spawnSync(shell, ['-c', script], {
      env: { B: 'x', PATH: '/usr/bin:/bin' },
      encoding: 'utf8',
    });
    expect(done.stdout).toBe(`${HOSTILE}|gone`);
  });

  it('leaves plain values readable', () => {
    expect(shEnvironment({ CUDA_HOME: '/opt/x' })).toBe('export CUDA_HOME=/opt/x\n');
  });
});

describe('fishEnvironment', () => {
  it('escapes what is special inside single quotes, and gives PATH as a list', () => {
    expect(fishEnvironment({ A: "it's a \\", PATH: '/a b:/c', B: null })).toBe(
      "set -gx A 'it\\'s a \\\\'\nset -gx PATH '/a b' '/c'\nset -e B\n",
    );
  });
});
