#!/usr/bin/env bash
# Compares how many instructions small workloads take, counted by valgrind, with committed figures.
# instructions.sh MQLAB COMPILER FLAGS FIGURES: COMPILER as "gcc-12", FLAGS those of the build.
# With MQLAB_UPDATE_INSTRUCTIONS=1 in the environment the figures of this compiler are written anew.
set -euo pipefail

mqlab=$1 compiler=$2 flags=$3 figures=$4
# Percent. The counts are the same each time; what differs are small versions of compiler and
# libraries.
tolerance=5
workloads="hold mm1 route-exact route-mix route-fan route-headers churn lifecycle fill fold runs \
world world-ledger"

skip() {
  echo "skipped: $1"
  exit 0
}

command -v valgrind > /dev/null || skip "valgrind is not installed"
[ "$flags" = "-O3 -DNDEBUG" ] || skip "built with '$flags'; figures are for -O3 -DNDEBUG"
update=${MQLAB_UPDATE_INSTRUCTIONS:-0}
if [ "$update" != 1 ] && ! grep -q "^$compiler " "$figures"; then
  skip "no figures for $compiler (MQLAB_UPDATE_INSTRUCTIONS=1 writes them)"
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Only what is measured counts, in the pass without a ledger and in the one with it.
count() {
  local measured="mqlab::bench::Meter::measure(*"
  case $1 in world*) measured="mqlab::world::World::run(*" ;; esac
  valgrind --tool=callgrind --callgrind-out-file="$scratch/out" --collect-atstart=no \
    "--toggle-collect=$measured" "$mqlab" bench "$1" --size small --repeats 1 \
    > "$scratch/text" 2>&1 || { cat "$scratch/text"; exit 1; }
  sed -n 's/^==.*Collected : \([0-9]*\).*/\1/p' "$scratch/text"
}

failed=0
for workload in $workloads; do
  counted=$(count "$workload")
  [ "${counted:-0}" -gt 1000 ] || { echo "$workload: nothing was counted"; exit 1; }
  if [ "$update" = 1 ]; then
    echo "$compiler $workload $counted" >> "$scratch/new"
    continue
  fi
  known=$(sed -n "s/^$compiler $workload \([0-9]*\)\$/\1/p" "$figures")
  if [ -z "$known" ]; then
    echo "$workload: no figure for $compiler"
    failed=1
    continue
  fi
  change=$(((counted - known) * 1000 / known))
  printf '%-14s %12d instructions, was %12d (%+d.%d %%)\n' "$workload" "$counted" "$known" \
    $((change / 10)) $((change < 0 ? -change % 10 : change % 10))
  if [ "$counted" -gt $((known + known * tolerance / 100)) ]; then
    echo "$workload takes more than $tolerance % more instructions than it did"
    failed=1
  fi
done

if [ "$update" = 1 ]; then
  touch "$figures"
  { grep -v "^$compiler " "$figures" || true; cat "$scratch/new"; } > "$scratch/figures"
  cp "$scratch/figures" "$figures"
  echo "wrote $figures"
fi
exit $failed
