/**
 * Variables that hold flags of compilers, as a recording keeps them: folders, libraries and options that decide which CUDA
 * is taken and which GPU is built for. `-DTOKEN=...` is how secrets come to stand there: of a definition only the name stays.
 */
const FLAG_VARIABLES: ReadonlySet<string> = new Set([
  ...['CFLAGS', 'CXXFLAGS', 'LDFLAGS', 'NVCC_PREPEND_FLAGS', 'NVCC_APPEND_FLAGS'],
  ...['CC', 'CXX', 'CUDACXX', 'CUDAHOSTCXX', 'NVCC_CCBIN'],
]);

/** -I/usr/include  -lcudart  -O3  -std=c++17  -gencode=arch=compute_70,code=sm_70  --gpu-architecture=sm_70  -Wl,-rpath,/x */
const FLAG =
  /^(?:-[ILlO][\w./+-]{0,400}|-isystem|-Xcompiler|-ccbin|-c|-g\d?|-[mfW][\w+-]{1,60}(?:=[\w.+-]{0,60})?|-Wl,-{1,2}(?:rpath|rpath-link|no-as-needed|as-needed)(?:[,=][\w./+$-]{0,400})?|-std=[\w+]{1,20}|-{1,2}(?:gencode|arch|code|gpu-architecture|gpu-code|generate-code)(?:=[\w,=]{1,200})?|-{1,2}allow-unsupported-compiler)$/;
/** What a flag before it takes: a program, a folder, "arch=compute_70,code=sm_70". */
const WORD = /^(?:[\w./+-]{1,400}|arch=[\w,=]{1,100})$/;

export function isFlagVariable(name: string): boolean {
  return FLAG_VARIABLES.has(name);
}

export function keptFlags(flags: string, pseudonym: (flag: string) => string): string {
  return flags.replace(/\S+/g, (word) => {
    const define = /^(-D\w{1,80})=/.exec(word);
    if (define) return `${define[1]}=${pseudonym(word)}`;
    if (word.startsWith('-')) return FLAG.test(word) || /^-D\w{1,80}$/.test(word) ? word : pseudonym(word);
    return WORD.test(word) ? word : pseudonym(word);
  });
}
