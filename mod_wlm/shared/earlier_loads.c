/* What processes of earlier configurations have */
#include "shared/earlier_loads.h"

/* @return -1: there is none */
static int find(wlm_earlier_loads_t *loads, uint32_t pid)
{
    int i;

    for (i = 0; i < WLM_EARLIER_LOADS_MAX; ++i) {
        if (atomic_load(&loads->processes[i].pid) == pid) {
            return i;
        }
    }
    return -1;
}

static int add(wlm_earlier_loads_t *loads, uint32_t pid)
{
    int i;

    for (i = 0; i < WLM_EARLIER_LOADS_MAX; ++i) {
        uint32_t nobody = 0;

        if (atomic_compare_exchange_strong(&loads->processes[i].pid, &nobody, pid)) {
            return i;
        }
    }
    return -1;
}

void wlm_earlier_loads_put(wlm_earlier_loads_t *loads, uint32_t pid, const _Atomic uint32_t *load)
{
    int what, at = find(loads, pid);

    at = at < 0 ? add(loads, pid) : at;
    for (what = 0; at >= 0 && what < WLM_LOADS; ++what) {
        atomic_store(&loads->processes[at].load[what], atomic_load(&load[what]));
    }
}

void wlm_earlier_loads_remove(wlm_earlier_loads_t *loads, uint32_t pid)
{
    int what, at = find(loads, pid);

    if (at >= 0) {
        for (what = 0; what < WLM_LOADS; ++what) {
            atomic_store(&loads->processes[at].load[what], 0);
        }
        atomic_store(&loads->processes[at].pid, 0);
    }
}

uint64_t wlm_earlier_loads_sum(wlm_earlier_loads_t *loads, const wlm_children_t *children, wlm_child_load_t what)
{
    uint64_t sum = 0;
    int i;

    for (i = 0; i < WLM_EARLIER_LOADS_MAX; ++i) {
        uint32_t pid = atomic_load(&loads->processes[i].pid), load = atomic_load(&loads->processes[i].load[what]);

        sum += load && !wlm_children_has(children, pid) ? load : 0;
    }
    return sum;
}
