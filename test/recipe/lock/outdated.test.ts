import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findOutdated, type Outdated } from '../../../src/recipe/lock/outdated.ts';
import { renderOutdated } from '../../../src/report/lock.ts';
import { terminal } from '../../support/context.ts';
import { isOld, LATER, MovingRepository, packages } from '../../support/locked.ts';

const repository = new MovingRepository();

it("tells an own prefix from root's of the same name: which of them is older, where it is", async () => {
  await repository.publish(packages(isOld));
  const [user, root] = [repository.machine(), repository.machine()];
  await root.install({ name: 'cuda9' });
  await root.install({ name: 'other' });
  await repository.publish(packages(), LATER);
  await user.install({ name: 'cuda9' });
  const systemHome = join(root.dir, 'home');
  const ask = (which: { prefix: string } | null): Promise<readonly Outdated[]> =>
    findOutdated(which, { ...user.context(), systemHome });
  const found = await ask(null);
  expect(found).toMatchObject([
    { name: 'cuda9', state: 'newest', place: { own: true, path: join(user.dir, 'home/prefixes/cuda9') } },
    { name: 'cuda9', state: 'outdated', place: { own: false, path: join(systemHome, 'prefixes/cuda9') } },
    { name: 'other', state: 'outdated', place: { own: false } },
  ]);
  const text = renderOutdated(found, terminal);
  expect(text).toMatch(/^cuda9 \(own\) .* newest$/m);
  expect(text).toMatch(/^cuda9 \(root's\) .* packages are newer$/m);
  expect(text).toMatch(/^cuda9 \(root's\)\n(?:.*\n)?.*cuda-cublas/m);
  expect(text).toMatch(/^other +9/m);
  // As for every command, a name alone means the own one.
  expect(await ask({ prefix: 'cuda9' })).toMatchObject([{ state: 'newest', place: { own: true } }]);
});
