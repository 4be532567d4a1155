#!/usr/bin/env bash
# One fingerprint everywhere: builds mqlab with other compilers, optimisations and sanitizers, and
# compares what the scenarios give with what the main build gives.
#
#   other_builds.sh MQLAB BUILD_FOLDER [CMAKE_OPTIONS]
#
# MQLAB is the main build's program. The other builds are kept in BUILD_FOLDER and brought up to
# date the next time. MQLAB_OTHER_BUILDS=1 in the environment adds the ones that take long. Exit
# code 77: skipped, no clang.
set -euo pipefail

readonly kMqlab=$1 kFolder=$2
readonly kOptions=("${@:3}")

say() { printf 'other_builds: %s\n' "$*"; }
die() { say "$@"; exit 1; }

cd "$(dirname "$0")/../.."
if ! command -v clang++ >/dev/null; then
  say "skipped: no clang++ here"
  exit 77
fi
mkdir -p "$kFolder"

# build NAME CC CXX FLAGS [CMAKE_OPTIONS]: the program is $kFolder/NAME/mqlab then.
build() {
  local name=$1 start=$SECONDS log=$kFolder/$1.log
  {
    cmake -S . -B "$kFolder/$name" -DMQLAB_TESTS=OFF -DMQLAB_GUI=OFF \
      -DCMAKE_C_COMPILER="$2" -DCMAKE_CXX_COMPILER="$3" \
      -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="$4" "${@:5}" "${kOptions[@]}" &&
      cmake --build "$kFolder/$name" --target mqlab --parallel "$(nproc)"
  } >"$log" 2>&1 || {
    tail -n 40 "$log"
    die "$name cannot be built: more in $log"
  }
  say "$name: built in $((SECONDS - start)) s"
}

# run NAME MQLAB: what the scenarios give goes to $kFolder/NAME.json, with the exit code below it.
run() {
  local name=$1 code=0 start=$SECONDS
  "$2" run scenarios --json >"$kFolder/$name.json" 2>"$kFolder/$name.err" || code=$?
  echo "exit code $code" >>"$kFolder/$name.json"
  if grep -Eq 'Sanitizer|runtime error:' "$kFolder/$name.err"; then
    head -n 60 "$kFolder/$name.err"
    die "$name: the sanitizer has found something"
  fi
  say "$name: ran in $((SECONDS - start)) s"
}

# The report holds verdicts, fingerprints and ingredients, the books and every check: all of it has
# to be the same, to the byte.
compare() {
  local name=$1
  cmp -s "$kFolder/main.json" "$kFolder/$name.json" && return
  diff -U 12 --label main "$kFolder/main.json" --label "$name" "$kFolder/$name.json" |
    head -n 60 || true
  die "$name runs otherwise than the main build"
}

run main "$kMqlab"
fingerprints=$(grep -c '"fingerprint"' "$kFolder/main.json") || die "there are no scenarios"

check() {
  build "$@"
  run "$1" "$kFolder/$1/mqlab"
  compare "$1"
  say "$1: the same $fingerprints fingerprints"
}

check clang-sanitized clang clang++ "-O0 -g1" -DMQLAB_SANITIZE=address,undefined
if [ -n "${MQLAB_OTHER_BUILDS:-}" ]; then
  check clang-O3 clang clang++ "-O3"
  check gcc-O0 gcc g++ "-O0"
fi
