/* What the pure parts cost: nanoseconds of CPU time for a call, as what they work on grows. Prints a line for each,
 * with tabs between: name, what grows, size, callers, median, and the best and worst tenth of the batches.
 *
 * CPU time, because other programs may run on the machine: what is timed never sleeps. A batch takes a few
 * milliseconds, so that most of them are not interrupted, and the median is of those. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <apr_general.h>
#include "tests/measure/bench/micro/micro.h"

#define CALLERS     2
#define BATCHES_MAX 1000
#define BATCH_NS    2000000.0
#define RUN_NS      300000000.0

typedef struct notes_t {
    _Atomic int ready;             /* callers that have found out how many calls are a batch */
    int n[CALLERS];
    double ns[CALLERS][BATCHES_MAX]; /* for a call, of each batch */
} notes_t;

typedef struct caller_t {
    const micro_t *micro;
    void *thing;
    notes_t *notes;
    int number, ncallers;
} caller_t;

void micro_fail(const char *why)
{
    fprintf(stderr, "bench-micro: %s\n", why);
    exit(1);
}

void *micro_shared(apr_size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED) {
        micro_fail("no memory");
    }
    return memory;
}

plugin_cfg_t *micro_cfg(const char *text, apr_pool_t *p)
{
    plugin_cfg_t *cfg = NULL;

    if (plugin_cfg_read_memory(&cfg, text, strlen(text), "bench", p) != APR_SUCCESS) {
        micro_fail("the configuration has errors");
    }
    return cfg;
}

static double now_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Each on a processor of its own, as far as there are so many: otherwise they may take turns instead of contending */
void micro_settle_down(int number)
{
    cpu_set_t allowed, mine;
    int cpu, n;

    sched_getaffinity(0, sizeof(allowed), &allowed);
    n = number % CPU_COUNT(&allowed);
    for (cpu = 0; !CPU_ISSET(cpu, &allowed) || n-- > 0; ++cpu) {
    }
    CPU_ZERO(&mine);
    CPU_SET(cpu, &mine);
    sched_setaffinity(0, sizeof(mine), &mine);
}

/* -- one caller --------------------------------------------------------------------------- */

static double batch(const caller_t *caller, long times)
{
    double begun = now_ns(CLOCK_THREAD_CPUTIME_ID);

    caller->micro->call(caller->thing, (unsigned)caller->number * 7919 + 1, times);
    return now_ns(CLOCK_THREAD_CPUTIME_ID) - begun;
}

static void *call_on(void *data)
{
    const caller_t *caller = data;
    notes_t *notes = caller->notes;
    long times = 1000;
    double end;
    int n = 0;

    micro_settle_down(caller->number);
    while (batch(caller, times) < BATCH_NS) {
        times *= 2;
    }
    atomic_fetch_add(&notes->ready, 1);
    while (atomic_load(&notes->ready) < caller->ncallers) {
        sched_yield();
    }
    end = now_ns(CLOCK_MONOTONIC) + RUN_NS;
    while (n < BATCHES_MAX && now_ns(CLOCK_MONOTONIC) < end) {
        notes->ns[caller->number][n++] = batch(caller, times) / (double)times;
    }
    notes->n[caller->number] = n;
    return NULL;
}

/* -- several ------------------------------------------------------------------------------ */

static void in_threads(caller_t *callers, int ncallers)
{
    pthread_t threads[CALLERS];
    int i;

    for (i = 0; i < ncallers; ++i) {
        if (pthread_create(&threads[i], NULL, call_on, &callers[i]) != 0) {
            micro_fail("no thread");
        }
    }
    for (i = 0; i < ncallers; ++i) {
        pthread_join(threads[i], NULL);
    }
}

static void in_processes(caller_t *callers, int ncallers)
{
    int i, status;

    for (i = 0; i < ncallers; ++i) {
        pid_t pid = fork();

        if (pid < 0) {
            micro_fail("no process");
        }
        if (pid == 0) {
            if (callers[i].micro->take_part) {
                callers[i].micro->take_part(callers[i].thing, i);
            }
            call_on(&callers[i]);
            _exit(0);
        }
    }
    for (i = 0; i < ncallers; ++i) {
        if (wait(&status) < 0 || status != 0) {
            micro_fail("a process has failed");
        }
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void print_line(const micro_t *micro, int size, const char *how, const notes_t *notes)
{
    double all[CALLERS * BATCHES_MAX];
    int i, n = 0;

    for (i = 0; i < CALLERS; ++i) {
        memcpy(all + n, notes->ns[i], sizeof(double) * (apr_size_t)notes->n[i]);
        n += notes->n[i];
    }
    qsort(all, (apr_size_t)n, sizeof(double), compare);
    printf("%s\t%s\t%d\t%s\t%.1f\t%.1f\t%.1f\n", micro->name, micro->grows, size, how, all[n / 2], all[n / 10],
           all[n - 1 - n / 10]);
    fflush(stdout); /* now, or each process that is made would print it, too */
}

static const struct {
    const char *name;
    void (*run)(caller_t *callers, int ncallers);
    int ncallers;
} hows[] = {
    { "1 thread", in_threads, 1 }, { "2 threads", in_threads, 2 }, { "2 processes", in_processes, 2 }
};

static void measure(const micro_t *micro, int size, apr_pool_t *p)
{
    void *thing = micro->make(size, p);
    apr_size_t how;

    for (how = 0; how < (micro->alone ? 1 : sizeof(hows) / sizeof(hows[0])); ++how) {
        notes_t *notes = micro_shared(sizeof(*notes));
        caller_t callers[CALLERS];
        int i;

        if (micro->take_part) {
            micro->take_part(thing, 0);
        }
        for (i = 0; i < CALLERS; ++i) {
            callers[i] = (caller_t){ micro, thing, notes, i, hows[how].ncallers };
        }
        hows[how].run(callers, hows[how].ncallers);
        print_line(micro, size, hows[how].name, notes);
        munmap(notes, sizeof(*notes));
    }
}

int main(int argc, char **argv)
{
    static const micro_t *const micros[] = {
        &micro_route, &micro_route_inner, &micro_affinity, &micro_select, &micro_select_least_busy,
        &micro_select_peak_ewma, &micro_select_session, &micro_release, &micro_head, &micro_exchange,
        &micro_learned_find, &micro_learned_put, &micro_seal
    };
    apr_pool_t *p;
    apr_size_t i;
    const int *size;

    apr_initialize();
    for (i = 0; i < sizeof(micros) / sizeof(micros[0]); ++i) {
        for (size = micros[i]->sizes; *size && (argc < 2 || strcmp(argv[1], micros[i]->name) == 0); ++size) {
            apr_pool_create(&p, NULL);
            measure(micros[i], *size, p);
            apr_pool_destroy(p);
        }
    }
    return 0;
}
