/**
 * What builds a kernel module of the driver, and fails: dkms (all of its versions, and the hooks of distributions around it), akmods, Kbuild
 * and modpost, the compiler that they run, dpkg's scripts that stand around them.
 *
 *     Error! Bad return status for module build on kernel: 6.8.10-300.fc40.x86_64 (x86_64)
 *     Consult /var/lib/dkms/nvidia/545.29.02/build/make.log for more information.
 *     Autoinstall on 6.17.2-2-pve failed for module(s) nvidia(10).
 *     Building rpms failed; see /var/cache/akmods/nvidia/565.77-1-for-6.13.4-200.fc41.x86_64.failed.log for details
 *     ERROR: modpost: "drm_fbdev_ttm_setup" [/var/lib/dkms/nvidia/560.35.03/build/kernel-open/nvidia-drm.ko] undefined!
 *
 * Other people's modules fail to build as well: what names one is said with its name, and is none of the driver's.
 */
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';

/** dkms knows the module, and what it would build it from is gone. */
const brokenModule = (module: string, driver: string): TestimonyKind => ({
  kind: 'module-state',
  module,
  driver,
  kernel: null,
  state: 'broken',
});

type Build = Extract<TestimonyKind, { kind: 'module-build' }>;

function build(why: Build['why'], details: Partial<Omit<Build, 'kind' | 'why'>> = {}): Build {
  return { kind: 'module-build', module: null, driver: null, kernel: null, why, detail: null, ...details };
}

/** What Python, or a shell, says above it is why a package's script failed: no module was built. */
const isScriptsOwn = (before: readonly string[]): boolean =>
  before.some((line) => /ModuleNotFoundError|ImportError|: (?:command )?not found\s{0,4}$/.test(line));

/** "6.8.0-45-generic (x86_64)": without the architecture that follows, and without the full stop of a sentence. */
const kernelIn = (text: string | undefined): string | null =>
  text === undefined ? null : text.replace(/\/(?:x86_64|aarch64|ppc64le|i686)$/, '').replace(/[.:,;]$/, '');

/** nvidia(10) bbswitch(10): the one of the driver, else the first. */
function moduleIn(list: string): string | null {
  const names = list.split(/[\s,]+/).map((word) => word.replace(/\(.*$/, '').replace(/\.$/, ''));
  return names.find((name) => /^nvidia/i.test(name)) ?? names[0] ?? null;
}

const DKMS: readonly Sentence[] = [
  {
    literal: 'bad return status for module build',
    pattern: /Bad return status for module build on kernel: ?(\S{3,100})/i,
    says: ([, kernel]) => build('failed', { kernel: kernelIn(kernel) }),
  },
  {
    literal: 'consult /var/lib/dkms/',
    pattern: /Consult \/var\/lib\/dkms\/([\w.+-]{2,60})\/([\w.+~-]{1,40})\//i,
    says: ([, module, driver]) => build('failed', { module: module!, driver: driver! }),
  },
  {
    literal: 'autoinstall on ',
    pattern:
      /autoinstall on (\S{3,100}) (?:failed|was skipped) for (?:module\(s\) )?(\S{2,60}(?: \S{2,60}){0,9})/i,
    says: ([, kernel, modules]) => build('failed', { kernel: kernelIn(kernel), module: moduleIn(modules!) }),
  },
  {
    // dkms before 3, its services, and what runs after a kernel is installed; which module it was stands above, if anywhere
    literal: ['autoinstall for kernel', 'failed to install during autoinstall', 'postinst.d/dkms exited'],
    pattern:
      /autoinstall for kernel:? (\S{3,100}?)\s{0,8}(?:\.{3})?\s?fail|modules failed to install during autoinstall|run-parts: \/etc\/kernel\/(?:header_)?postinst\.d\/dkms exited with return code [1-9]/i,
    says: ([, kernel]) => build('failed', { kernel: kernelIn(kernel) }),
  },
  {
    // The folder of the source is gone: Directory: /usr/src/nvidia-535.54 does not exist.
    literal: '/usr/src/nvidia',
    pattern: /\/usr\/src\/(nvidia[a-z-]{0,30}?)-(\d[\w.]{2,20}?)\/? does not exist/i,
    says: ([, module, driver]) => brokenModule(module!, driver!),
  },
  {
    // Arch: ==> WARNING: `dkms install --no-depmod nvidia/470.256.02 -k 6.14.4-arch1-2' exited 10
    literal: 'dkms install ',
    pattern:
      /dkms install (?:--\S{2,30} ){0,4}(?:-m )?([\w.+-]{2,60})\/([\w.+~-]{1,40}) -k (\S{3,100}?)['’"`]? exited [1-9]/i,
    says: ([, module, driver, kernel]) =>
      build('failed', { module: module!, driver: driver!, kernel: kernelIn(kernel) }),
  },
  {
    // The .run installer: ERROR: Failed to run `/usr/sbin/dkms build -m nvidia -v 455.38 -k 6.8.12-1-pve`:
    literal: ['dkms build -m ', 'dkms install -m '],
    pattern:
      /Failed to run [`'"]\S{0,40}dkms (?:build|install) -m ([\w.+-]{2,60}) -v ([\w.+~-]{1,40}) -k ([^\s`'"]{3,100})/i,
    says: ([, module, driver, kernel]) =>
      build('failed', { module: module!, driver: driver!, kernel: kernelIn(kernel) }),
  },
  {
    // Void: Building DKMS module 'nvidia-410.73' for kernel-4.18.16_1... FAILED!
    literal: 'building dkms module',
    pattern:
      /Building DKMS module:? '?([a-z][\w+]{1,40}?)-(\d[\w.]{1,30}?)'?(?: for kernel-(\S{3,60}?))?\.\.\. ?FAILED/i,
    says: ([, module, driver, kernel]) =>
      build('failed', { module: module!, driver: driver!, kernel: kernelIn(kernel) }),
  },
  {
    literal: ['your kernel headers for kernel', 'your kernel source for kernel'],
    pattern: /Your kernel (?:headers|source) for kernel (\S{1,100}) cannot be found/i,
    says: ([, kernel]) => build('headers', { kernel: kernelIn(kernel) }),
  },
  {
    literal: 'module build for ',
    pattern:
      /Module build for (?:the currently running )?kernel ?(\S{3,100})? was skipped since the kernel (?:headers|source) for this kernel do(?:es)? not seem to be installed/i,
    says: ([, kernel]) => build('headers', { kernel: kernelIn(kernel) }),
  },
  {
    // Arch's hook: ==> ERROR: Missing 6.1.1-arch1-1 kernel headers for module nvidia/525.60.11.
    literal: 'kernel headers for module',
    pattern: /Missing (\S{3,100}) kernel headers for module ([\w.+-]{2,60})/i,
    says: ([, kernel, module]) => build('headers', { kernel: kernelIn(kernel), module: module! }),
  },
  {
    // since the kernel headers for this kernel does not seem to be installed: the same of a chroot's kernel
    literal: 'will not be able to build against kernel',
    pattern: /you will not be able to build against kernel (\S{3,100})/i,
    says: ([, kernel]) => build('headers', { kernel: kernelIn(kernel) }),
  },
  {
    literal: 'due to missing build_depends',
    pattern:
      /Aborting build of module ([\w.+-]{2,60})\/([\w.+~-]{1,40}) for kernel (\S{3,100}).{0,20}due to missing BUILD_DEPENDS/i,
    says: ([, module, driver, kernel]) =>
      build('failed', { module: module!, driver: driver!, kernel: kernelIn(kernel) }),
  },
  {
    // Error! nvidia/535.54.03 is broken! Missing the source directory or the symbolic link pointing to it.
    literal: ' is broken!',
    pattern: /\b(nvidia[\w-]{0,30})\/([\w.+~-]{1,40}) is broken!/i,
    says: ([, module, driver]) => brokenModule(module!, driver!),
  },
  {
    literal: 'could not locate dkms.conf file',
    pattern: /Could not locate dkms\.conf file/i,
    says: () => build('source'),
  },
  {
    // Error! Failed to sign module '/var/lib/dkms/nvidia/535.54.03/build/nvidia.ko'!
    literal: 'failed to sign module ',
    pattern: /Failed to sign module '\S{0,80}\/dkms\/([\w.+-]{2,60})\/([\w.+~-]{1,40})\//i,
    says: ([, module, driver]) => build('failed', { module: module!, driver: driver!, detail: 'signing' }),
  },
  {
    literal: ['problems with depmod detected', 'install failed (depmod problems)'],
    pattern: /Problems with depmod detected|Install Failed \(depmod problems\)/i,
    says: () => build('failed', { detail: 'depmod' }),
  },
  {
    literal: 'build_exclusive directive',
    pattern: /includes a BUILD_EXCLUSIVE directive which does not match this kernel/i,
    says: () => build('failed'),
  },
  {
    // dkms status: nvidia/535.54.03: added; nvidia, 470.57.02, 5.11.0-27-generic, x86_64: built
    literal: [': added', ': built', ': broken'],
    pattern:
      /^\s{0,4}(nvidia(?:-[\w-]{1,20})?)(?:\/|, )(\d[\d.]{2,20})(?:, (\S{3,80}), \w{3,10})?: (added|built|broken)/i,
    says: ([, module, driver, kernel, state]) => ({
      kind: 'module-state',
      module: module!,
      driver: driver!,
      kernel: kernelIn(kernel),
      state: state!.toLowerCase() as 'added' | 'built' | 'broken',
    }),
  },
  {
    // dpkg runs dkms after unpacking: its exit status is what the script returns.
    literal: 'nvidia-',
    pattern:
      /installed (nvidia-(?:dkms|kernel|\w{1,20}-dkms)[\w.-]{0,40}) package post-installation script subprocess returned error/i,
    says: (_match, before) => (isScriptsOwn(before) ? null : build('failed', { module: 'nvidia' })),
  },
  {
    literal: 'error processing package nvidia-',
    pattern:
      /error processing package nvidia-(?:dkms|kernel-dkms|kernel-open-dkms|\w{1,20}-kernel-dkms)\S{0,40} \(--configure\)/i,
    says: (_match, before) => (isScriptsOwn(before) ? null : build('failed', { module: 'nvidia' })),
  },
];

const AKMODS: readonly Sentence[] = [
  {
    literal: 'building rpms failed',
    pattern:
      /Building rpms failed; see \/var\/cache\/akmods\/([\w.+-]{2,60})\/(\d[\w.~+]{0,40})-\S{1,20}-for-(\S{3,100}?)\.failed\.log/i,
    says: ([, module, driver, kernel]) =>
      build('failed', { module: module!, driver: driver!, kernel: kernelIn(kernel) }),
  },
  {
    literal: 'building and installing ',
    pattern: /Building and installing (\S{2,60}?)(?:-kmod)?\s{1,60}\[\s{0,2}FAILED/i,
    says: ([, module]) => build('failed', { module: module! }),
  },
  {
    literal: ' as it failed earlier',
    pattern: /Ignoring (\S{2,60}?)(?:-kmod)? as it failed earlier/i,
    says: ([, module]) => build('failed', { module: module! }),
  },
  {
    // Could not install newly built RPMs. You can find them and the logfile in: and, on the next line, the log
    literal: '.failed.log',
    pattern:
      /^\s{0,4}\/var\/cache\/akmods\/([\w.+-]{2,60})\/(\d[\w.~+^]{0,40})-\S{1,20}-for-(\S{3,100}?)\.failed\.log/i,
    says: ([, module, driver, kernel]) =>
      build('failed', { module: module!, driver: driver!, kernel: kernelIn(kernel) }),
  },
  {
    // rpmbuild, of a kernel whose name it does not take: error: Package has no %description: kmod-nvidia-5.8.9_tkg+
    literal: 'package has no %description: ',
    pattern: /Package has no %description: a?kmod-(\w{2,40})-(\S{3,100})/i,
    says: ([, module, kernel]) => build('failed', { module: module!, kernel: kernelIn(kernel) }),
  },
  {
    literal: 'could not find files needed to compile modules for',
    pattern: /Could not find files needed to compile modules for (\S{3,100})/i,
    says: ([, kernel]) => build('headers', { kernel: kernelIn(kernel) }),
  },
  {
    literal: 'kernel-devel',
    pattern:
      /(?:kernel-devel-uname-r|kernel-devel)(?: = (\S{3,80}))? is needed by (?:akmod-|kmod-)?(nvidia)\S{0,80}/i,
    says: ([, kernel, module]) => build('headers', { kernel: kernelIn(kernel), module: module! }),
  },
];

/** Where sources of the driver's kernel modules lie, whoever unpacked them. */
const OF_DRIVER =
  /\/dkms\/nvidia|\/NVIDIA-Linux-|nvidia-kmod|nvidia-installer|(?:^|\/)nvidia(?:-uvm|-drm|-modeset|-peermem)?\/[\w.-]{1,60}$|kernel-open\/|common\/inc\/nv/i;

/** Options that the kernel hands to whichever compiler: one that does not know them is not the one that built it. */
const FLAGS =
  '-m(?:harden-sls|indirect-branch|indirect-branch-cs-prefix|function-return|record-mcount|preferred-stack-boundary|fentry|stack-protector-guard)|-f(?:trivial-auto-var-init|zero-call-used-regs|min-function-alignment|sanitize=kcfi|conserve-stack|patchable-function-entry|strict-flex-arrays|no-allow-store-data-races)|-Wimplicit-fallthrough=5|-std=gnu11';

/** "error: " as gcc's catalogues have it (gcc/po/*.po), with the colon of its script; what else its line holds is no word. */
const ERROR_WORDS: readonly string[] = [
  'error:',
  'fehler:',
  'erreur:',
  'erreur :',
  'erro:',
  'errore:',
  'fout:',
  'fel:',
  'fejl:',
  'virhe:',
  'błąd:',
  'chyba:',
  'hata:',
  'ошибка:',
  'помилка:',
  'грешка:',
  'σφάλμα:',
  '错误:',
  '错误：',
  '錯誤:',
  '錯誤：',
  'エラー:',
  '오류:',
  'lỗi:',
];

const KBUILD: readonly Sentence[] = [
  {
    // Older: ERROR: "radix_tree_preloads" [/var/lib/dkms/nvidia/418.113/build/nvidia-uvm.ko] undefined!
    literal: '] undefined!',
    pattern: /(?:ERROR|WARNING)(?:: modpost)?: "([\w.]{2,100})" \[([^\]]{1,200}\.k?o)\] undefined!/i,
    says: ([, symbol, file]) =>
      build('symbol', {
        module: file!
          .split('/')
          .at(-1)!
          .replace(/\.k?o$/, ''),
        detail: symbol!,
      }),
  },
  {
    literal: 'gpl-only symbol',
    pattern: /GPL-incompatible module ([\w.-]{2,60}?)(?:\.ko)? uses GPL-only symbol ['‘"]?(\w{2,100})/i,
    says: ([, module, symbol]) => build('gpl-symbol', { module: module!, detail: symbol! }),
  },
  {
    literal: ['unrecognized command', 'unknown argument: '],
    pattern: new RegExp(
      `(?:unrecognized command[- ]line option |unknown argument: )['‘"]?((?:${FLAGS})[=\\w.-]{0,40})`,
      'i',
    ),
    says: ([, option]) => build('compiler', { detail: option! }),
  },
  {
    literal: [
      'compiler version check failed',
      'cc version check failed',
      'failed cc version check',
      'sanity check failed',
      'failed cc sanity check',
    ],
    pattern: /(?:Compiler|CC) (?:version|sanity) check failed|Failed CC (?:version|sanity) check/i,
    says: () => build('compiler'),
  },
  {
    // The echo of the shell's own line in verbose output is quoted and says nothing.
    literal: 'kernel configuration is invalid',
    pattern: /^[\s>|]{0,12}(?:\w{3} \S{1,40} )?ERROR: Kernel configuration is invalid/i,
    says: () => build('headers'),
  },
  {
    literal: 'no such file or directory',
    pattern:
      /make(?:\[\d{1,2}\])?: \*\*\* (?:\/usr)?\/(?:lib\/modules\/([^\s/]{3,100})\/(?:build|source)|usr\/src\/(?:linux-headers-|kernels\/)([^\s/]{3,100}?))\/?: No such file or directory/i,
    says: ([, linked, folder]) => build('headers', { kernel: kernelIn(linked ?? folder) }),
  },
  {
    literal: 'fatal error: ',
    pattern:
      /fatal error: ((?:generated|config)\/[\w./-]{3,80}\.h|linux\/(?:kconfig|compiler-version|module)\.h): No such file/i,
    says: ([, header]) => build('headers', { detail: header! }),
  },
  {
    literal: ERROR_WORDS.map((word) => ` ${word}`),
    pattern: new RegExp(
      `(\\S{3,240}\\.[ch]):\\d{1,6}(?::\\d{1,5})?: (?:fatal )?(?:${ERROR_WORDS.join('|')})(.{3,120})`,
      'i',
    ),
    says: ([, file, message]) =>
      OF_DRIVER.test(file!) ? build('source', { module: 'nvidia', detail: message!.trim() }) : null,
  },
  {
    // make[3]: *** [Makefile.build:288: /var/lib/dkms/nvidia/510.47.03/build/nvidia/nv-mmap.o] Error 1
    // make[1]: *** [/usr/src/linux-headers-5.15.0-91-generic/scripts/Makefile.modpost:133: /var/lib/dkms/nvidia/470.223.02/build/Module.symvers] Error 1
    literal: '] error ',
    pattern: /\*\*\* \[(?:[^\]:]{1,160}:\d{1,5}: )?([^\]]{3,240})\] Error \d/,
    says: ([, file]) => (OF_DRIVER.test(file!) ? build('failed', { module: 'nvidia' }) : null),
  },
  {
    literal: 'unable to determine the target kernel version',
    pattern: /Unable to determine the target kernel version/i,
    says: () => build('headers'),
  },
];

export const family = familyOf(
  'module builds',
  [...DKMS, ...AKMODS, ...KBUILD],
  [
    {
      literal: 'error! ',
      pattern:
        /^\s{0,8}Error! (?:Module|The|Could|Arguments|DKMS|There|Problems|Build|Unable|Your|Bad|Invalid|Cannot|Failed|No|Missing|Directory|File|Malformed|Installation|System)\b/,
    },
    { literal: 'akmods: ', pattern: /\bakmods: .{0,80}?(?:fail|error|could not)/i },
  ],
);
