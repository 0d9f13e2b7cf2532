/* WLMSpans: lines of spans for a file or a program. Each is one write of no more than a pipe takes at once, so lines of
 * several processes do not mix, and no lock is needed. A program that has ended, or reads nothing, holds up no request:
 * the pipe does not block, and lines that it has no room for are lost. The parent opens; any process and thread writes.
 */
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <apr_network_io.h>
#include <apr_strings.h>
#include "base/clock.h"
#include "httpd/context/context.h"
#include "httpd/runtime/log_target.h"
#include "httpd/runtime/span_log.h"

_Static_assert(WLM_SPAN_LINE_MAX <= PIPE_BUF, "a line goes into a pipe at once");

#define REPORT_INTERVAL apr_time_from_sec(60)
#define NAME_MAX_BYTES 256

typedef struct wlm_span_log_t {
    wlm_log_target_t *target;
    /* of this process */
    _Atomic apr_time_t next_report;
    _Atomic unsigned lost;         /* lines since the last report */
} wlm_span_log_t;

static int is_open;
static wlm_span_source_t source;   /* of the configuration */

static apr_status_t reset(void *unused)
{
    (void)unused;
    is_open = 0;
    return APR_SUCCESS;
}

/* -- opening ------------------------------------------------------------------------------------------ */

static void open_log(wlm_spans_t *spans, apr_pool_t *pconf, const server_rec *s)
{
    wlm_span_log_t *log = apr_pcalloc(pconf, sizeof(*log));
    apr_status_t rv = wlm_log_target_open(&log->target, spans->target, pconf);

    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, s, WLMNO(0198) "WLMSpans: %s cannot be %s; there are no spans for it",
                     spans->target, *spans->target == '|' ? "started" : "opened");
        return;
    }
    wlm_log_target_set_nonblocking(log->target, pconf);
    spans->log = log;
    is_open = 1;
}

/* One that a server before `end` has, which the parent has tried to open */
static const wlm_spans_t *find_same(const server_rec *s, const server_rec *end, const char *target)
{
    for (; s != end; s = s->next) {
        const wlm_spans_t *spans = wlm_config_of(s)->spans;

        if (spans && strcmp(spans->target, target) == 0) {
            return spans;
        }
    }
    return NULL;
}

static const char *host_name(apr_pool_t *pconf)
{
    char name[NAME_MAX_BYTES];

    return apr_gethostname(name, sizeof(name), pconf) == APR_SUCCESS ? apr_pstrdup(pconf, name) : NULL;
}

static void find_source(apr_pool_t *pconf)
{
    const char *service = getenv("OTEL_SERVICE_NAME");

    source.service = service && *service ? apr_pstrdup(pconf, service) : "httpd";
    source.host = host_name(pconf);
    source.version = WLM_VERSION;
}

void wlm_span_log_open(apr_pool_t *pconf, server_rec *s)
{
    const server_rec *at;

    for (at = s; at; at = at->next) {
        wlm_spans_t *spans = wlm_config_of(at)->spans;
        const wlm_spans_t *same = spans ? find_same(s, at, spans->target) : NULL;

        if (same) {
            spans->log = same->log;
        }
        else if (spans) {
            open_log(spans, pconf, s);
        }
    }
    if (is_open) {
        find_source(pconf);
        apr_pool_cleanup_register(pconf, NULL, reset, apr_pool_cleanup_null);
    }
}

/* -- writing ------------------------------------------------------------------------------------------- */

int wlm_span_log_is_open(void)
{
    return is_open;
}

const wlm_span_source_t *wlm_span_log_source(void)
{
    return &source;
}

static void report_loss(const wlm_spans_t *spans, const request_rec *r, apr_status_t rv)
{
    wlm_span_log_t *log = spans->log;
    apr_time_t now = wlm_now(), next = atomic_load(&log->next_report);

    atomic_fetch_add(&log->lost, 1);
    if (now >= next && atomic_compare_exchange_strong(&log->next_report, &next, now + REPORT_INTERVAL)) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, rv, r, WLMNO(0199) "WLMSpans: %s did not take the spans of %u request(s); "
                      "the requests are not held up", spans->target, atomic_exchange(&log->lost, 0));
    }
}

void wlm_span_log_write(const wlm_spans_t *spans, const request_rec *r, const char *line, apr_size_t length)
{
    const struct iovec whole = { (void *)line, length };
    apr_status_t rv = wlm_log_target_write(spans->log->target, &whole, 1);

    if (rv != APR_SUCCESS) {
        report_loss(spans, r, rv);
    }
}
