/* shared/process_counts.h: a count that each process has in a row of its own in shared memory, where the sum over all
 * is needed only now and then. Any thread of any process reads it, without a lock.
 */
#ifndef WLM_SHARED_PROCESS_COUNTS_H
#define WLM_SHARED_PROCESS_COUNTS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/** The same count in the row of each process. */
typedef struct wlm_process_counts_t {
    _Atomic uint32_t *first;       /* NULL: there are no rows */
    size_t step;                   /* bytes from one to the next */
    int n;
} wlm_process_counts_t;

/** The sum over all processes; 0 where there are no rows. */
uint32_t wlm_process_counts_sum(const wlm_process_counts_t *rows);

/** The count in the row of process i, 0 to n - 1. */
static inline _Atomic uint32_t *wlm_process_counts_at(const wlm_process_counts_t *rows, int i)
{
    return (_Atomic uint32_t *)(void *)((char *)rows->first + rows->step * (size_t)i);
}

#endif
