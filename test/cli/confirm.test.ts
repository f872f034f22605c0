import { describe, expect, it } from 'vitest';
import { questionText } from '../../src/cli/confirm.ts';

const QUESTION = [
  'This project file decides which prefix is used here, and it may be of another: it belongs to another user (uid 1000).',
  '  file    /srv/project/gpu-setup.yaml',
  '  Shall it count, wherever it comes from, in this folder and in all below it?',
].join('\n');

describe('a question on the terminal', () => {
  it.each([40, 60, 80])(
    'fills %i columns with the mark before it and the answer behind it, and no more',
    (width) => {
      const lines = `? ${questionText(QUESTION, width)} (y/N) `.split('\n');
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      // No line ends where the next word had room: a last one of a paragraph aside.
      const first = lines.findIndex((line) => line.startsWith('  file'));
      for (let at = 0; at < first - 1; at++) {
        const next = lines[at + 1]!.trim().split(' ')[0]!;
        expect(lines[at]!.length + 1 + next.length).toBeGreaterThan(width);
      }
      expect(lines.join(' ').replace(/\s+/g, ' ').trim()).toBe(`? ${QUESTION} (y/N)`.replace(/\s+/g, ' '));
    },
  );

  it('keeps labels apart from what they are of; what has no room beside its label stands below it', () => {
    const text = (width: number): string[] => questionText(QUESTION, width).split('\n');
    expect(text(80)).toContain('  file    /srv/project/gpu-setup.yaml');
    expect(text(36)).toEqual(expect.arrayContaining(['  file', '    /srv/project/gpu-setup.yaml']));
  });

  it('may be shorter than the terminal is wide', () => {
    expect(questionText('Remove them?', 80)).toBe('Remove them?');
  });
});
