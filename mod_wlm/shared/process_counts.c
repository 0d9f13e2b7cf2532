/* Sums of counts that each process has for itself. Any thread of any process, without a lock. */
#include "shared/process_counts.h"

uint32_t wlm_process_counts_sum(const wlm_process_counts_t *rows)
{
    uint32_t sum = 0;
    int i;

    for (i = 0; rows->first && i < rows->n; ++i) {
        sum += atomic_load(wlm_process_counts_at(rows, i));
    }
    return sum;
}
