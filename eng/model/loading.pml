/*
 * loading.pml: misses, loads that fail, waiters, the budget, closing and detaching, with reference pins, or (HAZARDS) with
 * leases that try a hazard slot first.
 *
 * Workers lease a window, look at the bytes, and let go; the last lease may be kept for ever. Another thread may close
 * the file (CLOSER) or detach window 0, as growth does (DETACHER). Without HAZARDS every shared
 * step is a locked operation or the read of one word, so there are no store buffers.
 *
 * Macros given by check.sh: NR regions that may ever be made, NW windows, NWORKERS, OPS leases a worker takes, MAX the
 * budget in regions, FAILS how many maps fail, INTERRUPT
 * to let a sleeping waiter be interrupted, IDLE regions that are in memory and idle at the start, STRICT for
 * OverBudget.Fail, KEEP to let a worker keep its last lease, HAZARDS to let a worker try a hazard slot before a reference.
 */

#define LOADS
#ifndef FAILS
#define FAILS 0
#endif
#if defined(CLOSER) || defined(DETACHER)
#define NT (NWORKERS + 1)
#else
#define NT NWORKERS
#endif

#ifndef IDLE
#define IDLE 0
#endif
#ifndef HAZARDS
#define Fence(i) skip         /* no plain stores, no buffers */
#endif
#include "region.pml"
#ifdef HAZARDS
#include "slots.pml"
#endif
#include "sweep.pml"

byte born;                   /* regions made so far */
byte fails = FAILS;          /* maps that may still fail */
byte asleep[NT];             /* the region a thread sleeps at, in Monitor.Wait */
byte done;                   /* threads that have ended */

#define IS_LOADING_IN(i)  (reg[i].state == LOADING && reg[i].refs > 0 && reg[i].window == w && !reg[i].detached)
#define IS_CURRENT_IN(i)  (READABLE(i) && reg[i].state != RETIRED && reg[i].window == w && !reg[i].detached)

/* RegionTable.Acquire for a reference: `got` ends as PINNED, LOADER or ERROR. */
inline Acquire(w) {
    got = AGAIN;
    do
    :: got == AGAIN ->
        r = dir[w];                                                                 /* no lock */
        if
        :: r != 0 -> TryReference(r, got)
        :: else -> got = REFUSED
        fi
    :: got == REFUSED -> Insert(w)
    :: got == MUSTWAIT -> AwaitLoad(r)
    :: got == PINNED || got == LOADER || got == ERROR -> break
    od
}

#ifdef HAZARDS
/* RegionTable.Acquire for a span lease: a hit by hazard, or else, the slot cleared and looked after, by reference. */
inline AcquireHazard(w) {
    r = dir[w];
    if
    :: r != 0 ->
        TryHazard(r, got);
        if
        :: got == PINNED -> hazard = 1
        :: else ->
            ClearHazard(r, report);
            if
            :: report -> Report(r); report = 0
            :: else
            fi
        fi
    :: else -> got = REFUSED
    fi;
    if
    :: got != PINNED -> Acquire(w)
    :: else
    fi
}
#endif

/* RegionDirectory.GetOrInsert, under the directory's lock: a Retired entry, which its retirer has yet to remove, counts
 * as none. The loader has its reference from the start. */
inline Insert(w) {
    atomic {
        if
#ifndef BUG_INSERT_AFTER_CLOSE
        :: closed -> got = ERROR; r = 0
#define MAY_INSERT (!closed)
#else
#define MAY_INSERT true
#endif
        :: MAY_INSERT && dir[w] != 0 && reg[dir[w]].state != RETIRED -> got = AGAIN
        :: MAY_INSERT && (dir[w] == 0 || reg[dir[w]].state == RETIRED) ->
            assert(born < NR);                                                      /* NR is enough */
            assert(!SOME(IS_LOADING_IN) && !SOME(IS_CURRENT_IN));                   /* rule 4 */
            born++;
            r = born;
            reg[r].state = LOADING;
            reg[r].refs = 1;
            reg[r].pins = 1;
            reg[r].window = w;
            dir[w] = r;
            got = LOADER
        fi
    }
}

/* Region.AwaitLoad: Waiting is set under the monitor, on a word that is still Loading. Monitor.Wait lets go and sleeps in
 * one step. Whoever wakes to Retired gives its reference back and starts over. */
inline AwaitLoad(r) {
    do
    :: got == MUSTWAIT ->
#ifdef BUG_WAITING_OUTSIDE_MONITOR
        over = (reg[r].state == LOADING);
        if
        :: over -> reg[r].waiting = 1
        :: else
        fi;
        atomic { !reg[r].monitor -> reg[r].monitor = 1 };
#else
        atomic { !reg[r].monitor -> reg[r].monitor = 1 };
        atomic {
            over = (reg[r].state == LOADING);
            if
            :: over -> reg[r].waiting = 1
            :: else
            fi
        };
#endif
        if
        :: over ->
            atomic { asleep[me] = r; reg[r].monitor = 0 };
            if
            :: asleep[me] == 0                                                      /* woken; the loop takes the monitor again */
#ifdef INTERRUPT
            :: atomic { asleep[me] != 0 -> asleep[me] = 0; got = ERROR }
#endif
            fi
        :: else -> atomic { reg[r].monitor = 0; got = PINNED }
        fi
    :: else -> break
    od;
    over = 0;
    if
#ifdef INTERRUPT
    :: got == ERROR ->                                                              /* its reference goes back */
        Release(r, report);
        if
        :: report -> Report(r); report = 0
        :: else
        fi
#endif
    :: got == PINNED && reg[r].state == RETIRED -> ReleaseFailed(r); got = AGAIN
    :: else
    fi
}

/* Region.Wake, if the word that Publish or Fail replaced said Waiting. */
inline Wake(r) {
    if
    :: woke ->
        atomic { !reg[r].monitor -> reg[r].monitor = 1 };
        atomic {                                                                    /* Monitor.PulseAll */
            i = 0;
            do
            :: i < NT ->
                if
                :: asleep[i] == r -> asleep[i] = 0
                :: else
                fi;
                i++
            :: else -> break
            od;
            i = 0;
            reg[r].monitor = 0;
            woke = 0
        }
    :: else
    fi
}

/* No room is right if the budget is full and nothing idle or leaving fills it, unless the world moved since this thread
 * entered the gate. */
#define IS_IDLE_LIVE(i) (IS_IDLE(i) && reg[i].state != RETIRED)
#ifdef BUG_GOES_ON_WHEN_GATE_TAKEN /* shown is that the peak catches it */
#define CHECK_NO_ROOM   skip
#else
#define CHECK_NO_ROOM   assert((stirred >> me) & 1 || moving || (charged >= max && !SOME(IS_IDLE_LIVE) && !SOME(IS_LEAVING)))
#endif

/* Rule 5, the peak, whenever the system is asked: what is mapped or being mapped is at most the larger of the budget and
 * what leases pin, and one region for each thread that loads. */
#define IS_LOADING(i)   (reg[i].state == LOADING && reg[i].refs > 0)
#define IS_PINNED(i)    (READABLE(i) && reg[i].state != LOADING && reg[i].pins > 0)
#define CHECK_PEAK      assert(mappings <= max + COUNT(IS_LOADING) || mappings <= COUNT(IS_PINNED) + COUNT(IS_LOADING))

/* ByteBudget.TryCharge: never past the maximum. `over` ends as refused. */
inline TryCharge(isLast) {
#ifdef BUG_RESERVE_IN_TWO_STEPS
    over = (charged >= max);
    atomic { charged = charged + !over };
#else
    atomic {
        over = (charged >= max);
        charged = charged + !over;
        if
        :: over && isLast -> CHECK_NO_ROOM; GHOST(stirred = stirred | (1 << me))
        :: else
        fi
    };
#endif
#ifdef STRICT
    assert(charged <= max)
#endif
}

/* RegionTable.ChargeBytes and TryChargeInTurn. `over` ends as refused, which OverBudget.Exceed never is. */
inline Charge() {
    TryCharge(0);
    if
    :: over ->
        atomic { Fence(me); reserved++ };
        do
        :: over ->
            TryCharge(0);
            if
            :: over ->
                TryMakeRoom();
                if
                :: found -> found = 0
                :: else ->
#ifdef BUG_STRICT_NO_LAST_TRY
                    atomic { CHECK_NO_ROOM; break };
#else
                    TryCharge(1);
#ifndef STRICT
                    if
                    :: over -> atomic { Fence(me); charged++; over = 0 }            /* ByteBudget.ChargeAnyway */
                    :: else
                    fi;
#endif
                    break
#endif
                fi
            :: else
            fi
        :: else -> break
        od;
        atomic { Fence(me); reserved--; GHOST(stirred = stirred | (1 << me)) }
    :: else
    fi
}

/* ByteBudget.IsOver outside the gate, in its two reads; then RequestSweep. */
inline LookAtBudget() {
    v = charged;
    over = (v - leaving > max);
    v = 0;
    if
    :: over -> over = 0; RequestSweep()
    :: else
    fi
}

/* RegionTable.Load: charge, map, publish, push to the inbox, look at the budget again. `got` ends as PINNED or ERROR. */
inline Load(w) {
#ifdef BUG_SWEEP_BEFORE_CHARGE
    atomic { over = (charged + 1 > max) };
    if
    :: over -> RequestSweep()
    :: else
    fi;
    over = 0;
#else
    Charge();
#endif
    if
    :: over -> over = 0; GiveUp(w)                                                  /* the strict budget refused */
    :: else ->
        atomic { mappings++; CHECK_CHARGE; CHECK_PEAK };                            /* the system is asked */
        if
        :: atomic { fails > 0 -> fails--; mappings-- };
            atomic { UNCHARGE; CHECK_CHARGE; GHOST(stirred = ALL) };
#ifdef BUG_UNCHARGE_TWICE
            atomic { charged--; CHECK_CHARGE };
#endif
            GiveUp(w)
        :: atomic { true -> reg[r].mapped = 1 };
#ifdef BUG_WAKE_SAMPLED_EARLY
            woke = reg[r].waiting;
#endif
            Publish(r, woke);
            Wake(r);
            Push(r);
#ifdef BUG_SWEEP_BEFORE_CHARGE
            atomic { charged++ };
#elif !defined(BUG_NO_SECOND_LOOK) && !defined(STRICT)
            LookAtBudget();
#endif
            got = PINNED
        fi
    fi
}

inline GiveUp(w) {
    Fail(r, woke);
#ifndef BUG_FAIL_WAKES_NOBODY
    Wake(r);
#else
    woke = 0;
#endif
    atomic {                                                                        /* under the directory's lock */
        if
        :: dir[w] == r -> dir[w] = 0
        :: else
        fi
    };
    ReleaseFailed(r);
    atomic { got = ERROR; r = 0 }
}

/* A reference on a region whose load failed: nothing is in memory, so a report would say nothing new. */
inline ReleaseFailed(r) {
    atomic { reg[r].refs--; reg[r].pins-- }
}

#include "closer.pml"
#include "rest.pml"

proctype Worker(byte me) {
    LOCALS
    byte ops, w;
#ifdef HAZARDS
    bit hazard;
    Register();
#endif
    ops = OPS;
    do
    :: ops > 0 ->
        ops--;
        if
        :: w = 0
#if NW > 1
        :: w = 1
#endif
#if NW > 2
        :: w = 2
#endif
        fi;
#ifdef HAZARDS
        if
        :: true -> AcquireHazard(w)
        :: true -> Acquire(w)
        fi;
#else
        Acquire(w);
#endif
        if
        :: got == LOADER -> Load(w)
        :: else
        fi;
        if
        :: got == PINNED ->
            assert(READABLE(r));                                                    /* rule 1, at the lease's beginning */
            if
#ifdef KEEP
            :: atomic { ops == 0 -> r = 0 }
#endif
            :: true ->
                assert(READABLE(r));                                                /* rule 1, at its end */
#ifdef HAZARDS
                if
                :: hazard -> EndHazard(r); hazard = 0; ClearHazard(r, report)
                :: else -> Release(r, report)
                fi;
#else
                Release(r, report);
#endif
                if
                :: report -> Report(r); report = 0
                :: else
                fi
            fi
        :: else
        fi;
        atomic { r = 0; got = 0; w = 0 }
    :: else -> break
    od;
#ifdef HAZARDS
    Return();
#endif
    done++
}

init {
    atomic {
        byte n;
        do
        :: n < IDLE ->
            n++;
            reg[n].state = LIVE; reg[n].mapped = 1; reg[n].window = n - 1; reg[n].place = RING;
            dir[n - 1] = n; born++; mappings++; charged++;
        :: else -> break
        od;
        n = 0;
        do
        :: n < NWORKERS -> run Worker(n); n++
        :: else -> break
        od;
#if defined(CLOSER) || defined(DETACHER)
        run Closer(NWORKERS);
#endif
        n = 0
    };
    AtRest()
}
