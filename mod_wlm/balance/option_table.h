/* balance/option_table.h: the directives about clusters, a row each, as base/settings.h explains it. The row makes the
 * field of wlm_options_t (balance/options.h) and the directive. Those for https are in balance/option_table_tls.h.
 * Read in the parent, while httpd reads its configuration.
 *
 * A new one is a row, the statement that uses the field, and its entry in docs/directives.md, which explains it. Where
 * WLMDefaults Original means another default than the row's, balance/options.c has that. */
#ifndef WLM_BALANCE_OPTION_TABLE_H
#define WLM_BALANCE_OPTION_TABLE_H

#include "balance/option_table_tls.h"

/** Which requests may be sent again after bytes of them were sent (balance/outcome.h). */
typedef enum {
    WLM_RETRY_ORIGINAL,            /* whatever the method, as the original plug-in does */
    WLM_RETRY_IDEMPOTENT,          /* those with an idempotent method */
    WLM_RETRY_IDEMPOTENCY_KEY      /* also those that carry an Idempotency-Key */
} wlm_retry_policy_t;

/** What holds where no directive says otherwise. */
typedef enum {
    WLM_DEFAULTS_ROBUST,           /* the defaults of the rows below */
    WLM_DEFAULTS_ORIGINAL          /* as the original plug-in does */
} wlm_defaults_t;

/** Which member is tried when none is usable. */
typedef enum {
    WLM_ALL_DOWN_OLDEST,           /* the one that would be tried next */
    WLM_ALL_DOWN_BALANCE,          /* any, by weight, as if nothing were known */
    WLM_ALL_DOWN_FAIL              /* none: the client gets 503 at once */
} wlm_all_down_t;

/** How new requests get a member (balance/policies.h). */
typedef enum {
    WLM_POLICY_LOAD_BALANCE,            /* as LoadBalance in plugin-cfg.xml says */
    WLM_POLICY_ROUND_ROBIN,
    WLM_POLICY_RANDOM,
    WLM_POLICY_LEAST_BUSY,
    WLM_POLICY_PEAK_EWMA,
    WLM_POLICIES
} wlm_policy_choice_t;

/* Its words, in the same order */
#define WLM_POLICY_WORDS "LoadBalance", "RoundRobin", "Random", "LeastBusy", "PeakEWMA"

/* The keys of WLMOutlier that are not given */
#define WLM_OUTLIER_KEYS .min_requests = 20, .window = 10, .max_percent = 50

/** Which fields of RFC 9440 tell a member of the client's certificate. */
typedef enum { WLM_CLIENT_CERT_OFF, WLM_CLIENT_CERT_ON, WLM_CLIENT_CERT_CHAIN } wlm_client_cert_t;

/* The arrays have elements of type const char *, those of WLM_OPTIONS_FOR_SESSIONS wlm_binding_rule_t and
 * wlm_seal_key_t; without one, `upgrade` allows any protocol, `local` prefers no member.
 * httpd passes 64 words of a directive on and drops what follows without an error: so WORDS are 63 at most. */
#define WLM_OPTIONS_FOR_REQUESTS(ROW) \
    ROW(retry_policy, "WLMRetryPolicy", CHOICE(wlm_retry_policy_t, "Original", "Idempotent", "IdempotencyKey"), \
        WLM_RETRY_IDEMPOTENCY_KEY, "which requests may be sent again after a part of them was sent: Original, " \
        "Idempotent, IdempotencyKey (default)") \
    ROW(post_buffer_kib, "WLMPostBufferSize", NUMBER(-1, APR_INT32_MAX, "KiB, or -1 for no limit"), 64, \
        "KiB of a request body that are kept in memory at least, whatever PostBufferSize says; -1: all; default 64") \
    ROW(spool_max, "WLMBodySpool", SIZE("the size of the largest body"), WLM_MIB(32), \
        "request bodies up to this size are kept in a temporary file where they do not fit into memory; default 32M") \
    ROW(total_timeout, "WLMTotalTimeout", TIME("a time, or 0 for none"), 0, \
        "time for all attempts of a request together, until a response begins; default 0: none") \
    ROW(retry_budget, "WLMRetryBudget", \
        WORDS(wlm_retry_budget_t, 1, 3, wlm_values_retry_budget, "a percentage, a number that is allowed in each " \
              "second, and attempts=N"), \
        WLM_VALUES(.percent = 20, .floor = 10, .attempts = 3), \
        "percentage of a cluster's requests, and a number in each second, that may be repeated in vain, and how many " \
        "members may take a request; default 20 10 attempts=3") \
    ROW(hedge, "WLMHedge", \
        WORDS(wlm_hedge_rule_t, 1, 3, wlm_values_hedge, "Off, or a percentile such as p95, or a time, and " \
              "budget=PERCENT min=TIME"), \
        WLM_VALUES(0), "a request without a session that its member does not answer within the time of a percentile, " \
        "or a given one, goes to a second member, too: so many percent of a cluster's requests at most; default Off") \
    ROW(queue, "WLMQueue", \
        WORDS(wlm_queue_limits_t, 1, 2, wlm_values_queue, "how many requests may wait, and how long"), \
        WLM_VALUES(0), "how many requests may wait when all members are full, and how long; default 0") \
    ROW(all_down, "WLMAllDown", CHOICE(wlm_all_down_t, "Oldest", "Balance", "Fail"), WLM_ALL_DOWN_OLDEST, \
        "what happens when no member is usable: Oldest (default), Balance, Fail") \
    ROW(client_cert, "WLMClientCert", CHOICE(wlm_client_cert_t, "Off", "On", "Chain"), WLM_CLIENT_CERT_OFF, \
        "On: requests to members carry the client's certificate as Client-Cert; Chain: also those that it came with; " \
        "default Off") \
    ROW(upgrade, "WLMUpgrade", \
        WORDS(const apr_array_header_t *, 1, 16, wlm_values_upgrade, "On, Off, or names of protocols"), NULL, \
        "protocols that clients and members may go over to (status 101): On (default): any; Off; or names, such as " \
        "websocket")

#define WLM_OPTIONS_FOR_SESSIONS(ROW) \
    ROW(affinity, "WLMAffinity", \
        LINES(const apr_array_header_t *, 1, 16, wlm_values_affinity, \
              "Off, Cookie NAME [KEY=VALUE...], Wrap PLACE, or Learn PLACE [PLACE], where a PLACE is header:NAME, " \
              "cookie:NAME, or for Learn query:NAME, path:NUMBER or expr:EXPRESSION, too"), \
        NULL, \
        "keep sessions whose members write no clone id: Cookie: by a cookie of the module's own; Wrap: by what is " \
        "added to a value of the member's; Learn: by a table of the members' values; default Off") \
    ROW(owner_field, "WLMAffinityOwner", \
        WORDS(const char *, 1, 1, wlm_values_owner_field, "Off, or the name of a response field"), "WLM-Owner", \
        "the response field by which a member names the one that has the session or resource (WLMAffinity); a " \
        "request that it answers with 421 goes there; Off, or a field, default WLM-Owner") \
    ROW(affinity_keys, "WLMAffinityKey", \
        WORDS(const apr_array_header_t *, 1, 8, wlm_values_affinity_key, "1 to 8 files of at least 32 random bytes"), \
        NULL, "files of random bytes, by which WLMAffinity names members in cookies and values; the first one makes, " \
        "all of them verify; default: a key of this httpd's own")

#define WLM_OPTIONS_FOR_MEMBERS(ROW) \
    ROW(policy, "WLMPolicy", CHOICE(wlm_policy_choice_t, WLM_POLICY_WORDS), WLM_POLICY_LOAD_BALANCE, \
        "how new requests get a member: RoundRobin, Random, LeastBusy, PeakEWMA; " \
        "LoadBalance (default): as plugin-cfg.xml says") \
    ROW(backoff, "WLMRetryBackoff", \
        WORDS(wlm_backoff_t, 1, 2, wlm_values_backoff, "the longest time, and how many percent of jitter"), \
        WLM_VALUES(0), "RetryInterval doubles with each probe that fails up to this time, with so many percent of " \
        "jitter; default 0") \
    ROW(busy_status, "WLMBusyStatus", \
        WORDS(wlm_busy_status_t, 1, WLM_BUSY_STATUS_MAX, wlm_values_busy_status, "1 to 16 statuses from 400 to 599"), \
        WLM_VALUES(1, { 503 }), "statuses by which a member says that another one should answer; default 503") \
    ROW(busy_time, "WLMBusyTime", \
        WORDS(wlm_busy_time_t, 1, 2, wlm_values_busy_time, "a time, or RetryAfter and the longest time"), \
        WLM_VALUES(0), "how long a busy member gets no new sessions: a time, or RetryAfter and the longest time; " \
        "default 0") \
    ROW(member_share, "WLMMemberShare", PERCENT(1, 100, "a percentage"), 100, \
        "percentage of httpd's workers that one member may occupy; default 100") \
    ROW(classes, "WLMClass", \
        LINES(const apr_array_header_t *, 2, 4, wlm_values_class, \
              "NAME expr=EXPRESSION [goal=TIME] [priority=N]"), \
        NULL, "a class of requests: by an expression, with a goal for their time, and a priority from 0 to 9 (5) for " \
        "when not all can be served") \
    ROW(concurrency, "WLMConcurrency", \
        WORDS(wlm_concurrency_bounds_t, 1, 3, wlm_values_concurrency, "Off, or Adaptive and the smallest and the " \
              "largest limit"), \
        WLM_VALUES(0), "Adaptive: how many requests a member can have at a time is found while it serves; more of " \
        "them wait; default Off") \
    ROW(outlier, "WLMOutlier", \
        WORDS(wlm_outlier_rule_t, 1, 6, wlm_values_outlier, \
              "Off, or failures=N share=PERCENT requests=N window=TIME 5xx=on|off max=PERCENT"), \
        WLM_VALUES(.failures_in_row = 5, .percent = 50, WLM_OUTLIER_KEYS), \
        "leave a member out for RetryInterval that fails too often; default failures=5 share=50") \
    ROW(slow_start, "WLMSlowStart", TIME("a time, or 0"), apr_time_from_sec(30), \
        "time in which a member that is back comes to its full share; default 30") \
    ROW(local, "WLMPreferLocal", \
        WORDS(const apr_array_header_t *, 1, 63, wlm_values_local, \
              "Off, or Host and at most 63 patterns of server names and hosts"), \
        NULL, "patterns of the members that get all new sessions as long as one of them is usable; Host: this " \
        "machine; default Off") \
    ROW(check, "WLMHealthCheck", \
        WORDS(wlm_check_rule_t, 1, 10, wlm_values_check, "Off, On, or method=M path=PATH host=H status=N-M expr=EXPR " \
              "interval=TIME timeout=TIME rise=N fall=N"), \
        WLM_VALUES(0), "check each member periodically by a request of its own; default Off") \
    ROW(load_report, "WLMLoadReport", \
        WORDS(wlm_reported_rule_t, 1, 5, wlm_values_load_report, \
              "Off, ORCA [metric=NAME] [expiry=TIME], Agent port=N|+N [interval=TIME] [timeout=TIME] [expiry=TIME], " \
              "or Status [expiry=TIME]"), \
        WLM_VALUES(0), "members report how busy they are, which scales their weights: ORCA: in their responses, " \
        "Agent: on a port, Status: in the STATUS of registered ones; default Off") \
    ROW(resolve_interval, "WLMResolveInterval", TIME("a time, or 0 for never"), apr_time_from_sec(60), \
        "how often the host names of members are resolved again; default 60; 0: only when httpd starts")

#define WLM_OPTIONS(ROW) \
    WLM_OPTIONS_FOR_REQUESTS(ROW) \
    WLM_OPTIONS_FOR_SESSIONS(ROW) \
    WLM_OPTIONS_FOR_MEMBERS(ROW) \
    WLM_OPTIONS_FOR_TLS(ROW)

#endif
