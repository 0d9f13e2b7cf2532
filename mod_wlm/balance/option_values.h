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

#define WLM_RETRY_ATTEMPTS_MAX 32  /* so many members may be tried at all */

/** How often requests that members have taken may be sent to another one (balance/retry_budget.h). */
typedef struct wlm_retry_budget_t {
    int percent;                   /* of a cluster's requests, so many repeated ones may be in vain; 100: no limit */
    int floor;                     /* and so many more in a second */
    int attempts;                  /* of one request, that members take */
} wlm_retry_budget_t;

/** When a request goes to a second member, too (balance/hedge.h). */
typedef struct wlm_hedge_rule_t {
    int percentile;                /* after the time in which so many percent were answered; 0: after a given time */
    apr_interval_time_t after;     /* that time; both 0: none goes to a second member */
    apr_interval_time_t min;       /* not before, whatever the percentile is */
    int budget;                    /* percent of a cluster's requests */
} wlm_hedge_rule_t;

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
#define WLM_QUEUE_TIMEOUT apr_time_from_sec(5) /* where the directive names none */

/** Requests that wait for a member when all are full. */
typedef struct wlm_queue_limits_t {
    int length;                    /* 0: no request waits */
    apr_interval_time_t timeout;
} wlm_queue_limits_t;

/* the smallest and the largest limit, where the directive names none, and the largest one that it may name */
#define WLM_CONCURRENCY_MIN 4
#define WLM_CONCURRENCY_MAX 1000
#define WLM_CONCURRENCY_MOST 100000

/** The limit of a member's requests in flight that is found while it serves (balance/concurrency.h). */
typedef struct wlm_concurrency_bounds_t {
    int min, max;                  /* the limit is between these; max 0: no limit is looked for */
} wlm_concurrency_bounds_t;

#define WLM_CLASSES_MAX 8
#define WLM_CLASS_PRIORITY 5       /* of a class that names none, and of requests without a class */

/** A class of requests. */
typedef struct wlm_class_t {
    const char *name;              /* NULL: requests without a class */
    const void *expr;              /* an ap_expr_info_t that is true for its requests; NULL: those without a class */
    const char *expr_text;         /* as it was written */
    apr_interval_time_t goal;      /* for the time to a whole response; 0: none */
    int priority;                  /* 0 to 9: the most urgent */
} wlm_class_t;

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
