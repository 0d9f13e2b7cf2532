/* balance/option_values.h: the types of options that are more than a number or a choice (balance/option_table.h).
 * Plain values, for any thread. */
#ifndef WLM_BALANCE_OPTION_VALUES_H
#define WLM_BALANCE_OPTION_VALUES_H

#include <apr_time.h>

/** The time until a member that is marked down is tried again. */
typedef struct wlm_backoff_t {
    apr_interval_time_t max;       /* RetryInterval doubles up to this; 0: it is fixed */
    int jitter;                    /* percent */
} wlm_backoff_t;

/** How many retries there may be at a time. */
typedef struct wlm_retry_budget_t {
    int percent;                   /* of a cluster's requests in flight that may be retries; 100: no limit */
    int floor;                     /* retries that are allowed whatever the percentage */
} wlm_retry_budget_t;

#define WLM_BUSY_STATUS_MAX 16

/** The statuses by which a member says that another one should answer. */
typedef struct wlm_busy_status_t {
    int n;
    int status[WLM_BUSY_STATUS_MAX];
} wlm_busy_status_t;

/** How long a busy member gets no new sessions. */
typedef struct wlm_busy_time_t {
    int by_retry_after;            /* as long as the response's Retry-After says, at most `time` */
    apr_interval_time_t time;      /* otherwise for this time; 0: not at all */
} wlm_busy_time_t;

#define WLM_QUEUE_MAX 10000

/** Requests that wait for a member when all are full. */
typedef struct wlm_queue_limits_t {
    int length;                    /* 0: no request waits */
    apr_interval_time_t timeout;
} wlm_queue_limits_t;

/** PEM files. */
typedef struct wlm_certificate_files_t {
    const char *file, *key;        /* NULL: none; key NULL: it is in `file` */
} wlm_certificate_files_t;

/** In OpenSSL's words; NULL: its defaults. */
typedef struct wlm_cipher_lists_t {
    const char *list;              /* of TLS 1.2 */
    const char *suites;            /* of TLS 1.3 */
} wlm_cipher_lists_t;

#endif
