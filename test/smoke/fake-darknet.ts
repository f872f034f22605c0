/**
 * A darknet that learns nothing and knows everything: a shell script that prints and writes what the real ones do. Its
 * detections are the labels of the held-out pictures, after as many iterations as FAKE says.
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FakeDarknet {
  /** As AlexeyAB's: `detector map`, and this is what it says. */
  map?: string;
  /** A shell command that takes the place of training. */
  train?: string;
  /** Which share of the held-out pictures it sees objects in: 1 of so many. */
  seesOneOf?: number;
}

/** @returns path of the program */
export function fakeDarknet(folder: string, { map, train, seesOneOf = 1 }: FakeDarknet = {}): string {
  const program = join(folder, 'darknet');
  const script = `#!/bin/sh
# ${map === undefined ? '' : 'mean average precision (mAP@'}
[ "$1" = detector ] || exit 9
case "$2" in
train)
  echo "$@" >> calls
  ${train ?? ''}
  last=$(sed -n 's/^max_batches=//p' "$4")
  i=$((last - 4))
  while [ "$i" -lt "$last" ]; do
    i=$((i + 1))
    echo " $i: 1.$i, 1.0 avg, 0.001 rate, 0.1 seconds, 16 images"
  done
  echo weights > weights/shapes_final.weights ;;
valid)
  echo 4 >&2
  rm -f results/*
  class=0
  for name in $(cat names.list); do
    awk -v class="$class" 'FNR == 1 { n++; id = FILENAME; gsub(/.*\\/|[.]txt/, "", id) }
      n % ${seesOneOf} == 0 && $1 == class { x = $2 * 96 + 1; y = $3 * 96 + 1; w = $4 * 48; h = $5 * 48;
        printf "%s 0.9 %f %f %f %f\\n", id, x - w, y - h, x + w, y + h }' held/*.txt > "results/comp4_det_test_$name.txt"
    class=$((class + 1))
  done ;;
map)
  echo ' ${map ?? ''}' ;;
esac
`;
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  return program;
}
