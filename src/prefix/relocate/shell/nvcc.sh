#!/bin/sh
# Starts the real nvcc (libexec/nvcc) of CUDA @CUDA@ with a host compiler that it accepts. Written by gpu-setup.
#
# Whoever names a compiler (-ccbin, --compiler-bindir, NVCC_PREPEND_FLAGS, NVCC_CCBIN) has the last word. Else it is host/bin/g++
# where the prefix has it, else the newest g++-N on PATH that this toolkit accepts (plain g++ counts by its version),
# else none is named. Looked up at every call, so a compiler that is installed later is found, and nothing of this
# machine is stored here. Use: nvcc --gpu-setup-host-compiler prints the compiler that would be taken.
# Needs nothing but a POSIX shell: readlink only where this file is reached through a link.

cuda='@CUDA@'
# Newest gcc of include/crt/host_config.h; empty: the header does not say.
newest='@NEWEST_GCC@'

# Without any PATH the host compiler finds no assembler.
PATH=${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
export PATH

self=$0
case $self in
*/*) ;;
*) self=$(command -v "$self") ;;
esac
while [ -h "$self" ]; do
  target=$(readlink "$self")
  case $target in
  /*) self=$target ;;
  *) self=${self%/*}/$target ;;
  esac
done
# The path as it was called, links to folders kept: what a build system remembers of it survives an update of the prefix.
bin=${self%/*}
case $bin in
/*) ;;
*) bin=$(pwd)/$bin ;;
esac
root=${bin%/*}
if [ "${bin##*/}" != bin ] || [ ! -x "$root/libexec/nvcc" ]; then
  root=$(cd -P "$bin/.." && pwd)
fi

start() {
  exec "$root/libexec/nvcc" "$@"
}

asked=
if [ "${1-}" = --gpu-setup-host-compiler ]; then asked=yes; fi
if [ -z "$asked" ]; then
  for argument; do
    case $argument in
    -ccbin | -ccbin=* | --compiler-bindir | --compiler-bindir=*) start "$@" ;;
    esac
  done
  [ -z "${NVCC_PREPEND_FLAGS-}" ] || start "$@"
fi

# The major version of a g++; empty where it does not tell.
major_of() {
  version=$("$1" -dumpversion 2>/dev/null)
  version=${version%%.*}
  case $version in
  *[!0-9]*) ;;
  *) printf '%s' "$version" ;;
  esac
}

find_compiler() {
  # CUDA 13.0 reads this variable itself; 12.4 and older (measured) do not.
  if [ -n "${NVCC_CCBIN-}" ]; then
    compiler=$NVCC_CCBIN
    return
  fi
  if [ -x "$root/host/bin/g++" ]; then
    compiler=$root/host/bin/g++
    return
  fi
  plain=$(command -v g++)
  [ -z "$newest" ] || plain_major=$(major_of g++)
  number=${newest:-0}
  while [ "$number" -ge 5 ]; do
    if compiler=$(command -v "g++-$number"); then return; fi
    if [ "$number" = "$plain_major" ]; then
      compiler=$plain
      return
    fi
    number=$((number - 1))
  done
  # Up to gcc 4 the minor version is part of the name.
  for number in 4.9 4.8 4.7; do
    if [ -n "$newest" ] && compiler=$(command -v "g++-$number"); then return; fi
  done
  compiler=
  if [ "$plain_major" = 4 ]; then compiler=$plain; fi
}

# What stands on PATH instead: "g++ 12 (/usr/bin/g++), g++-13 (/usr/bin/g++-13)".
found_instead() {
  list=
  if [ -n "$plain" ]; then list="g++ $plain_major ($plain)"; fi
  number=$((newest + 1))
  while [ "$number" -le $((newest + 12)) ]; do
    if other=$(command -v "g++-$number") && [ "$number" != "$plain_major" ]; then
      list="$list${list:+, }g++-$number ($other)"
    fi
    number=$((number + 1))
  done
  printf '%s' "$list"
}

# Sets title and packaged (oldest gcc first) for the distribution that this runs on.
packaged_here() {
  codename=$(. /etc/os-release 2>/dev/null && printf '%s' "${UBUNTU_CODENAME:-${VERSION_CODENAME-}}")
  case $codename in
@PACKAGED@
  *) title='' packaged='' ;;
  esac
}

refuse() {
  instead=$(found_instead)
  if [ -n "$instead" ]; then
    code=host-compiler-too-new
    message="CUDA $cuda takes gcc up to $newest; on PATH is $instead"
  else
    code=host-compiler-missing
    message="CUDA $cuda takes gcc up to $newest; on PATH is no g++"
  fi
  packaged_here
  fits=
  for number in $packaged; do
    if [ "${number%%.*}" -le "$newest" ]; then fits=$number; fi
  done
  sudo='sudo '
  if [ "$(id -u 2>/dev/null)" = 0 ]; then sudo=; fi
  if [ -n "$fits" ]; then
    hint="g++-$fits is packaged: ${sudo}apt install g++-$fits"
  elif [ -n "$packaged" ]; then
    message="CUDA $cuda takes gcc up to $newest; $title packages ${packaged%% *} and newer${instead:+ (on PATH: $instead)}"
    hint="make a prefix with a compiler of its own: gpu-setup install cuda@$cuda --with host-compiler; or name another one with -ccbin"
  else
    hint="install g++-$newest or an older one, make a prefix with one (gpu-setup install cuda@$cuda --with host-compiler), or name one with -ccbin"
  fi
  printf 'error[%s]: %s\nhint: %s\n' "$code" "$message" "$hint" >&2
  exit 1
}

find_compiler
undecided=
# No version is known to compare with, or g++ does not tell its own: nvcc decides.
if [ -z "$newest" ] || { [ -n "$plain" ] && [ -z "$plain_major" ]; }; then undecided=yes; fi
if [ -n "$asked" ]; then
  [ -n "$compiler$undecided" ] || refuse
  printf '%s\n' "${compiler:-$plain}"
  exit 0
fi
[ -z "$compiler" ] || start -ccbin "$compiler" "$@"
[ -z "$undecided" ] || start "$@"
# What needs no host compiler works without one.
[ $# -gt 0 ] || start
for argument; do
  case $argument in
  -V | --version | -h | --help | -arch-ls | --list-gpu-arch | -code-ls | --list-gpu-code) start "$@" ;;
  -allow-unsupported-compiler | --allow-unsupported-compiler) start "$@" ;;
  esac
done
refuse
