/*
 * The handler of the truncation guard once more, in C: the twin that can be read, and whence the bytes for arm64 come.
 * compile.sh compiles it; for x64 the listing in src/Mmap.Spans/Memory/TruncationGuard.X64.cs is what is shipped.
 *
 * It stands alone: no library, no header, no relocation. The table's address is the last eight bytes of what is
 * compiled and is written there before the page is mapped. The table is drawn in src/Mmap.Spans/Memory/GuardTable.cs.
 */

typedef unsigned long word;

struct header {
    word faults, used, page_mask, nothing, previous, rest[3];
};

struct entry {
    word version, start, end, unreadable_from, faults, rest[3];
};

/* The beginning of siginfo_t where an address is told. */
struct cause {
    int signal, error, code, padding;
    word address;
};

typedef void (*handler)(int, const struct cause *, void *);

enum { bus_address = 2, read_only = 1, private_fixed_anonymous_unreserved = 0x4032 };

static inline struct header *table(void)
{
    struct header *found;
#if defined(__aarch64__)
    __asm__("ldr %0, guard_table" : "=r"(found));
#else
    __asm__("mov guard_table(%%rip), %0" : "=r"(found));
#endif
    return found;
}

/* Private pages of zeroes in the place of what is there; the range, or an error below 0. */
static inline word put_zeroes(word start, word bytes)
{
#if defined(__aarch64__)
    register word x8 __asm__("x8") = 222;
    register word x0 __asm__("x0") = start;
    register word x1 __asm__("x1") = bytes;
    register word x2 __asm__("x2") = read_only;
    register word x3 __asm__("x3") = private_fixed_anonymous_unreserved;
    register word x4 __asm__("x4") = -1UL;
    register word x5 __asm__("x5") = 0;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
#else
    register word r10 __asm__("r10") = private_fixed_anonymous_unreserved;
    register word r8 __asm__("r8") = -1UL;
    register word r9 __asm__("r9") = 0;
    word done = 9;
    __asm__ volatile("syscall" : "+a"(done) : "D"(start), "S"(bytes), "d"((word)read_only), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return done;
#endif
}

void on_bus_error(int signal, const struct cause *cause, void *context)
{
    struct header *header = table();
    struct entry *entry = (struct entry *)header;
    word left = __atomic_load_n(&header->used, __ATOMIC_ACQUIRE);

    /* Neither broken memory nor a signal that somebody sent. */
    for (; cause->code == bus_address && left > 0; left--) {
        entry++;
        word version = __atomic_load_n(&entry->version, __ATOMIC_ACQUIRE);
        if (version & 1) continue;
        word start = __atomic_load_n(&entry->start, __ATOMIC_RELAXED);
        word end = __atomic_load_n(&entry->end, __ATOMIC_RELAXED);
        if (cause->address < start || cause->address >= end) continue;
        /* The start and the end come before the second look; both are of one mapping then. */
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (version != __atomic_load_n(&entry->version, __ATOMIC_RELAXED)) continue;

        word page = cause->address & header->page_mask;
        word lowest = __atomic_load_n(&entry->unreadable_from, __ATOMIC_RELAXED);
        int lowered = 0;
        while (page < lowest && !lowered)
            lowered = __atomic_compare_exchange_n(&entry->unreadable_from, &lowest, page, 0, __ATOMIC_SEQ_CST,
                                                  __ATOMIC_RELAXED);
        /* Told before it shows. */
        __atomic_fetch_add(&entry->faults, 1, __ATOMIC_SEQ_CST);
        __atomic_fetch_add(&header->faults, 1, __ATOMIC_SEQ_CST);
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        if (put_zeroes(page, end - page) == page) return;
        break;
    }

    /* The previous handler, as if this were not here. */
    ((handler)header->previous)(signal, cause, context);
}

__asm__(".balign 8\n"
        "guard_table:\n"
        ".quad 0\n");
