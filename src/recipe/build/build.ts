/** Builds what a recipe says: source, script, judgement of the result, and a folder of its own in the home. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import type { AptContext } from '../../apt/context.ts';
import type { Source } from '../../apt/types.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { runProcess } from '../../base/processes/run-process.ts';
import type { BuildRecord, SourceRecord } from '../../machine/records/build-record.ts';
import { cpuFeatures, type CpuFeatures } from '../../machine/cpu-features.ts';
import { explainFull, requireSpace } from '../../base/files/disk-space.ts';
import { applyEnvironment, environmentOf } from '../../prefix/use/environment.ts';
import { isOwnCompiler, SYSROOT_NOTE } from '../../prefix/use/host-compiler.ts';
import { prepareHome } from '../../prefix/home/home-folder.ts';
import { lockHome } from '../../prefix/home/home-lock.ts';
import { BuildLog } from './build-log.ts';
import { buildsOf, LOG, makeCurrent, publishBuild, stageBuild } from '../../prefix/home/builds.ts';
import { buildFailed } from './build-failed.ts';
import type { BuildRequest } from './build-request.ts';
import { judgeProgram } from './judge-program.ts';
import { writeRecipeFiles } from '../recipe-files.ts';
import { cleanEnvironment } from '../../base/processes/clean-environment.ts';
import { runScript } from '../scripts/runner.ts';
import type { JsonValue } from '../../base/json.ts';
import type { FetchedSource, ScriptData } from '../scripts/contract.ts';
import { fetchSource } from '../source/fetch.ts';
import type { Trust } from '../consent.ts';
import { requireTrust } from '../trust.ts';
import { makeWorkFolder } from '../../base/files/work-folder.ts';

export interface BuildContext {
  home: string;
  env: Readonly<Record<string, string | undefined>>;
  apt: AptContext;
  sources: ReadonlyMap<string, Source>;
  signal: AbortSignal;
  trust: Trust;
  /** Every line that the build prints. */
  onLine?(line: string): void;
  /** Other homes whose prefixes may stand in the caller's environment. */
  homes: readonly string[];
  /** How this program is started; for tests. */
  self?: readonly [string, ...string[]];
}

/**
 * @throws GpuSetupError `build-failed` with `details.diagnoses`, `details.log` and `details.firstError`;
 *   `build-incomplete` where the result is not what was asked for; `recipe-not-trusted`; and what sources, disk and scripts throw
 */
export async function build(
  request: BuildRequest,
  context: BuildContext,
): Promise<{ status: 'built' | 'reused'; record: BuildRecord }> {
  const { home, signal } = context;
  await requireTrust(request.recipe, context.trust);
  await prepareHome(home);
  const work = await makeWorkFolder(home);
  try {
    await checkSpace(work, request, context);
    const files = await folder(work, 'recipe');
    await writeRecipeFiles(request.recipe.files, files);
    const fixed = await inputsOf(request);
    const earlier = await buildsOf(home, request.recipe.name);
    // A user's own source is read first: it may have changed.
    if (request.choice.kind === 'recipe') {
      const same = earlier.find((one) => one.request === fixed.digest && one.source.passedOver.length === 0);
      if (same !== undefined) return await reuse(same, context);
    }
    const source = await fetchSource(request.choice, { ...context, work, notice: noticeIn(context) });
    const same = earlier.find(
      (one) => one.request === fixed.digest && one.source.sha256 === source.record.sha256,
    );
    if (same !== undefined) return await reuse(same, context);
    return { status: 'built', record: await make(request, context, { work, files, fixed, ...source }) };
  } catch (error) {
    signal.throwIfAborted();
    throw await explainFull(error, work, request.recipe.build.diskMegabytes * 1e6);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Inputs {
  digest: string;
  generation: string | null;
  compiler: BuildRecord['compiler'];
  cpu: CpuFeatures;
}

async function inputsOf(request: BuildRequest): Promise<Inputs> {
  const { recipe, choice, prefix, gxx, architectures } = request;
  const generation = prefix === null ? null : basename(await realpath(prefix.path));
  const compiler = gxx === null ? null : { path: gxx, version: await versionOf(gxx) };
  const cpu = cpuFeatures(await readFile('/proc/cpuinfo', 'utf8').catch(() => null));
  const decisive = {
    script: recipe.files.digest,
    sources: choice.kind === 'recipe' ? choice.sources : 'user',
    prefix: prefix === null ? null : { path: prefix.path, generation },
    architectures,
    compiler,
    cpu,
    needs: recipe.build.needs,
    index: request.indexUrl ?? null,
  };
  const digest = createHash('sha256').update(JSON.stringify(decisive)).digest('hex');
  return { digest, generation, compiler, cpu };
}

async function versionOf(gxx: string): Promise<string> {
  const { stdout } = await runProcess([gxx, '-dumpfullversion', '-dumpversion'], { timeoutMs: 10_000 });
  return stdout.trim() || 'unknown';
}

async function reuse(
  record: BuildRecord,
  context: BuildContext,
): Promise<{ status: 'reused'; record: BuildRecord }> {
  const lock = await lockHome(context.home, {
    what: `build ${record.recipe}`,
    ...context.apt,
  });
  try {
    await makeCurrent(context.home, record, lock);
  } finally {
    await lock.release();
  }
  return { status: 'reused', record };
}

interface Prepared {
  work: string;
  files: string;
  fixed: Inputs;
  path: string;
  record: SourceRecord;
}

async function make(request: BuildRequest, context: BuildContext, prepared: Prepared): Promise<BuildRecord> {
  const { recipe, prefix } = request;
  const { home } = context;
  const { work, fixed } = prepared;
  const startedAt = Date.now();
  // Said before it fails for what the sysroot leaves out: a library of this host.
  if (prefix !== null && request.gxx !== null && isOwnCompiler(prefix.path, request.gxx)) {
    const text = `the compiler of the prefix ${prefix.name} ${SYSROOT_NOTE}`;
    context.apt.emit({ type: 'notice', level: 'info', text });
  }
  const stage = await stageBuild(home, recipe.name);
  try {
    const details = await runBuildScript(request, context, prepared, stage);
    const program = join(stage, programOf(details));
    const judged = await judgeProgram(program, request);
    await copyFile(join(work, LOG), join(stage, LOG));
    context.signal.throwIfAborted();
    const lock = await lockHome(home, { what: `build ${recipe.name}`, ...context.apt });
    try {
      return await publishBuild(
        home,
        stage,
        {
          schema: 'gpu-setup/build@1',
          recipe: recipe.name,
          program: { path: program, sha256: judged.sha256 },
          builtAt: new Date().toISOString(),
          seconds: Math.round((Date.now() - startedAt) / 100) / 10,
          source: prepared.record,
          prefix: prefix === null ? null : { ...prefix, generation: fixed.generation! },
          gpu: { asked: request.architectures, assumed: request.assumed, ...judged.gpuCode },
          compiler: fixed.compiler,
          cpu: fixed.cpu,
          libraries: judged.libraries,
          details,
          request: fixed.digest,
        },
        lock,
      );
    } finally {
      await lock.release();
    }
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function runBuildScript(
  request: BuildRequest,
  context: BuildContext,
  { work, files, fixed, path, record }: Prepared,
  out: string,
): Promise<JsonValue> {
  const { recipe, prefix } = request;
  const fetched: FetchedSource = { path, kind: record.kind, title: record.title };
  const cleaned = cleanEnvironment(context.env, join(work, 'tmp'));
  const data: ScriptData = {
    prefix,
    environment:
      prefix === null
        ? cleaned
        : applyEnvironment(cleaned, await environmentOf(prefix.path, cleaned, context.homes)),
    paths: { work, out, recipe: files },
    cores: availableParallelism(),
    gpu:
      request.architectures[0] === undefined
        ? null
        : { computeCapability: request.architectures[0], assumed: request.assumed },
    cpu: fixed.cpu,
    options: { architectures: request.architectures, indexUrl: request.indexUrl },
    compiler: request.gxx === null ? null : { gxx: request.gxx },
  };
  const log = new BuildLog(createWriteStream(join(work, LOG)), context.onLine);
  const task = progressOf(recipe.name, context);
  try {
    const result = await runScript({
      script: join(files, 'build.mjs'),
      data,
      timeoutMs: recipe.build.timeLimitMinutes * 60_000,
      signal: context.signal,
      onOutput: (chunk) => log.write(chunk),
      onLog: (text) => {
        log.write(Buffer.from(`${text}\n`));
        context.apt.emit({ type: 'notice', level: 'info', text });
      },
      onProgress: task.progress,
      fetchSource: async () => fetched,
      ...(context.self === undefined ? {} : { self: context.self }),
    });
    task.end('done');
    await log.close();
    return result;
  } catch (error) {
    task.end('failed');
    await log.close();
    context.signal.throwIfAborted();
    throw await buildFailed(error, recipe.name, context.home, join(work, LOG), {
      signal: context.signal,
      emit: context.apt.emit,
    });
  }
}

function progressOf(
  name: string,
  { apt }: BuildContext,
): { progress(done: number, total: number): void; end(outcome: 'done' | 'failed'): void } {
  const id = `build:${name}`;
  let started = false;
  return {
    progress: (done, total) => {
      if (!started) apt.emit({ type: 'start', id, title: `Compiling ${name}`, total, unit: 'files' });
      started = true;
      apt.emit({ type: 'progress', id, done });
    },
    end: (outcome) => {
      if (started) apt.emit({ type: 'end', id, outcome });
    },
  };
}

function programOf(details: JsonValue): string {
  const program = (details as { program?: unknown } | null)?.program;
  if (typeof program === 'string' && /^[\w.+-]+$/.test(program)) return program;
  throw new GpuSetupError('bad-script', 'the build script names no program among its results');
}

async function checkSpace(work: string, { recipe }: BuildRequest, { apt }: BuildContext): Promise<void> {
  const bytes = recipe.build.diskMegabytes * 1e6;
  await requireSpace({ folder: work, bytes, bytesAtMost: bytes, files: 2000 }, apt.emit);
}

async function folder(parent: string, name: string): Promise<string> {
  const path = join(parent, name);
  await mkdir(path);
  return path;
}

function noticeIn({ apt }: BuildContext): (level: 'info' | 'warning', text: string) => void {
  return (level, text) => apt.emit({ type: 'notice', level, text });
}
