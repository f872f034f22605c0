#!/bin/sh
# Starts @NAME@ of the host compiler of this prefix with the C library that it was built for, whatever this machine has,
# and with the libraries that lie beside it. What it compiles is not told of them. Written by gpu-setup.

# What is preloaded here was built for another C library.
unset LD_PRELOAD

self=$0
while [ -h "$self" ]; do
  target=$(readlink "$self")
  case $target in
  /*) self=$target ;;
  *) self=${self%/*}/$target ;;
  esac
done
here=${self%/*}
@ROOT@

exec "$root/@LOADER@" --inhibit-cache --library-path "$root/@LIBRARIES@" "@PROGRAM@"@OPTIONS@ "$@"
