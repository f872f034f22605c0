// A cold install of CUDA 11.8 from Debian's packages against apt-get download + dpkg-deb -x of the same packages, against
// decompressing the same payloads, and a second prefix from the store.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { debianMirror, freshRoot, minimalRoot } from './debian-root.mjs';
import { compare, measure } from './measure.mjs';
import { payloadShapes } from './payload-shapes.mjs';

/**
 * @param only names of the cases below; empty: all
 * @param cache folder that keeps downloads between runs; without it they are thrown away
 */
export async function* benchInstall(root, { runs, cache, only }) {
  const what = 'cold install of cuda11 (Debian 12 packages)';
  if (!existsSync('/usr/bin/apt-get')) {
    yield { what, goal: '< 1', skipped: 'no apt-get here' };
    return;
  }
  const work = mkdtempSync(join(tmpdir(), 'gpu-setup-bench-'));
  const cores = execFileSync('nproc', { encoding: 'utf8' }).trim();
  const binary = join(root, 'dist/gpu-setup-linux-x64');
  const env = {
    ...process.env,
    GPU_SETUP_HOME: join(work, 'home'),
    GPU_SETUP_CACHE: join(work, 'cache'),
    GPU_SETUP_CONFIG: join(work, 'config'),
  };
  const warm = { ...env, GPU_SETUP_CACHE: cache === undefined ? join(work, 'kept') : resolve(cache) };
  const node = [process.execPath, join(root, 'dist/main.js')];
  // A minimal image: dpkg-deb, a shell and what unpacks nothing, but no xz.
  const bare = join(work, 'bare');
  mkdirSync(bare);
  for (const name of ['sh', 'dpkg-deb', 'dpkg'])
    if (existsSync(join('/usr/bin', name))) symlinkSync(join('/usr/bin', name), join(bare, name));
  const install = (name, ...more) => [binary, ...order(name, ...more)];
  const order = (name, ...more) => [
    ...['install', 'cuda11', '--source', 'debian-bookworm', '--accept-license', '--json', '--name', name],
    ...more,
  ];
  try {
    const apt = aptFolder(work);
    const plan = execFileSync(binary, install('plan', '--dry-run').slice(1), { env, encoding: 'utf8' });
    const { packages } = JSON.parse(plan).plan;
    const names = packages.map((item) => `${item.name}=${item.version}`);
    const cold =
      (...more) =>
      async () => {
        for (const folder of ['home', 'cache', 'config'])
          rmSync(join(work, folder), { recursive: true, force: true });
        return measure(install('bench', ...more), { env, memory: true });
      };
    const peerName = '`apt-get update`, `download`, then `dpkg-deb -x`, as many at once as cores';
    const peer = async () => {
      rmSync(join(work, 'debs'), { recursive: true, force: true });
      rmSync(join(work, 'tree'), { recursive: true, force: true });
      rmSync(join(apt, 'lists'), { recursive: true, force: true });
      mkdirSync(join(work, 'debs'));
      mkdirSync(join(work, 'tree'));
      mkdirSync(join(apt, 'lists/partial'), { recursive: true });
      const unpack = `ls *.deb | xargs -P${cores} -I{} dpkg-deb -x {} ../tree`;
      const script = `apt-get -qq update && apt-get -qq download ${names.join(' ')} && ${unpack}`;
      return measure(['sh', '-c', script], {
        cwd: join(work, 'debs'),
        env: { ...process.env, APT_CONFIG: join(apt, 'apt.conf') },
      });
    };
    const decode = async () => {
      rmSync(join(work, 'debs'), { recursive: true, force: true });
      mkdirSync(join(work, 'debs'));
      for (const { sha256 } of packages)
        symlinkSync(
          join(warm.GPU_SETUP_CACHE, `apt/packages/${sha256}.deb`),
          join(work, `debs/${sha256}.deb`),
        );
      rmSync(join(work, 'tree'), { recursive: true, force: true });
      mkdirSync(join(work, 'tree'));
      const one = 'ar p {} data.tar.xz | xz -T1 -dc | dd of=../tree/{}.tar bs=1M status=none';
      return measure(['sh', '-c', `ls *.deb | xargs -P${cores} -I{} sh -c '${one}'`], {
        cwd: join(work, 'debs'),
      });
    };
    const fromCache =
      (more = [], { program = [binary], path = process.env.PATH } = {}) =>
      async () => {
        rmSync(join(work, 'home'), { recursive: true, force: true });
        return measure([...program, ...order('bench', ...more)], {
          env: { ...warm, PATH: path },
          memory: true,
        });
      };
    const decoding = {
      peerName: `decompressing the same payloads, ${cores} x \`xz -T1\`, to the same disk`,
      peer: decode,
    };
    const aptGet = (...args) =>
      measure(['apt-get', '-qq', ...args], {
        env: { ...process.env, APT_CONFIG: join(apt, 'apt.conf') },
      });
    const version = () => measure([binary, '--version'], { env });
    const debian = () => minimalRoot(work);
    const isRoot = process.getuid() === 0;
    const needsRoot = isRoot ? undefined : 'needs root';
    const needsDebian = isRoot && existsSync('/usr/bin/mmdebstrap') ? undefined : 'needs root and mmdebstrap';
    // Both from downloaded packages, into what was made anew; the copy of the root is not measured.
    const aptInstall = async () => {
      const folder = freshRoot(await debian());
      const script = 'mount -t proc proc "$0/proc" && exec chroot "$0" apt-get "$@"';
      const options = ['-qq', '-y', '--no-download', '--no-install-recommends'];
      return measure(
        ['unshare', '-m', 'sh', '-c', script, folder, ...options, 'install', 'nvidia-cuda-toolkit'],
        {
          env: {
            PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
            DEBIAN_FRONTEND: 'noninteractive',
            LC_ALL: 'C.UTF-8',
          },
        },
      );
    };
    const againstApt = (title, goal, more = {}) => ({
      what: `install from downloaded packages, default components${title}`,
      peerName:
        '`apt-get install --no-install-recommends nvidia-cuda-toolkit`, downloaded before, in a fresh Debian 12 root',
      goal,
      ours: fromCache([], more),
      peer: aptInstall,
      skipped: needsDebian,
      prepare: [debian, fromCache([], more)],
    });
    const copyOfPrefix = async (then = 'true') => {
      rmSync(join(work, 'copy'), { recursive: true, force: true });
      const argv = ['cp', '-a', join(work, 'home/generations/bench-1'), join(work, 'copy')];
      return measure(['sh', '-c', `"$@" && ${then}`, 'sh', ...argv]);
    };
    const copied = {
      what: 'second prefix from the store, by copies',
      goal: '<= 1.3',
      skipped: needsRoot,
      ours: () => {
        // As the peer's: what the copy before it had of memory is free again. New memory costs a virtual machine a multiple.
        for (const one of ['prefixes/copied', 'generations/copied-1'])
          rmSync(join(work, 'home', one), { recursive: true, force: true });
        return measure(apart(install('copied')), { env: warm, memory: true });
      },
      prepare: [fromCache()],
    };
    // A mount of its own: link() does not lead from one to another, so files are copied as between two disks.
    const apart = (argv) => [
      ...['unshare', '-m', 'sh', '-c', 'mount --bind "$0" "$0" && exec "$@"', join(work, 'home/store')],
      ...argv,
    ];
    const all = ['--with', 'static'];
    let again = 0;
    const cases = {
      defaults: {
        what: `${what}, default components`,
        peerName,
        goal: '<= 0.75',
        ours: cold(),
        peer,
      },
      cold: {
        what: `${what}, static libraries too`,
        peerName,
        goal: '<= 0.95',
        ours: cold(...all),
        peer,
      },
      wanted: {
        what: 'install from downloaded packages, default components',
        goal: '<= 0.6',
        ...decoding,
        prepare: [fromCache()],
        ours: fromCache(),
      },
      wasm: {
        what: 'install from downloaded packages, default components, on Node, WebAssembly alone',
        goal: '<= 0.9',
        ...decoding,
        prepare: [fromCache()],
        ours: fromCache([], { program: node, path: join(work, 'nowhere') }),
      },
      second: {
        what: 'second prefix from the store',
        peerName: 'install from downloaded packages',
        goal: '<= 0.03',
        ours: () => measure(install(`again${again++}`), { env: warm, memory: true }),
        peer: fromCache(),
        prepare: [fromCache()],
      },
      apt: againstApt('', '<= 0.4'),
      'apt-bare': againstApt(', no xz program', '<= 0.5', { path: bare }),
      'apt-node': againstApt(', on Node', '<= 0.5', { program: node }),
      'apt-node-bare': againstApt(', on Node, no xz program', '<= 0.5', { program: node, path: bare }),
      'second-link': {
        what: 'second prefix from the store, by links',
        peerName: '`cp -a` of the first',
        goal: '< 1',
        ours: () => measure(install(`linked${again++}`), { env: warm, memory: true }),
        peer: () => copyOfPrefix(),
        prepare: [fromCache()],
      },
      'second-copy': { ...copied, peerName: '`cp -a` of the first', peer: () => copyOfPrefix() },
      // A prefix is on the disk before its name is there; what cp has copied is not yet.
      'second-copy-synced': {
        ...copied,
        peerName: '`cp -a` of the first, and `sync`',
        peer: () => copyOfPrefix('sync'),
      },
      ...payloadShapes(work, binary),
      verify: {
        what: '`verify` of a prefix',
        peerName: '`sha256sum` of the same files',
        goal: '<= 0.6',
        ours: () => measure([binary, 'verify', 'bench'], { env: warm, memory: true }),
        peer: () =>
          measure([
            'sh',
            '-c',
            // Each file once: links inside of a prefix lead to its own folders.
            `find "$0" -type f -print0 | xargs -0 sha256sum`,
            join(work, 'home/generations/bench-1'),
          ]),
        prepare: [fromCache()],
      },
      indexes: {
        what: 'plan from indexes of 60,000 packages, cached',
        peerName: '`apt-get -s install` from the same indexes',
        goal: '<= 0.5',
        ours: () => measure(install('plan', '--dry-run'), { env: warm, memory: true }),
        peer: () => aptGet('-s', 'install', 'nvidia-cuda-toolkit'),
        prepare: [() => aptGet('update'), () => measure(install('plan', '--dry-run'), { env: warm })],
        times: 9,
      },
      use: {
        what: '`run -- true` in a prefix',
        peerName: '`--version`',
        goal: '<= 2',
        ours: () => measure([binary, 'run', 'bench', '--', 'true'], { env: warm }),
        peer: version,
        prepare: [fromCache()],
        times: 15,
      },
      env: {
        what: '`env` of a prefix',
        peerName: '`--version`',
        goal: '<= 2',
        ours: () => measure([binary, 'env', 'bench'], { env: warm }),
        peer: version,
        prepare: [fromCache()],
        times: 15,
      },
    };
    for (const [name, one] of Object.entries(cases)) {
      const { ours, peer: other, prepare = [], finish = () => {}, times = runs, ...row } = one;
      if (only.length > 0 && !only.includes(name)) continue;
      if (row.skipped !== undefined) {
        yield row;
        continue;
      }
      process.stderr.write(`bench: install, ${name}\n`);
      try {
        for (const step of prepare) await step();
        yield { ...row, ...(await compare(ours, other, times, times > runs ? 2 : 0)) };
      } finally {
        await finish();
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

// An apt of its own: the host's mirror with the components that hold CUDA, nothing of /var/lib/apt.
function aptFolder(work) {
  const apt = join(work, 'apt');
  for (const folder of ['lists/partial', 'archives/partial', 'empty'])
    mkdirSync(join(apt, folder), { recursive: true });
  const uri = debianMirror();
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
