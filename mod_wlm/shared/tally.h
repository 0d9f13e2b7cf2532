/* shared/tally.h: numbers of which each process has a part, such as requests in flight; exact even if a process is
 * killed between any two writes.
 *
 * Where the sum is needed only now and then, each process counts in a row of its own, and the reader adds up the rows
 * (wlm_process_counts_t). A limit needs one number that all processes see: a tally. A change of it takes three writes:
 *
 *   part:  a change is under way      (remove: and the part is one less)
 *   tally: one more, or one less
 *   part:  it is done                 (add: and the part is one more)
 *
 * A process that dies before the first or after the third write leaves a part that tells what to take back. One that
 * dies in between leaves its mark: then nobody knows whether the tally was changed, and it is made anew from the parts
 * of those that are alive, at a moment at which none of them changes it. Until then it may be too large by those
 * changes, never too small.
 *
 * All functions may be called by any thread of any process, and take no lock. All-zero bytes are valid: 0.
 */
#ifndef WLM_SHARED_TALLY_H
#define WLM_SHARED_TALLY_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

typedef _Atomic uint64_t wlm_tally_t; /* changes << 32 | number: two equal values are from the same moment */
typedef _Atomic uint32_t wlm_part_t;  /* changes under way << 20 | number */

#define WLM_PART_UNDER_WAY ((uint32_t)1 << 20)

static inline uint32_t wlm_tally_number(const wlm_tally_t *tally)
{
    return (uint32_t)atomic_load(tally);
}

/**
 * One more.
 * @param part  this process' part; NULL: it has none, and is not taken back when it dies
 * @param most  not above this
 * @return 0: there are so many already
 */
int wlm_tally_add(wlm_tally_t *tally, wlm_part_t *part, uint32_t most);

/** One less, of those that wlm_tally_add() has added. */
void wlm_tally_remove(wlm_tally_t *tally, wlm_part_t *part);

/**
 * Take back the part of a process that has ended.
 * @param pneeds_recount  set to 1 when it has died in the middle of a change: wlm_tally_recount() is due
 * @return how much that was
 */
uint32_t wlm_tally_reclaim(wlm_tally_t *tally, wlm_part_t *part, int *pneeds_recount);

/** A number of each process: the sum is of all. */
typedef struct wlm_process_counts_t {
    _Atomic uint32_t *first;       /* NULL: there are no rows */
    size_t step;                   /* bytes from one to the next */
    int n;
} wlm_process_counts_t;

/** 0 where there are no rows. */
uint32_t wlm_process_counts_sum(const wlm_process_counts_t *rows);

static inline _Atomic uint32_t *wlm_process_counts_at(const wlm_process_counts_t *rows, int i)
{
    return (_Atomic uint32_t *)(void *)((char *)rows->first + rows->step * (size_t)i);
}

/**
 * Make a tally anew from its parts. Once; try again later when somebody changes it at the moment.
 * @param parts  of all processes
 * @return 1: it is exact
 */
int wlm_tally_recount(wlm_tally_t *tally, const wlm_process_counts_t *parts);

#endif
