/*
 * closer.pml: the thread that closes the file (CLOSER), or detaches window 0 because the file has grown (DETACHER).
 * Included by loading.pml and hazards.pml.
 */

bit closed;                  /* RegionDirectory: inserts are refused */

/* RegionTable.CloseFile: empty the directory and refuse inserts under its lock, then set Closing and report. */
proctype Closer(byte me) {
    LOCALS
    byte take[NW];
    atomic {
        Fence(me);
#ifdef CLOSER
        closed = 1;
        do
        :: i < NW -> take[i] = dir[i]; dir[i] = 0; reg[take[i]].detached = 1; i++
        :: else -> break
        od;
        i = 0
#else
        take[0] = dir[0]; dir[0] = 0; reg[take[0]].detached = 1
#endif
    };
    do
    :: i < NW ->
        r = take[i];
        if
        :: r != 0 ->
            Close(r, report);
            if
            :: report -> Push(r)
            :: else
            fi
        :: else
        fi;
        atomic { i++; r = 0; report = 0 }
    :: else -> break
    od;
    i = 0;
    RequestSweep();
    done++
}

