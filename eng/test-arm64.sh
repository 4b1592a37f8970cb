#!/usr/bin/env bash
# Runs the library as arm64 code under qemu's user emulator: bash eng/test-arm64.sh smoke | tests [class pattern ...]
#
#   smoke   eng/smoke.cs from the packages, compiled ahead of time for linux-arm64: some two minutes, most of them the build
#   tests   the library's tests, self-contained for linux-arm64, one class a process; without a pattern all that can be shown
#
# What it shows: the arm64 code of both compilers, the layouts and constants of the system calls there, alignment, the ABI.
# What it cannot show: weak memory. The threads run on this machine's processors, whose loads and stores are ordered more
# strongly; the process-wide barrier is the kernel's own (qemu passes membarrier on). Nor can it show what is below, under
# Left out.
#
# Needs Debian's qemu-user and cross compiler, which root gets here; takes the packages from artifacts/packages, which
# eng/pack.sh makes. Exit: 0 if all passed, 77 if what it needs cannot be had here.
set -euo pipefail
what=${1:-}
[[ $what == smoke || $what == tests ]] || { sed -n '2,16s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
shift
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
repository=$PWD
. eng/stranger.sh
work=$(mktemp -d)
# A test has a child that is another user, who must reach the emulated system.
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT

# Left out, each for what it needs: a folder of tests, a class, or a test of a class.
left_out=(
    Files.AccessPatternTests          # the flags of a mapping in /proc/self/smaps, which qemu does not write
    Memory.BackingTests.AMappingIsToldInWhatOrderItWillBeUsed    # the same
    Files.PrefetcherTests.EveryPageOfWhatWasLoadedIsThere        # the pages in /proc/self/pagemap, the same
    Files.SpecialFileTests.TheListOfMappingsIsReadAsItWasAtOneMoment    # /proc/self/maps, which qemu makes itself
    Change.ChangeTests.LoadingARangeThatIsGoneSaysSoAndAHintSaysNothing # the error of MADV_POPULATE_READ, which
    Files.FileWindowsTests.VerifyAsksForThePagesAfterTheLength          # qemu answers with success
    Files.MemoryFileTests.WhoVerifiesAMappingIsToldThatThereIsNoRoomForTheHoles    # the same
    Files.UserFileSystemTests.WhatABadDiskRefusesIsNamedToEveryoneWhoVerifies      # the same
    Limits.ChildLimitTests            # limits of address space and mappings, of which the emulator takes its part
    Memory.PagePoolTests.PagesThatTheSystemRefusesOrThatAreGivenBackCountNoMore    # the same
    Limits.CopiedMemoryTests          # the memory of the process, which is the emulator's, too
    Model.SequentialModelTests        # an hour of emulation
    AmountTests.NoShippedTextPutsABareNumberBeforeAPlural        # reads sources, and no code
    ChoosingTests                     # the same
    Tidy                              # the same
)

have() {
    local missing=()
    command -v qemu-aarch64 >/dev/null || missing+=(qemu-user)
    command -v aarch64-linux-gnu-gcc >/dev/null || missing+=(gcc-aarch64-linux-gnu)
    [ ${#missing[@]} -eq 0 ] && return
    if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
        echo "SKIPPED: ${missing[*]} is not here, and only root of a Debian system can install it." >&2
        exit 77
    fi
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
        qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross
}

# The C library of an arm64 system, and OpenSSL for what hashes, in a folder: the machine itself stays as it is.
make_root() {
    local apt=(apt-get -q -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root
        -o Dir::State="$work/state" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache")
    mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/debs" "$work/root"
    : >"$work/status"
    "${apt[@]}" update >/dev/null
    (cd "$work/debs" && "${apt[@]}" download libc6 libgcc-s1 libstdc++6 libssl3 zlib1g >/dev/null)
    for package in "$work/debs"/*.deb; do dpkg-deb -x "$package" "$work/root"; done
}

# The kernel starts no arm64 program, so the tests start their children by the emulator, too.
# The runtime may not have code both writable and executable under qemu; no culture's data are in that root.
emulated() {
    DOTNET_EnableWriteXorExecute=0 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \
        MMAP_SPANS_EMULATOR="$(command -v qemu-aarch64) -L $work/root" \
        timeout "${limit:-1200}" qemu-aarch64 -L "$work/root" "$@"
}

run_smoke() {
    local packages=$repository/artifacts/packages
    ls "$packages"/Mmap.Spans.[0-9]*.nupkg
    stranger_folder "$work" "$packages"
    # Without clang the SDK links by gcc, but still says for which system in clang's words.
    cat >"$work/link" <<'END'
#!/usr/bin/env bash
words=()
for word; do [[ $word == --target=* ]] || words+=("$word"); done
exec aarch64-linux-gnu-gcc "${words[@]}"
END
    chmod +x "$work/link"
    cd "$work"
    stranger_project smoke "$repository/eng/smoke.cs"
    dotnet publish -c Release -r linux-arm64 -p:PublishAot=true -p:TrimmerSingleWarn=false -p:TreatWarningsAsErrors=true \
        -p:CppCompilerAndLinker="$work/link" -p:ObjCopyName=aarch64-linux-gnu-objcopy -o "$work/out" </dev/null
    file "$work/out/smoke" 2>/dev/null || true
    emulated "$work/out/smoke" "$work" "${LEASES:-500}"
}

run_tests() {
    local out=$work/tests classes class passed=0 failed=0
    dotnet publish tests/Mmap.Spans.Tests -c Release -r linux-arm64 --self-contained -o "$out" \
        -p:ErrorOnDuplicatePublishOutputFiles=false </dev/null
    local tests=$out/Mmap.Spans.Tests patterns=() without=() name
    for name in "${left_out[@]}"; do without+=(-method- "Mmap.Spans.Tests.$name"); done
    if [ $# -gt 0 ]; then
        for pattern; do patterns+=(-class "$pattern"); done
    fi
    mapfile -t classes < <(emulated "$tests" -noColor -noLogo -list classes "${patterns[@]}" </dev/null |
        grep -oE 'Mmap\.Spans\.Tests\.[A-Za-z0-9_.]+' | sort -u)
    for class in "${classes[@]}"; do
        if [ $# -eq 0 ] && is_left_out "${class#Mmap.Spans.Tests.}"; then
            echo "left out $class"
            continue
        fi
        if limit=600 emulated "$tests" -noColor -noLogo -class "$class" "${without[@]}" </dev/null >"$work/result" 2>&1; then
            passed=$((passed + 1))
            echo "passed   $class: $(grep -oE 'Total: [0-9]+.*' "$work/result" | tail -n 1)"
        else
            failed=$((failed + 1))
            echo "FAILED   $class"
            grep -aE '\[FAIL\]|Total:' "$work/result" | head -n 20 || tail -n 5 "$work/result"
        fi
    done
    echo "Under qemu: $passed classes passed, $failed failed."
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

is_left_out() {
    local name
    for name in "${left_out[@]}"; do
        case $1 in "$name" | "$name".*) return 0 ;; esac
    done
    return 1
}

have
make_root
"run_$what" "$@"
