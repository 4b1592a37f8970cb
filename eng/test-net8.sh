#!/usr/bin/env bash
#
# Runs the library's tests on .NET 8, without .NET 8: they are published with that runtime from the registry.
#     eng/test-net8.sh [argument of the test runner ...]
# Exit: 0 if all passed, 77 if the runtime cannot be had here.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# A test becomes another user, who must still find the runtime.
chmod 755 "$out"
# Folders of their own, so that what is built for .NET 10 stays as it is.
options=(-r linux-x64 -p:SelfContained=true -p:TestFramework=net8.0 -p:ArtifactsPath="$out/")
if ! dotnet restore tests/Mmap.Spans.Tests "${options[@]}" </dev/null >"$out/restore.txt" 2>&1; then
    cat "$out/restore.txt"
    echo 'SKIPPED: the runtime of .NET 8 cannot be restored here'
    exit 77
fi
dotnet publish tests/Mmap.Spans.Tests -c Release --no-restore "${options[@]}" -p:ErrorOnDuplicatePublishOutputFiles=false \
    -o "$out/tests" </dev/null

# Left out: the contract of the framework's own reader, which is written for that of .NET 10; and what runs in 3 GB of
# address space, in which this runtime does not start.
"$out/tests/Mmap.Spans.Tests" -class- '*.StreamPipeReaderContract' -method- '*AddressSpace*' "$@" </dev/null
