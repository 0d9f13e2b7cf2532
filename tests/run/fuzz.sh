#!/bin/bash
# Runs the fuzz targets, as many at a time as there are processors, each from its seeds: tests/fuzz/corpus/TARGET, and for
# plugin_cfg the files of tests/data. What is found on the way stays in build/fuzz/corpus/TARGET for the next run.
# tests/run/fuzz.sh [SECONDS [TARGET...]]
cd "$(dirname "$0")/../.." || exit 2
build=${WLM_BUILD:-build}
seconds=${1:-60}
shift
[[ $seconds =~ ^[1-9][0-9]*$ ]] || { echo "fuzz.sh: \"$seconds\" is no number of seconds" >&2; exit 2; }
[ $# -gt 0 ] || set -- $(cd "$build/fuzz" && ls -d fuzz_* | grep -v '[.]' | sed 's/^fuzz_//')

# so that a failure here fails with `make check` the same way
export ASAN_OPTIONS=abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1

seeds_of() {
    [ "$1" != plugin_cfg ] || echo tests/data/good tests/data/bad
    [ ! -d "tests/fuzz/corpus/$1" ] || echo "tests/fuzz/corpus/$1"
}

run() {
    local target=$1 found=$build/fuzz/corpus/$1 log=$build/fuzz/$1.log code=0
    mkdir -p "$found"
    # shellcheck disable=SC2046
    "$build/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 \
        -artifact_prefix="$build/fuzz/$target-" "$found" $(seeds_of "$target") >"$log" 2>&1 || code=$?
    if [ $code -ne 0 ]; then
        tail -n 40 "$log"
        echo "fuzz $target: FAILED; again with: $build/fuzz/fuzz_$target $(ls -t $build/fuzz/"$target"-* 2>/dev/null | head -n 1)"
        return 1
    fi
    printf 'fuzz %-12s %12s executions, %6s new inputs, all right\n' "$target" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$(sed -n 's/^stat::new_units_added: *//p' "$log")"
}

for target; do
    [ -x "$build/fuzz/fuzz_$target" ] || { echo "fuzz.sh: there is no target \"$target\"" >&2; exit 2; }
done
status=0
processors=$(nproc)
for target; do
    while [ "$(jobs -rp | wc -l)" -ge "$processors" ]; do
        wait -n || status=1
    done
    run "$target" &
done
while [ -n "$(jobs -rp)" ]; do
    wait -n || status=1
done
exit $status
