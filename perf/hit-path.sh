#!/usr/bin/env bash
#
# Reads the machine code of a hit (lease, read, dispose; by the file and by a reader) as the ahead-of-time compiler makes
# it for linux-x64, and fails if it calls anything but what a miss or an error calls, LeaseSpan itself included, if it
# holds a locked instruction, or if it has grown.
#
#   hit-path.sh [FILE]   also writes the listing to FILE
#
# The code that the ordinary runtime compiles is looked at by HitPathListingTests. There one call remains, the system's
# resolver of thread-local memory; here thread-local memory is a register and an offset, and no call remains.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# Instructions of both loops together, the ways of a miss and of errors included.
most=350

for tool in gcc objdump nm; do
    if ! command -v "$tool" >/dev/null || [ "$(uname -sm)" != 'Linux x86_64' ]; then
        echo "SKIPPED: this needs Linux on x64 with gcc, objdump and nm."
        exit 0
    fi
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
if ! dotnet restore Mmap.Spans.HitPath -r linux-x64 -p:AheadOfTime=true </dev/null; then
    echo 'SKIPPED: the ahead-of-time compiler cannot be restored here.'
    exit 0
fi
dotnet publish Mmap.Spans.HitPath -c Release -r linux-x64 -p:AheadOfTime=true -o "$out" </dev/null
"$out/Mmap.Spans.HitPath"

symbols=$out/symbols
nm -S "$out/Mmap.Spans.HitPath.dbg" >"$symbols"

# One method's instructions, with the names of what is called or jumped to.
listing() {
    local start size
    read -r start size < <(awk -v name="$1" '$4 == name { print $1, $2 }' "$symbols")
    [ -n "${start:-}" ] || { echo "There is no method $1." >&2; return 1; }
    objdump -d --no-show-raw-insn --start-address=$((16#$start)) --stop-address=$((16#$start + 16#$size)) "$out/Mmap.Spans.HitPath" |
        awk 'NR == FNR { name[$1] = $NF; next }
             function named(address) {
                 address = sprintf("%16s", address); gsub(/ /, "0", address)
                 return address in name ? name[address] : "?"
             }
             /^ +[0-9a-f]+:\t/ {
                 sub(/^ +/, "")
                 if (match($0, /# [0-9a-f]+ </)) loaded = named(substr($0, RSTART + 2, RLENGTH - 4))
                 if (match($0, /(call|jmp) +[0-9a-f]+ </)) {
                     target = substr($0, RSTART, RLENGTH); gsub(/(call|jmp) +| </, "", target)
                     if (named(target) != "?") sub(/<.*>/, "<" named(target) ">")
                 } else if (/call +\*%/) {
                     # The address was loaded just before.
                     $0 = $0 " <" loaded ">"
                 }
                 print
             }' "$symbols" -
}

all=$out/listing
for method in Mmap_Spans_HitPath_Hits__LeaseReadDispose Mmap_Spans_HitPath_Hits__ReaderLeaseReadDispose; do
    echo "$method:"
    listing "$method"
done >"$all"
if [ $# -gt 0 ]; then cp "$all" "$1"; fi

status=0
cold='FindInRest|TryRescue|LeaseSpanSlowly|ReleaseSlowly|ThrowEnded|ThrowNoFile|ThrowHelper|RngChkFail|ThreadStaticBaseSlow'
if grep -P '\tcall ' "$all" | grep -vE "<[^>]*($cold)"; then
    echo 'FAILED: a hit calls what stands above.'
    status=1
fi
if grep -P '\t(lock|xchg)\b' "$all"; then
    echo 'FAILED: a hit holds the locked instructions above.'
    status=1
fi
count=$(grep -cP ':\t' "$all")
if [ "$count" -gt "$most" ] || [ "$count" -lt 40 ]; then
    echo "FAILED: $count instructions, where at most $most are expected."
    status=1
fi
echo "$count instructions, misses and errors included; at most $most are expected."
exit "$status"
