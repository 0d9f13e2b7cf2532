/* The one thread of a child process in which versions of files are made. Started by a thread that has work for it,
 * ended by the watchdog's; the parent has none. */
#include <apr_pools.h>
#include <pthread.h>
#include <stdlib.h>
#include "httpd/context/compat.h"
#include "httpd/runtime/loader.h"

typedef struct job_t {
    void (*work)(void *data);
    void *data;
    int is_done;
    struct job_t *next;
} job_t;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* of all that follows; not held during work */
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER; /* a job is there, or done, or it is over */
static job_t *first, **last = &first;
static apr_thread_t *thread;       /* NULL: none yet */
static int is_over;

/* libxml2 takes the tree of a file from malloc(), and frees it in pieces so small that they are not joined at once. Of
 * what is free at an arena's end nothing goes back to the system, not by malloc_trim() either, until a block is freed
 * there that joins them to a large one. It is less than what malloc() would take from the system for itself. */
static void give_back_end(void)
{
    void *volatile block = malloc(96 * 1024); /* volatile: not to be optimised away */

    free(block);
}

static void do_first(void)
{
    job_t *job = first;

    first = job->next;
    last = first ? last : &first;
    pthread_mutex_unlock(&mutex);
    job->work(job->data);
    give_back_end();
    pthread_mutex_lock(&mutex);
    job->is_done = 1;
    pthread_cond_broadcast(&changed);
}

static void *APR_THREAD_FUNC run(apr_thread_t *self, void *data)
{
    (void)self;
    (void)data;
    pthread_mutex_lock(&mutex);
    while (first || !is_over) {
        if (first) {
            do_first();
        }
        else {
            pthread_cond_wait(&changed, &mutex);
        }
    }
    pthread_mutex_unlock(&mutex);
    return NULL;
}

/* @return 0: there is no thread to be had */
static int start(void)
{
    apr_pool_t *p;

    if (!thread && !is_over && apr_pool_create(&p, NULL) == APR_SUCCESS
        && ap_thread_create(&thread, NULL, run, NULL, p) != APR_SUCCESS) {
        thread = NULL;
        apr_pool_destroy(p);
    }
    return thread && !is_over;
}

void wlm_loader_do(void (*work)(void *data), void *data)
{
    job_t job = { work, data, 0, NULL };

    pthread_mutex_lock(&mutex);
    if (start()) {
        *last = &job;
        last = &job.next;
        pthread_cond_broadcast(&changed);
        while (!job.is_done) {
            pthread_cond_wait(&changed, &mutex);
        }
    }
    pthread_mutex_unlock(&mutex);
    if (!job.is_done) {
        work(data);
    }
}

void wlm_loader_end(void)
{
    apr_status_t result;
    apr_thread_t *ended;

    pthread_mutex_lock(&mutex);
    is_over = 1;
    ended = thread;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    if (ended) {
        apr_thread_join(&result, ended);
    }
}
