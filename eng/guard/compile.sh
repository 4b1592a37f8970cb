#!/bin/bash
# Compiles the C twin of the truncation guard's handler and says its bytes.
#
#   compile.sh arm64|x64            the bytes as they stand in a C# source
#   compile.sh arm64|x64 FILE       the bytes, into a file
#   compile.sh check                those for arm64 against src/Mmap.Spans/Memory/TruncationGuard.Arm64.cs
#
# arm64 needs Debian's gcc-aarch64-linux-gnu. The bytes in the source are of its version 12; another compiler may well
# make others of the same text, and then try.sh is what counts. Exit code 3: there is no such compiler here.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

compile() { # architecture, output
    local prefix flags
    case $1 in
        arm64) prefix=aarch64-linux-gnu- flags="-march=armv8-a -mno-outline-atomics -mbranch-protection=none" ;;
        x64) prefix="" flags="-march=x86-64 -mno-red-zone -mgeneral-regs-only -fcf-protection=none" ;;
        *) echo "arm64 or x64" >&2; exit 2 ;;
    esac
    command -v "${prefix}gcc" > "$work/found" || { echo "There is no ${prefix}gcc here." >&2; exit 3; }
    "${prefix}gcc" -std=gnu11 -Os -Wall -Wextra -Werror -ffreestanding -nostdlib -fpic -fno-toplevel-reorder \
        -fno-stack-protector -fno-unwind-tables -fno-asynchronous-unwind-tables -fomit-frame-pointer $flags \
        -c "$here/handler.c" -o "$work/handler.o"
    if "${prefix}objdump" -r "$work/handler.o" | grep -q R_; then
        echo "What was compiled does not stand alone." >&2
        exit 1
    fi
    "${prefix}objcopy" -O binary -j .text "$work/handler.o" "$2"
}

as_source() { # bytes
    xxd -p -u -c 16 "$1" | sed -E 's/(..)/0x\1, /g; s/ $//; s/^/        /'
}

case ${1:-} in
    check)
        compile arm64 "$work/arm64"
        as_source "$work/arm64" > "$work/expected"
        grep -E '^        0x' "$here/../../src/Mmap.Spans/Memory/TruncationGuard.Arm64.cs" > "$work/found"
        diff "$work/expected" "$work/found" && echo "The bytes for arm64 are those of handler.c."
        ;;
    *)
        compile "${1:-}" "$work/bytes"
        if [ $# -gt 1 ]; then cp "$work/bytes" "$2"; else as_source "$work/bytes"; fi
        ;;
esac
