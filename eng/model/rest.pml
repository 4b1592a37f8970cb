/*
 * rest.pml: what must hold when all threads have ended. Included by loading.pml and hazards.pml.
 *
 * A thread that never ends (a lost wake-up, a gate never opened) is an invalid end state, which Spin finds by itself.
 */

inline AtRest() {
    done == NT;
#ifndef BUG_TWO_RETIRERS           /* it forgets regions too; shown is the grave half, the unmapping under a pin */
    d_step {
        assert(!gate && !request);
        assert(leaving == 0 && reserved == 0 && underWay == 0);             /* what left is unmapped */
        byte n, pinned, present;
        n = 1;
        do
        :: n <= NR ->
            if
            :: READABLE(n) ->
                present++;
                assert(reg[n].state == LIVE || reg[n].state == RETIRING);
                assert(!reg[n].waiting && !reg[n].monitor);
                if
                :: reg[n].pins > 0 -> pinned++
                :: else ->
                    assert(!reg[n].closing);                                /* rule 6: the last release unmaps */
                    assert(reg[n].place == RING || reg[n].place == LIMBO || reg[n].inbox > 0);  /* nothing idle is forgotten */
                    assert(!(reg[n].inbox > 0) || !reg[n].parked)           /* only what is new lies there unasked */
                fi;
                if
                :: reg[n].place == RING -> assert(reg[n].state == LIVE && !reg[n].parked)
                :: reg[n].place == LIMBO -> assert(reg[n].parked)
                :: reg[n].place == NOWHERE -> assert(reg[n].state == LIVE)
                fi;
                assert(reg[n].detached || dir[reg[n].window] == n);
                assert(reg[n].closing || !reg[n].detached && !closed)       /* what is closed or detached says so */
            :: else ->
                assert(reg[n].place == NOWHERE);
                assert(reg[n].pins == 0);
                assert(dir[0] != n && dir[NW / 2] != n && dir[NW - 1] != n);
                assert(reg[n].state == RETIRED || reg[n].refs == 0 && reg[n].state == LOADING)
            fi;
            n++
        :: else -> break
        od;
        assert(charged == present && mappings == present);                  /* rule 5 */
        assert(charged <= max || pinned == present)                         /* rule 5 */
    }
#else
    skip
#endif
}
