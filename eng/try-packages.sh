#!/usr/bin/env bash
#
# Uses the packages as a stranger would, in a folder of its own: eng/try-packages.sh WHAT
#
#   install   a fresh project takes Mmap.Spans and runs the README's samples; another gets the errors and the warnings for
#             mistakes; a fresh manifest takes Mmap.Spans.Tool and runs mspans beside wc and sha256sum; a project with
#             Mmap.Spans.Lucene runs the sample of that one's README, which indexes and searches
#   trimmed   the same project published self-contained and trimmed for linux-x64, without a warning, prints the same
#   native    smoke.cs compiled ahead of time for this machine's linux-x64, without a warning, and run
#
# Takes the packages from artifacts/packages; eng/pack.sh makes them. Restores into a folder of its own, so that no
# package of an earlier day can stand in. Exit: 0 if all of it held, 77 if what it needs cannot be had here.

set -euo pipefail
what=${1:-}
[[ $what == install || $what == trimmed || $what == native ]] || { sed -n '3,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
cd "$(dirname "${BASH_SOURCE[0]}")/.."
packages=$PWD/artifacts/packages
readme=$PWD/README.md
eng=$PWD/eng
lucene=$PWD/src/Mmap.Spans.Lucene/README.md
ls "$packages"/Mmap.Spans.[0-9]*.nupkg "$packages"/Mmap.Spans.Tool.[0-9]*.nupkg "$packages"/Mmap.Spans.Lucene.[0-9]*.nupkg

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

. "$eng/stranger.sh"
stranger_folder "$work" "$packages"

# Each sample becomes a method of a class of its own; all of them read one file, whose path is called path. The library's
# namespace is said once, in the first.
make_project() {
    stranger_project samples
    awk '
        /^```csharp$/ { inside = 1; body = ""; uses = ""; count++; next }
        /^```$/ && inside {
            inside = 0
            printf "%sstatic class Sample%d\n{\n    public static async Task Run(string path)\n    {\n        await Task.CompletedTask;\n%s    }\n}\n", uses, count, body > ("Sample" count ".cs")
            calls = calls "await Sample" count ".Run(args[0]);\n"
            next
        }
        inside && /^using [A-Za-z.]+;$/ { uses = uses $0 "\n"; next }
        inside { body = body "        " $0 "\n" }
        END { printf "global using Mmap.Spans;\n%s", calls > "Program.cs" }
    ' "$readme"
    ls Sample*.cs
    for _ in $(seq 100000); do echo 'a line'; done >"$work/lines.txt"
}

look_at_print() {
    grep -qx '100000 lines' "$work/printed.txt"
    grep -qx 'the longest line has 6 bytes' "$work/printed.txt"
    grep -q '/lines.txt' "$work/printed.txt"
}

# One mistake for each rule of the package, and one that the compiler refuses.
try_mistakes() {
    cd "$work"
    stranger_project mistakes
    cat >Program.cs <<'EOF'
using System.IO.Pipelines;
using Mmap.Spans;

using MappedFile file = MappedFile.Open(args[0]);
Console.WriteLine(Mistakes.First(file) + Mistakes.Before(file) + Mistakes.Memory(file).Length + Mistakes.Late(file));
await Mistakes.Read(file);

static class Mistakes
{
    public static byte First(MappedFile file) => file.LeaseSpan(0, 1).Span[0];

    public static byte Before(MappedFile file)
    {
        using WindowCursor cursor = file.CreateCursor();
        cursor.MoveTo(0);
        ReadOnlySpan<byte> span = cursor.Span;
        cursor.MoveTo(1);
        return span[0];
    }

    public static ReadOnlyMemory<byte> Memory(MappedFile file)
    {
        using MemoryLease lease = file.LeaseMemory(0, 1);
        return lease.Memory;
    }

    public static byte Late(MappedFile file)
    {
        SpanLease lease = file.LeaseSpan(0, 1);
        ReadOnlySpan<byte> span = lease.Span;
        lease.Dispose();
        return span[0];
    }

    public static async Task Read(MappedFile file)
    {
        PipeReader reader = file.CreatePipeReader();
        await reader.ReadAsync();
    }
}
EOF
    dotnet build -c Release </dev/null >"$work/built.txt"
    for rule in MMS001 MMS002 MMS003 MMS004 MMS005; do
        # MSBuild says each warning twice.
        [ "$(grep -o "Program.cs([0-9,]*): warning $rule" "$work/built.txt" | sort -u | wc -l)" = 1 ] ||
            { cat "$work/built.txt"; echo "$rule was not told, or not once"; exit 1; }
    done

    cat >Outliving.cs <<'EOF'
using Mmap.Spans;

static class Outliving
{
    public static ReadOnlySpan<byte> Header(MappedFile file)
    {
        using SpanLease lease = file.LeaseSpan(0, 8);
        return lease.Span;
    }
}
EOF
    if dotnet build -c Release </dev/null >"$work/built.txt"; then echo 'a span that outlives its lease compiles'; exit 1; fi
    grep -q 'Outliving.cs(8,16): error CS8168' "$work/built.txt" || { cat "$work/built.txt"; exit 1; }
    echo 'mistakes: five warnings, one error'
}

try_install() {
    make_project
    dotnet run -c Release -p:TreatWarningsAsErrors=true -- "$work/lines.txt" </dev/null | tee "$work/printed.txt"
    look_at_print
    try_mistakes

    # The SDK remembers in its home where it has found a tool; that is not to be the folder of an earlier run.
    export DOTNET_CLI_HOME=$work/home DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
    mkdir "$work/tools" && cd "$work/tools"
    dotnet new tool-manifest >/dev/null
    dotnet tool install Mmap.Spans.Tool
    dotnet mspans --help >/dev/null
    [ "$(dotnet mspans lines "$work/lines.txt")" = "$(wc -l "$work/lines.txt")" ]
    [ "$(dotnet mspans hash "$work/lines.txt")" = "$(sha256sum "$work/lines.txt")" ]
    echo "mspans: as wc -l and sha256sum"
    try_lucene
    try_native_tool
}

# Where this is one of the systems that it was compiled for, it needs no runtime.
try_native_tool() {
    ls "$packages"/Mmap.Spans.Tool.linux-x64.*.nupkg >/dev/null 2>&1 || return 0
    [ "$(uname -sm)" = 'Linux x86_64' ] || return 0
    dotnet tool install Mmap.Spans.Tool --tool-path "$work/native"
    [ "$(env -i "$work/native/mspans" lines "$work/lines.txt")" = "$(wc -l "$work/lines.txt")" ]
    env -i "$work/native/mspans" inspect "$work/lines.txt" -- lines | tee "$work/inspected.txt"
    grep -q 'In windows now: 1 of 1 window' "$work/inspected.txt"
    echo "mspans: compiled ahead of time, with no runtime in sight"
}

# The sample is a whole program; its folder for the index is new.
try_lucene() {
    cd "$work"
    dotnet new console -o searching --force >/dev/null
    cd searching
    dotnet add package Mmap.Spans.Lucene --prerelease >/dev/null
    dotnet add package Lucene.Net.Analysis.Common --version 4.8.0-beta00017 >/dev/null
    awk '/^```csharp$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$lucene" >Program.cs
    dotnet run -c Release -p:TreatWarningsAsErrors=true -- "$work/index" </dev/null | tee "$work/found.txt"
    grep -qx 'found: a region is in memory' "$work/found.txt"
    grep -qx 'found: a lease keeps a region' "$work/found.txt"
    grep -qx '0 pins are left' "$work/found.txt"
    [ "$(wc -l <"$work/found.txt")" -eq 3 ]
    ls "$work/index"/segments_*
}

# The packs come from the registry, 40 MB of them; a machine that has none cannot try this.
try_trimmed() {
    make_project
    # The samples call a part of the library; the trimmer is to look at all of it.
    cat >Directory.Build.targets <<EOF
<Project><ItemGroup><TrimmerRootAssembly Include="Mmap.Spans" /></ItemGroup></Project>
EOF
    if ! dotnet restore -r linux-x64 -p:SelfContained=true -p:PublishTrimmed=true </dev/null >"$work/restore.txt" 2>&1; then
        cat "$work/restore.txt"
        echo 'SKIPPED: the runtime pack or the trimmer cannot be restored here'
        exit 77
    fi
    dotnet publish -c Release -r linux-x64 --self-contained -p:PublishTrimmed=true -p:TrimmerSingleWarn=false \
        -p:TreatWarningsAsErrors=true -o "$work/out" </dev/null | tee "$work/published.txt"
    if grep -iw 'warning' "$work/published.txt"; then exit 1; fi
    du -sh "$work/out"
    # The program brings its own runtime, so it must not look for another.
    env -u DOTNET_ROOT PATH=/usr/bin:/bin "$work/out/samples" "$work/lines.txt" | tee "$work/printed.txt"
    look_at_print
}

# Every kind of lease on four threads under pressure, from the packages alone.
try_native() {
    local status=0
    stranger_project smoke "$eng/smoke.cs"
    dotnet publish -c Release -r linux-x64 -p:PublishAot=true -p:TrimmerSingleWarn=false -p:TreatWarningsAsErrors=true \
        -o "$work/out" </dev/null >"$work/published.txt" 2>&1 || status=$?
    cat "$work/published.txt"
    if [ "$status" -ne 0 ]; then
        # No linker, or no compiler package: it cannot be tried here. Anything else is a failure.
        grep -qE 'NU1101|NU1102|Platform linker .* not found' "$work/published.txt" && { echo 'SKIPPED: no linker, or the compiler package cannot be had'; exit 77; }
        exit 1
    fi
    if grep -iw 'warning' "$work/published.txt"; then exit 1; fi
    ls -l "$work/out/smoke"
    time env -i "$work/out/smoke" "$work"
}

"try_$what"
