/* shared/counter_table.h: the counters of a member, a row each. From this table are made: the fields of its record
 * (shared/records.h), their words in the state file (shared/saved_values.c), their reset (balance/counters.c), and the
 * values that the status shows (view/view.h, view/fields.c) in JSON, mod_status' lines, metrics and page.
 *
 * To add a counter: a row here, the statement that counts, and a row in docs/status.md, whose absence the unit test
 * view/test_fields finds.
 *
 *     COUNTER(where, name, key, metric, help)
 *
 *   where   where it stands in the record:
 *             EACH_REQUEST  in the cache line that each request writes, which is full
 *             OTHER         behind that
 *             BY_OUTCOME    behind that, one number for each wlm_outcome_t; the status shows their sum
 *             BY_CLASS      behind that, one number for each class of status, 1xx to 5xx; the same
 *   name    the field, its word in the state file, its key in JSON: never changes
 *   key     for mod_status
 *   metric  in OpenMetrics, between wlm_member_ and _total; NULL: not there
 *   help    for people
 *
 * Each is an _Atomic uint64_t that any thread of any process may raise; it goes back only when a person resets it.
 */
#ifndef WLM_SHARED_COUNTER_TABLE_H
#define WLM_SHARED_COUNTER_TABLE_H

#define WLM_COUNTERS(COUNTER) \
    COUNTER(EACH_REQUEST, requests, "Requests", "requests", "Attempts sent to the member") \
    COUNTER(BY_OUTCOME, failures, "Failures", NULL, "attempts that ended with its fault") \
    COUNTER(BY_CLASS, responses, "Responses", NULL, "responses that it has sent, of any status") \
    COUNTER(OTHER, mark_downs, "MarkDowns", "mark_downs", "Number of times that the member was marked down") \
    COUNTER(OTHER, busy, "Busy", "busy", "Responses by which the member reported that it is busy") \
    COUNTER(OTHER, misdirected, "Misdirected", "misdirected", \
            "Responses 421 by which the member named another member (WLMAffinityOwner)") \
    COUNTER(OTHER, hedges, "Hedges", "hedges", \
            "Requests that the member got as a second member because another one had not answered in time (WLMHedge)") \
    COUNTER(OTHER, hedges_won, "HedgesWon", "hedges_won", \
            "Requests that the member got as a second member and answered first (WLMHedge)") \
    COUNTER(OTHER, superseded, "Superseded", "superseded", \
            "Attempts that were ended because another member had answered first (WLMHedge)") \
    COUNTER(OTHER, upgrades, "Upgrades", "upgrades", \
            "Connections that were upgraded to another protocol, such as WebSocket") \
    COUNTER(EACH_REQUEST, sessions_new, "SessionsNew", "sessions_new", "Requests without a session") \
    COUNTER(EACH_REQUEST, sessions_kept, "SessionsKept", "sessions_kept", "Requests whose session named the member") \
    COUNTER(EACH_REQUEST, sessions_moved, "SessionsMoved", "sessions_moved", \
            "Requests that the member got instead of the member of their session") \
    COUNTER(OTHER, sessions_learned, "SessionsLearned", "sessions_learned", \
            "Sessions that were learned from responses of the member (WLMAffinity Learn)") \
    COUNTER(OTHER, sessions_evicted, "SessionsEvicted", "sessions_evicted", \
            "Learned sessions that were evicted for a session of the member: WLMAffinityTable is too small") \
    COUNTER(EACH_REQUEST, bytes_sent, "BytesSent", "sent_bytes", "Bytes of requests, and of upgraded connections") \
    COUNTER(EACH_REQUEST, bytes_received, "BytesReceived", "received_bytes", \
            "Bytes of response bodies, and of upgraded connections")

/* For WLM_COUNTERS() in the record: the fields of one part of it, nothing for those of the other */
#define WLM_COUNTER_OF_EACH_REQUEST(where, name, key, metric, help) WLM_COUNTER_OF_EACH_REQUEST_##where(name)
#define WLM_COUNTER_OF_EACH_REQUEST_EACH_REQUEST(name) _Atomic uint64_t name;
#define WLM_COUNTER_OF_EACH_REQUEST_OTHER(name)
#define WLM_COUNTER_OF_EACH_REQUEST_BY_OUTCOME(name)
#define WLM_COUNTER_OF_EACH_REQUEST_BY_CLASS(name)

#define WLM_COUNTER_OTHER(where, name, key, metric, help) WLM_COUNTER_OTHER_##where(name)
#define WLM_COUNTER_OTHER_EACH_REQUEST(name)
#define WLM_COUNTER_OTHER_OTHER(name) _Atomic uint64_t name;
#define WLM_COUNTER_OTHER_BY_OUTCOME(name) _Atomic uint64_t name[WLM_OUTCOMES];
#define WLM_COUNTER_OTHER_BY_CLASS(name) _Atomic uint64_t name[WLM_STATUS_CLASSES];

/** How many numbers a counter has, of which `field` is the record's field. */
#define WLM_COUNTER_NUMBERS(field) ((int)(sizeof(field) / sizeof(_Atomic uint64_t)))

#endif
