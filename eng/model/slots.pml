/*
 * slots.pml: HazardSlots, and the store buffers under it. Included by hazards.pml.
 *
 * Every thread has one slot. A store to it is plain: it goes into the thread's own buffer (first in, first out) and
 * reaches slot[] some time later, when process Memory moves it. The thread never reads its own slot, so nothing has to be
 * forwarded. A locked operation of a thread empties its buffer first: that is Fence(me), and every locked step of the
 * protocol has one. Loads are not delayed: this is the memory of x64. Words are changed by locked operations only.
 *
 * Barrier is the process-wide barrier. It does not stop the world: it puts a fence into each thread's instructions, at
 * some moment between its beginning and its end, in any order of the threads.
 */

chan buffer[NT] = [3] of { byte };
byte slot[NT];
byte owners;                 /* threads that own a block of slots */
bit owns[NT];

inline Fence(i) {
    do
    :: nempty(buffer[i]) -> buffer[i]?slot[i]
    :: empty(buffer[i]) -> break
    od
}

active proctype Memory() {
end:
    do
    :: atomic { nempty(buffer[0]) -> buffer[0]?slot[0] }
#if NT > 1
    :: atomic { nempty(buffer[1]) -> buffer[1]?slot[1] }
#endif
#if NT > 2
    :: atomic { nempty(buffer[2]) -> buffer[2]?slot[2] }
#endif
#if NT > 3
    :: atomic { nempty(buffer[3]) -> buffer[3]?slot[3] }
#endif
    od
}

inline Barrier() {
    todo = (1 << NT) - 1;
    do
    :: atomic { (todo & 1) -> Fence(0); todo = todo & 14 }
#if NT > 1
    :: atomic { (todo & 2) -> Fence(1); todo = todo & 13 }
#endif
#if NT > 2
    :: atomic { (todo & 4) -> Fence(2); todo = todo & 11 }
#endif
#if NT > 3
    :: atomic { (todo & 8) -> Fence(3); todo = todo & 7 }
#endif
    :: atomic { todo == 0 -> break }
    od
}

/* HazardSlots.Register: a locked increment before the thread's first slot store. HazardSlots.Return: at the thread's end. */
inline Register() {
    atomic { Fence(me); owners++; owns[me] = 1 }
}

inline Return() {
    atomic { Fence(me); owners--; owns[me] = 0 }
}

/* HazardSlots.TryTake: store the id, then load the word. The load does not empty the buffer; Rescue does. */
inline TryHazard(r, got) {
    GHOST(moving++);
#ifndef BUG_LOAD_BEFORE_STORE
    buffer[me]!r;
#endif
    got = AGAIN;
    do
    :: atomic {
        got == AGAIN ->
        if
        :: !reg[r].closing && reg[r].state == LIVE -> got = PINNED; reg[r].pins++; GHOST(moving--)
        :: !reg[r].closing && reg[r].state == RETIRING -> got = MUSTWAIT
#ifdef BUG_RESCUE_CLOSING
        :: reg[r].closing && reg[r].state == RETIRING -> got = MUSTWAIT
#endif
        :: else -> got = REFUSED
        fi }
    :: atomic {
        got == MUSTWAIT ->                                                      /* Region.Rescue */
        Fence(me);
        if
#ifdef BUG_RESCUE_CLOSING
        :: reg[r].state == RETIRING -> reg[r].state = LIVE; reg[r].pins++; got = PINNED; GHOST(moving--); assert(!reg[r].closing)
#else
        :: !reg[r].closing && reg[r].state == RETIRING -> reg[r].state = LIVE; reg[r].pins++; got = PINNED; GHOST(moving--)
#endif
        :: else -> got = AGAIN
        fi }
    :: got == PINNED || got == REFUSED -> break
    od
#ifdef BUG_LOAD_BEFORE_STORE
    ;
    buffer[me]!r
#endif
#ifdef BUG_OWNER_LATE              /* the block is made known after its first lease was taken */
    ;
    if
    :: !owns[me] -> Register()
    :: else
    fi
#endif
}

/* The end of a lease, just before its slot is cleared: nobody reads the bytes from here on. */
inline EndHazard(r) {
    atomic { assert(READABLE(r)); reg[r].pins--; GHOST(moving++) }                         /* rule 1 */
}

/*
 * SpanPin.Release: a plain store, then a load of the word, and if that says Closing or Parked a second one; report if it
 * says so still and shows no reference, for the last reference reports. Every store of an id ends so, also one whose
 * lease was refused: the sweeper may have seen the id, spared the region for it, and forgotten it.
 */
#define FLAGGED(r)          (reg[r].closing || reg[r].parked)
#define LEFT_TO_HAZARDS(r)  (FLAGGED(r) && reg[r].refs == 0)

inline ClearHazard(r, report) {
#ifdef BUG_RELEASE_LOADS_FIRST
    report = LEFT_TO_HAZARDS(r);
    buffer[me]!0;
#else
#ifdef BUG_REFERENCES_SEEN_EARLY   /* whether a reference will report is looked at before the slot is cleared */
    held = (reg[r].refs > 0);
#endif
    buffer[me]!0;
#if defined(BUG_STRAY_SLOT)        /* a refused lease clears its slot and looks no further */
    report = (got == PINNED && LEFT_TO_HAZARDS(r));
#elif defined(BUG_REFERENCES_SEEN_EARLY)
    report = (FLAGGED(r) && !held);
#else
    report = FLAGGED(r);
    if
    :: report -> report = LEFT_TO_HAZARDS(r)
    :: else
    fi;
#endif
#endif
    atomic { GHOST(stirred = ALL); GHOST(moving = moving - !report) }                             /* Report does the rest */
}

/* HazardSlots.Scan: what a slot names is spared. The slots are read one after the other. */
inline Scan() {
    i = 0;
    do
    :: atomic { i < NT -> v = slot[i]; i++ };
        if
        :: v != 0 && IS_BATCH(v) -> Spare(v)
        :: else
        fi
    :: else -> break
    od;
    atomic { i = 0; v = 0 }
}
