# shellcheck shell=sh
# shellcheck disable=SC2154 # what ./gpu-setup sets
# Installs what the build takes, and builds, in $work: the clone, or a copy of its sources in the cache.

# installed: whether the dependencies there are those of the lock file.
installed() {
  for mark in "$work/node_modules/.package-lock.json" "$work/node_modules/.gpu-setup-installed"; do
    [ -f "$mark" ] && [ -d "$work/node_modules/esbuild" ] &&
      [ -z "$(find "$work/package-lock.json" -newer "$mark")" ] && return 0
  done
  return 1
}

failed() {
  [ -z "$as_json" ] && [ -s "$scratch/log" ] && tail -n 15 "$scratch/log" | without_secrets | sed 's/^/  | /' >&2
  fail launcher "$1" "$2"
}

# The modules that the build runs and takes into the program, wherever they lie.
judge_modules() {
  modules=$(cd "$work/node_modules" && pwd -P) || failed 'there are no dependencies' "rm -r $(quoted "$work/node_modules")"
  judge "$unsafe" "$modules"
  judge_trees "$unsafe" "$modules"
}

install() {
  cd "$work" || exit
  # Neither npm nor Bun shall leave anything of root's in the home that sudo keeps, nor Bun anything in a user's.
  if [ -n "$bun" ]; then
    BUN_INSTALL_CACHE_DIR=$scratch
    export BUN_INSTALL_CACHE_DIR
    exec "$bun" install --no-save --production --ignore-scripts
  fi
  if [ "$uid" = 0 ]; then
    # Both may be named by an .npmrc of the user's.
    npm_config_cache=$scratch
    npm_config_logs_dir=$scratch
    export npm_config_cache npm_config_logs_dir
  fi
  exec npm ci --omit=dev --ignore-scripts --no-audit --no-fund --no-update-notifier
}

bundle() {
  cd "$work" || exit
  exec "${bun:-node}" scripts/build.mjs
}

build() {
  unsafe=launcher-unsafe
  set -- "$clone/.npmrc"
  for input in $INPUTS; do set -- "$@" "$clone/$input"; done
  judge_trees "$unsafe" "$@"
  if [ "$work" != "$clone" ]; then unsafe=cache-not-private; private_folder "$work"; judge "$unsafe" "$work"; fi
  before=$(umask)
  umask go-w
  begin_work
  lock_build
  fresh "$work" || install_and_bundle
  end_work
  umask "$before"
}

install_and_bundle() {
  if [ "$work" != "$clone" ]; then
    # shellcheck disable=SC2086
    (cd "$clone" && tar -cf - .npmrc $INPUTS) 2>/dev/null | (cd "$work" && rm -rf src scripts recipes apt-sources examples docs && tar -xof -) ||
      fail launcher "cannot copy the sources to $work" 'free some space, or name a folder on another disk in GPU_SETUP_CACHE'
  fi
  if ! installed; then
    say 'first use (or new dependencies): installing and building, this takes about half a minute'
    attend "$scratch/log" install ||
      failed 'the dependencies could not be installed' 'check the network and the npm registry setting, then run the same command again'
    touch "$work/node_modules/.gpu-setup-installed"
  else
    say 'the sources changed: building, this takes a second'
  fi
  judge_modules
  attend "$scratch/log" bundle || failed 'the build failed' 'git status shows what was changed; git stash puts it aside'
}

# One build at a time; whoever waited finds it done.
lock_build() {
  waiting=$work/.launcher.lock
  waited=0
  until mkdir "$waiting" 2>/dev/null; do
    [ -d "$waiting" ] || fail launcher "cannot write to $work" 'free some space, or repair its permissions'
    holder=$(cat "$waiting/pid" 2>/dev/null)
    # Ended without a word; or before it could say who it is.
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null || [ -z "$holder" ] && [ "$waited" -gt 5 ]; then
      rm -rf "$waiting"
      continue
    fi
    [ "$waited" = 0 ] && say "another gpu-setup is building here (process ${holder:-unknown}); waiting"
    waited=$((waited + 1))
    [ "$waited" -le 300 ] || fail launcher 'the other gpu-setup does not end' "if no such process runs, rm -r $(quoted "$waiting")"
    sleep 1
  done
  lock=$waiting
  echo $$ >"$lock/pid"
}
