#!/usr/bin/env bash
# Without a screen the window says what to do, in one line, with the exit code for that.
#
#   no_screen.sh PROGRAM SCENARIO
set -uo pipefail

said=$(env -u DISPLAY -u WAYLAND_DISPLAY "$1" "$2" 2>&1 >/dev/null)
code=$?
echo "exit code $code: $said"
[ "$code" -eq 69 ] || exit 1
[ "$(wc -l <<<"$said")" -eq 1 ] || exit 1
for word in 'mqlab: ' DISPLAY xvfb-run --headless; do
  [[ $said == *"$word"* ]] || { echo "it does not say $word"; exit 1; }
done
