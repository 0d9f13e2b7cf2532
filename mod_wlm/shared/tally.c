/* Sums that all processes see. Any thread of any process, without a lock. */
#include "shared/tally.h"

#define UNDER_WAY WLM_PART_UNDER_WAY
#define NUMBER    (UNDER_WAY - 1)

static uint64_t changed(uint64_t was, uint32_t number)
{
    return ((was >> 32) + 1) << 32 | number;
}

int wlm_tally_add(wlm_tally_t *tally, wlm_part_t *part, uint32_t most)
{
    uint64_t was = atomic_load(tally);
    int added = 0;

    if ((uint32_t)was >= most) {
        return 0;
    }
    if (part) {
        atomic_fetch_add(part, UNDER_WAY);
    }
    while (!added && (uint32_t)was < most) {
        added = atomic_compare_exchange_weak(tally, &was, changed(was, (uint32_t)was + 1));
    }
    if (part) {
        atomic_fetch_sub(part, UNDER_WAY - (uint32_t)added);
    }
    return added;
}

static void subtract(wlm_tally_t *tally, uint32_t n)
{
    uint64_t was = atomic_load(tally);

    while (!atomic_compare_exchange_weak(tally, &was, changed(was, (uint32_t)was > n ? (uint32_t)was - n : 0))) {
    }
}

void wlm_tally_remove(wlm_tally_t *tally, wlm_part_t *part)
{
    if (part) {
        atomic_fetch_add(part, UNDER_WAY - 1);
    }
    subtract(tally, 1);
    if (part) {
        atomic_fetch_sub(part, UNDER_WAY);
    }
}

uint32_t wlm_tally_reclaim(wlm_tally_t *tally, wlm_part_t *part, int *pneeds_recount)
{
    uint32_t was = atomic_exchange(part, 0), n = was & NUMBER;

    if (n > 0) {
        subtract(tally, n);
    }
    *pneeds_recount |= was > NUMBER;
    return n;
}

/* If the tally did not change between the first and the last line, and a part had no change under way when it was read,
 * then each change of its process was complete before the first line, or begins after the last */
int wlm_tally_recount(wlm_tally_t *tally, const wlm_process_counts_t *parts)
{
    uint64_t was = atomic_load(tally);
    uint32_t sum = 0, part;
    int i;

    for (i = 0; i < parts->n; ++i) {
        part = atomic_load(wlm_process_counts_at(parts, i));
        if (part > NUMBER) {
            return 0;
        }
        sum += part;
    }
    return atomic_compare_exchange_strong(tally, &was, changed(was, sum));
}
