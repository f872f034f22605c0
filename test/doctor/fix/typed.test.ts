/** What is printed, and handed to programs, can be typed as it stands. */
import { expect, it } from 'vitest';
import { reportedStep } from '../../../src/doctor/fix/typed.ts';
import { byHand, command, script } from '../../../src/doctor/fix/steps.ts';

const typed = (step: Parameters<typeof reportedStep>[0]): string | null => reportedStep(step).command;

it('quotes words for a shell, and puts sudo before what needs root, once', () => {
  expect(typed(command('a', 'A', ['prime-select', 'nvidia']))).toBe('sudo prime-select nvidia');
  expect(typed(command('b', 'B', ['sudo', 'x', "it's a word"]))).toBe("sudo x 'it'\\''s a word'");
  expect(typed(command('c', 'C', ['echo', '$HOME'], { root: false }))).toBe("echo '$HOME'");
});

it('runs a pipe as root as a whole, and keeps lines that have their own sudo', () => {
  expect(typed(script('a', 'A', 'echo x | tee /etc/y'))).toBe("sudo sh -c 'echo x | tee /etc/y'");
  expect(typed(script('b', 'B', 'sudo a\nsudo b'))).toBe('sudo a\nsudo b');
  expect(typed(script('c', 'C', 'a | b', { root: false }))).toBe('a | b');
});

it('has nothing for what is done by hand', () => {
  expect(typed(byHand('a', 'Plug it in'))).toBeNull();
});
