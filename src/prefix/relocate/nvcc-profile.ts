/**
 * libexec/nvcc.profile: where nvcc looks for its programs, headers and libraries, all relative to itself.
 *
 *     name  = text     assigns
 *     name += text     prepends
 *     name =+ text     appends
 *
 * $(_HERE_) is the folder of nvcc as it was called, $(_SPACE_) a space; every other $(NAME) is a variable set above or
 * one of the environment. Quotes are passed on to the shell that nvcc starts its programs with, so a path with a space
 * needs them in INCLUDES and LIBRARIES, and must not have them in the others (measured with nvcc 11.2, 11.8, 12.4 and 13.0).
 */

export interface ProfileOptions {
  /** CUDA 13 keeps thrust, cub and libcu++ in include/cccl. */
  cccl: boolean;
}

export function nvccProfile({ cccl }: ProfileOptions): string {
  return [
    'TOP = $(_HERE_)/..',
    'NVVMIR_LIBRARY_DIR = $(TOP)/nvvm/libdevice',
    'CICC_PATH = $(TOP)/nvvm/bin',
    'PATH += $(TOP)/nvvm/bin:$(TOP)/bin:',
    'INCLUDES += "-I$(TOP)/include" $(_SPACE_)',
    ...(cccl ? ['SYSTEM_INCLUDES += "-isystem" "$(TOP)/include/cccl" $(_SPACE_)'] : []),
    'LIBRARIES =+ $(_SPACE_) "-L$(TOP)/lib64/stubs" "-L$(TOP)/lib64"',
    '',
  ].join('\n');
}
