#!/usr/bin/env bash
# Publishes the tests for Windows, self-contained, and runs them under wine: bash eng/test-windows.sh [arguments of the tests]
#
# What wine shows: the 64 KiB granularity of mappings, views that end on pages, files that cannot be truncated while
# they are mapped, the Windows paths of our own system calls.
# What it cannot show: NTFS itself (file ids, deletion of open files, sparse files), the limits of commit and handles of
# a real system, PrefetchVirtualMemory, file shares, speed. It reports itself as an old Windows, and children that are
# started through bash are skipped.
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
trap 'rm -rf "$out"' EXIT
dotnet publish tests/Mmap.Spans.Tests -c Release -r win-x64 --self-contained -o "$out/tests" -p:ErrorOnDuplicatePublishOutputFiles=false

export WINEDEBUG=-all WINEPREFIX="$out/prefix" DOTNET_GCHeapHardLimit=0x40000000
exec 3>&1
status=0
wine "$out/tests/Mmap.Spans.Tests.exe" "$@" >&3 || status=$?
wineserver -k || true
exit "$status"
