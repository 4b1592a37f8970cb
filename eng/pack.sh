#!/usr/bin/env bash
#
# Makes the packages, Mmap.Spans with its analyzers, Mmap.Spans.Tool and Mmap.Spans.Lucene, in artifacts/packages, and
# looks at what is in them. Exit: 0 if all are there with everything that belongs in them.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=artifacts/packages
# What an earlier run left would pass for what this one made.
rm -rf "$out"
for project in Mmap.Spans Mmap.Spans.Tool Mmap.Spans.Lucene; do
    # The same commit makes the same bytes, wherever the clone lies: no path of this machine goes in. What was built without
    # that switch would not be built again for it, so the folder is one of its own.
    dotnet pack "src/$project" -c Release -o "$out" -p:ContinuousIntegrationBuild=true -p:ArtifactsPath="$PWD/artifacts/pack/" </dev/null
done
dotnet run eng/check-packages.cs -- "$out" </dev/null
ls "$out"
