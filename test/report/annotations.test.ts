import { describe, expect, it } from 'vitest';
import { annotateDoctor } from '../../src/report/annotations.ts';
import { crowded, diagnosis, result } from './doctor-results.ts';

const lines = (text: string): string[] => text.trimEnd().split('\n');

describe('annotations of a GitHub workflow', () => {
  it('are one per finding, the root cause first, with what to type', () => {
    const found = lines(annotateDoctor(crowded));
    expect(found).toHaveLength(crowded.diagnoses.length);
    expect(found[0]).toMatch(/^::error title=nouveau-in-use \(gpu%3A01%3A00\.0\)::The nouveau driver holds/);
    expect(found[0]).toContain('%0A# Install the driver%0Asudo apt-get install driver%0A');
    expect(found.map((line) => /^::(\w+) /.exec(line)?.[1])).toEqual([
      'error',
      'error',
      'error',
      'error',
      'notice',
    ]);
  });

  it.each([
    ['ok', /^::notice title=gpu-setup doctor::This machine is ready/],
    ['unverified', /^::warning title=gpu-setup doctor::Nothing wrong was found, but/],
  ] as const)('have the headline where no finding states it: %s', (verdict, expected) => {
    expect(lines(annotateDoctor(result({ verdict })))[0]).toMatch(expected);
  });

  it('name the machine where it was given a name', () => {
    expect(annotateDoctor({ ...crowded, label: 'node 7' })).toMatch(
      /^::error title=node 7%3A nouveau-in-use/,
    );
    expect(annotateDoctor({ ...result(), label: 'node 7' })).toMatch(
      /^::notice title=gpu-setup doctor%3A node 7::/,
    );
  });

  it('hold no command of the runner and no second line, whatever was read from outside', () => {
    const evil = 'a%0A::set-env name=X::y\n::error::z, title=q::\r\u001b[31m##[command]';
    const found = annotateDoctor(
      result({
        verdict: 'failed',
        label: evil,
        diagnoses: [diagnosis('x', { summary: evil, subject: `env:${evil}` })],
      }),
    );
    expect(lines(found)).toHaveLength(1);
    const [, title, message] = /^::error title=(.*?)::(.*)$/.exec(found.trimEnd())!;
    expect(title).not.toMatch(/[:,\n\r\u001b]/);
    expect(message).not.toMatch(/[\n\r\u001b]/);
    // What the runner makes of it is what was said, as text.
    const read = (text: string): string =>
      text.replaceAll('%0A', '\n').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%');
    expect(read(title!)).toContain(
      'a%0A::set-env name=X::y\n::error::z, title=q::\\u000d\\u001b[31m##[command]',
    );
  });
});
