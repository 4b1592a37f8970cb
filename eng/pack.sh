#!/usr/bin/env bash
#
# Makes the packages, Mmap.Spans and Mmap.Spans.Tool, and says where they are.
# Exit: 0 if both are there.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=artifacts/packages
# What an earlier run left would pass for what this one made.
rm -rf "$out"
for project in Mmap.Spans Mmap.Spans.Tool; do
    dotnet pack "src/$project" -c Release -o "$out" </dev/null
    ls "$out/$project".[0-9]*.nupkg
done
