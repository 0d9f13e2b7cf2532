/* micro.h: a pure function, timed: alone, in two threads, and in two processes that share its records. */
#ifndef MICRO_H
#define MICRO_H

#include <apr_pools.h>
#include <apr_strings.h>
#include "plugin-cfg/plugin_cfg.h"

typedef struct micro_t {
    const char *name;
    const char *grows;             /* what the size is a number of */
    const int *sizes;              /* 0 behind the last */
    /** Made once, before there are threads or other processes. @return `thing` of the other functions */
    void *(*make)(int size, apr_pool_t *p);
    /** In each process, before it calls; may be NULL. @param process  0 or 1 */
    void (*take_part)(void *thing, int process);
    /** Call so many times. @param seed  another one in each thread and process */
    void (*call)(void *thing, unsigned seed, long times);
    int alone;                     /* there cannot be two callers */
} micro_t;

extern const micro_t micro_route, micro_route_inner, micro_affinity, micro_select, micro_select_least_busy,
    micro_select_peak_ewma, micro_select_session, micro_release, micro_head, micro_exchange, micro_learned_find,
    micro_learned_put, micro_seal;

/** Memory of zeros that processes share. Ends the program when there is none. */
void *micro_shared(apr_size_t size);

/** A configuration from the text of its file. Ends the program when it has errors. */
plugin_cfg_t *micro_cfg(const char *text, apr_pool_t *p);

/** This thread runs on a processor of its own, as far as there are so many. @param number  0 for the first */
void micro_settle_down(int number);

/** End the program. */
void micro_fail(const char *why) __attribute__((noreturn));

#endif
