// Builds darknet, AlexeyAB's or pjreddie's, without changing a byte of it: everything goes through variables on make's
// command line. The flags are those of the Makefile itself (make prints them), with the prefix in place of
// /usr/local/cuda: a variable on the command line takes the place of all that the Makefile would add to it.
import { access, cp, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Of a build without GPU, what is not asked for must be switched off by name: the user's Makefile may say otherwise. */
const OFF = { GPU: 0, CUDNN: 0, CUDNN_HALF: 0, OPENCV: 0, AVX: 0, OPENMP: 0, LIBSO: 0, DEBUG: 0 };

export default async (ctx) => {
  const source = await ctx.fetchSource();
  const make = await readMakefile(source.path, ctx);
  const choice = await choose(source.path, make, ctx);
  const switches = { ...OFF, ...choice.switches };
  const variables = { ...switches, ...(await flags(source.path, switches, choice, ctx)) };
  const words = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  for (const note of choice.notes) ctx.log(note);

  if (ctx.prefix !== null) await tryCompiler(variables, ctx);

  // What was built before with other options would be taken as it is.
  await ctx.$({ cwd: source.path, nothrow: true, quiet: true })`make clean ${words}`;
  await compile(source.path, words, ctx);
  await keep(source.path, ctx.paths.out);
  return {
    program: 'darknet',
    source: source.title,
    features: {
      gpu: choice.switches.GPU === 1,
      cudnn: choice.switches.CUDNN === 1,
      cudnnHalf: choice.switches.CUDNN_HALF === 1,
      openmp: choice.switches.OPENMP === 1,
      avx: choice.switches.AVX === 1,
    },
    architectures: choice.architectures,
    variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])),
    notes: choice.notes,
  };
};

async function readMakefile(folder, ctx) {
  try {
    return await readFile(join(folder, 'Makefile'), 'utf8');
  } catch {
    return ctx.fail(
      'not-darknet',
      'the source has no Makefile: it is no darknet',
      'name the folder of a darknet with --source',
    );
  }
}

/** Which switches: what the CPU, the GPU, the prefix and the source have in common. */
async function choose(folder, makefile, ctx) {
  const knows = (name) => new RegExp(`\\(${name}\\)`).test(makefile);
  const notes = [];
  const switches = { OPENMP: 1 };
  if (ctx.cpu.avx && ctx.cpu.avx2 && knows('AVX')) switches.AVX = 1;
  if (ctx.prefix === null) return { switches, architectures: [], notes };

  switches.GPU = 1;
  const architectures = await codeFor(ctx.options.architectures, ctx, notes);
  const header = join(ctx.prefix.path, 'include/cudnn.h');
  if (ctx.prefix.cudnn !== null && (await isThere(header))) {
    if (Number.parseInt(ctx.prefix.cudnn, 10) >= 8 && !(await knowsCudnn8(folder))) {
      notes.push(
        `this darknet knows cuDNN up to 7 and the prefix has ${ctx.prefix.cudnn}: built without cuDNN`,
      );
    } else switches.CUDNN = 1;
  } else notes.push('the prefix has no cuDNN: built without it');
  const tensorCores = ctx.options.architectures.every((capability) => Number.parseFloat(capability) >= 7);
  if (switches.CUDNN === 1 && tensorCores && knows('CUDNN_HALF')) switches.CUDNN_HALF = 1;
  return { switches, architectures, notes };
}

/** cuDNN 8 dropped cudnnGetConvolutionForwardAlgorithm; whoever knows it calls the one that ends in _v7. */
async function knowsCudnn8(folder) {
  const text = await readFile(join(folder, 'src/convolutional_layer.c'), 'utf8').catch(() => '');
  return /cudnnGetConvolutionForwardAlgorithm_v7\b/.test(text);
}

/**
 * What nvcc is to make for each compute capability: machine code, and PTX for newer GPUs. One that is newer than the
 * toolkit gets the newest PTX there is, which its driver compiles.
 */
async function codeFor(capabilities, ctx, notes) {
  const help = await ctx.$({ quiet: true })`${join(ctx.prefix.path, 'bin/nvcc')} --help`;
  const known = [
    ...new Set([...help.stdout.matchAll(/\bcompute_(\d{2,3})\b/g)].map((match) => Number(match[1]))),
  ];
  const newest = Math.max(...known);
  const result = capabilities.map((capability) => {
    const wanted = Number(capability.replace('.', ''));
    if (known.length === 0 || known.includes(wanted) || wanted < newest)
      return { machine: wanted, ptx: wanted };
    const sameMajor = known.filter(
      (one) => one <= wanted && Math.floor(one / 10) === Math.floor(wanted / 10),
    );
    notes.push(
      `CUDA ${ctx.prefix.cuda} makes no code of its own for compute capability ${capability}: ` +
        (sameMajor.length > 0
          ? `code for ${Math.max(...sameMajor) / 10} runs there`
          : `the driver compiles code for ${newest / 10} at the first start`),
    );
    return sameMajor.length > 0
      ? { machine: Math.max(...sameMajor), ptx: Math.max(...sameMajor) }
      : { machine: newest, ptx: newest };
  });
  return result.filter((one, at) => result.findIndex((other) => other.machine === one.machine) === at);
}

/** Variables that hold paths and flags, from the Makefile's own. */
async function flags(folder, switches, choice, ctx) {
  const words = Object.entries(switches).map(([name, value]) => `${name}=${value}`);
  // -q ends with 1 where something is to be done.
  const printed = await ctx.$({ cwd: folder, nothrow: true, quiet: true })`make -npq ${words}`;
  const own = (name) => new RegExp(`^${name} :?= (.*)$`, 'm').exec(printed.stdout)?.[1]?.trim() ?? '';
  const cflags = withoutForeign(own('CFLAGS'), ctx.cpu);
  if (ctx.prefix === null) return { CFLAGS: cflags };

  // A path without spaces, whatever the prefix is called: neither make nor nvcc's --compiler-options can quote them.
  const cuda = join(ctx.paths.work, 'cuda');
  await symlink(ctx.prefix.path, cuda);
  const here = (text) => text.replaceAll('/usr/local/cudnn', cuda).replaceAll('/usr/local/cuda', cuda);
  const { gxx } = ctx.compiler;
  const gcc = join(dirname(gxx), basename(gxx).replace('g++', 'gcc'));
  return {
    ARCH: choice.architectures
      .map(({ machine, ptx }) => `-gencode arch=compute_${ptx},code=[sm_${machine},compute_${ptx}]`)
      .join(' '),
    NVCC: join(cuda, 'bin/nvcc'),
    CC: (await isThere(gcc)) ? gcc : own('CC'),
    CPP: [gxx, ...own('CPP').split(/\s+/).slice(1)].join(' '),
    COMMON: `${here(own('COMMON'))} -I${cuda}/include`,
    CFLAGS: here(cflags),
    // The folder of stubs comes last: it serves -lcuda where there is no driver, as every library it names is elsewhere
    // too. DT_RPATH and not DT_RUNPATH: it also serves the libraries that the prefix's own libraries need.
    LDFLAGS: `-L${cuda}/lib64 ${here(own('LDFLAGS'))} -L${cuda}/lib64/stubs -Wl,--disable-new-dtags -Xlinker -rpath -Xlinker ${forMake(`${ctx.prefix.path}/lib64`)}`,
  };
}

/** Instruction sets that the Makefile names and this CPU lacks: AVX=1 brings AMD's SSE4a. */
function withoutForeign(cflags, cpu) {
  return cpu.sse4a ? cflags : cflags.replace(/\s-msse4a\b/, '');
}

/** A word of a shell command in a variable of make. */
function forMake(text) {
  return `'${text.replaceAll("'", "'\\''")}'`.replaceAll('$', '$$$$');
}

/** An architecture that nvcc dropped, or a compiler that it refuses, shows at once, and not after all the C files. */
async function tryCompiler({ NVCC, ARCH }, ctx) {
  const probe = join(ctx.paths.work, 'probe.cu');
  await writeFile(probe, '__global__ void probe() {}\n');
  await ctx.$`${NVCC} ${ARCH.split(' ')} -c ${probe} -o ${`${probe}.o`}`;
}

async function compile(folder, words, ctx) {
  const planned = await ctx.$({ cwd: folder, nothrow: true, quiet: true })`make -n ${words}`;
  const compiles = (text) => text.split('\n').filter((line) => / -c /.test(line)).length;
  const total = compiles(planned.stdout);
  let done = 0;
  const making = ctx.$({ cwd: folder })`make -j${ctx.cores} ${words}`;
  making.stdout.on('data', (chunk) => {
    done += compiles(chunk.toString());
    ctx.progress(Math.min(done, total), total);
  });
  await making;
}

/** The program, and what it reads at run time. */
async function keep(folder, out) {
  await cp(join(folder, 'darknet'), join(out, 'darknet'));
  for (const part of ['cfg', 'data/labels']) {
    if (await isThere(join(folder, part))) await cp(join(folder, part), join(out, part), { recursive: true });
  }
  for (const name of await readdir(folder)) {
    if (/^LICENSE/.test(name)) await cp(join(folder, name), join(out, name));
  }
}

async function isThere(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
