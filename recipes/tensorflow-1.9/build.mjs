// A virtual environment with TensorFlow 1.9 and what it needs today: out/venv, and out/python, which starts its Python with
// the libraries of the prefix. What is built is moved afterwards, so no file in it may name its own folder.
import { access, chmod, constants, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

const LOOK_SECONDS = 20;
const INSTALL_MINUTES = 40;

export default async (ctx) => {
  const { python: wanted, requirements } = JSON.parse(
    await readFile(join(ctx.paths.recipe, 'requirements.json'), 'utf8'),
  );
  const python = await findPython(wanted, ctx);
  ctx.log(`Python ${python.version}: ${python.path}`);
  const venv = join(ctx.paths.out, 'venv');
  await ctx.$({ timeout: '2m' })`${python.path} -m venv ${venv}`;
  await install(venv, requirements, ctx);
  const inside = join(venv, 'bin/python');
  await ctx.$({ timeout: '1m' })`${inside} -m pip --disable-pip-version-check check`;
  const frozen = await ctx.$({
    timeout: '1m',
    quiet: true,
  })`${inside} -m pip --disable-pip-version-check freeze --all`;
  await makeMovable(venv);
  await writeLauncher(ctx);
  return {
    program: 'python',
    python: python.version,
    packages: frozen.stdout.split('\n').filter((line) => line.includes('==')),
    notes: ['pip took the packages as its index gives them: no digests are known for them'],
  };
};

/** The first Python of this version that starts and can make environments. */
async function findPython(version, ctx) {
  const broken = [];
  for (const path of await candidates(version, ctx.environment)) {
    // Shims of pyenv are there for every version, and fail for those that are not chosen.
    const code = 'import sys; print("%d.%d.%d" % sys.version_info[:3]); import venv, ensurepip';
    const looked = await ctx.$({
      nothrow: true,
      quiet: true,
      timeout: `${LOOK_SECONDS}s`,
    })`${path} -c ${code}`;
    const found = /^\d+\.\d+\.\d+$/m.exec(looked.stdout)?.[0];
    if (found === undefined || !found.startsWith(`${version}.`)) continue;
    if (looked.exitCode === 0) return { path, version: found };
    broken.push(path);
  }
  if (broken[0] !== undefined) {
    return ctx.fail(
      'python-without-venv',
      `${broken[0]} cannot make virtual environments: its module venv or ensurepip is missing`,
      `sudo apt install python${version}-venv`,
    );
  }
  return ctx.fail('python-missing', `there is no Python ${version} here`, await whereToGet(version));
}

async function candidates(version, env) {
  const program = `python${version}`;
  const onPath = (env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const usual = ['/usr/bin', '/usr/local/bin', `/opt/python${version}/bin`];
  const home = env.HOME;
  const homes = home === undefined ? [] : [home];
  const conda = [...homes, '/opt'].flatMap((base) =>
    ['miniconda3', 'anaconda3', 'miniforge3', 'mambaforge', 'conda', '.conda'].map((name) =>
      join(base, name),
    ),
  );
  const environments = (
    await Promise.all(conda.map(async (base) => [base, ...(await children(join(base, 'envs')))]))
  ).flat();
  const pyenv = (
    await Promise.all(
      [...homes.map((base) => join(base, '.pyenv')), '/opt/pyenv'].map((base) =>
        children(join(base, 'versions')),
      ),
    )
  ).flat();
  const folders = [...onPath, ...usual, ...[...pyenv, ...environments].map((base) => join(base, 'bin'))];
  const paths = [...new Set(folders.map((folder) => join(folder, program)))];
  const there = await Promise.all(paths.map((path) => access(path, constants.X_OK).then(() => true, () => false))); // prettier-ignore
  return paths.filter((_, at) => there[at]);
}

async function children(folder) {
  const names = await readdir(folder).catch(() => []);
  return names.sort().map((name) => join(folder, name));
}

/** In the words of this distribution. */
async function whereToGet(version) {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (name) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  const conda = `conda create -n py36 python=${version}   (found in ~/miniconda3, ~/anaconda3, ~/miniforge3, /opt/conda)`;
  const pyenv = `pyenv install ${version}   (found in ~/.pyenv)`;
  if (field('ID') === 'ubuntu' && field('VERSION_ID') === '18.04') {
    return `sudo apt install python${version} python${version}-venv`;
  }
  const title = field('PRETTY_NAME') || 'this distribution';
  return `${title} has no Python ${version} of its own; install one beside it, then run this again:\n  ${conda}\n  ${pyenv}`;
}

async function install(venv, requirements, ctx) {
  const list = join(ctx.paths.work, 'requirements.txt');
  await writeFile(list, requirements.map((one) => `${one.package}${one.pin}\n`).join(''));
  const index = ctx.options.indexUrl;
  // Through the environment: an address may hold a password, and command lines are printed. One index that is named is
  // the only one: what a configuration file adds might hold a package of the same name.
  const env = {
    ...ctx.environment,
    ...(typeof index === 'string' ? { PIP_INDEX_URL: index, PIP_CONFIG_FILE: '/dev/null' } : {}),
  };
  const done = await ctx.$({
    env,
    nothrow: true,
    timeout: `${INSTALL_MINUTES}m`,
  })`${join(venv, 'bin/python')} -m pip --disable-pip-version-check --no-cache-dir --no-input --timeout 60 --retries 2 install --prefer-binary -r ${list}`;
  if (done.exitCode === 0) return;
  const said = `${done.stdout}\n${done.stderr}`;
  if (
    /Failed to establish a new connection|Max retries exceeded|Read timed out|ProxyError|Temporary failure/.test(
      said,
    )
  ) {
    ctx.fail(
      'index-unreachable',
      'pip does not reach its package index',
      'name one that is reached: --index-url https://HOST/simple; behind a proxy set https_proxy',
    );
  }
  const missing = /No matching distribution found for (\S+)/.exec(said)?.[1];
  if (missing !== undefined) {
    ctx.fail(
      'package-missing',
      `the package index has no ${missing} for this Python and machine`,
      'name a full index with --index-url; old releases are missing in some mirrors',
    );
  }
  ctx.fail('pip-failed', `pip ended with exit code ${done.exitCode}`);
}

/** Programs in bin/ begin with the path of their Python; activate scripts hold the path of the environment. */
async function makeMovable(venv) {
  const bin = join(venv, 'bin');
  for (const name of await readdir(bin)) {
    const path = join(bin, name);
    if (/^activate/i.test(name)) {
      await rm(path);
      continue;
    }
    const bytes = await readFile(path);
    if (bytes.toString('latin1', 0, 2 + bin.length) !== `#!${bin}`) continue;
    const text = bytes.toString('utf8');
    // sh runs the second line; Python sees a string in it.
    const start = `#!/bin/sh\n'''exec' "$(dirname "$(readlink -f "$0")")/python" "$0" "$@"\n' '''\n`;
    await writeFile(path, start + text.slice(text.indexOf('\n') + 1));
  }
}

async function writeLauncher(ctx) {
  const path = join(ctx.paths.out, 'python');
  const libraries =
    ctx.prefix === null
      ? []
      : [
          `LD_LIBRARY_PATH=${quoted(join(ctx.prefix.path, 'lib64'))}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}`,
          'export LD_LIBRARY_PATH',
        ];
  const lines = [
    '#!/bin/sh',
    ...libraries,
    'exec "$(dirname "$(readlink -f "$0")")/venv/bin/python" "$@"',
    '',
  ];
  await writeFile(path, lines.join('\n'));
  await chmod(path, 0o755);
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
