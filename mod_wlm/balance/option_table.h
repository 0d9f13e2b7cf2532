/* balance/option_table.h: the directives about clusters, a row each, as base/settings.h explains it. The row makes the
 * field of wlm_options_t (balance/options.h) and the directive. Those for https are in balance/option_table_tls.h.
 * Read in the parent, while httpd reads its configuration.
 *
 * A new one is a row, the statement that uses the field, and its entry in docs/directives.md, which explains it. */
#ifndef WLM_BALANCE_OPTION_TABLE_H
#define WLM_BALANCE_OPTION_TABLE_H

#include "balance/option_table_tls.h"

/** Which requests may be sent again after bytes of them were sent (balance/outcome.h). */
typedef enum {
    WLM_RETRY_ORIGINAL,            /* whatever the method, as the original plug-in does */
    WLM_RETRY_IDEMPOTENT,          /* those with an idempotent method */
    WLM_RETRY_IDEMPOTENCY_KEY      /* also those that carry an Idempotency-Key */
} wlm_retry_policy_t;

/** Which member is tried when none is usable. */
typedef enum {
    WLM_ALL_DOWN_OLDEST,           /* the one that would be tried next */
    WLM_ALL_DOWN_BALANCE,          /* any, by weight, as if nothing were known */
    WLM_ALL_DOWN_FAIL              /* none: the client gets 503 at once */
} wlm_all_down_t;

/* The arrays have elements of type const char *; without one, `upgrade` allows any protocol, `local` prefers no member.
 * httpd passes 64 words of a directive on and drops what follows without an error: so WORDS are 63 at most. */
#define WLM_OPTIONS_FOR_REQUESTS(ROW) \
    ROW(retry_policy, "WLMRetryPolicy", CHOICE(wlm_retry_policy_t, "Original", "Idempotent", "IdempotencyKey"), \
        WLM_RETRY_ORIGINAL, "which requests may be sent again after a part of them was sent: Original (default), " \
        "Idempotent, IdempotencyKey") \
    ROW(post_buffer_kib, "WLMPostBufferSize", NUMBER(-1, APR_INT32_MAX, "KiB, or -1 for no limit"), 0, \
        "KiB of a request body that are kept in memory at least, whatever PostBufferSize says; -1: all; default 0") \
    ROW(spool_max, "WLMBodySpool", SIZE("the size of the largest body"), 0, \
        "request bodies up to this size are kept in a temporary file where they do not fit into memory; default 0") \
    ROW(total_timeout, "WLMTotalTimeout", TIME("a time, or 0 for none"), 0, \
        "time for all attempts of a request together, until a response begins; default 0: none") \
    ROW(retry_budget, "WLMRetryBudget", \
        WORDS(wlm_retry_budget_t, 1, 2, wlm_values_retry_budget, "a percentage, and a number that is always allowed"), \
        WLM_VALUES(.percent = 100), "percentage of a cluster's requests in flight that may be repeated ones, and how " \
        "many always may; default 100") \
    ROW(queue, "WLMQueue", \
        WORDS(wlm_queue_limits_t, 1, 2, wlm_values_queue, "how many requests may wait, and how long"), \
        WLM_VALUES(0), "how many requests may wait when all members are full, and how long; default 0") \
    ROW(all_down, "WLMAllDown", CHOICE(wlm_all_down_t, "Oldest", "Balance", "Fail"), WLM_ALL_DOWN_OLDEST, \
        "what happens when no member is usable: Oldest (default), Balance, Fail") \
    ROW(upgrade, "WLMUpgrade", \
        WORDS(const apr_array_header_t *, 1, 16, wlm_values_upgrade, "On, Off, or names of protocols"), NULL, \
        "protocols that clients and members may go over to (status 101): On (default): any; Off; or names, such as " \
        "websocket")

#define WLM_OPTIONS_FOR_MEMBERS(ROW) \
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
    ROW(outlier, "WLMOutlier", \
        WORDS(wlm_outlier_rule_t, 1, 6, wlm_values_outlier, \
              "Off, or failures=N share=PERCENT requests=N window=TIME 5xx=on|off max=PERCENT"), \
        WLM_VALUES(.min_requests = 20, .window = 10, .max_percent = 50), \
        "leave a member out for RetryInterval that fails too often; default Off") \
    ROW(slow_start, "WLMSlowStart", TIME("a time, or 0"), 0, \
        "time in which a member that is back comes to its full share; default 0") \
    ROW(local, "WLMPreferLocal", \
        WORDS(const apr_array_header_t *, 1, 63, wlm_values_local, \
              "Off, or Host and at most 63 patterns of server names and hosts"), \
        NULL, "patterns of the members that get all new sessions as long as one of them is usable; Host: this " \
        "machine; default Off") \
    ROW(check, "WLMHealthCheck", \
        WORDS(wlm_check_rule_t, 1, 10, wlm_values_check, "Off, On, or method=M path=PATH host=H status=N-M expr=EXPR " \
              "interval=TIME timeout=TIME rise=N fall=N"), \
        WLM_VALUES(0), "check each member periodically by a request of its own; default Off") \
    ROW(resolve_interval, "WLMResolveInterval", TIME("a time, or 0 for never"), apr_time_from_sec(60), \
        "how often the host names of members are resolved again; default 60; 0: only when httpd starts")

#define WLM_OPTIONS(ROW) \
    WLM_OPTIONS_FOR_REQUESTS(ROW) \
    WLM_OPTIONS_FOR_MEMBERS(ROW) \
    WLM_OPTIONS_FOR_TLS(ROW)

#endif
