/*
 * gate.pml: Sweeper's gate and its request flag, alone, with the gate's exit as a plain store.
 *
 * ASKERS threads report something ASKS times each (work++ stands for a push to the inbox) and ask for a sweep:
 * Sweeper.RequestSweep. WAITERS threads do what a load without room does: they wait for the gate, take work, and let go; only
 * who serves requests clears the flag. A turn takes all the work there is, or a part of it and asks for another turn, as
 * Drain does. What is decided is carried out between the exit and the next look at the flag, for any time. The exit is a
 * plain store that becomes visible late (buffer), as a release store does; everything else is locked and empties the thread's
 * buffer first. Properties: one holder at a time, and at rest
 * no work is left, nobody holds the gate and no request stands.
 */

#ifndef WAITERS
#define WAITERS 0
#endif
#define NT (ASKERS + WAITERS)

bit gate;                    /* as memory has it */
bit leaving[NT];             /* a thread's store buffer: the exit, gate = 0, has not reached memory yet */
bit request;
byte work;
byte inside;                 /* ghost: threads that believe they hold the gate */
byte done;

#define Fence(i) gate = gate && !leaving[i]; leaving[i] = 0

active proctype Memory() {
end:
    do
    :: atomic { leaving[0] -> Fence(0) }
#if NT > 1
    :: atomic { leaving[1] -> Fence(1) }
#endif
#if NT > 2
    :: atomic { leaving[2] -> Fence(2) }
#endif
#if NT > 3
    :: atomic { leaving[3] -> Fence(3) }
#endif
    od
}

/* Gate held: the flag is cleared before the inbox is emptied. Then the gate is let go. */
inline SweepAndExit() {
    atomic { inside++; assert(inside == 1) };
#ifdef BUG_FLAG_CLEARED_LATE
    atomic { Fence(me); work = 0 };
    atomic { Fence(me); request = 0 };
#else
    atomic { Fence(me); request = 0 };
    Drain();
#endif
    atomic { inside--; leaving[me] = 1 }
}

/* Sweeper.Drain, and Repeat: what is left is for another turn. */
inline Drain() {
    if
    :: atomic { true -> Fence(me); work = 0 }
    :: atomic { work > 1 -> Fence(me); work-- };
#ifndef BUG_NO_REPEAT
        atomic { Fence(me); request = 1 }
#endif
    fi
}

/* The look at the flag after the exit is a locked read; then TryEnter. */
inline ServeRequests() {
    do
#ifdef BUG_PLAIN_RECHECK
    :: atomic { asked = request };
#else
    :: atomic { Fence(me); asked = request };
#endif
        if
        :: !asked -> break
        :: else
        fi;
        atomic { Fence(me); busy = gate; gate = 1 };
        if
        :: busy -> break
        :: else -> SweepAndExit()
        fi
#ifdef BUG_NO_RECHECK
        ; break
#endif
    od;
    atomic { asked = 0; busy = 0 }
}

proctype Asker(byte me) {
    bit asked, busy;
    byte asks;
    asks = ASKS;
    do
    :: asks > 0 ->
        asks--;
        atomic { Fence(me); work++ };
#ifdef BUG_FLAG_AFTER_TRYENTER     /* TryEnter first; whoever is refused leaves the flag and goes */
        atomic { Fence(me); busy = gate; gate = 1 };
        if
        :: busy -> atomic { Fence(me); request = 1; busy = 0 }
        :: else -> SweepAndExit(); ServeRequests()
        fi
#else
        atomic { Fence(me); request = 1 };
        ServeRequests()
#endif
    :: else -> break
    od;
    done++
}

proctype Waiter(byte me) {
    bit asked, busy;
    atomic { !gate -> Fence(me); gate = 1 };
    atomic { inside++; assert(inside == 1) };
    Drain();
    atomic { inside--; leaving[me] = 1 };
    ServeRequests();
    done++
}

init {
    atomic {
        byte n;
        do
        :: n < ASKERS -> run Asker(n); n++
        :: n >= ASKERS && n < NT -> run Waiter(n); n++
        :: else -> break
        od
    };
    done == NT;
    (leaving[0] == 0
#if NT > 1
        && leaving[1] == 0
#endif
#if NT > 2
        && leaving[2] == 0
#endif
#if NT > 3
        && leaving[3] == 0
#endif
    );
    assert(!gate && !request && work == 0)
}
