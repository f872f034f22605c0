// A cold install of CUDA 11.8 from Debian's packages against apt-get download + dpkg-deb -x of the same packages, against
// decompressing the same payloads, and a second prefix from the store.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, measure } from './measure.mjs';

/** @param only names of the cases below; empty: all */
export async function benchInstall(root, { runs, only }) {
  const what = 'cold install of cuda11 (Debian 12 packages)';
  if (!existsSync('/usr/bin/apt-get')) return [{ what, goal: '< 1', skipped: 'no apt-get here' }];
  const work = mkdtempSync(join(tmpdir(), 'gpu-setup-bench-'));
  const cores = execFileSync('nproc', { encoding: 'utf8' }).trim();
  const binary = join(root, 'dist/gpu-setup-linux-x64');
  const env = {
    ...process.env,
    GPU_SETUP_HOME: join(work, 'home'),
    GPU_SETUP_CACHE: join(work, 'cache'),
    GPU_SETUP_CONFIG: join(work, 'config'),
  };
  const install = (name, ...more) => [
    ...[
      binary,
      'install',
      'cuda11',
      '--source',
      'debian-bookworm',
      '--accept-license',
      '--json',
      '--name',
      name,
    ],
    ...more,
  ];
  try {
    const apt = aptFolder(work);
    const plan = execFileSync(binary, install('plan', '--dry-run').slice(1), { env, encoding: 'utf8' });
    const names = JSON.parse(plan).plan.packages.map((item) => `${item.name}=${item.version}`);
    const cold =
      (...more) =>
      async () => {
        for (const folder of ['home', 'cache', 'config'])
          rmSync(join(work, folder), { recursive: true, force: true });
        return measure(install('bench', ...more), { env, memory: true });
      };
    const peer = (unpack) => async () => {
      rmSync(join(work, 'debs'), { recursive: true, force: true });
      rmSync(join(work, 'tree'), { recursive: true, force: true });
      rmSync(join(apt, 'lists'), { recursive: true, force: true });
      mkdirSync(join(work, 'debs'));
      mkdirSync(join(work, 'tree'));
      mkdirSync(join(apt, 'lists/partial'), { recursive: true });
      const script = `apt-get -qq update && apt-get -qq download ${names.join(' ')} && ${unpack}`;
      return measure(['sh', '-c', script], {
        cwd: join(work, 'debs'),
        env: { ...process.env, APT_CONFIG: join(apt, 'apt.conf') },
      });
    };
    const decode = () => {
      rmSync(join(work, 'tree'), { recursive: true, force: true });
      mkdirSync(join(work, 'tree'));
      const one = 'ar p {} data.tar.xz | xz -T1 -dc | dd of=../tree/{}.tar bs=1M status=none';
      return measure(['sh', '-c', `ls *.deb | xargs -P${cores} -I{} sh -c '${one}'`], {
        cwd: join(work, 'debs'),
      });
    };
    const fromCache =
      (...more) =>
      async () => {
        rmSync(join(work, 'home'), { recursive: true, force: true });
        return measure(install('bench', ...more), { env, memory: true });
      };
    const version = () => measure([binary, '--version'], { env });
    const all = ['--with', 'static'];
    let again = 0;
    const cases = {
      cold: {
        what: `${what}, static libraries too`,
        peerName: '`apt-get update`, `download`, then `dpkg-deb -x`, as many at once as cores',
        goal: '< 1',
        ours: cold(...all),
        peer: peer(`ls *.deb | xargs -P${cores} -I{} dpkg-deb -x {} ../tree`),
      },
      serial: {
        what: `${what}, static libraries too`,
        peerName: 'the same, one package after the other, one thread',
        goal: '<= 0.7',
        ours: cold(...all),
        peer: peer('for d in *.deb; do ar p "$d" data.tar.xz | xz -T1 -dc | tar -x -C ../tree; done'),
      },
      decode: {
        what: 'install from downloaded packages, static libraries too',
        peerName: `decompressing the same payloads, ${cores} x \`xz -T1\`, to the same disk`,
        goal: '<= 1.3',
        prepare: [peer('true'), cold(...all)],
        ours: fromCache(...all),
        peer: decode,
      },
      wanted: {
        what: 'install from downloaded packages, default components',
        peerName: `decompressing the same payloads, ${cores} x \`xz -T1\`, to the same disk`,
        goal: '<= 0.7',
        prepare: [peer('true'), cold()],
        ours: fromCache(),
        peer: decode,
      },
      second: {
        what: 'second prefix from the store',
        peerName: 'install from downloaded packages',
        goal: '<= 0.05',
        ours: () => measure(install(`again${again++}`), { env, memory: true }),
        peer: fromCache(),
        prepare: [cold()],
      },
      use: {
        what: '`run -- true` in a prefix',
        peerName: '`--version`',
        goal: '<= 2',
        ours: () => measure([binary, 'run', 'bench', '--', 'true'], { env }),
        peer: version,
        prepare: [fromCache()],
        times: 15,
      },
      env: {
        what: '`env` of a prefix',
        peerName: '`--version`',
        goal: '<= 2',
        ours: () => measure([binary, 'env', 'bench'], { env }),
        peer: version,
        prepare: [fromCache()],
        times: 15,
      },
    };
    const rows = [];
    for (const [name, { ours, peer: other, prepare = [], times = runs, ...row }] of Object.entries(cases)) {
      if (only.length > 0 && !only.includes(name)) continue;
      process.stderr.write(`bench: install, ${name}\n`);
      for (const step of prepare) await step();
      rows.push({ ...row, ...(await compare(ours, other, times, times > runs ? 2 : 0)) });
    }
    return rows;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

// An apt of its own: the host's mirror with the components that hold CUDA, nothing of /var/lib/apt.
function aptFolder(work) {
  const apt = join(work, 'apt');
  for (const folder of ['lists/partial', 'archives/partial', 'empty'])
    mkdirSync(join(apt, folder), { recursive: true });
  const files = readdirSync('/etc/apt/sources.list.d').map((name) => join('/etc/apt/sources.list.d', name));
  const text = [...files, '/etc/apt/sources.list']
    .filter(existsSync)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n\n');
  const uri =
    /^URIs:\s*(\S+\/debian)\/?\s*$/m.exec(text)?.[1] ??
    /^deb\s+(?:\[[^\]]*\]\s+)?(\S+\/debian)\/?\s/m.exec(text)?.[1];
  if (!uri) throw new Error('this host names no Debian mirror');
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(
    join(apt, 'sources.list'),
    `deb [signed-by=${keyring}] ${uri} bookworm main contrib non-free\n`,
  );
  writeFileSync(
    join(apt, 'apt.conf'),
    [
      `Dir::Etc::SourceList "${join(apt, 'sources.list')}";`,
      `Dir::Etc::SourceParts "${join(apt, 'empty')}";`,
      `Dir::State::Lists "${join(apt, 'lists')}";`,
      `Dir::Cache "${join(apt, 'archives')}";`,
      'APT::Sandbox::User "root";',
      'Acquire::Languages "none";',
      '',
    ].join('\n'),
  );
  return apt;
}
