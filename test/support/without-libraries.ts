/** Programs in a mount namespace of their own, where this system's libraries of some names are empty files (needs root). */
const HIDE = `names=$1; shift
for name in $names; do
  for lib in /usr/lib/*/"$name" /usr/lib64/"$name"; do
    if [ -e "$lib" ]; then mount --bind /dev/null "$lib"; fi
  done
done
exec "$@"`;

export function withoutLibraries(
  names: readonly string[],
  argv: readonly string[],
): readonly [string, ...string[]] {
  return ['unshare', '-m', 'sh', '-c', HIDE, 'sh', names.join(' '), ...argv];
}
