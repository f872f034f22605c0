import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/base/suggest.ts';

describe('nearest', () => {
  it.each([
    ['cuda01', ['cuda10', 'cuda9'], ['cuda10', 'cuda9']],
    ['cudnn', ['cuda', 'cudnn', 'nccl'], ['cudnn', 'cuda']],
    ['INSTAL', ['install', 'list'], ['install']],
    ['pre', ['prepare', 'prune'], ['prune', 'prepare']],
    ['--wiht', ['--with', '--without', '--width'], ['--with', '--width']],
  ])('finds slips of the pen: %s among %j', (typed, names, expected) => {
    expect(nearest(typed, names)).toEqual(expected);
  });

  it.each([
    ['rm', ['run', 'env']],
    ['ls', ['show', 'run']],
    ['xy', ['ab', 'cd']],
  ])('finds nothing in short words that share less than half: %s', (typed, names) => {
    expect(nearest(typed, names)).toEqual([]);
  });

  it.each([
    ['uninstall', 'install'],
    ['unistall', 'install'],
    ['uninstal', 'install'],
    ['deinstall', 'install'],
    ['install', 'uninstall'],
    ['instal', 'uninstall'],
    ['unset', 'set'],
    ['disable', 'enable'],
    ['unload', 'load'],
    ['deactivate', 'activate'],
    ['--without', '--with'],
    ['--witout', '--with'],
    ['--with', '--without'],
    ['--no-cache', '--cache'],
    ['--cache', '--no-cache'],
  ])('never finds the opposite: %s is not %s', (typed, opposite) => {
    expect(nearest(typed, [opposite])).toEqual([]);
  });

  it('of two opposites takes the nearer one, and none where both are as near', () => {
    expect(nearest('innstall', ['install', 'uninstall'])).toEqual(['install']);
    expect(nearest('unnistall', ['install', 'uninstall'])).toEqual(['uninstall']);
    expect(nearest('ninstall', ['install', 'uninstall'])).toEqual([]);
  });

  it('takes the beginning of a name for the name, whatever it negates', () => {
    expect(nearest('un', ['uninstall'])).toEqual(['uninstall']);
    expect(nearest('deb', ['debugger'])).toEqual(['debugger']);
  });
});
