/*
 * region.pml: one Region, its word, and the methods that change the word. Included by loading.pml and hazards.pml.
 *
 * The word is kept as fields (state, refs, closing, parked, waiting), but each step below reads and writes the fields of
 * one word at once: that is the compare-and-swap. A loop of compare-and-swaps that repeats until it succeeds is one step
 * here, because a failed round has no effect; a refusal takes effect at the read that refuses.
 *
 * Each inline is the method of class Region with the same name. `me` is the number of the running thread; Fence(me) is
 * what a locked operation does to the thread's own store buffer (slots.pml; empty in a model without hazards).
 *
 * BUG_... are the seeded bugs: check.sh defines one at a time, and each must be caught.
 */

#define LOADING  0
#define LIVE     1
#define RETIRING 2
#define RETIRED  3

/* Where the sweeper keeps a region: a field of Region that only the holder of the gate reads or writes. */
#define NOWHERE  0      /* new, parked or retired */
#define RING     1      /* under the clock's hand */
#define BATCH    2      /* marked in this sweep, not scanned yet */
#define LIMBO    3      /* marked, fenced and scanned: one compare-and-swap from the end */
#define DOOMED   4      /* the same, and Closing: goes whatever the budget says */
#define LEAVING  5      /* retired under the gate, for thread `by` to unmap after it: in memory, charged */

/* Answers of TryReference, HazardSlots and Acquire. */
#define REFUSED  0
#define PINNED   1
#define MUSTWAIT 2      /* a reference on a region that is still Loading */
#define AGAIN    3
#define LOADER   4      /* this thread inserted the Loading region, so it loads it */
#define ERROR    5      /* disposed, the map failed, or the strict budget refused: an exception in the code */

typedef Region {
    /* the word */
    unsigned state : 2;
    unsigned refs : 3;
    bit closing;
    bit parked;
    bit waiting;
    /* beside the word */
    bit monitor;             /* is the monitor its waiters sleep in held */
    unsigned window : 2;
    unsigned place : 3;
    unsigned by : 2;         /* whose list of leaving regions it is on, at place LEAVING */
    unsigned inbox : 3;      /* how many times it lies in the inbox */
    /* ghosts: not in the code; what is true, for assertions to compare with */
    bit mapped;
    bit unmapped;
    bit detached;            /* taken out of the directory by a closer or a detacher */
    unsigned pins : 3;       /* pins that some thread believes it holds, of both kinds */
#ifdef TRIMMER
    bit awaited;             /* idle when the trim began, and not pinned since */
#endif
};

#define ALL ((1 << NT) - 1)  /* a bit for each thread */

#ifdef LOADS                 /* the ghosts stirred and moving are read by CHECK_NO_ROOM in loading.pml only */
#define GHOST(change) change
#else
#define GHOST(change) skip
#endif

#ifdef TRIMMER
#define NOT_AWAITED(r) reg[r].awaited = 0
#else
#define NOT_AWAITED(r) skip
#endif

Region reg[NR + 1];          /* reg[0] is null */

/* SOME(P): has any region the property P. COUNT(P): how many. PICK(v, P): let v be one that has it, whichever. */
#if NR == 1
#define COUNT(P)   (P(1))
#define SOME(P)    (P(1))
#define PICK(v, P) if :: P(1) -> v = 1 fi
#elif NR == 2
#define COUNT(P)   (P(1) + P(2))
#define SOME(P)    (P(1) || P(2))
#define PICK(v, P) if :: P(1) -> v = 1 :: P(2) -> v = 2 fi
#elif NR == 3
#define COUNT(P)   (P(1) + P(2) + P(3))
#define SOME(P)    (P(1) || P(2) || P(3))
#define PICK(v, P) if :: P(1) -> v = 1 :: P(2) -> v = 2 :: P(3) -> v = 3 fi
#elif NR == 4
#define COUNT(P)   (P(1) + P(2) + P(3) + P(4))
#define SOME(P)    (P(1) || P(2) || P(3) || P(4))
#define PICK(v, P) if :: P(1) -> v = 1 :: P(2) -> v = 2 :: P(3) -> v = 3 :: P(4) -> v = 4 fi
#elif NR == 5
#define COUNT(P)   (P(1) + P(2) + P(3) + P(4) + P(5))
#define SOME(P)    (P(1) || P(2) || P(3) || P(4) || P(5))
#define PICK(v, P) if :: P(1) -> v = 1 :: P(2) -> v = 2 :: P(3) -> v = 3 :: P(4) -> v = 4 :: P(5) -> v = 5 fi
#else
#error "NR must be 1 to 5"
#endif

#define IS_REPORTED(i) (reg[i].inbox > 0)
#define IS_RING(i)     (reg[i].place == RING)
#define IS_BATCH(i)    (reg[i].place == BATCH)
#define IS_LIMBO(i)    (reg[i].place == LIMBO)
#define IS_DOOMED(i)   (reg[i].place == DOOMED)
#define IS_LEAVING(i)  (reg[i].place == LEAVING)
#define IS_MINE(i)     (reg[i].place == LEAVING && reg[i].by == me)
#define READABLE(i)    (reg[i].mapped && !reg[i].unmapped)
#define IS_IDLE(i)     (READABLE(i) && reg[i].pins == 0)

/* Region.TryReference. Retiring is swapped back to Live together with the reference: that is Rescue. */
inline TryReference(r, got) {
    atomic {
        Fence(me);
        if
#ifdef BUG_STRAY_REFERENCE         /* add first, undo when the old word refuses */
        :: reg[r].closing || reg[r].state == RETIRED -> reg[r].refs++; got = AGAIN
#endif
#ifdef BUG_RESCUE_CLOSING          /* Retiring is rescued without a look at Closing */
        :: reg[r].closing && reg[r].state == RETIRING -> reg[r].state = LIVE; reg[r].refs++; got = PINNED
#endif
        :: !reg[r].closing && reg[r].state == LOADING -> reg[r].refs++; got = MUSTWAIT
        :: !reg[r].closing && reg[r].state == LIVE -> reg[r].refs++; got = PINNED
        :: !reg[r].closing && reg[r].state == RETIRING ->
#ifndef BUG_REFERENCE_NO_RESCUE    /* counted, but the word stays Retiring */
            reg[r].state = LIVE;
#endif
            reg[r].refs++; got = PINNED
        :: else -> got = REFUSED
        fi;
        if
        :: got == PINNED || got == MUSTWAIT ->
            reg[r].pins++;
            NOT_AWAITED(r);
            assert(!reg[r].closing)                                                 /* rule 3 */
        :: else
        fi
    }
#ifdef BUG_STRAY_REFERENCE
    ;
    if
    :: got == AGAIN -> atomic { Fence(me); reg[r].refs--; got = REFUSED }
    :: else
    fi
#endif
}

/* Region.Release: one locked decrement; the word it leaves tells whether to report. */
inline Release(r, report) {
    atomic {
        Fence(me);
        assert(reg[r].refs > 0 && reg[r].pins > 0);
        assert(reg[r].state != RETIRING);
        reg[r].refs--;
        reg[r].pins--;
#ifdef BUG_RELEASE_IGNORES_CLOSING
        report = (reg[r].refs == 0 && reg[r].parked);
#else
        report = (reg[r].refs == 0 && (reg[r].closing || reg[r].parked));
#endif
        GHOST(stirred = ALL);
        GHOST(moving = moving + report)
    }
}

/* Region.Publish and Region.Fail: the other bits stay, Waiting is cleared and its old value returned. */
inline Publish(r, woke) {
    atomic {
        Fence(me);
        assert(reg[r].state == LOADING && reg[r].refs > 0);
        reg[r].state = LIVE;
#ifdef BUG_PUBLISH_BLIND           /* stores Live with one reference, the loader's */
        reg[r].refs = 1;
        reg[r].closing = 0;
#endif
#ifndef BUG_WAKE_SAMPLED_EARLY
        woke = reg[r].waiting;
#endif
        reg[r].waiting = 0
    }
}

inline Fail(r, woke) {
    atomic {
        Fence(me);
        assert(reg[r].state == LOADING && reg[r].refs > 0 && !reg[r].mapped);
        reg[r].state = RETIRED;
        woke = reg[r].waiting;
        reg[r].waiting = 0
    }
}

/* Region.Close: sets Closing by compare-and-swap, unless Retired. */
inline Close(r, report) {
#ifdef BUG_CLOSE_BLIND             /* read the word, then store it with the bit set */
    atomic { seen.state = reg[r].state; seen.refs = reg[r].refs; seen.parked = reg[r].parked };
    atomic {
        Fence(me);
        report = (seen.state != RETIRED);
        if
        :: report ->
            reg[r].state = seen.state; reg[r].refs = seen.refs; reg[r].parked = seen.parked; reg[r].closing = 1
        :: else
        fi
    }
#else
    atomic {
        Fence(me);
        report = (reg[r].state != RETIRED);
#ifdef BUG_CLOSE_SKIPS_LOADING
        report = (report && reg[r].state != LOADING);
#endif
        if
        :: report -> reg[r].closing = 1
        :: else
        fi
    }
#endif
}

/* Region.TryMark: only at references = 0. Inside an atomic step of the sweeper. */
inline TryMark(v) {
#ifndef BUG_MARK_IGNORES_REFERENCES
    assert(reg[v].refs == 0);
#endif
    reg[v].state = RETIRING;
#ifndef BUG_PARKED_LATE            /* Parked is set by Spare, after the scan */
    reg[v].parked = 1;
#endif
    reg[v].place = BATCH
}

/* Region.Park or Region.TryMark, by the word's references: what the hand does to a region it meets. */
inline ParkOrMark(v) {
#ifdef BUG_PARK_BLIND              /* Parked is set without comparing the references again */
    pinned = (reg[v].refs > 0);
#endif
    atomic {
        Fence(me);
#ifndef BUG_TWO_RETIRERS
        assert(reg[v].state == LIVE && !reg[v].parked);
#endif
        if
#ifdef BUG_TWO_RETIRERS
        :: reg[v].place != RING -> skip
#define STILL_IN_RING (reg[v].place == RING)
#else
#define STILL_IN_RING true
#endif
#ifdef BUG_PARK_BLIND
        :: pinned -> reg[v].parked = 1; reg[v].place = NOWHERE
        :: !pinned && reg[v].refs > 0 -> skip
#elif defined(BUG_MARK_IGNORES_REFERENCES)
#else
        :: STILL_IN_RING && reg[v].refs > 0 -> reg[v].parked = 1; reg[v].place = NOWHERE
#endif
        :: else -> TryMark(v)
        fi
    }
}

/* Region.Spare: a hazard was found. When a taker has rescued the region already, nothing is left to do. */
inline Spare(v) {
    atomic {
        Fence(me);
#ifdef BUG_SPARE_BLIND             /* stores Live without references, though a taker may have rescued it */
        reg[v].refs = 0;
#endif
        if
        :: reg[v].state == RETIRING ->
            reg[v].state = LIVE;
#ifdef BUG_PARKED_LATE
            reg[v].parked = 1
#endif
        :: else
        fi;
        reg[v].place = NOWHERE
    }
}

/*
 * Region.TryRetire and Unmapper.Retire: Retiring to Retired, or nothing. Whoever wins has it leave. Two steps in the code;
 * who looks in between sees too little leaving, and asks for a sweep too many.
 */
inline Retire(v, won) {
    atomic {
        Fence(me);
        won = (reg[v].state == RETIRING);
#ifdef BUG_RETIRE_BLIND            /* the answer of the compare-and-swap is not looked at */
        won = 1;
#endif
        if
        :: won -> reg[v].state = RETIRED; reg[v].place = LEAVING; reg[v].by = me; leaving++
        :: else -> reg[v].place = NOWHERE
        fi
    }
}
