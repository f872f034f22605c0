#!/bin/sh
# Everything that needs a GPU, in one go, on a machine that has only this repository, python3 and nvcc; no network is used.
#   scripts/gpu-check.sh [RESULTS.md]      default: standard output; exit code 0 all passed, 1 something failed, 3 not all run
if ! command -v python3 >/dev/null 2>&1; then
  echo 'gpu-check: python3 is needed (sudo apt install python3)' >&2
  exit 3
fi
exec python3 -B "$(dirname "$(readlink -f "$0")")/gpu-check.py" "$@"
