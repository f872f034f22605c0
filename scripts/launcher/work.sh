# shellcheck shell=sh
# What takes longer than a moment (fetching, installing, building) and leaves something behind: nothing of it outlives
# the launcher, and a signal does not wait for it.

scratch=
child=
# Set by who makes them: more to remove.
lock=
staging=

begin_work() {
  trap 'leave_nothing' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  [ -n "$scratch" ] || scratch=$(mktemp -d) || fail launcher 'cannot make a temporary folder' 'set TMPDIR to a folder that can be written'
}

end_work() {
  leave_nothing
  trap - EXIT HUP INT TERM
}

leave_nothing() {
  [ -z "$child" ] || kill "$child" 2>/dev/null
  rm -rf ${scratch:+"$scratch"} ${lock:+"$lock"} ${staging:+"$staging"}
  scratch='' child='' lock='' staging=''
}

# attend LOG FUNCTION...: runs it, its output in LOG. A shell attends to signals while it waits, and not while a command
# of its own runs; so that the signal reaches the command, the function ends with an exec.
attend() {
  log=$1
  shift
  "$@" >"$log" 2>&1 &
  child=$!
  wait "$child"
  status=$?
  child=
  return "$status"
}
