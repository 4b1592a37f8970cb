#!/usr/bin/env bash
# Publishes the tests for Windows, self-contained, and runs them under wine: bash eng/test-windows.sh [class pattern ...]
#
# What wine shows: the 64 KiB granularity of mappings, views that end on pages, files that cannot be truncated while
# they are mapped, the Windows paths of our own system calls.
# What it cannot show: NTFS itself (file ids, deletion and replacement of open files, sparse files), the limits of commit
# and handles of a real system, PrefetchVirtualMemory, file shares, speed. It reports itself as an old Windows, and
# children that are started through bash are skipped.
#
# Under wine 8 the test runner hangs once a test has ended by an exception, also by a skip. So every method runs in a
# process of its own, which is ended when its result is out.
#
# And under wine 8 the runtime itself dies ("Internal CLR error" in DynamicResolver+DestroyScout.Finalize, the collection
# of the compiled calls by which tests are invoked) as long as it keeps code either writable or executable. A test of
# nothing but GC.Collect() dies there as well, without this library; with that protection off, none does.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v wine >/dev/null; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "SKIPPED: wine is not installed, and only root of a Debian system can install it here." >&2
        exit 0
    fi
    apt-get update -q && apt-get install -qy --no-install-recommends wine wine64
fi

out=$(mktemp -d)
trap 'wineserver -k || true; rm -rf "$out"' EXIT
dotnet publish tests/Mmap.Spans.Tests -c Release -r win-x64 --self-contained -o "$out/tests" -p:ErrorOnDuplicatePublishOutputFiles=false
tests="$out/tests/Mmap.Spans.Tests.exe"
export WINEDEBUG=-all WINEPREFIX="$out/prefix" DOTNET_EnableWriteXorExecute=0

patterns=()
for pattern in "${@:-*}"; do patterns+=(-class "$pattern"); done
wine "$tests" -nocolor -noLogo -list methods "${patterns[@]}" </dev/null | tr -d '\r' | grep -E '^ *Mmap\.Spans\.' | sed 's/^ *//' | sort -u >"$out/methods"

passed=0 failed=0 skipped=0
while read -r method; do
    : >"$out/result"
    timeout 300 wine "$tests" -nocolor -noLogo -method "$method" </dev/null >"$out/result" 2>&1 &
    runner=$!
    # A line with the result ends the wait; so does the end of the process.
    while kill -0 "$runner" 2>/dev/null && ! grep -qaE '\[(FAIL|SKIP)\]|Total:' "$out/result"; do sleep 0.2; done
    if grep -qa '\[FAIL\]' "$out/result" || ! grep -qaE '\[SKIP\]|Total: [1-9]' "$out/result"; then
        failed=$((failed + 1))
        echo "FAILED  $method"
        tail -n +4 "$out/result" | head -12
    elif grep -qa '\[SKIP\]' "$out/result"; then
        skipped=$((skipped + 1))
        echo "SKIPPED $method:$(grep -aA1 '\[SKIP\]' "$out/result" | tail -1 | tr -s ' ')"
    else
        passed=$((passed + 1))
    fi
    kill "$runner" 2>/dev/null || true
    wait "$runner" 2>/dev/null || true
done <"$out/methods"

echo "Under wine: $passed passed, $failed failed, $skipped skipped."
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
