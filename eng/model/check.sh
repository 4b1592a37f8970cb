#!/usr/bin/env bash
#
# check.sh: verifies the protocol models with Spin, and that each seeded bug is caught by the property meant for it.
#
#   check.sh                all models, then all seeded bugs: a few minutes on two slow cores
#   check.sh --models       only the models
#   check.sh --bugs         only the seeded bugs
#   check.sh --deep         the models, and then a configuration that takes minutes and more than 1.2 GB
#   check.sh --trail NAME   the shortest counterexample of a seeded bug, step by step
#   check.sh --list         the names
#
# Exit: 0 all as expected, 1 something failed, 2 wrong arguments, 3 a tool is missing. Nothing is written beside it.

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
memory_mb=${MODEL_MEMORY_MB:-6000}
depth=${MODEL_DEPTH:-20000}

# name | model | macros
models='
one window, closer, failing map, interrupt | loading | NR=2 NW=1 MAX=1 NWORKERS=2 OPS=1 CLOSER FAILS=1 KEEP INTERRUPT
one window, three workers and a closer     | loading | NR=3 NW=1 MAX=1 NWORKERS=3 OPS=1 CLOSER FAILS=1
one window, two leases each, closer        | loading | NR=4 NW=1 MAX=1 NWORKERS=2 OPS=2 CLOSER FAILS=2 KEEP
one window, detach, failing map            | loading | NR=4 NW=1 MAX=1 NWORKERS=2 OPS=1 DETACHER FAILS=1 KEEP
two windows, budget one, Exceed            | loading | NR=4 NW=2 MAX=1 NWORKERS=2 OPS=2 FAILS=1 KEEP
two windows, budget one, Fail              | loading | NR=4 NW=2 MAX=1 NWORKERS=2 OPS=2 FAILS=1 KEEP STRICT
three windows, budget two, one idle, Exceed | loading | NR=3 NW=3 MAX=2 NWORKERS=2 OPS=1 IDLE=1
three windows, budget two, one idle, Fail  | loading | NR=3 NW=3 MAX=2 NWORKERS=2 OPS=1 IDLE=1 STRICT
three windows, one idle, failing map, Fail | loading | NR=5 NW=3 MAX=2 NWORKERS=2 OPS=2 FAILS=1 IDLE=1 STRICT
two windows, budget one, Exceed, hazards   | loading | NR=4 NW=2 MAX=1 NWORKERS=2 OPS=2 HAZARDS
two windows, budget one, Fail, hazards     | loading | NR=4 NW=2 MAX=1 NWORKERS=2 OPS=2 HAZARDS STRICT
one window, closer, hazards and loads      | loading | NR=2 NW=1 MAX=1 NWORKERS=2 OPS=1 HAZARDS CLOSER FAILS=1
one window, detach, hazards and loads      | loading | NR=2 NW=1 MAX=1 NWORKERS=2 OPS=1 HAZARDS DETACHER FAILS=1
two span readers, two leases, evictor      | hazards | NR=1 NW=1 READERS=2 HOPS=2 TRIMS=1
two span readers that sweep, evictor       | hazards | NR=1 NW=1 READERS=2 TRIMS=1 NESTED
two span readers, evictor, closer          | hazards | NR=1 NW=1 READERS=2 TRIMS=1 CLOSER
two span readers, reference, evictor       | hazards | NR=1 NW=1 READERS=2 TAKERS=1 TRIMS=1
two regions, two readers, limbo            | hazards | NR=2 NW=2 READERS=2 TRIMS=2
two regions, reader, limbo, closer         | hazards | NR=2 NW=2 READERS=1 TRIMS=2 CLOSER
two regions, reader, reference, limbo      | hazards | NR=2 NW=2 READERS=1 TAKERS=1 TRIMS=2
two regions, reference, evictor, trim      | hazards | NR=2 NW=2 READERS=0 TAKERS=1 TRIMS=1 TRIMMER
two span readers, a look, evictor          | hazards | NR=1 NW=1 READERS=2 TRIMS=1 LOOKS=1
two regions, reader, two looks, limbo      | hazards | NR=2 NW=2 READERS=1 TRIMS=1 LOOKS=2
two regions, reference, two looks, closer  | hazards | NR=2 NW=2 READERS=0 TAKERS=1 LOOKS=2 CLOSER
gate: three ask twice, one waits           | gate    | ASKERS=3 ASKS=2 WAITERS=1
'

deep='
one window, two leases each, detach        | loading | NR=4 NW=1 MAX=1 NWORKERS=2 OPS=2 DETACHER FAILS=1 KEEP
'

# The properties, by the text that the verifier prints.
property() {
    case $1 in
        *'mappings<='*)                          echo 'rule 5: more in memory than the peak' ;;
        *'invalid end state'*)                   echo 'deadlock: a thread never ends' ;;
        *'(reg[v].pins==0)'*)                    echo 'rules 1, 6: unmapped under a pin' ;;
        *'reg[v].mapped'*'reg[v].unmapped'*)     echo 'rule 2: one unmap' ;;
        *'stirred'*)                             echo 'no room, yet something idle or leaving' ;;
        *'awaited'*)                             echo 'a trim returned before the unmap' ;;
        *'(charged<=max)||(pinned==present)'*)   echo 'rule 5: over the budget at rest' ;;
        *'(charged<=max)'*)                      echo 'rule 5: strict budget exceeded' ;;
        *'charged>=mappings'*)                   echo 'rule 5: mapped and not charged' ;;
        *'charged==present'*)                    echo 'rule 5: charged what is not there' ;;
        *'reg[r].refs>0'*)                       echo 'a reference was lost' ;;
        *'reg[r].closing)'*)                     echo 'rule 3: pinned though Closing' ;;
        *'reg[n].closing||'*)                    echo 'rule 6: closed, yet not Closing' ;;
        *'!(reg[n].closing)'*)                   echo 'rule 6: last release did not unmap' ;;
        *'reg[n].place==1'*'reg[n].inbox>0'*)    echo 'something idle is forgotten' ;;
        *'reg[n].detached||'*)                   echo 'rule 4: in memory, not in the directory' ;;
        *'work==0'*)                             echo 'a request is lost' ;;
        *)                                       echo "$1" ;;
    esac
}

# bug | model | macros | property that must catch it
bugs='
NO_BARRIER                | hazards | NR=1 NW=1 READERS=1 TRIMS=1          | rules 1, 6: unmapped under a pin
LOOK_UNSCANNED            | hazards | NR=1 NW=1 READERS=1 TRIMS=1 LOOKS=1  | rules 1, 6: unmapped under a pin
LOOK_FORGETS              | hazards | NR=1 NW=1 READERS=1 TRIMS=1 LOOKS=1  | something idle is forgotten
BARRIER_BEFORE_MARK       | hazards | NR=1 NW=1 READERS=1 TRIMS=1          | rules 1, 6: unmapped under a pin
SCAN_BEFORE_BARRIER       | hazards | NR=1 NW=1 READERS=1 TRIMS=1          | rules 1, 6: unmapped under a pin
LOAD_BEFORE_STORE         | hazards | NR=1 NW=1 READERS=1 TRIMS=1          | rules 1, 6: unmapped under a pin
OWNER_LATE                | hazards | NR=1 NW=1 READERS=1 TRIMS=1          | rules 1, 6: unmapped under a pin
OWNERS_READ_BEFORE_MARKS  | hazards | NR=1 NW=1 READERS=1 TRIMS=1          | rules 1, 6: unmapped under a pin
OWN_SLOT_NOT_SCANNED      | hazards | NR=1 NW=1 READERS=1 TRIMS=1 NESTED   | rules 1, 6: unmapped under a pin
RETIRE_BLIND              | hazards | NR=1 NW=1 READERS=1 TRIMS=1          | rules 1, 6: unmapped under a pin
LIMBO_STALE               | hazards | NR=2 NW=2 READERS=1 TRIMS=2 CLOSER   | rules 1, 6: unmapped under a pin
CLOSING_TWICE_IN_INBOX    | hazards | NR=1 NW=1 READERS=2 CLOSER           | rules 1, 6: unmapped under a pin
TWO_RETIRERS              | hazards | NR=1 NW=1 READERS=2 TRIMS=1          | rules 1, 6: unmapped under a pin
PARKED_LATE               | hazards | NR=1 NW=1 READERS=1 TRIMS=1          | something idle is forgotten
RELEASE_LOADS_FIRST       | hazards | NR=1 NW=1 READERS=1 TRIMS=1          | something idle is forgotten
REFERENCES_SEEN_EARLY     | hazards | NR=1 NW=1 READERS=1 TAKERS=1 TRIMS=1 | something idle is forgotten
STRAY_SLOT                | hazards | NR=1 NW=1 READERS=1 CLOSER           | rule 6: last release did not unmap
RESCUE_CLOSING            | hazards | NR=1 NW=1 READERS=1 TRIMS=1 CLOSER   | rule 3: pinned though Closing
SPARE_BLIND               | hazards | NR=1 NW=1 READERS=1 TAKERS=1 TRIMS=1 | a reference was lost
REFERENCE_NO_RESCUE       | hazards | NR=1 NW=1 READERS=0 TAKERS=1 TRIMS=1 | rules 1, 6: unmapped under a pin
MARK_IGNORES_REFERENCES   | hazards | NR=1 NW=1 READERS=0 TAKERS=1 TRIMS=1 | rules 1, 6: unmapped under a pin
PARK_BLIND                | hazards | NR=1 NW=1 READERS=0 TAKERS=1 TRIMS=1 | something idle is forgotten
UNPARK_PINNED             | hazards | NR=1 NW=1 READERS=0 TAKERS=2 TRIMS=1 | something idle is forgotten
STRAY_REFERENCE           | hazards | NR=1 NW=1 READERS=0 TAKERS=2 CLOSER  | rule 6: last release did not unmap
RELEASE_IGNORES_CLOSING   | hazards | NR=1 NW=1 READERS=0 TAKERS=1 CLOSER  | rule 6: last release did not unmap
CLOSE_BLIND               | hazards | NR=1 NW=1 READERS=0 TAKERS=1 CLOSER  | rules 1, 6: unmapped under a pin
CLOSE_SKIPS_LOADING       | loading | NR=2 NW=1 MAX=1 NWORKERS=2 OPS=1 CLOSER  | rule 6: closed, yet not Closing
INSERT_AFTER_CLOSE        | loading | NR=2 NW=1 MAX=1 NWORKERS=2 OPS=1 CLOSER  | rule 6: closed, yet not Closing
PUBLISH_BLIND             | loading | NR=2 NW=1 MAX=1 NWORKERS=2 OPS=1         | a reference was lost
WAKE_SAMPLED_EARLY        | loading | NR=2 NW=1 MAX=1 NWORKERS=2 OPS=1         | deadlock: a thread never ends
WAITING_OUTSIDE_MONITOR   | loading | NR=2 NW=1 MAX=1 NWORKERS=2 OPS=1         | deadlock: a thread never ends
FAIL_WAKES_NOBODY         | loading | NR=2 NW=1 MAX=1 NWORKERS=2 OPS=1 FAILS=1 | deadlock: a thread never ends
REMOVE_BLIND              | loading | NR=4 NW=2 MAX=1 NWORKERS=2 OPS=2         | rule 4: in memory, not in the directory
SWEEP_BEFORE_CHARGE       | loading | NR=4 NW=2 MAX=1 NWORKERS=2 OPS=2         | rule 5: mapped and not charged
NO_SECOND_LOOK            | loading | NR=2 NW=2 MAX=1 NWORKERS=2 OPS=1         | rule 5: over the budget at rest
UNCHARGE_EARLY            | loading | NR=4 NW=2 MAX=1 NWORKERS=2 OPS=2         | rule 5: mapped and not charged
UNCHARGE_TWICE            | loading | NR=2 NW=1 MAX=1 NWORKERS=2 OPS=1 FAILS=1 | rule 5: mapped and not charged
RESERVE_IN_TWO_STEPS      | loading | NR=4 NW=2 MAX=1 NWORKERS=2 OPS=2 STRICT  | rule 5: strict budget exceeded
STRICT_NO_LAST_TRY        | loading | NR=4 NW=2 MAX=1 NWORKERS=2 OPS=2 STRICT  | no room, yet something idle or leaving
GOES_ON_WHEN_GATE_TAKEN   | loading | NR=4 NW=2 MAX=1 NWORKERS=2 OPS=2         | rule 5: more in memory than the peak
EXCEEDS_WHILE_LEAVING     | loading | NR=4 NW=2 MAX=1 NWORKERS=2 OPS=2         | no room, yet something idle or leaving
REFUSES_WHILE_LEAVING     | loading | NR=4 NW=2 MAX=1 NWORKERS=2 OPS=2 STRICT  | no room, yet something idle or leaving
BEGUN_AFTER_GATE          | loading | NR=4 NW=2 MAX=1 NWORKERS=2 OPS=2 STRICT  | no room, yet something idle or leaving
FITS_AND_GIVES_UP         | loading | NR=5 NW=3 MAX=2 NWORKERS=2 OPS=2 FAILS=1 IDLE=1 STRICT | no room, yet something idle or leaving
TRIM_DOES_NOT_WAIT        | hazards | NR=1 NW=1 READERS=0 TAKERS=1 TRIMS=1 TRIMMER | a trim returned before the unmap
FLAG_AFTER_TRYENTER       | gate    | ASKERS=2 ASKS=1                          | a request is lost
FLAG_CLEARED_LATE         | gate    | ASKERS=2 ASKS=1                          | a request is lost
NO_RECHECK                | gate    | ASKERS=2 ASKS=1                          | a request is lost
PLAIN_RECHECK             | gate    | ASKERS=2 ASKS=1                          | a request is lost
NO_REPEAT                 | gate    | ASKERS=2 ASKS=1                          | a request is lost
'

need() {
    command -v "$1" > /dev/null || { echo "$1 is not installed: apt-get install $1" >&2; exit 3; }
}

trim() {
    local text=$1
    text=${text#"${text%%[![:space:]]*}"}
    printf '%s' "${text%"${text##*[![:space:]]}"}"
}

# build MODEL MACROS [gcc options]: makes ./pan in the folder it is called in.
build() {
    local model=$1 macros=() macro
    for macro in $2; do macros+=("-D$macro"); done
    shift 2
    if ! spin "${macros[@]}" -a "$here/$model.pml" > spin.txt 2>&1 || [ ! -f pan.c ]; then
        cat spin.txt >&2
        return 1
    fi
    gcc -O0 -w -DSAFETY -DCOLLAPSE "-DMEMLIM=$memory_mb" "$@" -o pan pan.c
}

# run: sets states, transitions, seconds, found (the first error as printed, or nothing), whole (nothing, or why not).
run() {
    local status=0
    ./pan "-m$depth" -n > pan.txt 2>&1 || status=$?
    states=$(awk '/states, stored/ { print $1 + 0; exit }' pan.txt)
    transitions=$(awk '/transitions \(=/ { print $1 + 0; exit }' pan.txt)
    seconds=$(awk '/elapsed time/ { print $4; exit }' pan.txt)
    found=$(sed -n 's/^pan:1: //p' pan.txt | head -n 1)
    whole=
    if grep -q 'max search depth too small' pan.txt; then whole='depth limit reached'
    elif grep -qE 'out of memory|-DMEMLIM bound' pan.txt; then whole='out of memory'
    elif [ -z "$found" ] && grep -qi 'search not completed' pan.txt; then whole='not completed'
    elif ! grep -qE 'errors: [0-9]+' pan.txt; then whole="the verifier stopped with status $status"
    elif [ -z "$found" ] && ! grep -qE 'errors: 0$' pan.txt; then whole='an error without a text'
    elif [ -z "$found" ] && grep -q 'never claim.*+' pan.txt; then whole='a claim was used'
    fi
}

passed=0
failed=0

check_models() {
    local name model macros result
    printf '%-43s %-8s %10s %12s %8s  %s\n' configuration model states transitions seconds result
    while IFS='|' read -r name model macros; do
        name=$(trim "$name"); model=$(trim "$model"); macros=$(trim "$macros")
        [ -n "$name" ] || continue
        states= transitions= seconds= found= whole=
        rm -rf "$temporary/run"; mkdir "$temporary/run"; cd "$temporary/run"
        if ! build "$model" "$macros"; then result='FAILED: does not build'
        else
            run
            if [ -n "$found" ]; then result="FAILED: $(property "$found")"
            elif [ -n "$whole" ]; then result="FAILED: $whole"
            else result='ok'
            fi
        fi
        if [ "$result" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
        printf '%-43s %-8s %10s %12s %8s  %s\n' "$name" "$model" "$states" "$transitions" "$seconds" "$result"
    done <<< "$1"
    echo
}

check_bugs() {
    local name model macros expected result caught
    printf '%-25s %-8s %10s  %-40s %s\n' 'seeded bug' model states 'caught by' result
    while IFS='|' read -r name model macros expected; do
        name=$(trim "$name"); model=$(trim "$model"); macros=$(trim "$macros"); expected=$(trim "$expected")
        [ -n "$name" ] || continue
        states= found= whole=
        rm -rf "$temporary/run"; mkdir "$temporary/run"; cd "$temporary/run"
        if ! build "$model" "$macros BUG_$name"; then caught='' result='FAILED: does not build'
        else
            run
            caught=
            [ -z "$found" ] || caught=$(property "$found")
            if [ -z "$found" ]; then result="FAILED: survived${whole:+, $whole}"
            elif [ "$caught" != "$expected" ]; then result="FAILED: meant for '$expected'"
            else result='caught'
            fi
        fi
        if [ "$result" = caught ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
        printf '%-25s %-8s %10s  %-40s %s\n' "$name" "$model" "$states" "$caught" "$result"
    done <<< "$bugs"
    echo
}

# Breadth first finds the shortest counterexample; the replay prints each step, and at its end the shared state.
show_trail() {
    local wanted=${1#BUG_} name model macros expected macro defines=()
    while IFS='|' read -r name model macros expected; do
        name=$(trim "$name"); model=$(trim "$model"); macros=$(trim "$macros")
        [ "$name" = "$wanted" ] || continue
        cd "$temporary"
        build "$model" "$macros BUG_$name" -DBFS
        ./pan -n > pan.txt 2>&1 || true
        found=$(sed -n 's/^pan:[0-9]*: //p' pan.txt | head -n 1)
        if [ -z "$found" ]; then echo "no counterexample: $wanted survives" >&2; exit 1; fi
        for macro in $macros "BUG_$name"; do defines+=("-D$macro"); done
        spin "${defines[@]}" -t -p -k "$(ls ./*.trail)" "$here/$model.pml" |
            grep -v -e '^$' -e 'transition failed' | sed "s#$here/##g"
        echo
        echo "$wanted: $(property "$found")"
        return
    done <<< "$bugs"
    echo "no seeded bug is named '$wanted'; see check.sh --list" >&2
    exit 2
}

need spin
need gcc
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

case ${1:-} in
    '')       check_models "$models"; check_bugs ;;
    --models) check_models "$models" ;;
    --bugs)   check_bugs ;;
    --deep)   depth=${MODEL_DEPTH:-100000}; check_models "$models$deep" ;;
    --trail)  [ $# -eq 2 ] || { echo 'check.sh --trail NAME' >&2; exit 2; }; show_trail "$2"; exit 0 ;;
    --list)   awk -F'|' 'NF > 2 { print $1 }' <<< "$models$deep$bugs"; exit 0 ;;
    *)        sed -n '3,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
