/* net/blocking.h: calls that may block for as long as they like, in threads of their own, side by side: nothing else
 * waits for them, and none of them for another.
 *
 * Such a call cannot be interrupted. So one that is not wanted any more is left to its thread, and the code of the
 * process must stay where it is until the process ends.
 */
#ifndef WLM_NET_BLOCKING_H
#define WLM_NET_BLOCKING_H

#include <stddef.h>

#define WLM_BLOCKING_MAX 32        /* threads of a process; further calls wait for one of them */

typedef struct wlm_blocking_t wlm_blocking_t;

/** What is called, and its data, which is the thread's until the call is over. */
typedef struct wlm_blocking_call_t {
    size_t size;                   /* bytes of the data */
    void (*work)(void *data);
    void (*clear)(void *data);     /* free what the data points to; NULL: there is nothing */
} wlm_blocking_call_t;

/**
 * Begin a call. Does not block. Any thread; not before a fork.
 * @param call  static
 * @param data  is copied, as call->size says; what it points to belongs to the call from then on
 * @return NULL: there is no memory, or no thread; what the data points to is freed then, sooner or later
 */
wlm_blocking_t *wlm_blocking_begin(const wlm_blocking_call_t *call, void *data);

/** Is it over? @return the data as the call has left it, until wlm_blocking_end(); NULL: not yet */
void *wlm_blocking_result(wlm_blocking_t *blocking);

/** It is not wanted any more, over or not: its data is freed. NULL is fine. */
void wlm_blocking_end(wlm_blocking_t *blocking);

#endif
