/* balance/outcome.h: what the outcome of an attempt means for the member's health and for the request. All functions
 * are pure; any thread. They decide on the facts of balance/attempt.h, by this table (wlm_outcome_table in
 * balance/outcome.c; also in docs/failover.md):
 *
 *   outcome          what happened                              member            counts   elsewhere when
 *   not-connected    refused, unreachable, timed out, no name,  marked down       fault    the body is intact
 *                    no TLS handshake
 *   nothing-sent     connected, then broken before a byte went  marked down       fault    the body is intact
 *                    or, by a TLS alert, was read
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
 *   misdirected      a complete head with status 421 that       alive             counted  the body is intact; to that
 *                    names another member (WLMAffinityOwner)                               member only
 *   superseded       another member answered it first           -                 counted  never
 *                    (WLMHedge; balance/hedge.h: when it is
 *                    a time-out)
 *
 * Doubted: the member received the request and did not answer it. Either may be the cause (health/health.h).
 *
 * The body is intact: there is none, or all of it is kept (memory, temporary file), or nothing of it has been sent.
 *
 * Repeatable: the body is intact, and one of
 *   - nothing of the request was sent
 *   - WLMRetryPolicy Original: always. That is the original plug-in's rule (reference 2.6), whatever the method
 *   - WLMRetryPolicy Idempotent: the method is idempotent (RFC 9110 9.2.2)
 *   - WLMRetryPolicy IdempotencyKey: the method is idempotent, or the request carries an Idempotency-Key
 *
 * Status 421 says that the member has not served the request, so it may go elsewhere whatever its method (RFC 9110
 * 15.5.20), and WLMRetryPolicy does not matter.
 *
 * A fault on a kept connection, before the first byte of an HTTP response, most likely means that the member had closed
 * that connection, or that the bytes belong to an earlier exchange: it says nothing about the member, and the request
 * is sent once more on a fresh connection. (A request that would not be repeatable then is not sent on a kept
 * connection.)
 */
#ifndef WLM_BALANCE_OUTCOME_H
#define WLM_BALANCE_OUTCOME_H

#include "balance/attempt.h"
#include "health/health.h"

typedef enum wlm_next_t {
    WLM_NEXT_DONE,                 /* no further attempt: deliver the response, or answer with an error */
    WLM_NEXT_SAME_FRESH,           /* the same member on a fresh connection */
    WLM_NEXT_OTHER                 /* another member */
} wlm_next_t;

/** @return e.g. "no-response" */
const char *wlm_outcome_name(wlm_outcome_t outcome);

/** Was it a fault of the member? Such attempts are counted as failures. */
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

/** The status for a client whose last attempt had this outcome: 502, 503 or 504. */
int wlm_outcome_status(wlm_outcome_t outcome);

#endif
