/*
 * Tries the bytes of a handler: threads map a file, cut it, read it and unmap it, under a handler that is installed as
 * the library installs it; in the end a fault that is not a watched mapping's must reach the handler before it.
 *
 *   try BYTES ROUNDS        exit code 0 if all was as it should be; says how many faults there were
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { threads = 3, pages = 16 };

struct entry { volatile uint64_t version, start, end, unreadable_from, faults, rest[3]; };
struct header { volatile uint64_t faults, used, page_mask, nothing, previous, rest[3]; };

static struct header *table;
static long page_bytes, rounds, wrong;
static sigjmp_buf back;

static void previous(int signal, siginfo_t *cause, void *context)
{
    (void)signal, (void)cause, (void)context;
    siglongjmp(back, 1);
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void set(struct entry *entry, uint64_t start, uint64_t end)
{
    entry->version++;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    entry->start = start;
    entry->end = end;
    entry->unreadable_from = INT64_MAX;
    __atomic_store_n(&entry->version, entry->version + 1, __ATOMIC_RELEASE);
}

/* A file without a name, which the process's end closes. */
static int temporary_file(void)
{
    FILE *file = tmpfile();
    if (!file) fail("a file");
    return fileno(file);
}

static void *cut_and_read(void *argument)
{
    struct entry *entry = (struct entry *)table + 1 + (long)argument;
    char *content = malloc(pages * page_bytes);
    int file = temporary_file();
    if (!content) fail("memory");
    memset(content, 'a' + (int)(long)argument, pages * page_bytes);
    for (long round = 0; round < rounds; round++) {
        long kept = (round * 7 + (long)argument) % pages;
        if (pwrite(file, content, pages * page_bytes, 0) != pages * page_bytes) fail("write");
        volatile char *mapped = mmap(NULL, pages * page_bytes, PROT_READ, MAP_SHARED, file, 0);
        if (mapped == MAP_FAILED) fail("mmap");
        set(entry, (uint64_t)mapped, (uint64_t)mapped + pages * page_bytes);
        if (ftruncate(file, kept * page_bytes) != 0) fail("ftruncate");
        for (long at = 0; at < pages; at++) {
            char expected = at < kept ? content[0] : 0;
            if (mapped[at * page_bytes + 5] != expected) __atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
        }
        if (entry->unreadable_from != (uint64_t)mapped + kept * page_bytes)
            __atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
        /* Before the addresses can be another mapping's. */
        set(entry, 0, 0);
        munmap((void *)mapped, pages * page_bytes);
    }
    return NULL;
}

static void install(const char *path)
{
    unsigned char bytes[4096];
    int source = open(path, O_RDONLY), code = memfd_create("handler", MFD_CLOEXEC);
    long length = read(source, bytes, sizeof bytes);
    if (source < 0 || code < 0 || length < 64) fail("the handler's bytes");
    memcpy(bytes + length - 8, &table, 8);
    if (write(code, bytes, length) != length) fail("write");
    void *handler = mmap(NULL, page_bytes, PROT_READ | PROT_EXEC, MAP_SHARED, code, 0);
    struct sigaction action = { .sa_sigaction = previous, .sa_flags = SA_SIGINFO | SA_RESTART };
    if (handler == MAP_FAILED || sigaction(SIGBUS, &action, NULL) != 0) fail("install");
    table->previous = (uint64_t)previous;
    action.sa_sigaction = (void (*)(int, siginfo_t *, void *))handler;
    if (sigaction(SIGBUS, &action, NULL) != 0) fail("install");
}

int main(int count, char **arguments)
{
    if (count != 3) return 2;
    rounds = atol(arguments[2]);
    page_bytes = sysconf(_SC_PAGESIZE);
    table = mmap(NULL, 64 * (1 + threads), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (table == MAP_FAILED) fail("table");
    table->page_mask = -page_bytes;
    install(arguments[1]);
    table->used = threads;

    pthread_t running[threads];
    for (long i = 0; i < threads; i++) pthread_create(&running[i], NULL, cut_and_read, (void *)i);
    for (int i = 0; i < threads; i++) pthread_join(running[i], NULL);

    uint64_t of_entries = 0;
    for (int i = 0; i < threads; i++) of_entries += ((struct entry *)table)[1 + i].faults;
    int file = temporary_file(), forwarded = 0;
    volatile char *foreign = mmap(NULL, page_bytes, PROT_READ, MAP_SHARED, file, 0);
    if (sigsetjmp(back, 1) == 0) wrong += foreign[0] + 1;
    else forwarded = 1;

    printf("faults=%lu of_entries=%lu expected=%ld wrong=%ld forwarded=%d\n", (unsigned long)table->faults,
           (unsigned long)of_entries, threads * rounds, wrong, forwarded);
    return !(wrong == 0 && forwarded && table->faults == of_entries && (long)of_entries == threads * rounds);
}
