/** scripts/gpu-check.sh with an nvidia-smi and an nvcc that are shell scripts: what it makes of their answers. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../support/temp-dir.ts';

const SCRIPTS = fileURLToPath(new URL('../../scripts/', import.meta.url));
const which = (program: string): string =>
  spawnSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });

const SMI = `case "$1" in
  *compute_cap*) echo 7.5 ;;
  *) echo 'NVIDIA GeForce GTX 1660 Ti|evil, 535.183.01' ;;
esac`;

/** Compiles every program to one that prints the given line and ends with the given code. */
const nvcc = (line: string, exit = 0): string => `case "$1" in
  --version) echo 'Cuda compilation tools, release 10.0, V10.0.130'; exit ;;
  --help) echo "'sm_70','sm_75','sm_80'"; exit ;;
esac
echo "$*" >>"$LOG"
while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done
cat >"$out" <<'END'
#!/bin/sh
echo '${line}'
exit ${exit}
END
chmod +x "$out"`;

/** Runs it with nothing on PATH but the tools it needs and the programs given, in a repository without a build. */
function check(programs: Readonly<Record<string, string>>) {
  const dir = tempDir();
  const [bin, scripts] = [join(dir, 'bin'), join(dir, 'scripts')];
  for (const folder of [bin, scripts]) mkdirSync(folder);
  for (const name of ['gpu-check.sh', 'gpu-check.py']) copyFileSync(join(SCRIPTS, name), join(scripts, name));
  for (const tool of ['sh', 'dirname', 'readlink', 'chmod', 'cat']) symlinkSync(which(tool), join(bin, tool));
  symlinkSync(python.stdout.trim(), join(bin, 'python3'));
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }
  const log = join(dir, 'nvcc.log');
  writeFileSync(log, '');
  const env = { PATH: bin, LOG: log, TMPDIR: dir };
  const { status, stdout } = spawnSync(join(scripts, 'gpu-check.sh'), [], {
    encoding: 'utf8',
    env,
    timeout: 60_000,
  });
  return { status, stdout, calls: readFileSync(log, 'utf8') };
}

describe.skipIf(python.status !== 0)('scripts/gpu-check.sh (needs python3)', () => {
  it('says what is not run where there is neither GPU nor nvcc, and calls nothing passed', () => {
    const { status, stdout } = check({});
    expect(status).toBe(3);
    expect(stdout).toMatch(/^## \d{4}-\d\d-\d\d: no GPU$/m);
    expect(stdout).toContain('| device properties | not run: there is no nvcc on PATH or in $CUDA\\_HOME |');
    expect(stdout).not.toContain('| passed');
  });

  it('compiles where it cannot run, so that an error of the sources shows', () => {
    const { status, stdout } = check({ nvcc: nvcc('{"x":1}') });
    expect(status).toBe(3);
    expect(stdout).toMatch(/\| device properties \| not run: no GPU; it compiles \|/);
  });

  it('runs all of it on a GPU, compiled for that one, and gives the figures as Markdown', () => {
    const { stdout, calls } = check({ 'nvidia-smi': SMI, nvcc: nvcc('{"sgemm":{"gflops":5.5},"list":[7]}') });
    // A name that holds a character of Markdown's.
    expect(stdout).toContain(': NVIDIA GeForce GTX 1660 Ti\\|evil, driver 535.183.01\n');
    expect(stdout).toContain('CUDA compiler: 10.0.130');
    expect(stdout.match(/^\| .* \| passed \| /gm)).toHaveLength(7);
    expect(stdout).toContain('| sgemm.gflops | 5.5 |');
    expect(stdout).toContain('| list.0 | 7 |');
    expect(calls).toMatch(/-gencode=arch=compute_75,code=sm_75 .*cublas\.cu -lcublas/);
    expect(calls).toMatch(/-cudart shared -DWITH_CUBLAS .*versions\.cu/);
  });

  it('fails where a program finds wrong results, or says which call failed', () => {
    const wrong = check({ 'nvidia-smi': SMI, nvcc: nvcc('{"wrong":3}', 1) });
    expect(wrong.status).toBe(1);
    expect(wrong.stdout).toContain('| device properties | failed: wrong results |');
    expect(wrong.stdout).toContain('| wrong | 3 |');
    const error = '{"error":{"what":"cudaMalloc","code":2,"text":"out of memory"}}';
    const failed = check({ 'nvidia-smi': SMI, nvcc: nvcc(error, 1) });
    expect(failed.stdout).toContain('| device properties | failed: cudaMalloc: out of memory |');
  });

  it('fails where a program does not compile, or prints something else', () => {
    const broken = `[ "$1" = --version ] && exit; case "$*" in *probe_*) exit 0 ;; esac
echo 'kernel.cu(3): error: expected a ";"' >&2; exit 2`;
    expect(check({ 'nvidia-smi': SMI, nvcc: broken }).stdout).toContain(
      'failed: it does not compile: kernel.cu(3): error: expected a ";"',
    );
    expect(check({ 'nvidia-smi': SMI, nvcc: nvcc('Segmentation fault', 139) }).stdout).toMatch(/\| failed: /);
  });
});
