# shellcheck shell=sh
# shellcheck disable=SC2154 # what ./gpu-setup sets
# Bun, for machines without such a Node: fetched once from the npm registry, checked against the digest in package-lock.json.

# Of bin/bun in the version that package-lock.json pins; test/scripts/launcher.test.ts compares it with the package.
BUN_SIZE=107394952

# lock_field KEY: a field of Bun's entry in package-lock.json.
lock_field() {
  sed -n '/"node_modules\/@oven\/bun-linux-x64-baseline": {/,/^    }/s/^ *"'"$1"'": "\([^"]*\)".*/\1/p' "$clone/package-lock.json" | head -n 1
}

# npm knows all of its files of settings, and their variables; where there is none, the files that it would read first.
registry() {
  if have npm; then
    named=$(cd "$clone" && NODE_OPTIONS='' npm_config_cache="$scratch" npm_config_logs_dir="$scratch" npm_config_update_notifier=false npm config get registry 2>/dev/null)
    case $named in http*://*) printf '%s\n' "$named"; return ;; esac
  fi
  if [ -n "${npm_config_registry:-}" ]; then printf '%s\n' "$npm_config_registry"; return; fi
  for file in "$clone/.npmrc" "${HOME:-/nonexistent}/.npmrc" /usr/local/etc/npmrc /etc/npmrc; do
    [ -r "$file" ] || continue
    named=$(sed -n 's/^ *registry *= *//p' "$file" | tail -n 1)
    if [ -n "$named" ]; then printf '%s\n' "$named"; return; fi
  done
}

fetch() { # URL FILE
  if have curl; then exec curl -fsSL --connect-timeout 20 --speed-limit 1000 --speed-time 30 -o "$2" "$1"
  elif have wget; then
    # That of busybox has a limit of its own, and does not know the option.
    limit=
    ! wget --help 2>&1 | grep -q -e --timeout || limit=--timeout=20
    exec wget -q ${limit:+"$limit"} -O "$2" "$1"
  elif have python3; then
    exec python3 -c 'import shutil,sys,urllib.request as u; shutil.copyfileobj(u.urlopen(sys.argv[1], timeout=20), open(sys.argv[2], "wb"))' "$1" "$2"
  fi
  echo 'neither curl, wget nor python3 is installed'
  exit 127
}

no_runtime() {
  fail no-runtime "$1" 'gpu-setup needs one of these, then works as it is:' \
    '  1. Node.js 20.19 or newer with npm, on PATH; or' \
    '  2. the npm registry: export npm_config_registry=URL-OF-THE-REGISTRY, with curl, wget or python3 installed; then' \
    "     ./gpu-setup fetches the package @oven/bun-linux-x64-baseline $(lock_field version) from it and checks its digest; or" \
    "  3. that package's bin/bun, put by hand at $cache/runtime/bun-$(lock_field version)/bun; or" \
    '  4. the single executable gpu-setup-linux-x64, which needs none of this.'
}

# Prints nothing; sets $bun to a Bun whose package matched the digest in the lock file.
find_bun() {
  # What Bun made of our files at an earlier start, kept where a user's other programs have theirs, would be run unseen.
  BUN_RUNTIME_TRANSPILER_CACHE_PATH=0
  export BUN_RUNTIME_TRANSPILER_CACHE_PATH
  judge_trees launcher-unsafe "$clone/package-lock.json"
  open_cache
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) ;;
    *) no_runtime "there is no Node.js 20.19 or newer here, and no Bun is pinned for $(uname -s) on $(uname -m)" ;;
  esac
  version=$(lock_field version)
  runtime=$cache/runtime/bun-$version
  bun=$runtime/bun
  if [ -e "$bun" ]; then
    judge cache-not-private "$runtime" "$bun"
    [ "$bytes" != "$BUN_SIZE" ] || { [ -x "$bun" ] && return; }
    say "the runtime $(printable "$bun") is not whole: fetching it again"
  fi
  private_folder "$runtime"
  judge cache-not-private "$runtime"
  begin_work
  staging=$(mktemp -d "$runtime/fetch.XXXXXX") || no_runtime "cannot write $runtime"
  base=$(registry)
  [ -n "$base" ] || no_runtime 'there is no Node.js 20.19 or newer here, and neither npm, npm_config_registry nor an .npmrc names a registry to fetch Bun from'
  say "no Node.js 20.19 or newer here: fetching the runtime Bun $version once (about 40 MB)"
  attend "$scratch/log" fetch "${base%/}/@oven/bun-linux-x64-baseline/-/bun-linux-x64-baseline-$version.tgz" "$staging/bun.tgz" ||
    no_runtime "Bun could not be fetched from the registry: $(without_secrets <"$scratch/log" | tail -n 1)"
  wanted=$(lock_field integrity)
  wanted=$(printf '%s' "${wanted#sha512-}" | base64 -d | od -An -v -tx1 | tr -d ' \n')
  got=$(sha512sum "$staging/bun.tgz" | cut -d ' ' -f 1)
  if [ -z "$wanted" ] || [ "$wanted" != "$got" ]; then
    no_runtime "what the registry sent is not Bun $version: its SHA-512 is not the one in package-lock.json; nothing of it was kept"
  fi
  { tar -xzf "$staging/bun.tgz" -C "$staging" package/bin/bun && chmod 700 "$staging/package/bin/bun" && mv -f "$staging/package/bin/bun" "$bun"; } ||
    no_runtime 'Bun could not be unpacked'
  end_work
}
