/* Threads for calls that block, each as long as there are calls, and the queue that they share. A call is freed by its
 * thread or by wlm_blocking_end(), whichever comes last. */
#include "net/blocking.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "base/detached_thread.h"

#define STACK (512 * 1024)

enum { WANTED, OVER, UNWANTED };

struct wlm_blocking_t {
    _Atomic int state;
    const wlm_blocking_call_t *call;
    wlm_blocking_t *next;          /* that waits for a thread */
    max_align_t data[];            /* belongs to the thread until it is OVER */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of these */
static wlm_blocking_t *first, **last = &first;
static int threads;

static void clear(const wlm_blocking_call_t *call, void *data)
{
    if (call->clear) {
        call->clear(data);
    }
}

static void destroy(wlm_blocking_t *blocking)
{
    clear(blocking->call, blocking->data);
    free(blocking);
}

static void run_one(wlm_blocking_t *blocking)
{
    int wanted = WANTED;

    if (atomic_load(&blocking->state) == WANTED) {
        blocking->call->work(blocking->data);
    }
    if (!atomic_compare_exchange_strong(&blocking->state, &wanted, OVER)) {
        destroy(blocking);
    }
}

/* @return NULL: there is none, and this thread ends */
static wlm_blocking_t *next_call(void)
{
    wlm_blocking_t *blocking;

    pthread_mutex_lock(&lock);
    blocking = first;
    if (blocking) {
        first = blocking->next;
        last = first ? last : &first;
    }
    else {
        --threads;
    }
    pthread_mutex_unlock(&lock);
    return blocking;
}

static void *run(void *data)
{
    wlm_blocking_t *blocking;

    while ((blocking = next_call()) != NULL) {
        run_one(blocking);
    }
    return data;
}

/* @return 0: no thread will come to it */
static int enqueue(wlm_blocking_t *blocking)
{
    int starts, ok = 1;

    pthread_mutex_lock(&lock);
    *last = blocking;
    last = &blocking->next;
    starts = threads < WLM_BLOCKING_MAX;
    threads += starts;
    pthread_mutex_unlock(&lock);
    if (starts && !wlm_detached_thread_start(run, NULL, STACK)) {
        pthread_mutex_lock(&lock);
        --threads;
        ok = threads > 0; /* another one will come to it */
        pthread_mutex_unlock(&lock);
    }
    return ok;
}

wlm_blocking_t *wlm_blocking_begin(const wlm_blocking_call_t *call, void *data)
{
    wlm_blocking_t *blocking = calloc(1, sizeof(*blocking) + call->size);

    if (!blocking) {
        clear(call, data);
        return NULL;
    }
    blocking->call = call;
    memcpy(blocking->data, data, call->size);
    if (!enqueue(blocking)) {
        wlm_blocking_end(blocking); /* stays in the queue, for the next thread that there is */
        return NULL;
    }
    return blocking;
}

void *wlm_blocking_result(wlm_blocking_t *blocking)
{
    return atomic_load(&blocking->state) == OVER ? blocking->data : NULL;
}

void wlm_blocking_end(wlm_blocking_t *blocking)
{
    int wanted = WANTED;

    if (blocking && !atomic_compare_exchange_strong(&blocking->state, &wanted, UNWANTED)) {
        destroy(blocking);
    }
}
