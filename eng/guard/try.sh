#!/bin/bash
# Runs the C twin of the truncation guard's handler: for x64 as it is, for arm64 on a machine that has the processor or
# under qemu-user. Exit code 3: something that it needs is not here.
#
#   try.sh arm64|x64 [ROUNDS]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case ${1:-} in
    arm64) prefix=aarch64-linux-gnu-; machine=aarch64 ;;
    x64) prefix=""; machine=x86_64 ;;
    *) echo "try.sh arm64|x64 [ROUNDS]" >&2; exit 2 ;;
esac
run=()
if [ "$(uname -m)" != $machine ]; then
    command -v qemu-$machine > "$work/found" || { echo "There is no qemu-$machine here." >&2; exit 3; }
    run=(qemu-$machine)
fi
bash "$here/compile.sh" "$1" "$work/bytes"
command -v "${prefix}gcc" > "$work/found" || { echo "There is no ${prefix}gcc here." >&2; exit 3; }
"${prefix}gcc" -std=gnu11 -O1 -Wall -Wextra -Werror -static -pthread "$here/try.c" -o "$work/try"
"${run[@]}" "$work/try" "$work/bytes" "${2:-200}"
