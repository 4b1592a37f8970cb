#!/usr/bin/env bash
# Runs eng/smoke.cs and eng/large.cs from the packages as a 32-bit Windows process under wine: bash eng/test-windows-x86.sh
#
# What it shows: offsets beyond the addresses of the process, a file of 3 GiB through a budget of 256 MiB, the end of the
# addresses as one clear exception. What it cannot show is what eng/test-windows.sh cannot.
#
# A 32-bit wine wants a 32-bit Debian, which root makes here in a folder (some 700 MB, removed at the end), so that the
# machine itself gets no foreign architecture. Takes the packages from artifacts/packages, which eng/pack.sh makes.
# ROOT_FOLDER=folder keeps that system there for the next run. Exit: 0 if all was right, 77 if it cannot be had here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
repository=$PWD
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo 'SKIPPED: only root of a Debian system can make the 32-bit system that wine needs here.' >&2
    exit 77
fi

work=$(mktemp -d)
root=${ROOT_FOLDER:-$work/root}
clean_up() {
    umount "$root/proc" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

command -v debootstrap >/dev/null || { apt-get update -q && apt-get install -qy --no-install-recommends debootstrap; }
if [ ! -e "$root/usr/bin/wine" ]; then
    debootstrap --variant=minbase --arch=i386 bookworm "$root" >/dev/null
    chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends wine wine32 >/dev/null
fi
mount -t proc proc "$root/proc"

. eng/stranger.sh
stranger_folder "$work" "$repository/artifacts/packages"
for program in smoke large; do
    cd "$work"
    stranger_project "$program" "$repository/eng/$program.cs"
    dotnet publish -c Release -r win-x86 --self-contained -o "$root/opt/$program" </dev/null
    mkdir -p "$root/opt/data"
    # See eng/test-windows.sh for the protection of code that wine cannot have.
    chroot "$root" env WINEARCH=win32 WINEPREFIX=/opt/prefix WINEDEBUG=-all DOTNET_EnableWriteXorExecute=0 \
        HOME=/opt LC_ALL=C wine "/opt/$program/$program.exe" 'Z:\opt\data' 500 </dev/null
done
