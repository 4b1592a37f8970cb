#!/usr/bin/env bash
#
# Makes the packages in artifacts/packages, and looks at what is in them: Mmap.Spans with its analyzers; Mmap.Spans.Lucene; Mmap.Spans.Tool,
# which only names the packages of the tool for each system; Mmap.Spans.Tool.linux-x64, compiled ahead of time;
# Mmap.Spans.Tool.any for all others. Where this machine cannot compile ahead of time, linux-x64 is left out, and a line
# says so. Exit: 0 if all are there with everything that belongs in them.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=artifacts/packages
native=linux-x64

# The same commit makes the same bytes, wherever the clone lies: no path of this machine goes in. What was built without
# that switch would not be built again for it, so the folder is one of its own.
common=(-c Release -p:ContinuousIntegrationBuild=true -p:ArtifactsPath="$PWD/artifacts/pack/")

pack() {
    dotnet pack "src/$1" -o "$out" "${common[@]}" "${@:2}" </dev/null
}

# A library: with the documentation of what is public, and of nothing else. Which members are public is seen only with
# its references beside it. They were built with it, and the SDK refuses to build them again for the package.
pack_library() {
    dotnet build "src/$1" "${common[@]}" -p:CopyLocalLockFileAssemblies=true </dev/null
    dotnet run eng/public-docs.cs -- "artifacts/pack/bin/$1/release/$1.dll" </dev/null
    pack "$1" --no-build -p:BuildProjectReferences=false
}

# The linker is called through clang or gcc, and wants the C library's own files, too.
can_link() {
    local compiler
    for compiler in clang gcc; do
        command -v "$compiler" >/dev/null || continue
        echo 'int main(void) { return 0; }' | "$compiler" -x c - -o /dev/null 2>/dev/null && return 0
    done
    return 1
}

why_not_native() {
    if [ "$(uname -sm)" != 'Linux x86_64' ]; then
        echo "this is not $native"
    elif ! can_link; then
        echo 'there is no clang or gcc here that links a program'
    elif ! dotnet restore src/Mmap.Spans.Tool -r "$native" -p:AheadOfTime=true "${common[@]:2}" \
        </dev/null >"$out/restore.txt" 2>&1; then
        cat "$out/restore.txt" >&2
        echo 'the compiler package cannot be restored here'
    fi
}

# What an earlier run left would pass for what this one made.
rm -rf "$out"
mkdir -p "$out"
pack_library Mmap.Spans
pack_library Mmap.Spans.Lucene

systems=any
why_not=$(why_not_native)
rm -f "$out/restore.txt"
if [ -z "$why_not" ]; then
    systems="$native;$systems"
    pack Mmap.Spans.Tool -r "$native" -p:AheadOfTime=true "-p:ToolPackageRuntimeIdentifiers=\"$systems\""
else
    echo "SKIPPED: Mmap.Spans.Tool.$native: $why_not"
fi
pack Mmap.Spans.Tool -r any "-p:ToolPackageRuntimeIdentifiers=\"$systems\""
# The one that names the others: without a system and ahead of time there is no program in it, and nothing for symbols.
pack Mmap.Spans.Tool -p:AheadOfTime=true "-p:ToolPackageRuntimeIdentifiers=\"$systems\""

dotnet run eng/check-packages.cs -- "$out" </dev/null
ls "$out"
