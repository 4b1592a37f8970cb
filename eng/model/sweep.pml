/*
 * sweep.pml: Sweeper (inbox, gate, limbo), Unmapper, Departures, and the sums of ByteBudget. Included by loading.pml and
 * hazards.pml.
 *
 * Under the gate a sweep only decides: what it retires is LEAVING, on the list of its thread. That thread unmaps it after
 * it has left the gate (CarryOut). A load without room, and a trim, wait for what other threads unmap (Departures).
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
#ifdef LOADS
#define LOCALS_LOADS bit fits;
#define NOTE_FITS(why) fits = (why == FOR_A_LOAD)
#else
#define LOCALS_LOADS
#define NOTE_FITS(why) skip
#endif
#define LOCALS byte r, v, i; unsigned got : 3; bit report, woke, won, busy, freed, over, found; LOCALS_LOADS LOCALS_HAZARDS LOCALS_BUG

byte charged;                /* ByteBudget: regions charged, leaving, reserved by loads that make room */
byte leaving;
byte reserved;
byte max = MAX;
bit gate;                    /* held or free */
bit request;                 /* somebody asked for a sweep */
byte dir[NW];                /* RegionDirectory: the region of each window, 0 is none */
byte underWay;               /* Departures: a bit for each thread that has a batch under way */
byte ended = ALL;            /* a bit for each thread: has a batch ended since it read Departures.Ended */
#ifdef TRIMMER
byte before;                 /* the batches under way that the trim waits for */
#define NOT_BEFORE before = before & ~(1 << me)
#else
#define NOT_BEFORE skip
#endif

byte mappings;               /* ghost: regions mapped or being mapped */
byte stirred = ALL;          /* ghost, a bit for each thread: a pin or a charge was given back since it entered the gate */
byte moving;                 /* ghost: threads in the middle of taking or giving back a pin: slot stored, or report owed */

#define STAYING        (charged - leaving)
#define UNCHARGE       charged--

/* Until when a sweep evicts: Shed, EvictFor (a region is as much as a load needs), Trim. */
#define SHED           0
#define FOR_A_LOAD     1
#define EVERYTHING     2
#define EVICTS(why)    (why == SHED && STAYING > max \
                        || why == FOR_A_LOAD && !freed && reserved + STAYING > max \
                        || why == EVERYTHING)

#define CHECK_CHARGE   assert(charged >= mappings && charged <= NR)                 /* rule 5 */

/* The inbox: a push of a new region, which asks for nothing. */
inline Push(r) {
    atomic { Fence(me); reg[r].inbox++; GHOST(stirred = ALL) }
}

/* RegionTable.NotifySweeper: push the region and ask for a sweep. */
inline Report(r) {
    atomic { Fence(me); reg[r].inbox++; GHOST(stirred = ALL); GHOST(moving--) };
    RequestSweep()
}

/*
 * Sweeper.Drain: what the sweep does with a region from the inbox. One region may lie in the inbox several times
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
                :: IS_LIMBO(v) && STAYING > max -> reg[v].state = RETIRING; reg[v].place = DOOMED
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

/* Sweeper.FenceAndScan: after the marks of a batch one barrier, then one scan; what nobody names is limbo. */
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

/* Sweeper.FillLimbo: the hand parks what is pinned and marks what is idle. */
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

/* Sweeper.TryEvict, and the end of Drain: what is retired leaves. */
inline Leave(v) {
    Retire(v, won);
    atomic { freed = freed || won; won = 0 }
}

/* What a sweep does under the gate, and why it evicts. Sets `freed` if it retired any; its batch is under way then. Sets
 * `fits`, EvictFor's answer, if a load needs no more by then. */
inline Decide(why) {
    freed = 0;
    do
    :: atomic { SOME(IS_REPORTED) -> Fence(me); PICK(v, IS_REPORTED); reg[v].inbox-- }; Arrive(v); v = 0
    :: else -> break
    od;
    FenceAndScan();
    do
    :: atomic { SOME(IS_DOOMED) -> PICK(v, IS_DOOMED) }; Leave(v); v = 0
    :: atomic { !SOME(IS_DOOMED) && EVICTS(why) && SOME(IS_LIMBO) -> PICK(v, IS_LIMBO) }; Leave(v); v = 0
    :: !SOME(IS_DOOMED) && EVICTS(why) && !SOME(IS_LIMBO) && SOME(IS_RING) -> ChooseBatch(); FenceAndScan()
    :: atomic { !SOME(IS_DOOMED) && !EVICTS(why) -> NOTE_FITS(why) }; break
    :: else -> break                                                                /* nothing is idle */
    od;
#ifndef BUG_BEGUN_AFTER_GATE
    Begin();
#endif
}

/*
 * Sweeper.ShowIdle, under the gate: the inbox is emptied, and while the limbo is empty one region after the other is
 * parked, or marked, fenced and scanned, as often as the caller likes. Nothing of the ring is retired.
 */
inline Look() {
    freed = 0;
    do
    :: atomic { SOME(IS_REPORTED) -> Fence(me); PICK(v, IS_REPORTED); reg[v].inbox-- }; Arrive(v); v = 0
    :: else -> break
    od;
    FenceAndScan();
    do
    :: atomic { SOME(IS_DOOMED) -> PICK(v, IS_DOOMED) }; Leave(v); v = 0
    :: else -> break
    od;
    do
    :: !SOME(IS_LIMBO) && SOME(IS_RING) ->
        atomic { PICK(v, IS_RING) }; ParkOrMark(v); v = 0;
#ifdef BUG_LOOK_UNSCANNED          /* what is marked alone goes into the limbo as it is */
        do
        :: atomic { SOME(IS_BATCH) -> PICK(v, IS_BATCH); reg[v].place = LIMBO; v = 0 }
        :: else -> break
        od
#elif defined(BUG_LOOK_FORGETS)    /* what is marked alone is no entry of the limbo */
        do
        :: atomic { SOME(IS_BATCH) -> PICK(v, IS_BATCH); reg[v].place = NOWHERE; v = 0 }
        :: else -> break
        od
#else
        FenceAndScan()
#endif
    :: true -> break
    od;
    Begin()
}

/* Sweeper.TryGiveUpOne: for a window that asks for a place in a full table. Never waits. */
inline TryGiveUpOne() {
    atomic { Fence(me); busy = gate; gate = 1 };
    if
    :: busy -> busy = 0
    :: else ->
        Look();
        atomic { Fence(me); gate = 0 };
        CarryOut();
        ServeRequests()
    fi
}

/* Departures.Begin and Departures.End, under its monitor. */
inline Begin() {
    if
    :: freed -> atomic { Fence(me); underWay = underWay | (1 << me) }
    :: else
    fi
}

inline End() {
    atomic { Fence(me); underWay = underWay & ~(1 << me); NOT_BEFORE; ended = ALL }
}

/* Unmapper.Unmap for one region: forget it in the directory, unmap, give the charge back, in this order. The unmap and
 * the lowering of `leaving` are one step: no thread can tell them apart. */
inline Unmap(v) {
    atomic {                                                                        /* under the directory's lock */
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
    atomic { Fence(me); UNCHARGE; CHECK_CHARGE; GHOST(stirred = ALL) };
#endif
    atomic {
        Fence(me);
        assert(reg[v].state == RETIRED);                                            /* rule 2 */
        assert(READABLE(v));                                                        /* rule 2 */
        assert(reg[v].pins == 0);                                                   /* rules 1 and 6 */
        reg[v].unmapped = 1; mappings--; leaving--
    };
    atomic {
#ifndef BUG_UNCHARGE_EARLY
        Fence(me); UNCHARGE; CHECK_CHARGE; GHOST(stirred = ALL);
#endif
        reg[v].place = NOWHERE; reg[v].by = 0; v = 0
    }
}

/* Sweeper.CarryOut: after the gate. */
inline CarryOut() {
    if
    :: freed ->
#ifdef BUG_BEGUN_AFTER_GATE
        Begin();
#endif
        do
        :: atomic { SOME(IS_MINE) -> PICK(v, IS_MINE) }; Unmap(v)
        :: else -> break
        od;
        End();
        freed = 0
    :: else
    fi
}

/*
 * Sweeper.RequestSweep: leave the flag, then TryEnter, then look at the flag again by a locked read after the gate
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
            Decide(SHED);
            atomic { Fence(me); gate = 0 };
            CarryOut()
        fi
    od
}

/* Sweeper.TryMakeRoom: waits for the gate, and where nothing is idle for what leaves. `found` ends as its answer.
 * Where the load fits by the time it is inside, nothing is evicted and what is idle is there still, so it looks again. */
inline TryMakeRoom() {
    atomic { Fence(me); ended = ended & ~(1 << me) };                               /* Departures.Ended */
#ifdef BUG_GOES_ON_WHEN_GATE_TAKEN
    atomic { Fence(me); busy = gate; gate = 1 };
    if
    :: busy -> busy = 0; found = 0; RequestSweep()
    :: else ->
#else
    if
    :: atomic { !gate -> Fence(me); gate = 1; GHOST(stirred = stirred & ~(1 << me)) } ->
#endif
        Decide(FOR_A_LOAD);
        atomic { Fence(me); gate = 0; found = freed };
        CarryOut();
        ServeRequests();
#if !defined(BUG_EXCEEDS_WHILE_LEAVING) && !defined(BUG_REFUSES_WHILE_LEAVING)
        if
        :: !found -> atomic { (ended >> me) & 1 || underWay == 0 -> Fence(me); found = (ended >> me) & 1 }  /* WaitForOne */
        :: else
        fi;
#endif
#ifndef BUG_FITS_AND_GIVES_UP      /* what it found idle is idle still, and nobody is asked again */
        found = found || fits;
#endif
        fits = 0
    fi;
    ended = ended | (1 << me)
}
