#!/usr/bin/env bash
#
# Puts what was measured on the front page: perf/front-page.sh results/PROCESSOR/DATE
#
# From ratios.md in that folder come ratios.svg beside it and the table of the README; which rows, the list below says.
# Needs gnuplot (Debian: gnuplot-nox). Exit: 0 if every row of the list was measured.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
folder=${1:?which folder of results?}
folder=${folder#perf/}
ratios=$folder/ratios.md
readme=../README.md

# The row's two names in ratios.md, then in the README, then the work's short name in the picture.
rows='
LeaseSpan, read, Dispose|AcquirePointer, read, ReleasePointer|`LeaseSpan`, read 8 bytes, dispose|pointer of the view handle, acquired and released|span lease / pointer of the view handle
LeaseSpan, 2 threads, one window|AcquirePointer pair, 2 threads, one view|the same, two threads on one window|the same, two threads on one view|the same, two threads
LeaseSpan, read, Dispose|a raw pointer kept for ever|the same, one thread|a raw pointer, kept for ever|span lease / raw pointer kept for ever
LeaseSpan, read, Dispose|RandomAccess.Read|the same|`RandomAccess.Read`|span lease / positional read
LeaseMemory, read, Dispose|AcquirePointer, read, ReleasePointer|`LeaseMemory`, read, dispose|pointer of the view handle, acquired and released|memory lease / pointer of the view handle
miss on a window of 64 KiB|raw view of 64 KiB, created, touched, disposed|a miss: map 64 KiB, touch, evict|a raw view created, touched, disposed|miss / raw view
open, lease, close a file of 4 KiB|File.ReadAllBytes, 4 KiB|open, lease, close a file of 4 KiB|`File.ReadAllBytes`|file of 4 KiB / ReadAllBytes
scan: our PipeReader, 16 MiB windows|scan: one raw pointer|scan 1 GiB, `PipeReader`, windows of 16 MiB|one raw pointer over the whole file|scan / one raw pointer
scan: our PipeReader, 1 MiB windows|scan: one raw pointer|the same, windows of 1 MiB|the same|scan, windows of 1 MiB / one raw pointer
scan: our PipeReader, 16 MiB windows|scan: PipeReader.Create(stream), 1 MiB buffer|the same, windows of 16 MiB|`PipeReader.Create(stream)`, buffer of 1 MiB|scan / PipeReader of a stream
'

data=$(mktemp)
table=$(mktemp)
trap 'rm -f "$data" "$table"' EXIT

# Of each row: ratio, quarters, texts.
awk -F ' *[|] *' -v data="$data" -v table="$table" '
    NR == FNR { found[$2 "|" $4] = $6 "|" $7; next }
    NF == 5 {
        if (!(($1 "|" $2) in found)) { print "not measured: " $1 " / " $2 > "/dev/stderr"; bad = 1; next }
        split(found[$1 "|" $2], measured, "|"); ratio = measured[1] + 0; split(measured[2], quarters, "-")
        if (quarters[2] < ratio) quarters[2] = ratio # Rounded to two places.
        ratio += 1e-9
        printf "%d|%s|%s|%s|%s\n", n++, ratio, quarters[1], quarters[2], $5 > data
        printf "| %s | %s | %s |\n", $3, $4, ratio < 0.1 ? sprintf("%.3f", ratio) : ratio < 3 ? sprintf("%.2f", ratio) : sprintf("%.1f", ratio) > table
    }
    END { exit bad }
' "$ratios" - <<<"$rows"

line() { sed -nE "s/^$1: *//p" "$folder/machine.txt"; }
caption="$(line Processor | sed 's/ available/ processors/'), $(line System | sed -E 's/.*kernel ([0-9]+\.[0-9]+).*/Linux \1/'), $(line Runtime), $(line Date | cut -d' ' -f1)"

gnuplot <<EOF
set terminal svg size 900,440 font "sans-serif,13" background "white"
set output "$folder/ratios.svg"
set datafile separator "|"
set title "Time of Mmap.Spans / time of the other way, each pair in one run\n{/*0.85 $caption}"
set logscale x 2
set xrange [0.008:12]
set yrange [$(wc -l <"$data") - 0.4 : -0.6]
set xtics nomirror ("0.01x" 0.01, "0.05x" 0.05, "0.1x" 0.1, "0.25x" 0.25, "0.5x" 0.5, "1x" 1, "2x" 2, "4x" 4, "8x" 8)
set ytics scale 0
set grid xtics linecolor "#dddddd"
set border 1
set key outside bottom horizontal
set arrow from 1, graph 0 to 1, graph 1 nohead linecolor "#444444" linewidth 1.5 front
plot "$data" using (\$2 < 1 ? \$2 : NaN):0:(\$2):(1):(\$0 - 0.3):(\$0 + 0.3):ytic(5) with boxxyerror fillstyle solid linecolor "#3d8bcd" title "quicker", \\
     "$data" using (\$2 >= 1 ? \$2 : NaN):0:(1):(\$2):(\$0 - 0.3):(\$0 + 0.3) with boxxyerror fillstyle solid linecolor "#f2a541" title "slower", \\
     "$data" using 2:0:3:4 with xerrorbars pointtype 0 linecolor "#222222" title "half of the rounds"
EOF

# The README's picture and table, between its two marks.
awk -v table="$table" -v picture="perf/$folder/ratios.svg" -v caption="$caption" '
    /^<!-- ratios: begin -->$/ {
        print
        print "Time of this library / time of the other way, both in one run; below 1 it is quicker."
        print caption ". `perf/run.sh --quick` measures your machine in three minutes.\n"
        print "| work | beside | ratio |\n|---|---|--:|"
        while ((getline row < table) > 0) print row
        print "\n![The same ratios as bars, with their spread](" picture ")"
        skip = 1
    }
    /^<!-- ratios: end -->$/ { skip = 0 }
    !skip
' "$readme" >"$data"
cat "$data" >"$readme"
echo "perf/$folder/ratios.svg and the table of README.md"
