/* Slots of httpd's scoreboard. Only the thread that has taken a slot writes to it; the parent does when its process has
 * ended.
 */
#include "httpd/engine/score.h"
#include <ap_mpm.h>
#include <http_core.h>
#include <stdatomic.h>

static _Atomic char *taken;        /* of each slot, whether it is; the first one is that of the number `first` */
static int first, count;

static int threads_of_mpm(void)
{
    int threads = 0;

    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    return threads;
}

int wlm_score_count(void)
{
    int limit = 0;

    ap_mpm_query(AP_MPMQ_HARD_LIMIT_THREADS, &limit);
    return limit - threads_of_mpm();
}

void wlm_score_child_init(apr_pool_t *pchild)
{
    first = threads_of_mpm();
    count = wlm_score_count();
    taken = apr_pcalloc(pchild, (apr_size_t)count + 1);
}

static int find_free(void)
{
    static _Thread_local int last; /* that this thread has had: most of the time it is free */
    char is_taken;
    int i, at;

    for (i = 0; i < count; ++i) {
        at = (last + i) % count;
        is_taken = 0;
        if (atomic_compare_exchange_strong(&taken[at], &is_taken, 1)) {
            last = at;
            return first + at;
        }
    }
    return -1;
}

int wlm_score_acquire(conn_rec *c, ap_sb_handle_t *sbh, int child)
{
    int slot = find_free();

    if (slot < 0 && ap_extended_status) {
        c->sbh = NULL; /* httpd would count into a slot */
        return slot;
    }
    /* a negative number of a child is none: nothing is written, but httpd's log takes it for a client's connection */
    ap_update_sb_handle(sbh, slot < 0 ? -1 : child, slot);
    c->sbh = sbh;
    return slot;
}

void wlm_score_release(int slot, int child)
{
    worker_score *score = slot < 0 ? NULL : ap_get_scoreboard_worker_from_indexes(child, slot);

    if (score) {
        score->conn_count = 0; /* as SERVER_READY does it, by which httpd's own threads begin to wait */
        score->conn_bytes = 0;
        score->status = SERVER_DEAD;
    }
    if (slot >= 0) {
        atomic_store(&taken[slot - first], 0);
    }
}

void wlm_score_show(request_rec *r)
{
    worker_score *score = ap_get_scoreboard_worker(r->connection->sbh);

    if (score) {
        score->start_time = r->request_time; /* for its duration, which is added at its end */
        ap_update_child_status(r->connection->sbh, SERVER_BUSY_WRITE, r);
    }
}

/* httpd adds the time from the start of a request to its suspension, too; what is added at its end is all of it */
void wlm_score_leave(const request_rec *r)
{
    if (ap_extended_status) {
        ap_time_process_request(r->connection->sbh, START_PREQUEST);
    }
}

void wlm_score_child_ended(int child)
{
    const worker_score *score;
    int slot;

    for (slot = threads_of_mpm(); (score = ap_get_scoreboard_worker_from_indexes(child, slot)) != NULL; ++slot) {
        if (score->status != SERVER_DEAD || score->access_count) {
            ap_update_child_status_from_indexes(child, slot, SERVER_DEAD, NULL);
        }
    }
}
