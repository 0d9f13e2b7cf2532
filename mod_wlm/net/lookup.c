/* Threads that resolve host names, each as long as there are questions, and the queue that they share. A question is
 * freed by its thread or by wlm_lookup_end(), whichever comes last. */
#include "net/lookup.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "net/shortage.h"

#define STACK (512 * 1024)

enum { ASKED, OVER, UNWANTED };

struct wlm_lookup_t {
    _Atomic int state;
    int error;
    wlm_address_t address;         /* these two belong to the thread until it is OVER */
    wlm_lookup_t *next;            /* that waits for a thread */
    char host[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of these */
static wlm_lookup_t *first, **last = &first;
static int threads;

static void answer(wlm_lookup_t *lookup)
{
    int asked = ASKED;

    if (atomic_load(&lookup->state) == ASKED) {
        lookup->error = wlm_address_ask(&lookup->address, lookup->host);
        if (lookup->error && wlm_shortage_now() != APR_SUCCESS) {
            lookup->error = WLM_LOOKUP_SHORTAGE;
        }
    }
    if (!atomic_compare_exchange_strong(&lookup->state, &asked, OVER)) {
        free(lookup);
    }
}

/* @return NULL: there is none, and this thread ends */
static wlm_lookup_t *next_question(void)
{
    wlm_lookup_t *lookup;

    pthread_mutex_lock(&lock);
    lookup = first;
    if (lookup) {
        first = lookup->next;
        last = first ? last : &first;
    }
    else {
        --threads;
    }
    pthread_mutex_unlock(&lock);
    return lookup;
}

static void *run(void *data)
{
    wlm_lookup_t *lookup;

    while ((lookup = next_question()) != NULL) {
        answer(lookup);
    }
    return data;
}

/* Signals are for httpd's own threads. @return 0: none can be had */
static int start_thread(void)
{
    sigset_t all, before;
    pthread_attr_t attr;
    pthread_t thread;
    int rc;

    sigfillset(&all);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, STACK);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = pthread_create(&thread, &attr, run, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    return rc == 0;
}

/* @return 0: no thread will resolve it */
static int enqueue(wlm_lookup_t *lookup)
{
    int starts, ok = 1;

    pthread_mutex_lock(&lock);
    *last = lookup;
    last = &lookup->next;
    starts = threads < WLM_LOOKUPS_MAX;
    threads += starts;
    pthread_mutex_unlock(&lock);
    if (starts && !start_thread()) {
        pthread_mutex_lock(&lock);
        --threads;
        ok = threads > 0; /* another one will come to it */
        pthread_mutex_unlock(&lock);
    }
    return ok;
}

wlm_lookup_t *wlm_lookup_begin(const char *host)
{
    size_t size = strlen(host) + 1;
    wlm_lookup_t *lookup = calloc(1, sizeof(*lookup) + size);

    if (!lookup) {
        return NULL;
    }
    memcpy(lookup->host, host, size);
    if (!enqueue(lookup)) {
        wlm_lookup_end(lookup); /* stays in the queue, for the next thread that there is */
        return NULL;
    }
    return lookup;
}

int wlm_lookup_is_over(const wlm_lookup_t *lookup, wlm_address_t *address, int *perror)
{
    if (atomic_load(&lookup->state) != OVER) {
        return 0;
    }
    *address = lookup->address;
    *perror = lookup->error;
    return 1;
}

void wlm_lookup_end(wlm_lookup_t *lookup)
{
    int asked = ASKED;

    if (lookup && !atomic_compare_exchange_strong(&lookup->state, &asked, UNWANTED)) {
        free(lookup);
    }
}
