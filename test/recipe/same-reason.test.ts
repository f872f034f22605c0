import { expect, it } from 'vitest';
import { reasonsOf } from '../../src/recipe/same-reason.ts';

it('says once what is true of several sources, and apart what is not', () => {
  expect(
    reasonsOf([
      { id: 'ubuntu-bionic', message: 'no key that may sign ubuntu-bionic was found' },
      { id: 'debian-buster', message: 'the name cannot be resolved' },
      { id: 'ubuntu-focal', message: 'no key that may sign ubuntu-focal was found' },
      { id: 'debian-stretch', message: 'the name cannot be resolved' },
    ]),
  ).toEqual([
    'no key that may sign ubuntu-bionic, ubuntu-focal was found',
    'debian-buster, debian-stretch: the name cannot be resolved',
  ]);
});
