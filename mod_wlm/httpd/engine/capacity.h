/* httpd/engine/capacity.h: how many connections httpd's event MPM takes, by its directives. A process of it accepts
 * none as long as it has ThreadsPerChild + idle threads x AsyncRequestWorkerFactor, those in lingering close not
 * counted (connections_above_limit() in event.c); it cuts the factor's fraction off. Where requests that wait hold no
 * thread nearly all threads are idle, so the factor decides how many may wait.
 */
#ifndef WLM_HTTPD_ENGINE_CAPACITY_H
#define WLM_HTTPD_ENGINE_CAPACITY_H

#include <httpd.h>
#include "shared/children.h"

typedef struct wlm_capacity_t {
    int factor;                    /* AsyncRequestWorkerFactor, as the MPM uses it; 0: it is not the event MPM */
    int threads;                   /* of a process: ThreadsPerChild */
    int processes;                 /* at the most: MaxRequestWorkers / ThreadsPerChild */
    int per_process;               /* connections, while all threads are idle */
    apr_int64_t all;               /* ... in all processes */
} wlm_capacity_t;

/** By the configuration that is in use, or is tested. From check_config on, and in child processes. */
wlm_capacity_t wlm_capacity_read(void);

/** httpd's child processes now. */
typedef struct wlm_capacity_use_t {
    apr_int64_t connections;       /* that count for the limit, of the processes that take new ones */
    int ending;                    /* processes that take none any more, and wait for their last request to end */
    int slots;                     /* for all of them: ServerLimit */
} wlm_capacity_use_t;

/** Any process. */
wlm_capacity_use_t wlm_capacity_use(const wlm_children_t *children);

/** In the parent, every few seconds: logs when few connections more can be taken; not more than once in 10 minutes. */
void wlm_capacity_check(const server_rec *s, const wlm_children_t *children);

#endif
