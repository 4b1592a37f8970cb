#!/bin/sh
# The library beside an older one: what threads hold over the budget, misses, hits of a parked window, waits beside long
# sweeps. Prints a table of medians; the sides take turns in each round. Linux.
#
#   contention.sh [COMMIT [ROUNDS]]    COMMIT ca2aead, 5 rounds: some ten minutes
set -eu

here=$(cd "$(dirname "$0")" && pwd)
commit=${1:-ca2aead}
rounds=${2:-5}
work=$(mktemp -d)
trap 'git -C "$here" worktree remove --force "$work/tree" 2>/dev/null || true; rm -rf "$work"' EXIT

git -C "$here" worktree add --quiet --detach "$work/tree" "$commit"
cp -r "$here/Mmap.Spans.Contention" "$work/tree/perf/"
mkdir -p "$work/tree/perf/Mmap.Spans.Benchmarks/Budget"
cp "$here/Mmap.Spans.Benchmarks/Budget/OwnMemory.cs" "$work/tree/perf/Mmap.Spans.Benchmarks/Budget/"
for side in old:"$work/tree/perf" new:"$here"; do
    dotnet build "${side#*:}/Mmap.Spans.Contention" --configuration Release --verbosity quiet --nologo -p:RunAnalyzers=false \
        --output "$work/${side%%:*}" >> "$work/log" || { cat "$work/log"; exit 1; }
done

# NAME=ARGUMENTS OF THE OLDER=ARGUMENTS OF THIS
cat > "$work/questions" <<'END'
peak over budget, Map, 64 KiB, 2 threads=peak 2 65536 Map=peak 2 65536 Map
peak over budget, Map, 64 KiB, 4 threads=peak 4 65536 Map=peak 4 65536 Map
peak over budget, Map, 1 MiB, 4 threads=peak 4 1048576 Map=peak 4 1048576 Map
peak over budget, Map, 16 MiB, 4 threads=peak 4 16777216 Map=peak 4 16777216 Map
anonymous memory over budget, Copy, 1 MiB, 4 threads=peak 4 1048576 Copy=peak 4 1048576 Copy
anonymous memory over budget, Copy, 16 MiB, 4 threads=peak 4 16777216 Copy=peak 4 16777216 Copy
misses a second, 1 thread, Fail beside Exceed=misses 1 Fail clock=misses 1 Exceed clock
misses a second of processor time, 1 thread=misses 1 Fail processor=misses 1 Exceed processor
misses a second, 2 threads, Fail beside Exceed=misses 2 Fail clock=misses 2 Exceed clock
misses a second of processor time, 2 threads=misses 2 Fail processor=misses 2 Exceed processor
misses a second, 4 threads, Fail beside Exceed=misses 4 Fail clock=misses 4 Exceed clock
misses a second of processor time, 4 threads=misses 4 Fail processor=misses 4 Exceed processor
hit in a parked window, times a quiet one=parked=parked
longest miss beside Trim, ms=wait Trim=wait Trim
longest miss beside Release, ms=wait Release=wait Release
longest miss beside the close of a file, ms=wait Close=wait Close
END

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

for round in $(seq "$rounds"); do
    n=0
    while IFS='=' read -r name old new; do
        n=$((n + 1))
        dotnet "$work/old/Mmap.Spans.Contention.dll" $old >> "$work/old.$n" < /dev/null
        dotnet "$work/new/Mmap.Spans.Contention.dll" $new >> "$work/new.$n" < /dev/null
    done < "$work/questions"
done

echo "| median of $rounds | $commit | $(git -C "$here" rev-parse --short HEAD) | ratio |"
echo "|---|--:|--:|--:|"
n=0
while IFS='=' read -r name old new; do
    n=$((n + 1))
    a=$(median "$work/old.$n")
    b=$(median "$work/new.$n")
    echo "| $name | $a | $b | $(awk "BEGIN { printf \"%.2f\", $b / $a }") |"
done < "$work/questions"
