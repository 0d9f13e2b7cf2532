/* For tests: input filters that make something else of a request's body, and hooks that read it before its handler
 * does.
 *
 *   SetInputFilter GROW     each piece twice
 *   SetInputFilter SHRINK   without its first 5 bytes
 *   SetInputFilter EMPTY    nothing of it
 *   SetInputFilter HOLD     unchanged, but nothing before the end has come
 *   SetInputFilter ADD      unchanged, with 5 bytes behind it
 *   field X-Read: all|some  reads all of the body, or 10 bytes of it, before the handler is called
 *   field X-Late: yes       the first bytes of the connection that are read for the body put GROW before its reader
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>
#include <util_filter.h>

typedef enum { GROW, SHRINK, EMPTY, HOLD, ADD } kind_t;

/* Make of one bucket with data what the kind says. @param ptaken  how many bytes have been taken away so far */
static void change(apr_bucket *b, kind_t kind, apr_size_t *ptaken)
{
    const char *data;
    apr_size_t len, n = 5 - *ptaken;

    if (apr_bucket_read(b, &data, &len, APR_BLOCK_READ) != APR_SUCCESS || len == 0) {
        return;
    }
    if (kind == GROW) {
        APR_BUCKET_INSERT_AFTER(b, apr_bucket_heap_create(data, len, NULL, b->list));
    }
    else if (kind == SHRINK && n > 0) {
        n = n < len ? n : len;
        *ptaken += n;
        if (n < len) {
            apr_bucket_split(b, n);
        }
        apr_bucket_delete(b);
    }
    else if (kind == EMPTY) {
        apr_bucket_delete(b);
    }
}

static apr_status_t filter(kind_t kind, ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode,
                           apr_read_type_e block, apr_off_t bytes)
{
    apr_status_t rv = ap_get_brigade(f->next, bb, mode, block, bytes);
    apr_bucket *b, *next;

    if (rv != APR_SUCCESS || mode != AP_MODE_READBYTES) {
        return rv;
    }
    if (!f->ctx) {
        f->ctx = apr_pcalloc(f->r->pool, sizeof(apr_size_t));
    }
    for (b = APR_BRIGADE_FIRST(bb); b != APR_BRIGADE_SENTINEL(bb); b = next) {
        next = APR_BUCKET_NEXT(b);
        if (!APR_BUCKET_IS_METADATA(b)) {
            change(b, kind, f->ctx);
        }
        else if (APR_BUCKET_IS_EOS(b) && kind == ADD && !(*(apr_size_t *)f->ctx)++) {
            APR_BUCKET_INSERT_BEFORE(b, apr_bucket_immortal_create("added", 5, b->list));
        }
    }
    return APR_SUCCESS;
}

#define FILTER(name, kind) \
    static apr_status_t name(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode, apr_read_type_e block, \
                             apr_off_t bytes) \
    { \
        return filter(kind, f, bb, mode, block, bytes); \
    }
FILTER(grow, GROW)
FILTER(shrink, SHRINK)
FILTER(empty, EMPTY)
FILTER(add, ADD)

/* Keeps what has come, and gives it away with the end; until then it says that it has read something, and gives none */
static apr_status_t hold(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode, apr_read_type_e block,
                         apr_off_t bytes)
{
    apr_bucket_brigade *held = f->ctx;
    apr_status_t rv = ap_get_brigade(f->next, bb, mode, block, bytes);
    apr_bucket *b;

    if (rv != APR_SUCCESS || mode != AP_MODE_READBYTES) {
        return rv;
    }
    if (!held) {
        f->ctx = held = apr_brigade_create(f->r->pool, f->c->bucket_alloc);
    }
    while (!APR_BRIGADE_EMPTY(bb)) {
        b = APR_BRIGADE_FIRST(bb);
        APR_BUCKET_REMOVE(b);
        apr_bucket_setaside(b, f->r->pool);
        APR_BRIGADE_INSERT_TAIL(held, b);
        if (APR_BUCKET_IS_EOS(b)) {
            APR_BRIGADE_PREPEND(bb, held);
            break;
        }
    }
    return APR_SUCCESS;
}

static apr_status_t late(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode, apr_read_type_e block,
                         apr_off_t bytes)
{
    apr_status_t rv = ap_get_brigade(f->next, bb, mode, block, bytes);

    if (rv == APR_SUCCESS && mode == AP_MODE_READBYTES && f->ctx) {
        ap_add_input_filter("GROW", NULL, f->ctx, f->c);
        f->ctx = NULL; /* it stays on the connection, and does nothing more */
    }
    return rv;
}

/* @param most  bytes to read, at least one piece of them */
static void read_body(request_rec *r, apr_off_t most)
{
    apr_bucket_brigade *bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    int ended = 0;

    while (!ended && most > 0
           && ap_get_brigade(r->input_filters, bb, AP_MODE_READBYTES, APR_BLOCK_READ, most) == APR_SUCCESS) {
        apr_off_t n = 0;
        apr_brigade_length(bb, 1, &n);
        ended = !APR_BRIGADE_EMPTY(bb) && APR_BUCKET_IS_EOS(APR_BRIGADE_LAST(bb));
        most -= n;
        apr_brigade_cleanup(bb);
    }
}

static int fixups(request_rec *r)
{
    const char *wanted = r->prev || r->main ? NULL : apr_table_get(r->headers_in, "X-Read");

    if (wanted) {
        read_body(r, strcmp(wanted, "some") == 0 ? 10 : APR_INT32_MAX);
    }
    if (!r->main && apr_table_get(r->headers_in, "X-Late")) {
        ap_add_input_filter("LATE", r, r, r->connection);
    }
    return DECLINED;
}

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_register_input_filter("GROW", grow, NULL, AP_FTYPE_RESOURCE);
    ap_register_input_filter("SHRINK", shrink, NULL, AP_FTYPE_RESOURCE);
    ap_register_input_filter("EMPTY", empty, NULL, AP_FTYPE_CONTENT_SET);
    ap_register_input_filter("ADD", add, NULL, AP_FTYPE_CONTENT_SET);
    ap_register_input_filter("HOLD", hold, NULL, AP_FTYPE_RESOURCE);
    ap_register_input_filter("LATE", late, NULL, AP_FTYPE_CONNECTION);
    ap_hook_fixups(fixups, NULL, NULL, APR_HOOK_LAST);
}

AP_DECLARE_MODULE(body_test) = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, register_hooks, AP_MODULE_FLAG_NONE
};
