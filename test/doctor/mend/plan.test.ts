import { describe, expect, it } from 'vitest';
import { unattended } from '../../../src/compat/unattended.ts';
import { carryOut, type Hands } from '../../../src/doctor/mend/carry-out.ts';
import { planMending, type MendSurroundings } from '../../../src/doctor/mend/plan.ts';
import { diagnosis, step } from '../../report/doctor-results.ts';

const here: MendSurroundings = {
  elsewhere: null,
  isRoot: false,
  has: () => true,
  self: ['/opt/node', '/opt/main.js'],
  unattended: false,
  isContainer: false,
  knowsDistribution: true,
};
const planOf = (fix: ReturnType<typeof step>[], more: Partial<MendSurroundings> = {}) =>
  planMending([diagnosis('x', { fix })], { ...here, ...more });
const script = (text: string, more: object = {}) => {
  const { argv: _, ...rest } = step('s', { needsRoot: false, ...more });
  return { ...rest, script: text };
};

describe('the plan of mending', () => {
  it('has of each root cause its steps, and nothing of what that causes or of notes', () => {
    const plan = planMending(
      [
        diagnosis('root', { causes: ['caused'], fix: [step('a')] }),
        diagnosis('caused', { causes: ['caused-too'], fix: [step('b')] }),
        diagnosis('caused-too', { fix: [step('c')] }),
        diagnosis('other', { severity: 'warning', fix: [step('d')] }),
        diagnosis('note', { severity: 'info', fix: [step('e')] }),
      ],
      here,
    );
    expect(plan.map(({ number, code }) => [number, code])).toEqual([
      [1, 'root'],
      [2, 'other'],
    ]);
  });

  it('goes through sudo with the exact command, and through none where root asks', () => {
    const fix = [step('a'), script('a > /etc/b', { needsRoot: true }), step('c', { needsRoot: false })];
    expect(planOf(fix).map(({ argv }) => argv)).toEqual([
      ['sudo', 'apt-get', 'install', 'a'],
      ['sudo', 'sh', '-c', 'a > /etc/b'],
      ['apt-get', 'install', 'c'],
    ]);
    expect(planOf(fix, { isRoot: true }).map(({ argv }) => argv![0])).toEqual(['apt-get', 'sh', 'apt-get']);
  });

  it('starts gpu-setup as it was started', () => {
    const own = step('a', { needsRoot: false, argv: ['gpu-setup', 'install', 'cuda10'] });
    expect(planOf([own])[0]!.argv).toEqual(['/opt/node', '/opt/main.js', 'install', 'cuda10']);
  });

  it.each([
    [script('# Plug it in'), {}, 'done by hand'],
    [step('a'), { elsewhere: 'this is a recorded machine' }, 'recorded machine'],
    [script('export A=b'), {}, 'your own shell'],
    [script('eval "$(gpu-setup env cuda10)"'), {}, 'your own shell'],
    [step('a', { argv: ['conda', 'activate', 'x'] }), {}, 'your own shell'],
    [script('apt install gcc-N'), {}, 'filled in'],
    [script('vi <file of yours>'), {}, 'filled in'],
    [script('wsl.exe --shutdown'), {}, 'in Windows'],
    [step('a', { title: 'On the host, restart it' }), { isContainer: true }, 'host of this container'],
    [step('a'), { knowsDistribution: false }, 'distribution'],
    [step('a'), { has: (name: string) => name !== 'sudo' }, 'sudo is not here'],
    [step('a'), { has: (name: string) => name === 'sudo' }, 'apt-get is not here'],
    [step('a', { argv: ['reboot'], needsReboot: true }), {}, 'you restart it'],
  ])('shows and does not carry out %j with %j', (one, more, because) => {
    const [only] = planOf([one], more);
    expect(only).toMatchObject({ manner: 'print', because: expect.stringContaining(because) as string });
  });

  it.each([
    'If it happens when idle, switch it off',
    'With proprietary modules: try without',
    'To prevent it: keep updates away',
    'In conda: remove the marker',
  ])('leaves it to a person whether this is so: %s', (title) => {
    expect(planOf([step('a', { title })])[0]!.manner).toBe('judge');
  });

  it.each(['Install a compiler', 'On Ubuntu: install it', 'Make the key, where there is none'])(
    'carries out when confirmed: %s',
    (title) => expect(planOf([step('a', { title })])[0]!.manner).toBe('run'),
  );

  it('does not settle by itself which of several causes it is', () => {
    const [only] = planMending([diagnosis('x', { confidence: 'possible' })], here);
    expect(only!.manner).toBe('print');
  });

  it('carries out nothing that stands behind a step by hand of the same finding', () => {
    const plan = planMending(
      [diagnosis('x', { fix: [script('# By hand'), step('a')] }), diagnosis('y', { fix: [step('b')] })],
      here,
    );
    expect(plan.map(({ manner }) => manner)).toEqual(['print', 'print', 'run']);
    expect(plan[1]!.because).toContain('after step 1');
  });

  it('has other ways beside a step, and the same command once', () => {
    const plan = planMending(
      [
        diagnosis('x', { fix: [step('a'), step('b', { alternativeTo: 'a' })] }),
        diagnosis('y', { fix: [step('a'), step('c')] }),
      ],
      here,
    );
    expect(plan.map(({ code, argv, others }) => [code, argv!.at(-1), others.length])).toEqual([
      ['x', 'a', 1],
      ['y', 'c', 0],
    ]);
  });

  it('tells package managers that nobody answers, where nobody is asked', () => {
    const fix = [step('a'), script('apt install b-$(uname -r)', { needsRoot: true })];
    expect(planOf(fix, { unattended: true }).map(({ argv }) => argv)).toEqual([
      ['sudo', 'apt-get', '-y', 'install', 'a'],
      ['sudo', 'sh', '-c', 'apt -y install b-$(uname -r)'],
    ]);
    expect(unattended(['conda', 'remove', 'x'])).toEqual(['conda', 'remove', '-y', 'x']);
    expect(unattended(['apt', '-y', 'install'])).toEqual(['apt', '-y', 'install']);
    expect(unattended(['dkms', 'autoinstall'])).toEqual(['dkms', 'autoinstall']);
  });
});

describe('carrying it out', () => {
  const ran: string[] = [];
  const hands = (
    exits: Readonly<Record<string, number>> = {},
    answer: 'skip' | 'stop' | null = null,
  ): Hands => {
    ran.length = 0;
    return {
      confirm: (one) => Promise.resolve(answer ?? one),
      run: (argv) => {
        ran.push(argv.at(-1)!);
        return Promise.resolve(exits[argv.at(-1)!] ?? 0);
      },
      note: () => {},
    };
  };
  const statuses = async (...call: Parameters<typeof carryOut>) => {
    const { steps, stopped } = await carryOut(...call);
    return [steps.map(({ status }) => status), stopped];
  };
  const three = [step('a'), step('b'), step('c')];

  it('does what stands on the list, and not what was taken from it', async () => {
    const plan = planOf(three);
    expect(await statuses(plan, hands(), true)).toEqual([['done', 'done', 'done'], null]);
    expect(ran).toEqual(['a', 'b', 'c']);
    await carryOut(
      plan.filter(({ number }) => number !== 2),
      hands(),
      true,
    );
    expect(ran).toEqual(['a', 'c']);
  });

  it('stops at a failure', async () => {
    expect(await statuses(planOf(three), hands({ b: 7 }), true)).toEqual([
      ['done', 'failed', 'not-reached'],
      'failed',
    ]);
    expect(ran).toEqual(['a', 'b']);
  });

  it('leaves out what is declined, and all from where it is stopped', async () => {
    expect(await statuses(planOf(three), hands({}, 'skip'), true)).toEqual([
      ['skipped', 'skipped', 'skipped'],
      null,
    ]);
    expect(await statuses(planOf(three), hands({}, 'stop'), true)).toEqual([
      ['skipped', 'not-reached', 'not-reached'],
      'asked',
    ]);
    expect(ran).toEqual([]);
  });

  const reboot = step('reboot', { argv: ['reboot'], needsReboot: true });

  it('stops where the machine has to be restarted, and restarts nothing itself', async () => {
    expect(await statuses(planOf([step('a'), reboot, step('b')]), hands(), true)).toEqual([
      ['done', 'printed', 'not-reached'],
      'restart',
    ]);
    const after = [step('a', { needsReboot: true }), step('b')];
    expect(await statuses(planOf(after), hands(), true)).toEqual([['done', 'not-reached'], 'restart']);
    expect(ran).toEqual(['a']);
  });

  it('asks for no restart where nothing was done that needs it', async () => {
    expect(await statuses(planOf([step('a'), reboot]), hands({}, 'skip'), true)).toEqual([
      ['skipped', 'printed'],
      null,
    ]);
  });

  it('does nothing that takes a judgement where nobody can give one', async () => {
    const plan = planOf([step('a', { title: 'If it fails, try this' }), step('b')]);
    expect(await statuses(plan, hands(), false)).toEqual([['printed', 'done'], null]);
  });
});
