#!/usr/bin/env bash
# The real window on a screen of its own (Xvfb), with a real keyboard and mouse (xdotool).
#
#   smoke.sh PROGRAM SCENARIO
set -euo pipefail

readonly kProgram=$1
readonly kScenario=$2

# With sanitizers: the screen's driver keeps a little and is gone when leaks are looked for, so it
# cannot be named as theirs. Our own leaks show in the tests of the window without a screen.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

for tool in Xvfb xdotool; do
  if ! command -v "$tool" >/dev/null; then
    echo "skipped: there is no $tool here (packages xvfb and xdotool)"
    exit 0
  fi
done

folder=$(mktemp -d)
screen='' window=''
tidy_up() {
  for process in $window $screen; do kill "$process" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap tidy_up EXIT

fail() {
  echo "FAILED: $*"
  cat "$folder"/*.log "$folder/widgets" 2>/dev/null || true
  exit 1
}

# until_true WHAT COMMAND...: asks again and again, for half a minute.
until_true() {
  local what=$1
  shift
  for _ in $(seq 300); do
    if "$@"; then
      echo "ok: $what"
      return 0
    fi
    kill -0 "$window" 2>/dev/null || fail "the window went while: $what"
    sleep 0.1
  done
  fail "$what"
}

# The screen picks a free number itself.
exec 7<>"$folder/number"
Xvfb -displayfd 7 -screen 0 1280x800x24 -nolisten tcp >"$folder/xvfb.log" 2>&1 &
screen=$!
for _ in $(seq 100); do
  [ -s "$folder/number" ] && break
  kill -0 "$screen" 2>/dev/null || { echo "skipped: Xvfb does not start"; exit 0; }
  sleep 0.1
done
DISPLAY=:$(cat "$folder/number")
export DISPLAY LIBGL_ALWAYS_SOFTWARE=1 XDG_CONFIG_HOME=$folder/config

"$kProgram" "$kScenario" --scale 1 --widgets "$folder/widgets" >"$folder/window.log" 2>&1 &
window=$!

value() { awk -F'\t' -v id="$1" '$1 == id { print $6; exit }' "$folder/widgets" 2>/dev/null; }
shows() { [[ "$(value "$1")" == *"$2"* ]]; }
click() {
  local place
  place=$(awk -F'\t' -v id="$1" '$1 == id { printf "%d %d", ($2 + $4) / 2, ($3 + $5) / 2; exit }' \
    "$folder/widgets")
  [ -n "$place" ] || fail "there is no $1"
  # shellcheck disable=SC2086
  xdotool mousemove $place
  sleep 0.3
  xdotool mousedown "${2:-1}"
  sleep 0.2
  xdotool mouseup "${2:-1}"
  sleep 0.3
}

until_true "the scenario opens" shows transport.title "Automatic ack"
xdotool search --name '^mqlab$' windowfocus >/dev/null
xdotool key --delay 100 shift+Right
until_true "Shift and Right go to the kill" shows transport.time "1.500000"
xdotool key --delay 100 Home
until_true "Home goes to the start" shows transport.time "0.000000"
click transport.play
until_true "a click plays" shows transport.play on
click transport.play
until_true "and a second one stops it" shows transport.play off
click variant.beside
until_true "the other variant stands beside it" shows compare.pending.1 4
xdotool key --delay 100 ctrl+l
until_true "the language changes" shows branches 分支
click world.consumer.worker 3
until_true "a right click opens the menu" shows menu.title worker
xdotool key --delay 100 Escape
xdotool search --name '^mqlab$' windowsize 640 400
until_true "the window can be made small" shows transport.title "Automatic ack"
xdotool key --delay 100 ctrl+q
for _ in $(seq 100); do
  kill -0 "$window" 2>/dev/null || break
  sleep 0.1
done
kill -0 "$window" 2>/dev/null && fail "the window does not close"
wait "$window" || fail "the window ended with $?"
window=
echo "ok: the window closes"

rm -f "$folder/widgets"
"$kProgram" "$kScenario" --scale 1 --widgets "$folder/widgets" >"$folder/window.log" 2>&1 &
window=$!
until_true "the next window speaks the language of the last" shows settings.open 打开
grep -q '"width": 640' "$folder/config/mqlab/window.json" || fail "the window's size is not kept"
