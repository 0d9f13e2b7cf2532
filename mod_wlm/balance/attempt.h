/* balance/attempt.h: the facts of one attempt to have a request answered by a member. Filled by exchange/ while
 * the attempt runs, on the thread that serves the request; balance/outcome.h decides what they mean.
 */
#ifndef WLM_BALANCE_ATTEMPT_H
#define WLM_BALANCE_ATTEMPT_H

#include "balance/options.h"
#include "shared/records.h"

/** How an attempt ended; balance/outcome.h has the table. */
typedef enum wlm_outcome_t {
    WLM_NOT_CONNECTED,
    WLM_NOTHING_SENT,
    WLM_NO_RESPONSE,
    WLM_TIMED_OUT,
    WLM_NOT_HTTP,
    WLM_HEAD_REFUSED,
    WLM_BUSY,
    WLM_BROKEN,
    WLM_OUT_OF_TIME,
    WLM_DELIVERED,
    WLM_CLIENT_GONE,
    WLM_HTTPD_SHORT,
    WLM_MISDIRECTED,
    WLM_SUPERSEDED
} wlm_outcome_t;

_Static_assert(WLM_SUPERSEDED + 1 == WLM_OUTCOMES, "records have a counter for each outcome");

/** The facts of one attempt. */
typedef struct wlm_attempt_t {
    wlm_outcome_t outcome;
    int kept_connection;           /* it used a connection that had carried a request before */
    int sent;                      /* at least one byte of the request was accepted by the kernel, and not refused
                                      unread by the member */
    int body_sent;                 /* ... also of its body */
    int response_passed_on;        /* at least one byte of the response has been sent towards the client */
    int time_out_marks_down;       /* ServerIOTimeout is negative */
    int timed_out;                 /* it ended because nothing moved for ConnectTimeout or ServerIOTimeout */
    apr_status_t shortage;         /* with WLM_HTTPD_SHORT: the parameter of wlm_shortage_remedy() */
    const char *cause;             /* for the log, e.g. "connection refused"; never NULL after an attempt */
    apr_time_t begun;              /* when the member was picked */
    apr_interval_time_t connect;   /* how long opening a connection took, also one that failed; 0 on a kept one */
    apr_interval_time_t first_byte; /* from `begun` to the first byte of the (final) response; 0: none has come */
    apr_uint64_t bytes_sent;       /* of the request, with its head */
    apr_uint64_t bytes_received;   /* of the response's body */
    apr_interval_time_t elapsed;   /* from `begun` to the end of the response, or of its part that came */
} wlm_attempt_t;

/** The properties of a request that decide whether it may be sent again. */
typedef struct wlm_repeat_t {
    wlm_retry_policy_t policy;
    int body_kept;                 /* it has no body, or all of it can be sent again */
    int idempotent;                /* its method is */
    int has_key;                   /* it carries an Idempotency-Key */
} wlm_repeat_t;

#endif
