# shellcheck shell=sh
# shellcheck disable=SC2154 # what ./gpu-setup sets
# The cache, for what of the launcher lies there: builds of clones that are not ours, the runtime.

# What gpu-setup puts into a cache. The first two are the launcher's.
CACHED='launcher runtime apt sources'

# As the program itself finds it; sets $cache.
name_cache() {
  if [ -n "${GPU_SETUP_CACHE:-}" ]; then
    cache=$GPU_SETUP_CACHE
    case $cache in
      /*) ;;
      *) fail folder-not-absolute "GPU_SETUP_CACHE is \"$cache\", which is not an absolute path" 'export GPU_SETUP_CACHE=/absolute/path' ;;
    esac
    return
  fi
  if [ "$uid" = 0 ]; then cache=/var/cache/gpu-setup; return; fi
  case ${XDG_CACHE_HOME:-} in /*) cache=$XDG_CACHE_HOME/gpu-setup; return ;; esac
  case ${HOME:-} in /*) cache=$HOME/.cache/gpu-setup; return ;; esac
  fail no-home 'neither XDG_CACHE_HOME nor HOME names an absolute folder' 'set GPU_SETUP_CACHE, or HOME'
}

no_cache() { fail cache-unusable "cannot use $1" 'name a cache folder that can be written in GPU_SETUP_CACHE'; }

# Sets $cache to the folder itself, without links: made where it is missing, judged, and emptied where it stood open.
open_cache() {
  [ -z "$cache" ] || return 0
  name_cache
  above=$cache
  until [ -d "$above" ]; do
    if [ -e "$above" ] || [ -h "$above" ]; then no_cache "$above"; fi
    above=${above%/*}
    [ -n "$above" ] || above=/
  done
  # Before, so that nothing is made in a folder of others; and after, since others may have been faster.
  if [ "$above" = "$cache" ]; then close_open_cache; else judge cache-not-private "$(cd -- "$above" && pwd -P)"; fi
  private_folder "$cache"
  cache=$(cd -- "$cache" && pwd -P) || no_cache "$cache"
  judge cache-not-private "$cache"
  close_open_folder launcher
  close_open_folder runtime
}

# private_folder PATH: for its owner alone, whatever the umask.
private_folder() { (umask 077 && mkdir -p -- "$1" 2>/dev/null && [ -w "$1" ] && [ -x "$1" ]) || no_cache "$1"; }

# is_open PATH: whether it is ours, and others could write to it.
is_open() {
  facts=$(stat -c '%u %g %f' "$1" 2>/dev/null) || return 1
  read -r owner group raw <<EOF
$facts
EOF
  [ "$owner" = "$uid" ] || return 1
  flaw "$owner" "$group" "$raw"
  [ -n "$why" ]
}

# Version 0.1 took the umask for the cache, so everybody could write to it: nothing in it can be believed. A folder that
# holds anything else is no cache of ours: it is judged, and not touched. So is one that is open to a group alone.
close_open_cache() {
  cache=$(cd -- "$cache" && pwd -P) || no_cache "$cache"
  above=${cache%/*}
  judge cache-not-private "${above:-/}"
  is_open "$cache" && [ $((mode & 02)) != 0 ] || return 0
  for entry in "$cache"/* "$cache"/.[!.]* "$cache"/..?*; do
    [ -e "$entry" ] || [ -h "$entry" ] || continue
    case " $CACHED " in *" ${entry##*/} "*) ;; *) return 0 ;; esac
  done
  chmod 700 "$cache" || no_cache "$cache"
  for entry in $CACHED; do empty_out "$cache/$entry"; done
  say "everybody could write to the cache $(printable "$cache"): it was emptied and made private"
}

close_open_folder() {
  is_open "$cache/$1" || return 0
  empty_out "$cache/$1"
  say "others could write to $(printable "$cache/$1"): it was deleted, and is made anew"
}

# empty_out PATH: takes all rights of others from the folders first, the outer ones before the inner: from then on nobody
# can put a link where a folder was, and what is deleted is what lies here.
empty_out() {
  [ -d "$1" ] && [ ! -h "$1" ] && find "$1" -type d -exec chmod 700 {} \; 2>/dev/null
  rm -rf -- "$1" && return
  why='could be written to by others, and cannot be deleted'
  refuse cache-not-private "$1" 0
}
