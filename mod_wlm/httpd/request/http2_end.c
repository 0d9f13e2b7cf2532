/* A filter on the client's connection notes when mod_http2 reads. What a read has returned is processed before the next
 * one begins, and mod_http2 waits for more only behind a read that has returned nothing. So between two reads a stream
 * that has ended may still turn out to be reset; from the next read on it cannot.
 */
#include "httpd/request/http2_end.h"
#include <http_config.h>
#include <http_connection.h>
#include <http_protocol.h>
#include <stdatomic.h>
#include <string.h>
#include <util_filter.h>
#include "base/clock.h"
#include "base/futex.h"

#define NAME "WLM_HTTP2_READS"
#define ABORT_INTERVAL apr_time_from_msec(10) /* where the connection ends there is no next read */

typedef struct reads_t {
    _Atomic uint32_t count;        /* begun and ended: while it is odd, what a read has returned is processed */
    _Atomic int waiting;           /* threads of streams */
    int is_http1;                  /* so far */
} reads_t;

static ap_filter_rec_t *handle;

static void begin_read(reads_t *reads)
{
    if (atomic_load(&reads->count) % 2) {
        atomic_fetch_add(&reads->count, 1);
        if (atomic_load(&reads->waiting)) {
            wlm_futex_wake(&reads->count);
        }
    }
}

static apr_status_t filter(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode, apr_read_type_e block,
                           apr_off_t max)
{
    reads_t *reads = f->ctx;
    apr_status_t rv;

    reads->is_http1 |= mode == AP_MODE_GETLINE;
    if (reads->is_http1 || mode != AP_MODE_READBYTES) {
        return ap_get_brigade(f->next, bb, mode, block, max);
    }
    begin_read(reads);
    rv = ap_get_brigade(f->next, bb, mode, block, max);
    if (rv == APR_SUCCESS && !APR_BRIGADE_EMPTY(bb)) {
        atomic_fetch_add(&reads->count, 1);
    }
    return rv;
}

/* -- of a stream ------------------------------------------------------------------------------------------------- */

/* @return NULL: there are none */
static reads_t *reads_of(const conn_rec *c)
{
    const ap_filter_t *f = c->input_filters;

    while (f && f->frec != handle) {
        f = f->next;
    }
    return f ? f->ctx : NULL;
}

int wlm_http2_end_is_certain(const conn_rec *c)
{
    reads_t *reads = c->master ? reads_of(c->master) : NULL; /* its filters stay the same while it has streams */
    uint32_t count;

    if (!reads) {
        return !c->aborted;
    }
    atomic_fetch_add(&reads->waiting, 1);
    count = atomic_load(&reads->count);
    while (count % 2 && atomic_load(&reads->count) == count && !c->aborted) {
        wlm_futex_wait(&reads->count, count, ABORT_INTERVAL);
    }
    atomic_fetch_sub(&reads->waiting, 1);
    return !c->aborted;
}

/* -- hooks ------------------------------------------------------------------------------------------------------- */

static void expect_http2(conn_rec *c)
{
    reads_t *reads = c->master ? NULL : reads_of(c);

    if (reads) {
        reads->is_http1 = 0;
    }
    else if (!c->master) {
        ap_add_input_filter_handle(handle, apr_pcalloc(c->pool, sizeof(*reads)), NULL, c);
    }
}

static int is_allowed(conn_rec *c, const char *protocol)
{
    return ap_is_allowed_protocol(c, NULL, c->base_server, protocol);
}

/* Whether HTTP/2 follows mod_http2 may find out by the first bytes */
static int on_process_connection(conn_rec *c)
{
    if (!c->keepalives && (is_allowed(c, "h2c") || is_allowed(c, "h2"))) {
        expect_http2(c);
    }
    return DECLINED;
}

/* ... or by TLS, or by an Upgrade on any request of a connection */
static int on_protocol_switch(conn_rec *c, request_rec *r, server_rec *s, const char *protocol)
{
    (void)r;
    (void)s;
    if (strcmp(protocol, "h2") == 0 || strcmp(protocol, "h2c") == 0) {
        expect_http2(c);
    }
    return DECLINED;
}

void wlm_http2_end_register(void)
{
    handle = ap_register_input_filter(NAME, filter, NULL, AP_FTYPE_CONNECTION);
    ap_hook_process_connection(on_process_connection, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_protocol_switch(on_protocol_switch, NULL, NULL, APR_HOOK_REALLY_FIRST);
}
