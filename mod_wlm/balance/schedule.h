/* balance/schedule.h: the order in which members get new requests, so that every member gets its exact share, evenly
 * spread. Pure.
 *
 * A schedule is a cyclic sequence of members; with weights w[i] and W their sum (divided by their common factor)
 * it has W slots, and member i has w[i] of them. All processes make the same schedule from the same weights
 * and take slots from it by one shared counter, so the shares are exact over all of them. Example, weights 5, 1, 1:
 *
 *     a a b a a c a
 *
 * Invariant (Tijdeman, "The chairman assignment problem", 1980): after any number N of slots from the start,
 * member i had more than N*w[i]/W - 1 and less than N*w[i]/W + 1 of them; so in any window of N slots it is
 * off its share by less than 2. The algorithm is that paper's: member i's next, j-th, slot (j = 0, 1, ...)
 * may be assigned from slot k on for which k*w[i]/W >= j + 1/(2n-2), and is due at (j + 1 - 1/(2n-2)) * W/w[i];
 * each slot goes to the earliest due of the members that may get it.
 */
#ifndef WLM_BALANCE_SCHEDULE_H
#define WLM_BALANCE_SCHEDULE_H

#include <apr_pools.h>
#include <stdint.h>

/** Longest schedule, in slots. Weights whose reduced sum is larger are scaled down to fit, so that shares are then
 *  exact to about one in a million instead of exactly. */
#define WLM_SCHEDULE_MAX (1u << 20)
#define WLM_SCHEDULE_MEMBERS_MAX 65535

/**
 * The most slots that a schedule of these weights, or of any subset of them, has; 0 when all weights are 0.
 * A buffer of that size serves whichever members are usable.
 */
uint32_t wlm_schedule_capacity(const uint32_t *weights, int n);

/**
 * Make a schedule. Pure; takes time O(length * log n).
 *
 * @param slots  result, at least wlm_schedule_capacity() entries: indices into weights
 * @param weights a member with weight 0 is not in the schedule
 * @param ptemp   scratch
 * @return the number of slots
 */
uint32_t wlm_schedule_make(uint16_t *slots, const uint32_t *weights, int n, apr_pool_t *ptemp);

/** For wlm_schedule_slot_at(). @param length  at least 1 */
static inline uint64_t wlm_schedule_inverse(uint32_t length)
{
    return UINT64_MAX / length + 1;
}

/** number % length, exactly, by two multiplications: a division is the longest single step of a choice. Source: Lemire,
 *  Kaser, Kurz, "Faster remainder by direct computation", 2019. @param inverse  wlm_schedule_inverse(length) */
static inline uint32_t wlm_schedule_slot_at(uint32_t number, uint32_t length, uint64_t inverse)
{
    return (uint32_t)((unsigned __int128)(inverse * number) * length >> 64);
}

#endif
