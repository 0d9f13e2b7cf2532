/* balance/outcome.h: how an attempt to have a request answered by a member ended, and what follows from it.
 *
 * The exchange reports facts (outcome, request bytes sent, ...); the functions here, and nothing else, decide what
 * they mean for the member's health and for the request. Truth table (wlm_outcome_table in balance/outcome.c; also in
 * docs/failover.md):
 *
 *   outcome          what happened                              member            counts   elsewhere when
 *   not-connected    refused, unreachable, timed out, no name,  marked down       fault    the body is intact
 *                    no TLS handshake
 *   nothing-sent     connected, then broken before a byte went  marked down       fault    the body is intact
 *                    or, by a TLS alert, was looked at
 *   no-response      sent, then closed or reset before the      doubted           fault    repeatable
 *                    end of a response head
 *   timed-out        no byte moved for ServerIOTimeout          doubted if        fault    repeatable
 *                                                               negative
 *   not-http         the answer does not begin as HTTP/1.x      doubted           fault    repeatable
 *   head-refused     HTTP, but the head is not to be trusted    -                 fault    repeatable
 *   busy             a complete head with a status that says    alive             busy     repeatable
 *                    so: 503, or those of WLMBusyStatus
 *   broken           response begun, then broken off            doubted if nega-  fault    repeatable and nothing of
 *                                                               tive and timed out         it has gone to the client
 *   out-of-time      WLMTotalTimeout was over first             -                 -        never
 *   delivered        the response was complete                  alive             -        never
 *   client-gone      the client stopped sending or reading      -                 -        never
 *   httpd-short      httpd itself could open no connection      -                 -        never
 *
 * Doubted: the member took the request and did not answer it. Either may be at fault (health/health.h).
 *
 * The body is intact: there is none, or all of it is kept (memory, temporary file), or nothing of it has been sent.
 *
 * Repeatable: the body is intact, and one of
 *   - nothing of the request was sent
 *   - WLMRetryPolicy Original: always. That is the original plug-in's rule (reference 2.6), whatever the method
 *   - WLMRetryPolicy Idempotent: the method is idempotent (RFC 9110 9.2.2)
 *   - WLMRetryPolicy IdempotencyKey: the method is idempotent, or the request carries an Idempotency-Key
 *
 * A fault on a kept connection, before the first byte of an HTTP response, means first of all that the member had
 * closed that connection, or that what comes belongs to an exchange before: it says nothing about the member, and it is
 * tried once more on a fresh connection. (A request that would not be repeatable then is not sent on a kept
 * connection.)
 */
#ifndef WLM_BALANCE_OUTCOME_H
#define WLM_BALANCE_OUTCOME_H

#include "health/health.h"
#include "shared/records.h"
#include "balance/options.h"

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
    WLM_HTTPD_SHORT
} wlm_outcome_t;

_Static_assert(WLM_HTTPD_SHORT + 1 == WLM_OUTCOMES, "records have a counter for each outcome");

/** The facts of one attempt. */
typedef struct wlm_attempt_t {
    wlm_outcome_t outcome;
    int kept_connection;           /* it used a connection that had carried a request before */
    int sent;                      /* at least one byte of the request was accepted by the kernel, and not refused
                                      unread by the member */
    int body_sent;                 /* ... also of its body */
    int response_passed_on;        /* at least one byte of the response has gone towards the client */
    int time_out_marks_down;       /* ServerIOTimeout is negative */
    int timed_out;                 /* it ended because nothing moved for ConnectTimeout or ServerIOTimeout */
    apr_status_t shortage;         /* with WLM_HTTPD_SHORT: what wlm_shortage_remedy() wants to know */
    const char *cause;             /* for the log, e.g. "connection refused"; never NULL after an attempt */
    apr_time_t begun;              /* when the member was picked */
    apr_interval_time_t connect;   /* how long opening a connection took, also one that failed; 0 on a kept one */
    apr_interval_time_t first_byte; /* from `begun` to the first byte of the (final) response; 0: none has come */
    apr_uint64_t bytes_sent;       /* of the request, with its head */
    apr_uint64_t bytes_received;   /* of the response's body */
    apr_interval_time_t elapsed;   /* from `begun` to the end: of the response, or of what came of it */
} wlm_attempt_t;

/** What of a request matters for sending it again. */
typedef struct wlm_repeat_t {
    wlm_retry_policy_t policy;
    int body_kept;                 /* it has no body, or all of it can be sent again */
    int idempotent;                /* its method is */
    int has_key;                   /* it carries an Idempotency-Key */
} wlm_repeat_t;

typedef enum wlm_next_t {
    WLM_NEXT_DONE,                 /* nothing more to try: deliver, or answer with an error */
    WLM_NEXT_SAME_FRESH,           /* the same member on a fresh connection */
    WLM_NEXT_OTHER                 /* another member */
} wlm_next_t;

/** @return e.g. "no-response" */
const char *wlm_outcome_name(wlm_outcome_t outcome);

/** Was it the member's fault? (counts as failure in the status) */
int wlm_outcome_is_fault(const wlm_attempt_t *attempt);

/**
 * What the attempt says about the member's health.
 * @param probe  the request held the member's probe: then every fault means that it is still down
 */
wlm_health_event_t wlm_outcome_event(const wlm_attempt_t *attempt, int probe);

/** May the request be sent again when its head has been sent, and (`body_sent`) its body? Pure. */
int wlm_outcome_is_repeatable(const wlm_repeat_t *repeat, int body_sent);

/** What may be done with the request after an attempt. Pure. */
wlm_next_t wlm_outcome_next(const wlm_attempt_t *attempt, const wlm_repeat_t *repeat);

/** The status for a client whose request met this outcome last, and cannot be sent anywhere else: 502, 503 or 504. */
int wlm_outcome_status(wlm_outcome_t outcome);

#endif
