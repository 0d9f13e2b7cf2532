/* How much of the next request's head has come. That is known when it has been read: a filter above those of other
 * modules has what was read ahead, and hands it out first, to httpd and to all who read later. So filters that count
 * (mod_logio, mod_dumpio) see each byte once, and nothing is read again that another filter has decoded (mod_ssl, of
 * whose buffer a second look shows no more than the first one did).
 */
#include "httpd/engine/owned_private.h"
#include <http_connection.h>
#include <http_protocol.h>
#include <string.h>
#include "http/head_end.h"

#define NAME       "WLM_READ_AHEAD"
#define PIECE_SIZE 8192            /* as much as mod_ssl returns at a time */
#define AHEAD_MAX  65536           /* of a longer head it is not known whether it is whole */

struct wlm_owned_ahead_t {
    ap_filter_t *filter;
    apr_bucket_brigade *held;      /* read, and not handed out */
    apr_bucket_brigade *piece;     /* what is being read; empty in between */
    wlm_http_head_end_t end;       /* in the first `seen` bytes of `held` */
    apr_size_t seen;               /* so many were looked at: as all that is read ahead is, not again with each piece */
    int keepalives;                /* of the connection, while hooks of pre_read_request run; 0: not hidden */
};

static ap_filter_rec_t *handle;

/* -- what was read ahead is handed out --------------------------------------------------------------------------- */

/* Splitting a bucket at its end leaves an empty one */
static int is_holding(const wlm_owned_ahead_t *ahead)
{
    apr_bucket *e;

    while (!APR_BRIGADE_EMPTY(ahead->held)) {
        e = APR_BRIGADE_FIRST(ahead->held);
        if (APR_BUCKET_IS_METADATA(e) || e->length) {
            return 1;
        }
        apr_bucket_delete(e);
    }
    return 0;
}

static apr_status_t hand_out(apr_bucket_brigade *bb, apr_bucket_brigade *held, apr_off_t max, int is_copy)
{
    apr_bucket *e, *end, *next, *out;
    apr_status_t rv = apr_brigade_partition(held, max, &end);

    if (rv != APR_SUCCESS && rv != APR_INCOMPLETE) { /* the latter: it has no more than that */
        return rv;
    }
    for (e = APR_BRIGADE_FIRST(held); e != end; e = next) {
        next = APR_BUCKET_NEXT(e);
        out = e;
        if (!is_copy) {
            APR_BUCKET_REMOVE(e);
        }
        else if ((rv = apr_bucket_copy(e, &out)) != APR_SUCCESS) {
            return rv;
        }
        APR_BRIGADE_INSERT_TAIL(bb, out);
    }
    return APR_SUCCESS;
}

/* `held` begins with something else from here on */
static void forget_what_was_seen(wlm_owned_ahead_t *ahead)
{
    ahead->end.state = WLM_HTTP_HEAD_BEFORE;
    ahead->seen = 0;
}

/* As httpd's core filter does it. A line that is not complete is handed out as it is: its reader asks for the rest. */
static apr_status_t filter(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode, apr_read_type_e block,
                           apr_off_t max)
{
    wlm_owned_ahead_t *ahead = f->ctx;

    if (is_holding(ahead)) {
        if (mode != AP_MODE_SPECULATIVE) {
            forget_what_was_seen(ahead);
        }
        if (mode == AP_MODE_GETLINE) {
            return apr_brigade_split_line(bb, ahead->held, block, HUGE_STRING_LEN);
        }
        if (mode == AP_MODE_READBYTES || mode == AP_MODE_SPECULATIVE) {
            return hand_out(bb, ahead->held, max, mode == AP_MODE_SPECULATIVE);
        }
    }
    return ap_get_brigade(f->next, bb, mode, block, max);
}

static wlm_owned_ahead_t *insert(conn_rec *c)
{
    wlm_owned_ahead_t *ahead = apr_pcalloc(c->pool, sizeof(*ahead));

    ahead->held = apr_brigade_create(c->pool, c->bucket_alloc);
    ahead->piece = apr_brigade_create(c->pool, c->bucket_alloc);
    ahead->filter = ap_add_input_filter_handle(handle, ahead, NULL, c);
    return ahead;
}

/* -- it is read -------------------------------------------------------------------------------------------------- */

/* NULL is there if no filter has that name */
static ap_filter_t **find_below(ap_filter_t *f, const char *name)
{
    while (f->next && strcasecmp(f->next->frec->name, name) != 0) {
        f = f->next;
    }
    return &f->next;
}

/* Without mod_reqtimeout, which between two requests still counts the time of the first one, and would end the
 * connection when that is over. @return APR_EAGAIN: nothing has come */
static apr_status_t read_piece(const wlm_owned_ahead_t *ahead)
{
    ap_filter_t **at = find_below(ahead->filter, "reqtimeout"), *reqtimeout = *at;
    apr_status_t rv;

    if (reqtimeout) {
        *at = reqtimeout->next;
    }
    rv = ap_get_brigade(ahead->filter->next, ahead->piece, AP_MODE_READBYTES, APR_NONBLOCK_READ, PIECE_SIZE);
    if (reqtimeout) {
        *at = reqtimeout;
    }
    return rv == APR_SUCCESS && APR_BRIGADE_EMPTY(ahead->piece) ? APR_EAGAIN : rv;
}

/* Small pieces are gathered: as they come each has a buffer of its own.
 * @return APR_EOF: there was metadata, such as the connection's end */
static apr_status_t hold_piece(wlm_owned_ahead_t *ahead)
{
    apr_status_t rv = APR_SUCCESS;
    apr_bucket *e;
    const char *text;
    apr_size_t len;
    int has_ended = 0;

    while (rv == APR_SUCCESS && !APR_BRIGADE_EMPTY(ahead->piece)) {
        e = APR_BRIGADE_FIRST(ahead->piece);
        if (APR_BUCKET_IS_METADATA(e)) {
            APR_BUCKET_REMOVE(e);
            APR_BRIGADE_INSERT_TAIL(ahead->held, e);
            has_ended = 1;
            continue;
        }
        rv = apr_bucket_read(e, &text, &len, APR_NONBLOCK_READ);
        if (rv == APR_SUCCESS) {
            rv = apr_brigade_write(ahead->held, NULL, NULL, text, len);
            wlm_http_head_end_feed(&ahead->end, text, len);
            ahead->seen += len;
            apr_bucket_delete(e);
        }
    }
    return rv == APR_SUCCESS && has_ended ? APR_EOF : rv;
}

/* What other requests have left of it */
static void look_at_held(wlm_owned_ahead_t *ahead)
{
    apr_size_t len;
    const char *text;
    apr_bucket *e;

    for (e = APR_BRIGADE_FIRST(ahead->held); e != APR_BRIGADE_SENTINEL(ahead->held); e = APR_BUCKET_NEXT(e)) {
        if (apr_bucket_read(e, &text, &len, APR_NONBLOCK_READ) == APR_SUCCESS) {
            wlm_http_head_end_feed(&ahead->end, text, len);
            ahead->seen += len;
        }
    }
}

static wlm_owned_head_t read_ahead(wlm_owned_ahead_t *ahead)
{
    apr_status_t rv = APR_SUCCESS;

    if (!ahead->seen) {
        look_at_held(ahead);
    }
    while (rv == APR_SUCCESS && ahead->end.state != WLM_HTTP_HEAD_ENDED && ahead->seen < AHEAD_MAX) {
        rv = read_piece(ahead);
        rv = rv == APR_SUCCESS ? hold_piece(ahead) : rv;
    }
    apr_brigade_cleanup(ahead->piece);
    if (ahead->end.state == WLM_HTTP_HEAD_ENDED) {
        return WLM_HEAD_COMPLETE;
    }
    if (APR_STATUS_IS_EAGAIN(rv)) {
        return ahead->seen ? WLM_HEAD_BEGUN : WLM_HEAD_NOT_BEGUN;
    }
    return rv == APR_SUCCESS ? WLM_HEAD_UNKNOWN : WLM_HEAD_COMPLETE;
}

wlm_owned_head_t wlm_owned_look_at_head(wlm_owned_t *owned)
{
    wlm_owned_head_t head;
    int before;

    if (strcmp(ap_get_protocol(owned->c), AP_PROTOCOL_HTTP1) != 0) {
        return WLM_HEAD_UNKNOWN;
    }
    if (!owned->ahead) {
        owned->ahead = insert(owned->c);
    }
    before = wlm_output_never_wait(owned->output, 1); /* mod_ssl may have to answer what it reads */
    head = read_ahead(owned->ahead);
    wlm_output_never_wait(owned->output, before);
    return head;
}

/* -- the time that mod_reqtimeout counts --------------------------------------------------------------------------- */

/* Of a kept connection it waits for the next request's first byte before the time for the head begins. Where that byte
 * has been read ahead the next one that it sees is not the first, and may come late or never; so to mod_reqtimeout's
 * hook the connection looks like a new one, of which the time begins with the reading. */
static void hide_keepalives(request_rec *r, conn_rec *c)
{
    wlm_owned_t *owned = wlm_owned_of_connection(c);

    (void)r;
    if (owned && owned->ahead && is_holding(owned->ahead)) {
        owned->ahead->keepalives = c->keepalives;
        c->keepalives = 0;
    }
}

static void show_keepalives(request_rec *r, conn_rec *c)
{
    wlm_owned_t *owned = wlm_owned_of_connection(c);

    (void)r;
    if (owned && owned->ahead && owned->ahead->keepalives) {
        c->keepalives = owned->ahead->keepalives;
        owned->ahead->keepalives = 0;
    }
}

void wlm_owned_head_register(void)
{
    /* above mod_ssl's; below what is to see all that the connection's protocol reads */
    handle = ap_register_input_filter(NAME, filter, NULL, (ap_filter_type)(AP_FTYPE_CONNECTION + 1));
    ap_hook_pre_read_request(hide_keepalives, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_pre_read_request(show_keepalives, NULL, NULL, APR_HOOK_REALLY_LAST);
}
