/* How requests wait in the queue of their cluster, on the threads that serve them. */
#include "balance/waiting.h"
#include "balance/classes.h"
#include "balance/options.h"

/* While the queue is overloaded a request that is not served soon has little hope: it waits for a part of the time */
#define PART_OF_OVERLOADED 4

void wlm_waiting_prepare(wlm_cluster_t *cluster, wlm_queue_t *queue)
{
    wlm_queue_limits_t limits = wlm_options_queue(cluster->options);

    cluster->queue = limits.length > 0 ? queue : NULL;
    if (cluster->queue) {
        wlm_queue_serve_newest_after(cluster->queue, cluster->options->concurrency.max > 0 ? limits.timeout / 2 : 0);
    }
}

int wlm_waiting_enter(wlm_waiting_t *waiting, wlm_cluster_t *cluster, int class_number, uint32_t pid, apr_time_t now)
{
    const wlm_class_t *class = wlm_classes_at(cluster->options, class_number);
    wlm_queue_limits_t limits = wlm_options_queue(cluster->options);

    waiting->lane = wlm_classes_lane(cluster->options, class_number);
    if (!cluster->queue || !wlm_queue_enter(cluster->queue, &waiting->position, pid, waiting->lane, limits.length,
                                            now)) {
        return 0;
    }
    waiting->is_in = 1;
    waiting->begun = now;
    waiting->end = now + (class->goal && class->goal < limits.timeout ? class->goal : limits.timeout);
    return 1;
}

apr_time_t wlm_waiting_end(const wlm_waiting_t *waiting, const wlm_cluster_t *cluster, apr_time_t now)
{
    return wlm_queue_is_overloaded(cluster->queue, waiting->lane, now)
           ? waiting->begun + (waiting->end - waiting->begun) / PART_OF_OVERLOADED
           : waiting->end;
}

apr_interval_time_t wlm_waiting_leave(wlm_waiting_t *waiting, wlm_cluster_t *cluster, int is_served, apr_time_t now)
{
    apr_interval_time_t time = now > waiting->begun ? now - waiting->begun : 0;

    waiting->is_in = 0;
    wlm_queue_leave(cluster->queue, waiting->position, is_served);
    atomic_fetch_add(&cluster->shared->queued, 1);
    atomic_fetch_add(&cluster->shared->queue_time, (uint64_t)time);
    return time;
}
