/* httpd/engine/threads.h: the engine's threads in a child process: one, and more as long as all of them are held up by
 * what they run.
 */
#ifndef WLM_HTTPD_ENGINE_THREADS_H
#define WLM_HTTPD_ENGINE_THREADS_H

#include <apr_thread_proc.h>
#include "net/poller.h"

/** What a thread runs with an entry that may go on. */
typedef void wlm_threads_work_t(void *data, apr_thread_t *thread);

typedef struct wlm_threads_t wlm_threads_t;

/** @param max         threads at most
 *  @param must_check  called once a second, with the number of threads and how many of them run something: is
 *                     wlm_poller_check() to be called? */
apr_status_t wlm_threads_start(wlm_threads_t **pthreads, wlm_poller_t *poller, wlm_threads_work_t *work, int max,
                               int (*must_check)(int threads, int busy), apr_pool_t *pool);
/** Each thread ends what it runs, and nothing more; waits for that. Before the pool ends. */
void wlm_threads_stop(wlm_threads_t *threads);

#endif
