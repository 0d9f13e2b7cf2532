/* balance/waiting.h: the rules by which a request waits in its cluster's queue (shared/queue.h) while all members are
 * full: in which lane, and how long. Each request's thread has its own wlm_waiting_t; the queue locks itself.
 */
#ifndef WLM_BALANCE_WAITING_H
#define WLM_BALANCE_WAITING_H

#include "balance/model.h"

typedef struct wlm_waiting_t {
    int is_in;                     /* the request waits in its cluster's queue */
    uint32_t position;
    int lane;
    apr_time_t begun, end;         /* since when, until when */
} wlm_waiting_t;

/** A cluster has this queue from now on; NULL: none. Requests that wait for a limit that is found (WLMConcurrency) are
 *  served in another order when there are too many. */
void wlm_waiting_prepare(wlm_cluster_t *cluster, wlm_queue_t *queue);

/** Enter the queue. @param class_number  by balance/classes.h  @param pid  of this process
 *  @return 0: it is full, or there is none */
int wlm_waiting_enter(wlm_waiting_t *waiting, wlm_cluster_t *cluster, int class_number, uint32_t pid, apr_time_t now);

/** Until when may it wait, as things are now? Earlier than waiting->end while its lane is overloaded. */
apr_time_t wlm_waiting_end(const wlm_waiting_t *waiting, const wlm_cluster_t *cluster, apr_time_t now);

/** Leave it, and count the wait. @param is_served  it has had its turn  @return how long it has waited */
apr_interval_time_t wlm_waiting_leave(wlm_waiting_t *waiting, wlm_cluster_t *cluster, int is_served, apr_time_t now);

#endif
