/** One call of the program in a situation that may be bad in several ways at once; drawn by fast-check. */
import fc from 'fast-check';
import { PLACES, type Place, type Powers } from './places.ts';

export const ROLES = ['home', 'cache', 'config', 'HOME', 'TMPDIR'] as const;
export type Role = (typeof ROLES)[number];

const INPUTS = ['nothing', 'closed', 'silent', 'endless'] as const;
const OUTPUTS = ['read', 'closed', 'full', 'broken'] as const;

export interface Situation {
  /** Of `CALLS`. */
  call: string;
  user: 'root' | 'ordinary';
  places: Readonly<Record<Role, Place>>;
  umask: number;
  stdin: (typeof INPUTS)[number];
  stdout: (typeof OUTPUTS)[number];
  stderr: (typeof OUTPUTS)[number];
  /** What lies where the lock of the home would be. */
  lock: 'none' | 'garbage' | 'folder' | 'of a dead process';
  signal: { name: 'SIGINT' | 'SIGTERM' | 'SIGHUP'; afterMs: number } | null;
}

export interface Call {
  args: readonly string[];
  /** Exit codes in a good situation. */
  good: readonly number[];
  /** That it is not there, or wrong, is its answer: no error. */
  answers?: boolean;
  /** Begins with the codes of its child. */
  runs?: boolean;
}

const INSTALL = [
  'install',
  'cuda@10.0',
  '--name',
  'small',
  '--source',
  'nvidia-cuda-ubuntu1804',
  '--with',
  'runtime',
  '--without',
  'compiler,libraries,cudnn',
];

export const CALLS: Readonly<Record<string, Call>> = {
  list: { args: ['list'], good: [0] },
  'list --json': { args: ['list', '--json'], good: [0] },
  show: { args: ['show', 'cuda10', '--json'], good: [0] },
  verify: { args: ['verify', 'cuda10'], good: [0], answers: true },
  env: { args: ['env', 'cuda10'], good: [0] },
  run: { args: ['run', 'cuda10', '--', 'sleep', '0.1'], good: [0], runs: true },
  remove: { args: ['remove', 'cuda10', '-y'], good: [0, 1] },
  prune: { args: ['prune', '-y', '--json'], good: [0] },
  doctor: { args: ['doctor'], good: [0, 1, 3], answers: true },
  'doctor --json': { args: ['doctor', '--json'], good: [0, 1, 3], answers: true },
  recipes: { args: ['recipes'], good: [0] },
  explain: { args: ['explain', 'driver-library-mismatch'], good: [0] },
  'explain -': { args: ['explain', '-', '--json'], good: [1] },
  'explain --file': { args: ['explain', '--file', '../log'], good: [0, 3], answers: true },
  'smoke --upto loader': {
    args: ['smoke', 'cuda10', '--upto', 'loader'],
    good: [0, 1, 3],
    answers: true,
  },
  'install --dry-run': { args: [...INSTALL, '--dry-run', '--json'], good: [0] },
  install: { args: [...INSTALL, '--accept-license'], good: [0] },
  'install --json': { args: [...INSTALL, '--accept-license', '--json'], good: [0] },
};

/** Most of a situation is as it should be: where everything is wrong at once, the first thing hides the others. */
export function situations(powers: Powers): fc.Arbitrary<Situation> {
  const mostly = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(usual) },
      { weight: 1, arbitrary: fc.constantFrom(...others) },
    );
  const place = mostly<Place>('fine', ...PLACES.filter((one) => one !== 'fine'));
  return fc.record<Situation>({
    call: fc.constantFrom(...Object.keys(CALLS)),
    user: powers.isRoot ? fc.constantFrom('root', 'ordinary') : fc.constant('ordinary'),
    places: fc.record({ home: place, cache: place, config: place, HOME: place, TMPDIR: place }),
    umask: mostly(0o022, 0o000, 0o027, 0o077, 0o177, 0o777),
    stdin: mostly('nothing', ...INPUTS.slice(1)),
    stdout: mostly('read', ...OUTPUTS.slice(1)),
    stderr: mostly('read', ...OUTPUTS.slice(1)),
    lock: mostly('none', 'garbage', 'folder', 'of a dead process'),
    signal: fc.option(
      fc.record({
        name: fc.constantFrom('SIGINT', 'SIGTERM', 'SIGHUP'),
        afterMs: fc.integer({ min: 0, max: 3000 }),
      }),
      { freq: 3, nil: null },
    ),
  });
}
