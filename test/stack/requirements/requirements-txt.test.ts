import { describe, expect, it } from 'vitest';
import { readRequirementsTxt } from '../../../src/stack/requirements/requirements-txt.ts';
import type { Requirements, TargetEnvironment } from '../../../src/stack/requirements/types.ts';

const TARGET: TargetEnvironment = { python: '3.10', architecture: 'x86_64' };

const read = (
  text: string,
  target: TargetEnvironment = TARGET,
  others: Readonly<Record<string, string>> = {},
): Promise<Requirements> =>
  readRequirementsTxt(
    { name: 'requirements.txt', text },
    (path) => Promise.resolve(path in others ? { name: path, text: others[path]! } : null),
    target,
  );

const brief = ({ wanted }: Requirements): unknown[] =>
  wanted.map(({ name, version, build, from }) => [name, version, build, from]);

describe('requirements.txt', () => {
  it('gives what a plan depends on, with its line, and passes over the rest', async () => {
    const found = await read(
      '# deps\nnumpy==1.26\n\ntorch>=2.1,<2.5  # held back\nrequests[socks] ; os_name == "nt"\n',
    );
    expect(brief(found)).toEqual([['torch', '>=2.1,<2.5', null, 'requirements.txt: line 4']]);
  });

  it('puts continued lines together, and leaves hashes out', async () => {
    const found = await read(
      'torch==2.1.0 \\\n    --hash=sha256:0123456789abcdef \\\n    --hash=sha256:fedc\njax\n',
    );
    expect(brief(found)).toEqual([
      ['torch', '==2.1.0', null, 'requirements.txt: line 1'],
      ['jax', null, null, 'requirements.txt: line 4'],
    ]);
  });

  it.each([
    ['torch==2.1.0+cu118', 'cu118'],
    ['--index-url https://download.pytorch.org/whl/cu121\ntorch==2.1.0', 'cu121'],
    ['--extra-index-url=https://download.pytorch.org/whl/cpu\ntorch==2.1.0', 'cpu'],
    ['-f https://download.pytorch.org/whl/torch_stable.html\ntorch==1.10.0+cu113', 'cu113'],
    ['jax[cuda12_pip]==0.4.20', 'cuda12'],
    ['jaxlib==0.4.1+cuda11.cudnn86', 'cuda11'],
    ['tensorflow-cpu==2.4', 'cpu'],
    ['torch==2.1.0', null],
  ])('finds the build of %j', async (text, build) => {
    expect((await read(text)).wanted[0]?.build).toBe(build);
  });

  it('reads a wheel by its name: version, build and Python', async () => {
    const url = 'https://download.pytorch.org/whl/cu118/torch-2.0.1%2Bcu118-cp310-cp310-linux_x86_64.whl';
    for (const line of [url, `torch @ ${url}`]) {
      expect((await read(line)).wanted).toMatchObject([
        { name: 'torch', version: '==2.0.1', build: 'cu118' },
        { name: 'python', version: '3.10' },
      ]);
    }
  });

  it('follows -r and -c, through circles, and says which file is not there', async () => {
    const found = await read('-r base.txt\n--constraint=held.txt\n-r gone.txt\n', TARGET, {
      'base.txt': 'torch\n-r base.txt\n',
      'held.txt': 'torch<2.5\n',
    });
    expect(brief(found)).toEqual([
      ['torch', null, null, 'base.txt: line 1'],
      ['torch', '<2.5', null, 'held.txt: line 1'],
    ]);
    expect(found.notes).toEqual(['requirements.txt: line 3: gone.txt is not there, and was not read']);
  });

  it.each([
    ['python_version < "3.9"', 0],
    ['python_version >= "3.9"', 1],
    ["'3.9' <= python_version and sys_platform == 'linux'", 1],
    ['sys_platform == "win32" or platform_system == "Darwin"', 0],
    ['(python_full_version < "3.8") or platform_machine == "x86_64"', 1],
    ['platform_machine in "aarch64 arm64"', 0],
    ['platform_machine not in "aarch64 arm64"', 1],
    ['extra == "gpu"', 0],
  ])('counts a line whose marker is %s or not', async (marker, count) => {
    expect((await read(`tensorflow==2.12 ; ${marker}`)).wanted).toHaveLength(count);
  });

  it('takes the first of several where the Python is not known, and says so', async () => {
    const text = 'tensorflow==2.4 ; python_version < "3.9"\ntensorflow==2.12 ; python_version >= "3.9"\n';
    const found = await read(text, { ...TARGET, python: null });
    expect(brief(found)).toEqual([['tensorflow', '==2.4', null, 'requirements.txt: line 1']]);
    expect(found.notes[0]).toMatch(/^requirements\.txt: line 2: tensorflow depends on .* which is not known/);
  });

  it('says that the package onnxruntime uses no GPU', async () => {
    expect((await read('onnxruntime==1.20')).notes[0]).toContain('onnxruntime-gpu');
    expect((await read('onnxruntime-gpu==1.20')).notes).toEqual([]);
  });

  it('passes over folders, archives and repositories', async () => {
    expect(
      (await read('-e .\n.\n./here\ngit+https://github.com/a/b.git@v1#egg=b\nlocal/thing.tar.gz\n')).wanted,
    ).toEqual([]);
  });

  it.each(['this is prose, not a list', 'torch=2.1', 'torch>=two', 'torch == 2.1 && rm'])(
    'refuses %j with its line',
    async (line) => {
      await expect(read(`numpy\n${line}\n`)).rejects.toMatchObject({
        code: 'bad-requirements',
        exitCode: 2,
        message: expect.stringMatching(/^requirements\.txt:2: /) as string,
      });
    },
  );

  it('is not slowed by what is long or odd', async () => {
    const odd = [`torch==${'1.'.repeat(2000)}1`, `torch[${'a,'.repeat(3000)}]`, `# ${'\\'.repeat(5000)}`];
    for (const line of odd) await read(line).catch(() => {});
    const many = Array.from({ length: 5000 }, (_, at) => `package-${at}==${at}.0 ; python_version >= "3.8"`);
    const found = await read([...many, 'torch==2.1.0'].join('\n'));
    expect(brief(found)).toEqual([['torch', '==2.1.0', null, 'requirements.txt: line 5001']]);
  });
});
