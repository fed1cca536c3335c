/**
 * Two functions for a POSIX shell that watches the process `$pid`. `find_start` sets `$start` to the time of its start, in
 * the system's own form, and fails for a process that has ended and for a zombie: nobody waits for a child of a terminated
 * worker thread. `same` succeeds while the process is the one that was started at `$started`, and not a later one with its
 * pid.
 */
export const sameProcess =
  process.platform === "linux"
    ? `
find_start() {
  read -r stat 2>/dev/null <"/proc/$pid/stat" || return 1
  set -- \${stat##*) }
  [ "$1" != Z ] || return 1
  shift 19
  start=$1
}
same() { find_start && [ "$start" = "$started" ]; }
`
    : `
find_start() {
  case "$(ps -o stat= -p "$pid")" in Z* | "") return 1 ;; esac
  start=$(LC_ALL=C ps -o lstart= -p "$pid" | sed "s/^ *//; s/ *$//")
}
same() { find_start && [ "$start" = "$started" ]; }
`;
