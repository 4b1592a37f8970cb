/*
 * sweep.pml: RegionTable's inbox, gate, budget and sweep. Included by loading.pml and hazards.pml.
 *
 * Whoever asks for a sweep may be the one who does it, so these inlines run in every thread. They use the thread's own
 * variables (LOCALS). The hand takes any region of the ring and stops whenever it has marked one: which victim the clock
 * prefers, and how long a batch is, does not matter for safety, so the model tries all.
 */

#ifdef HAZARDS
#define LOCALS_HAZARDS byte todo; bit skipBarrier;
#else
#define LOCALS_HAZARDS
#endif
#ifdef BUG_CLOSE_BLIND
#define LOCALS_BUG Region seen;
#elif defined(BUG_PARK_BLIND)
#define LOCALS_BUG bit pinned;
#elif defined(BUG_REFERENCES_SEEN_EARLY)
#define LOCALS_BUG bit held;
#else
#define LOCALS_BUG
#endif
#define LOCALS byte r, v, i; unsigned got : 3; bit report, woke, won, busy, freed, over; LOCALS_HAZARDS LOCALS_BUG

byte charged;                /* RegionBudget: regions charged */
byte max = MAX;
bit gate;                    /* held or free */
bit request;                 /* somebody asked for a sweep */
byte dir[NW];                /* RegionDirectory: the region of each window, 0 is none */

byte mappings;               /* ghost: regions mapped or being mapped */
bit stirred;                 /* ghost: a pin or a charge was given back since the last strict sweep began */
byte moving;                 /* ghost: threads in the middle of taking or giving back a pin: slot stored, or report owed */

#define IS_OVER(need)  (charged + need > max)
#define CHECK_CHARGE   assert(charged >= mappings && charged <= NR)                 /* rule 5 */

/* The inbox: a push of a new region, which asks for nothing. */
inline Push(r) {
    atomic { Fence(me); reg[r].inbox++; GHOST(stirred = 1) }
}

/* RegionTable.Report: push the region and ask for a sweep. */
inline Report(r) {
    atomic { Fence(me); reg[r].inbox++; GHOST(stirred = 1); GHOST(moving--) };
    RequestSweep()
}

/*
 * RegionTable.Arrive: what the sweep does with a region from the inbox. One region may lie in the inbox several times
 * (two hazards end at once; a closer and the last release), and may be in limbo when it arrives. `place` tells these
 * cases apart: a region is in one list at most, so marking it or letting it join the ring takes it out of limbo.
 */
inline Arrive(v) {
    atomic {
        Fence(me);
        if
        :: reg[v].state == LOADING || reg[v].state == RETIRED -> skip               /* the loader's own push comes later */
        :: reg[v].state == RETIRING && !reg[v].closing -> skip                      /* limbo, as it was */
        :: reg[v].state == RETIRING && reg[v].closing ->
            if
            :: IS_LIMBO(v) -> reg[v].place = DOOMED
#ifdef BUG_CLOSING_TWICE_IN_INBOX  /* whatever is Retiring and Closing counts as scanned */
            :: IS_BATCH(v) -> reg[v].place = DOOMED
#endif
            :: else                                                                 /* twice in this inbox */
            fi
        :: reg[v].state == LIVE && reg[v].closing ->
            if
            :: reg[v].refs > 0 -> skip                                              /* the last release reports */
            :: reg[v].refs == 0 ->
#ifdef BUG_LIMBO_STALE             /* its old entry in limbo stands, and is taken before the new mark is scanned */
                if
                :: IS_LIMBO(v) && IS_OVER(0) -> reg[v].state = RETIRING; reg[v].place = DOOMED
                :: else -> TryMark(v)
                fi
#else
                TryMark(v)
#endif
            fi
        :: reg[v].state == LIVE && !reg[v].closing ->
            if
#ifdef BUG_UNPARK_PINNED           /* dropped as if unparked: the bit goes, the ring does not get it */
            :: reg[v].parked && reg[v].refs > 0 -> reg[v].parked = 0
#endif
            :: reg[v].parked && reg[v].refs == 0 -> reg[v].parked = 0; reg[v].place = RING      /* Unpark */
            :: reg[v].parked && reg[v].refs > 0 -> skip                             /* the last release reports */
            :: !reg[v].parked && reg[v].place == NOWHERE -> reg[v].place = RING     /* new */
            :: else
            fi
        fi
    }
}

/* RegionTable.FenceAndScan: after the marks of a batch one barrier, then one scan; what nobody names is limbo. */
inline FenceAndScan() {
    if
    :: SOME(IS_BATCH) ->
#ifdef HAZARDS
#ifndef BUG_OWNERS_READ_BEFORE_MARKS
        atomic { Fence(me); skipBarrier = (owners - owns[me] == 0) };
#endif
#if defined(BUG_SCAN_BEFORE_BARRIER)
        Scan();
#endif
#if !defined(BUG_NO_BARRIER) && !defined(BUG_BARRIER_BEFORE_MARK)
        if
        :: !skipBarrier -> Barrier()
        :: else
        fi;
#endif
#ifdef BUG_OWN_SLOT_NOT_SCANNED    /* the scan is left out with the barrier */
        if
        :: !skipBarrier -> Scan()
        :: else
        fi;
#elif !defined(BUG_SCAN_BEFORE_BARRIER)
        Scan();
#endif
        skipBarrier = 0;
#endif
        do
        :: atomic {
            SOME(IS_BATCH) -> PICK(v, IS_BATCH);
            if
            :: reg[v].closing -> reg[v].place = DOOMED
            :: else -> reg[v].place = LIMBO
            fi;
            v = 0 }
        :: else -> break
        od
    :: else
    fi
}

/* RegionTable.ChooseBatch: the hand parks what is pinned and marks what is idle. */
inline ChooseBatch() {
#if defined(HAZARDS) && defined(BUG_OWNERS_READ_BEFORE_MARKS)
    atomic { Fence(me); skipBarrier = (owners - owns[me] == 0) };
#endif
#if defined(HAZARDS) && defined(BUG_BARRIER_BEFORE_MARK)
    Barrier();
#endif
    do
    :: atomic { SOME(IS_RING) -> PICK(v, IS_RING) }; ParkOrMark(v); v = 0
    :: SOME(IS_BATCH) || !SOME(IS_RING) -> break
    od
}

/* RegionTable.Drop: Retire, and if that won, forget it in the directory, unmap, give the charge back: in this order. */
inline Drop(v) {
    Retire(v, won);
    if
    :: won ->
        atomic {                                                                    /* under the directory's lock */
            Fence(me);
            if
#ifdef BUG_REMOVE_BLIND
            :: true -> dir[reg[v].window] = 0
#else
            :: dir[reg[v].window] == v -> dir[reg[v].window] = 0
#endif
            :: else
            fi
        };
#ifdef BUG_UNCHARGE_EARLY
        atomic { Fence(me); charged--; CHECK_CHARGE; GHOST(stirred = 1) };
#endif
        atomic {
            assert(reg[v].state == RETIRED);                                        /* rule 2 */
            assert(READABLE(v));                                                    /* rule 2 */
            assert(reg[v].pins == 0);                                               /* rules 1 and 6 */
            reg[v].unmapped = 1; mappings--
        };
#ifndef BUG_UNCHARGE_EARLY
        atomic { Fence(me); charged--; CHECK_CHARGE; GHOST(stirred = 1) };
#endif
        freed = 1; won = 0
    :: else
    fi
}

/* RegionTable.Sweep, gate held. `need` is what the strict budget still has to fit in. Sets `freed` if it freed any. */
inline Sweep(need) {
    freed = 0;
    do
    :: atomic { SOME(IS_REPORTED) -> Fence(me); PICK(v, IS_REPORTED); reg[v].inbox-- }; Arrive(v); v = 0
    :: else -> break
    od;
    FenceAndScan();
    do
    :: atomic { SOME(IS_DOOMED) -> PICK(v, IS_DOOMED) }; Drop(v); v = 0
    :: atomic { !SOME(IS_DOOMED) && IS_OVER(need) && SOME(IS_LIMBO) -> PICK(v, IS_LIMBO) }; Drop(v); v = 0
    :: !SOME(IS_DOOMED) && IS_OVER(need) && !SOME(IS_LIMBO) && SOME(IS_RING) -> ChooseBatch(); FenceAndScan()
    :: else -> break
    od
}

/*
 * RegionTable.RequestSweep: leave the flag, then TryEnter, then look at the flag again by a locked read after the gate
 * is let go. The flag comes first: a thread that leaves it after a refused TryEnter may leave it when the holder has
 * looked already. The holder clears it before it empties the inbox. gate.pml has the same with a buffered exit.
 */
inline RequestSweep() {
    atomic { Fence(me); request = 1 };
    ServeRequests()
}

inline ServeRequests() {
    do
    :: atomic { !request -> Fence(me) }; break
    :: request ->
        atomic {
            Fence(me);
            busy = gate;
#ifndef BUG_TWO_RETIRERS
            gate = 1
#endif
        };
        if
        :: busy -> busy = 0; break
        :: else ->
            atomic { Fence(me); request = 0 };
            Sweep(0);
            atomic { Fence(me); gate = 0 }
        fi
    od
}
