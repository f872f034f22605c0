import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPrefix, homesOf, listPrefixes, readPrefix } from '../../../src/prefix/home/prefixes.ts';
import { asOrdinaryUser } from '../../support/ordinary-user.ts';
import { installFake } from '../../support/prefix.ts';
import { tempDir } from '../../support/temp-dir.ts';

function homes(): { own: string; system: string } {
  const folder = tempDir();
  return { own: join(folder, 'own'), system: join(folder, 'opt') };
}

describe('prefixes', () => {
  it("lists the user's own and root's, by name", async () => {
    const { own, system } = homes();
    await installFake(own, 'cuda9');
    await installFake(system, 'cuda10');
    const { prefixes, broken } = await listPrefixes({ home: own }, system);
    expect(prefixes.map(({ name, path }) => [name, path])).toEqual([
      ['cuda10', join(system, 'prefixes/cuda10')],
      ['cuda9', join(own, 'prefixes/cuda9')],
    ]);
    expect(broken).toEqual([]);
  });

  it('lists nothing where there is no home yet', async () => {
    const { own, system } = homes();
    expect(await listPrefixes({ home: own }, system)).toEqual({ prefixes: [], broken: [], unreadable: [] });
  });

  it('says of a damaged prefix what is damaged, and still lists the others', async () => {
    const { own, system } = homes();
    await installFake(own, 'good');
    const damage: [string, (root: string) => void][] = [
      ['cut', (root) => writeFileSync(root, '{"schema":"gpu-setup/mani')],
      ['binary', (root) => writeFileSync(root, Buffer.from([0xff, 0xfe, 0, 1]))],
      ['other', (root) => writeFileSync(root, '{"schema":"gpu-setup/manifest@9"}')],
      ['missing', (root) => rmSync(root)],
    ];
    for (const [name, spoil] of damage) {
      const path = join(await installFake(own, name), '.gpu-setup/manifest.json');
      rmSync(path);
      writeFileSync(path, '');
      spoil(path);
    }
    symlinkSync('../generations/gone-1', join(own, 'prefixes/gone'));
    const { prefixes, broken } = await listPrefixes({ home: own }, system);
    expect(prefixes.map(({ name }) => name)).toEqual(['good']);
    expect(broken.map(({ name }) => name)).toEqual(['binary', 'cut', 'gone', 'missing', 'other']);
    expect(broken.find(({ name }) => name === 'gone')!.why).toContain('gone');
    expect(broken.find(({ name }) => name === 'missing')!.why).toContain('missing');
  });

  it('passes over what is being made or is no prefix', async () => {
    const { own, system } = homes();
    mkdirSync(join(own, 'prefixes'), { recursive: true });
    symlinkSync('../generations/x-1', join(own, 'prefixes/.x.new'));
    writeFileSync(join(own, 'prefixes/notes.txt'), '');
    expect(await listPrefixes({ home: own }, system)).toEqual({ prefixes: [], broken: [], unreadable: [] });
  });

  it('takes a home with a slash at its end for the same', async () => {
    const { own, system } = homes();
    await installFake(own, 'cuda10');
    const place = await findPrefix({ home: `${own}/` }, 'cuda10', system);
    expect(place.path).toBe(join(own, 'prefixes/cuda10'));
    expect(homesOf({ home: `${own}/` }, own)).toEqual([own]);
  });

  it("takes the user's own of two with one name", async () => {
    const { own, system } = homes();
    await installFake(own, 'cuda10');
    await installFake(system, 'cuda10');
    expect(await findPrefix({ home: own }, 'cuda10', system)).toMatchObject({ own: true, home: own });
  });

  it.skipIf(process.getuid?.() !== 0)(
    "takes root's for nobody else's, also where GPU_SETUP_HOME names it",
    async () => {
      const { system } = homes();
      await installFake(system, 'cuda10');
      expect(await findPrefix({ home: system }, 'cuda10', system)).toMatchObject({ own: true });
      await asOrdinaryUser(join(system, '..'), async () => {
        expect(await findPrefix({ home: system }, 'cuda10', system)).toMatchObject({ own: false });
      });
    },
  );

  it('names the nearest for an unknown name', async () => {
    const { own, system } = homes();
    await installFake(own, 'cuda10');
    await expect(findPrefix({ home: own }, 'cuda01', system)).rejects.toMatchObject({
      code: 'unknown-prefix',
      exitCode: 1,
      hint: 'did you mean cuda10?',
    });
    for (const name of ['', '.', '..', '../prefixes/cuda10', 'cuda10/', '__proto__']) {
      await expect(findPrefix({ home: own }, name, system)).rejects.toMatchObject({ code: 'unknown-prefix' });
    }
  });

  it('says that it may not look, and never that nothing is there', async () => {
    const { own, system } = homes();
    await installFake(own, 'cuda10');
    await installFake(system, 'cuda9');
    const folder = join(own, 'prefixes');
    chmodSync(folder, 0);
    const list = await asOrdinaryUser(join(own, '..'), () => listPrefixes({ home: own }, system));
    expect(list.prefixes.map(({ name }) => name)).toEqual(['cuda9']);
    expect(list.unreadable).toEqual([{ path: folder, why: expect.stringContaining('EACCES') }]);
    const find = (name: string) =>
      asOrdinaryUser(join(own, '..'), () => findPrefix({ home: own }, name, system));
    expect(await find('cuda9')).toMatchObject({ home: system });
    await expect(find('cuda10')).rejects.toMatchObject({
      code: 'prefix-unreadable',
      message: expect.stringContaining(folder),
    });
  });

  it.each([
    ['its manifest', 'cuda10/.gpu-setup/manifest.json', 0],
    ['it, but its name', '', 0o744],
  ])('keeps a prefix apart from a damaged one where this user may not read %s', async (_, path, mode) => {
    const { own, system } = homes();
    await installFake(own, 'cuda10');
    chmodSync(join(own, 'prefixes', path), mode);
    const list = await asOrdinaryUser(join(own, '..'), () => listPrefixes({ home: own }, system));
    expect(list).toMatchObject({ prefixes: [], broken: [] });
    expect(list.unreadable.map((one) => one.path)).toEqual([join(own, 'prefixes/cuda10')]);
  });

  it('shows the path that the prefix has now, wherever it was installed first', async () => {
    const { own, system } = homes();
    await installFake(own, 'cuda10', { info: { path: '/elsewhere/prefixes/cuda10' } });
    const place = await findPrefix({ home: own }, 'cuda10', system);
    expect((await readPrefix(place)).prefix.path).toBe(join(own, 'prefixes/cuda10'));
  });
});
