/* shared/tally.h: sums over all processes, such as requests in flight; exact even if a process is killed between any
 * two writes.
 *
 * Where the sum is needed only now and then, each process counts in a row of its own, and the reader adds up the rows
 * (shared/process_counts.h). A limit needs one number that all processes see: a tally. A change of it takes three
 * writes:
 *
 *   part:  a change is under way      (remove: and the part is one less)
 *   tally: one more, or one less
 *   part:  it is done                 (add: and the part is one more)
 *
 * A process that dies before the first or after the third write leaves a part that has to be subtracted. One that dies
 * in between leaves the mark "under way": the tally may or may not include its change, so it is counted anew from the
 * parts of the living processes, at a moment at which none of them changes it. Until then it may be too large by those
 * changes, never too small.
 *
 * All functions may be called by any thread of any process, and take no lock. All-zero bytes are valid: 0.
 */
#ifndef WLM_SHARED_TALLY_H
#define WLM_SHARED_TALLY_H

#include <stdatomic.h>
#include <stdint.h>
#include "shared/process_counts.h"

typedef _Atomic uint64_t wlm_tally_t; /* changes << 32 | number: two equal values are from the same moment */
typedef _Atomic uint32_t wlm_part_t;  /* changes under way << 20 | number */

#define WLM_PART_UNDER_WAY ((uint32_t)1 << 20)

/** The sum as it is now. */
static inline uint32_t wlm_tally_number(const wlm_tally_t *tally)
{
    return (uint32_t)atomic_load(tally);
}

/**
 * Increment it.
 * @param part  this process' part; NULL: it has none, so the count is not reclaimed when it dies
 * @param most  the limit
 * @return 0: the limit is reached
 */
int wlm_tally_add(wlm_tally_t *tally, wlm_part_t *part, uint32_t most);

/** Decrement it, after a successful wlm_tally_add(). */
void wlm_tally_remove(wlm_tally_t *tally, wlm_part_t *part);

/**
 * Subtract the part of a process that has ended.
 * @param pneeds_recount  set to 1 when it has died in the middle of a change: wlm_tally_recount() is due
 * @return the part
 */
uint32_t wlm_tally_reclaim(wlm_tally_t *tally, wlm_part_t *part, int *pneeds_recount);

/**
 * Count a tally anew from its parts. One try, which fails while a process changes it.
 * @param parts  of all processes
 * @return 1: it is exact now
 */
int wlm_tally_recount(wlm_tally_t *tally, const wlm_process_counts_t *parts);

#endif
