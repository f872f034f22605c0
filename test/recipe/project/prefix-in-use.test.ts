/** Which prefix counts where none is named, and that no file of another decides it unasked. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  chownSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silent } from '../../../src/base/events.ts';
import { planRemoval, remove } from '../../../src/prefix/home/remove.ts';
import { reset, use } from '../../../src/prefix/home/use.ts';
import { hostArchitecture } from '../../../src/base/architecture.ts';
import { parseLock } from '../../../src/prefix/plan/lock/parse-lock.ts';
import { lockOf, lockText, pinsOf } from '../../../src/prefix/plan/lockfile.ts';
import { LOCK_OF_0_1 } from '../../support/lock-of-0-1.ts';
import type { ConsentQuestion, Trust } from '../../../src/recipe/consent.ts';
import { prefixFor, prefixInUse } from '../../../src/recipe/project/prefix-in-use.ts';
import { loadRecipeAt } from '../../../src/recipe/load.ts';
import { installFake, TOOLKIT } from '../../support/prefix.ts';
import { writeRecipe } from '../../support/recipe.ts';
import { tempDir } from '../../support/temp-dir.ts';

const isRoot = process.getuid?.() === 0;

async function place() {
  const dir = tempDir();
  const folders = { home: join(dir, 'home'), config: join(dir, 'config'), cache: join(dir, 'cache') };
  await installFake(folders.home, 'cuda9', { info: { recipe: 'cuda9' } });
  await installFake(folders.home, 'other', { info: { recipe: 'cuda10' } });
  const project = join(dir, 'project');
  const cwd = join(project, 'src/deep');
  mkdirSync(cwd, { recursive: true });
  const file = join(project, 'gpu-setup.yaml');
  const trust: Trust = {
    config: folders.config,
    given: null,
    consent: null,
    command: ['gpu-setup', 'run', '--', 'x'],
    emit: silent,
  };
  const caller = (more: Partial<Trust> = {}) => ({ folders, cwd, trust: { ...trust, ...more } });
  const inUse = async (more: Partial<Trust> = {}) => (await prefixInUse(caller(more)))?.place.name ?? null;
  const write = (text: string | Buffer): void => writeFileSync(file, text);
  return { dir, folders, project, cwd, file, caller, inUse, write };
}

describe('the prefix in use', () => {
  it('is none, then what `use` chose, then what the nearest project file names; a name wins over both', async () => {
    const { folders, cwd, file, caller, inUse, write } = await place();
    expect(await inUse()).toBeNull();
    await expect(prefixFor(undefined, caller())).rejects.toMatchObject({
      code: 'no-prefix-in-use',
      exitCode: 2,
      hint: expect.stringContaining('cuda9, other'),
    });
    await use(folders, 'cuda9', { emit: silent });
    expect(await inUse()).toBe('cuda9');
    write('prefix: other\n');
    expect(await prefixInUse(caller())).toMatchObject({ place: { name: 'other' }, by: 'project', file });
    writeFileSync(join(cwd, 'gpu-setup.yaml'), 'prefix: cuda9\n');
    expect(await inUse()).toBe('cuda9');
    expect(await prefixFor('other', caller())).toMatchObject({
      place: { name: 'other' },
      by: 'name',
      file: null,
    });
  });

  it('is forgotten by --reset and with the prefix itself; where that was deleted by hand, it is said', async () => {
    const { folders, inUse } = await place();
    await use(folders, 'cuda9', { emit: silent });
    expect(await reset(folders, { emit: silent })).toBe(true);
    expect(await reset(folders, { emit: silent })).toBe(false);
    expect(await inUse()).toBeNull();
    await use(folders, 'cuda9', { emit: silent });
    await remove(await planRemoval(folders, ['cuda9']), { emit: silent });
    expect(await inUse()).toBeNull();
    await use(folders, 'other', { emit: silent });
    rmSync(join(folders.home, 'prefixes/other'));
    await expect(inUse()).rejects.toMatchObject({ code: 'current-gone' });
  });

  it('is never what somebody put in the place of the choice', async () => {
    const { folders, inUse } = await place();
    const current = join(folders.home, 'current');
    symlinkSync('/usr', current);
    await expect(inUse()).rejects.toMatchObject({ code: 'current-damaged' });
    rmSync(current);
    mkdirSync(current);
    await expect(inUse()).rejects.toMatchObject({ code: 'current-damaged' });
    await expect(use(folders, 'cuda9', { emit: silent })).rejects.toMatchObject({ code: 'current-damaged' });
  });

  it('is the one that was made from the recipe that the project file names', async () => {
    const { folders, project, inUse, write } = await place();
    write('recipe: cuda9\n');
    expect(await inUse()).toBe('cuda9');
    write('recipe: cuda10\n');
    expect(await inUse()).toBe('other');
    await installFake(folders.home, 'third', { info: { recipe: 'cuda10' } });
    await expect(inUse()).rejects.toMatchObject({
      code: 'project-ambiguous',
      hint: expect.stringContaining('other'),
    });
    write('recipe: cuda11\n');
    await expect(inUse()).rejects.toMatchObject({
      code: 'project-not-installed',
      hint: 'gpu-setup install cuda11',
    });
    write('recipe: cuda1O\n');
    await expect(inUse()).rejects.toMatchObject({
      code: 'bad-project',
      message: expect.stringContaining('did you mean cuda10?'),
    });
    writeRecipe(join(project, 'recipes/own'), { 'recipe.yaml': 'title: T\nsmoke: []\n' });
    copyFileSync(
      join(import.meta.dirname, '../../../recipes/cuda10/recipe.yaml'),
      join(project, 'recipes/own/recipe.yaml'),
    );
    write('recipe: ./recipes/own\n');
    const { name } = await loadRecipeAt('./recipes/own', project);
    await expect(inUse()).rejects.toMatchObject({
      code: 'project-not-installed',
      hint: `gpu-setup install ${project}/recipes/own`,
    });
    await installFake(folders.home, name, { info: { recipe: name } });
    expect(await inUse()).toBe(name);
  });

  it('is the one whose lock the project has', async () => {
    const { folders, project, inUse, write } = await place();
    const lock = '{ "schema": "gpu-setup/lock@1" }\n';
    await installFake(folders.home, 'locked', { tree: { ...TOOLKIT, '.gpu-setup/gpu-setup.lock': lock } });
    write('lock: gpu-setup.lock\n');
    await expect(inUse()).rejects.toMatchObject({
      code: 'bad-project',
      message: expect.stringContaining('leads nowhere'),
    });
    writeFileSync(join(project, 'gpu-setup.lock'), lock);
    expect(await inUse()).toBe('locked');
    writeFileSync(join(project, 'gpu-setup.lock'), `${lock} `);
    await expect(inUse()).rejects.toMatchObject({ code: 'bad-lock' });
  });

  it('is the one that holds what the lock names, which other machines may share with it', async () => {
    const { folders, project, inUse, write } = await place();
    const own = parseLock(LOCK_OF_0_1, 'lock');
    const architecture = hostArchitecture();
    const rows = own.packages.map((one) => ({ ...one, architecture }));
    const [pin] = pinsOf({ ...own, request: { ...own.request, architecture }, packages: rows });
    const other = architecture === 'amd64' ? 'arm64' : 'amd64';
    const elsewhere = { ...pin!, request: { ...pin!.request, architecture: other }, packages: [] } as const;
    const unseen = pin!.packages.map((one) => ({ ...one, payloadSha256: null }));
    write('lock: gpu-setup.lock\n');
    const file = join(project, 'gpu-setup.lock');
    writeFileSync(file, lockText(lockOf(elsewhere, { ...pin!, packages: unseen })));
    await expect(inUse()).rejects.toMatchObject({
      code: 'project-not-installed',
      hint: `gpu-setup install --locked --lock ${file}`,
    });
    const there = lockText(lockOf({ ...pin!, request: { ...pin!.request, name: 'locked' } }));
    await installFake(folders.home, 'locked', { tree: { ...TOOLKIT, '.gpu-setup/gpu-setup.lock': there } });
    expect(await inUse()).toBe('locked');
    writeFileSync(file, lockText(lockOf({ ...pin!, packages: pin!.packages.slice(1) })));
    await expect(inUse()).rejects.toMatchObject({ code: 'project-not-installed' });
    writeFileSync(file, lockText(lockOf(elsewhere)));
    await expect(inUse()).rejects.toMatchObject({ code: 'lock-architecture' });
  });

  it('says of an unknown prefix which file names it', async () => {
    const { file, inUse, write } = await place();
    write('prefix: cuda8\n');
    await expect(inUse()).rejects.toMatchObject({
      code: 'unknown-prefix',
      message: `${file}: no prefix is named "cuda8"`,
      hint: 'did you mean cuda9?',
    });
  });
});

describe('a project file that is none', () => {
  it.each<[string, (project: string, file: string) => void, RegExp]>([
    ['huge', (_, file) => writeFileSync(file, `prefix: cuda9\n${'#'.repeat(70_000)}`), /more than 64 KiB/],
    ['binary', (_, file) => writeFileSync(file, Buffer.from([0xff, 0xfe, 0, 1])), /no text in UTF-8/],
    ['a folder', (_, file) => mkdirSync(file), /folder|directory/i],
    ['a pipe', (_, file) => void execFileSync('mkfifo', [file]), /regular|ordinary|pipe|EFTYPE/i],
    [
      'a link to outside',
      (_, file) => symlinkSync('/etc/passwd', file),
      /leads out of its folder, to \/etc\/passwd/,
    ],
    ['a link to nothing', (_, file) => symlinkSync('gone', file), /leads nowhere/],
    [
      'one whose lock is a link to outside',
      (project, file) => {
        writeFileSync(file, 'lock: l/passwd\n');
        symlinkSync('/etc', join(project, 'l'));
      },
      /lock: l\/passwd leads out of its folder/,
    ],
  ])('is refused: %s', async (_, make, message) => {
    const { project, file, inUse } = await place();
    make(project, file);
    await expect(inUse()).rejects.toMatchObject({
      code: 'bad-project',
      message: expect.stringMatching(message),
    });
  });

  it('may be a link to a file of the same folder', async () => {
    const { project, file, inUse } = await place();
    writeFileSync(join(project, 'real.yaml'), 'prefix: other\n');
    symlinkSync('real.yaml', file);
    expect(await inUse()).toBe('other');
  });
});

describe("a stranger's project file", () => {
  it('counts only after consent, which is bound to its bytes and its path', async () => {
    const { folders, project, file, inUse, write } = await place();
    write('prefix: other\n');
    chmodSync(project, 0o777);
    await expect(inUse()).rejects.toMatchObject({
      code: 'project-not-trusted',
      message: expect.stringMatching(
        /project may be written to by everybody, and nobody has consented; its digest is [0-9a-f]{64}$/,
      ),
      hint: expect.stringMatching(/gpu-setup run --trust-project [0-9a-f]{64} -- x$/),
    });
    const asked: ConsentQuestion[] = [];
    const yes = async (question: ConsentQuestion): Promise<boolean> => asked.push(question) > 0;
    await expect(inUse({ consent: async () => false })).rejects.toMatchObject({
      message: expect.stringContaining('you declined'),
    });
    expect(await inUse({ consent: yes })).toBe('other');
    expect(asked).toMatchObject([{ kind: 'project', file, says: 'prefix: other' }]);
    expect(await inUse()).toBe('other');
    write('prefix: cuda9\n');
    await expect(inUse()).rejects.toMatchObject({ code: 'project-not-trusted' });
    const { digest } = asked[0]! as { digest: string };
    await expect(inUse({ given: digest })).rejects.toMatchObject({
      message: expect.stringContaining('another digest'),
    });
    write('prefix: other\n');
    const moved = join(project, 'src/gpu-setup.yaml');
    copyFileSync(file, moved);
    await expect(inUse()).rejects.toMatchObject({ code: 'project-not-trusted' });
    expect(await inUse({ given: digest.slice(0, 12) })).toBe('other');
    await expect(inUse({ given: 'xyz' })).rejects.toMatchObject({ code: 'bad-digest' });
    const kept = JSON.parse(readFileSync(join(folders.config, 'trusted-recipes.json'), 'utf8')) as {
      projects: object[];
    };
    expect(kept.projects).toMatchObject([
      { name: file, digest },
      { name: moved, digest },
    ]);
  });

  it.runIf(isRoot)('is one that belongs to another user', async () => {
    const { file, inUse, write } = await place();
    write('prefix: other\n');
    chownSync(file, 4711, 4711);
    await expect(inUse()).rejects.toMatchObject({
      code: 'project-not-trusted',
      message: expect.stringContaining('belongs to another user (uid 4711)'),
    });
  });
});
