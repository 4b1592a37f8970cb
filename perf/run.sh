#!/bin/sh
# Measures Mmap.Spans. See README.md beside this file.
#
#   run.sh                      one table of ratios in about three minutes, kept under results/
#   run.sh --quick [QUESTION]   the same, only shown
#   run.sh --cold [GIB ROUNDS]  files that are on the disk only (Linux), some five minutes with 4 GiB and 7 rounds
#   run.sh --pressure           reads over a file eight times the budget, five minutes
#   run.sh --pressure short     the same by one thread and with fewer rounds, a minute
#   run.sh --budget             what is held over the budget (Linux), two minutes
#   run.sh --memory             what copies take of the memory (Linux), a minute
#   run.sh --tails              the slow hits while another thread evicts, two minutes
#   run.sh --files              ten thousand small files, a minute
#   run.sh --scale              what grows with threads and processors, up to 1,000 threads, a minute
#   run.sh --lucene [DOCUMENTS ROUNDS]   Mmap.Spans.Lucene against the directories of Lucene.NET, ten minutes
#   run.sh ARGUMENTS            BenchmarkDotNet (its own arguments, such as --filter '*Miss*')
set -eu

here=$(cd "$(dirname "$0")" && pwd)
project="$here/Mmap.Spans.Benchmarks"
if [ "${1:-}" = --lucene ]; then
    project="$here/Mmap.Spans.LuceneBench"
    shift
fi

commit=$(git -C "$here" rev-parse --short HEAD 2>/dev/null || echo 'unknown commit')
if [ -n "$(git -C "$here" status --porcelain 2>/dev/null)" ]; then commit="$commit with local changes"; fi
export MMAP_SPANS_COMMIT="$commit"
export MMAP_SPANS_RESULTS="$here/results"

# The rows of code compiled ahead of time want that compiler, and a linker; without them the table has no such rows.
case "${1:-}" in
    '' | --quick)
        ahead=$(mktemp -d)
        trap 'rm -rf "$ahead"' EXIT
        if [ "$(uname -sm)" = 'Linux x86_64' ] && dotnet publish "$here/Mmap.Spans.HitPath" --configuration Release \
            --runtime linux-x64 -p:AheadOfTime=true --output "$ahead" --verbosity quiet --nologo >"$ahead/log" 2>&1; then
            export MMAP_SPANS_AHEAD_OF_TIME="$ahead/Mmap.Spans.HitPath"
        else
            echo 'No rows of code compiled ahead of time: it cannot be compiled here.' >&2
        fi
        ;;
esac

dotnet build "$project" --configuration Release --verbosity quiet --nologo
dotnet run --project "$project" --configuration Release --no-build -- "$@"
