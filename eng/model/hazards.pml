/*
 * hazards.pml: hazard pins behind store buffers, against sweepers.
 *
 * NR regions are in memory, idle and in the ring. Readers lease them by hazard slots (HOPS leases each), Takers by
 * references (OPS each); the Evictor lowers the budget by one region at a time, TRIMS times, and asks for a sweep each
 * time, so that regions wait in limbo between its sweeps; the Closer closes the file, or detaches window 0 (DETACHER).
 * The Trimmer trims once, and what was idle when it began, and not leased since, must be unmapped when it returns.
 * The Looker looks for something idle LOOKS times, as a copier in a full table does, and retires none.
 * Every thread that reports a region may do the sweep itself. Misses and loads are in loading.pml; a thread that finds
 * no region here has no lease.
 *
 * Macros given by check.sh: NR, NW (= NR), READERS, TAKERS, TRIMS, LOOKS, TRIMMER (without READERS), CLOSER, DETACHER, HOPS,
 * OPS, NESTED to let a Reader sweep while it holds its lease.
 */

#define HAZARDS
#ifndef HOPS
#define HOPS 1
#endif
#ifndef OPS
#define OPS 1
#endif
#define MAX NR
#ifndef TAKERS
#define TAKERS 0
#endif
#ifdef TRIMS
#define NEVICTORS 1
#else
#define NEVICTORS 0
#endif
#ifdef LOOKS
#define NLOOKERS 1
#else
#define NLOOKERS 0
#endif
#if defined(CLOSER) || defined(DETACHER)
#define NCLOSERS 1
#else
#define NCLOSERS 0
#endif
#ifdef TRIMMER
#define NTRIMMERS 1
#else
#define NTRIMMERS 0
#endif
#define NT (READERS + TAKERS + NEVICTORS + NLOOKERS + NTRIMMERS + NCLOSERS)

#include "region.pml"
#include "slots.pml"
#include "sweep.pml"

byte done;                   /* threads that have ended */

/* MappedFile.LeaseSpan: the directory, the slot, the word. */
proctype Reader(byte me) {
    LOCALS
    byte ops;
    ops = HOPS;
#ifndef BUG_OWNER_LATE
    Register();
#endif
    do
    :: ops > 0 ->
        ops--;
        if
        :: r = dir[0]
#if NW > 1
        :: r = dir[1]
#endif
        fi;
        if
        :: r != 0 ->
            TryHazard(r, got);
            if
            :: got == PINNED ->
                assert(READABLE(r));                                                /* rule 1, at the lease's beginning */
#ifdef NESTED                      /* a miss under the lease: this thread sweeps, and must find its own slot */
                if
                :: true -> RequestSweep()
                :: true
                fi;
#endif
                EndHazard(r)
            :: else
            fi;
            ClearHazard(r, report);
            if
            :: report -> Report(r)
            :: else
            fi;
            atomic { r = 0; got = 0; report = 0 }
        :: else
        fi
    :: else -> break
    od;
    Return();
    done++
}

/* MappedFile.LeaseMemory, hits only. */
proctype Taker(byte me) {
    LOCALS
    byte ops;
    ops = OPS;
    do
    :: ops > 0 ->
        ops--;
        if
        :: r = dir[0]
#if NW > 1
        :: r = dir[1]
#endif
        fi;
        if
        :: r != 0 ->
            TryReference(r, got);
            if
            :: got == PINNED ->
                assert(READABLE(r));
                assert(READABLE(r));
                Release(r, report);
                if
                :: report -> Report(r)
                :: else
                fi
            :: else
            fi;
            atomic { r = 0; got = 0; report = 0 }
        :: else
        fi
    :: else -> break
    od;
    done++
}

proctype Evictor(byte me) {
    LOCALS
    byte ops;
#ifdef TRIMS
    ops = TRIMS;
#endif
    do
    :: ops > 0 ->
        ops--;
        atomic { Fence(me); max-- };
        RequestSweep()
    :: else -> break
    od;
    done++
}

#ifdef LOOKS
proctype Looker(byte me) {
    LOCALS
    byte ops;
    ops = LOOKS;
    do
    :: ops > 0 -> ops--; TryGiveUpOne()
    :: else -> break
    od;
    done++
}
#endif

#ifdef TRIMMER
#define IS_AWAITED(i)   (reg[i].awaited && READABLE(i))
/* Idle, and no report of it is owed: a trim that comes before the report cannot know. */
#define IS_TO_AWAIT(i)  (IS_IDLE(i) && (IS_RING(i) || reg[i].state == RETIRING || IS_LEAVING(i) || IS_REPORTED(i)))

/* Sweeper.Trim: everything idle, and then Departures.WaitForAll. */
proctype Trimmer(byte me) {
    LOCALS
    atomic {
        i = 1;
        do
        :: i <= NR -> reg[i].awaited = IS_TO_AWAIT(i); i++
        :: else -> break
        od;
        i = 0
    };
    atomic { !gate -> Fence(me); gate = 1 };
    Decide(EVERYTHING);
    atomic { Fence(me); gate = 0 };
    CarryOut();
#ifndef BUG_TRIM_DOES_NOT_WAIT
    atomic { Fence(me); before = underWay };
    before == 0;
#endif
    assert(!SOME(IS_AWAITED));
    ServeRequests();
    done++
}
#endif

#include "closer.pml"
#include "rest.pml"

init {
    atomic {
        byte n, t;
        n = 1;
        do
        :: n <= NR ->
            reg[n].state = LIVE;
            reg[n].mapped = 1;
            reg[n].window = n - 1;
            reg[n].place = RING;
            dir[n - 1] = n;
            charged++;
            mappings++;
            n++
        :: else -> break
        od;
        n = 0;
        do
        :: n < READERS -> run Reader(t); t++; n++
        :: else -> break
        od;
        n = 0;
        do
        :: n < TAKERS -> run Taker(t); t++; n++
        :: else -> break
        od;
#ifdef TRIMS
        run Evictor(t); t++;
#endif
#ifdef LOOKS
        run Looker(t); t++;
#endif
#ifdef TRIMMER
        run Trimmer(t); t++;
#endif
#if NCLOSERS > 0
        run Closer(t);
#endif
        n = 0;
        t = 0
    };
    AtRest()
}
