/* The filter that keeps httpd's core filter from waiting for a slow client. On the thread that has the connection.
 *
 * The core filter (ap_core_output_filter) writes without waiting, but then waits until the client has taken more when
 * what it has and what it was passed together
 * - have more than FlushMaxThreshold bytes that are not in files; a file that is not sent by sendfile() becomes such
 *   bytes while it is written, so here all bytes count;
 * - have more than FlushMaxPipelined ends of requests;
 * - have a FLUSH; or a bucket without a length (a pipe, a socket), which is also read by reads that wait.
 * So it is passed only what does not exceed these limits, without FLUSH; the rest is kept here until the core filter
 * has written all that it has. Called without a brigade it writes what it has, and never waits.
 *
 * Buckets without a length are an exception: only another module's filter makes them, such as mod_include with a CGI
 * script; they go on as they are, and the thread waits.
 */
#include "httpd/engine/output.h"
#include <http_core.h>
#include <http_request.h>
#include <util_filter.h>
#include "httpd/context/context.h"

#define NAME "WLM_OUTPUT"

struct wlm_output_t {
    ap_filter_t *filter;
    apr_bucket_brigade *held;      /* what the core filter is not passed yet */
    apr_bucket_brigade *part;      /* on its way to the core filter */
    apr_pool_t *pool;              /* of what is held; NULL: nothing was so far */
    int never_waits;
    apr_size_t bytes;              /* that the core filter has, at most */
    int ends;                      /* ends of requests, the same */
    apr_size_t bytes_max;
    int ends_max;                  /* -1: no limit */
};

static ap_filter_rec_t *handle;

/* -- the core filter -------------------------------------------------------------------------------------- */

static void note_written(wlm_output_t *output)
{
    if (!output->filter->c->data_in_output_filters) {
        output->bytes = 0;
        output->ends = 0;
    }
}

static apr_status_t call_last(ap_filter_t *filter)
{
    while (filter->next) {
        filter = filter->next;
    }
    return filter->frec->filter_func.out_func(filter, NULL);
}

static apr_status_t write_core(wlm_output_t *output)
{
    apr_status_t rv = call_last(output->filter);

    note_written(output);
    return rv;
}

/* -- what it may be passed --------------------------------------------------------------------------------- */

static int has_room_for_end(const wlm_output_t *output)
{
    /* where none is allowed one goes alone, when there is nothing that it could wait for */
    return output->ends_max < 0 || output->ends < output->ends_max
           || (!output->bytes && !output->ends && APR_BRIGADE_EMPTY(output->part));
}

static int has_too_many_ends(const wlm_output_t *output)
{
    return output->ends_max >= 0 && output->ends > output->ends_max;
}

/* @return 1: the first bucket, or a part of it, may go */
static int fits(wlm_output_t *output, apr_bucket *first)
{
    apr_size_t room = output->bytes_max - output->bytes;

    if (has_too_many_ends(output)) {
        return 0;
    }
    if (AP_BUCKET_IS_EOR(first)) {
        if (!has_room_for_end(output)) {
            return 0;
        }
        output->ends++;
    }
    else if (!APR_BUCKET_IS_METADATA(first) && first->length) {
        if (!room || (first->length > room && apr_bucket_split(first, room) != APR_SUCCESS)) {
            return 0;
        }
        output->bytes += first->length;
    }
    return 1;
}

static void move_what_fits(wlm_output_t *output, apr_bucket_brigade *bb)
{
    apr_bucket *first;

    while (!APR_BRIGADE_EMPTY(bb) && fits(output, first = APR_BRIGADE_FIRST(bb))) {
        APR_BUCKET_REMOVE(first);
        APR_BRIGADE_INSERT_TAIL(output->part, first);
    }
}

/* As much of bb as goes without waiting; the rest stays in it */
static apr_status_t pass_what_fits(wlm_output_t *output, apr_bucket_brigade *bb)
{
    apr_status_t rv = APR_SUCCESS;

    while (!APR_BRIGADE_EMPTY(bb)) {
        move_what_fits(output, bb);
        if (!APR_BRIGADE_EMPTY(output->part)) {
            rv = ap_pass_brigade(output->filter->next, output->part);
            apr_brigade_cleanup(output->part);
            note_written(output);
        }
        if (rv == APR_SUCCESS && !APR_BRIGADE_EMPTY(bb)) {
            rv = write_core(output);
        }
        if (rv != APR_SUCCESS || output->bytes || output->ends) {
            break;
        }
    }
    return rv;
}

/* -- keeping the rest ---------------------------------------------------------------------------------------- */

static apr_status_t hold(wlm_output_t *output, apr_bucket_brigade *bb)
{
    if (APR_BRIGADE_EMPTY(bb)) {
        return APR_SUCCESS;
    }
    if (!output->pool) {
        apr_pool_create(&output->pool, output->filter->c->pool);
        apr_pool_tag(output->pool, "wlm_output");
    }
    return ap_save_brigade(output->filter, &output->held, &bb, output->pool);
}

/* What was held has gone; the core filter has moved what it keeps of it to a pool of its own */
static void free_pool(wlm_output_t *output)
{
    if (output->pool && APR_BRIGADE_EMPTY(output->held)) {
        apr_pool_clear(output->pool);
    }
}

/* What is held first. @return not APR_SUCCESS: the client is gone, and with it all that was for it */
static apr_status_t pass_held(wlm_output_t *output)
{
    apr_status_t rv = pass_what_fits(output, output->held);

    if (rv != APR_SUCCESS) {
        apr_brigade_cleanup(output->held);
    }
    free_pool(output);
    return rv;
}

static void note_held(const wlm_output_t *output)
{
    if (wlm_output_is_holding(output)) {
        output->filter->c->data_in_output_filters = 1;
    }
}

/* -- the filter ------------------------------------------------------------------------------------------------ */

static int has_bucket_without_length(const apr_bucket_brigade *bb)
{
    const apr_bucket *b;

    for (b = APR_BRIGADE_FIRST(bb); b != APR_BRIGADE_SENTINEL(bb); b = APR_BUCKET_NEXT(b)) {
        if (!APR_BUCKET_IS_METADATA(b) && b->length == (apr_size_t)-1) {
            return 1;
        }
    }
    return 0;
}

/* @return 1: there was one */
static int remove_flushes(apr_bucket_brigade *bb)
{
    apr_bucket *b, *next;
    int found = 0;

    for (b = APR_BRIGADE_FIRST(bb); b != APR_BRIGADE_SENTINEL(bb); b = next) {
        next = APR_BUCKET_NEXT(b);
        if (APR_BUCKET_IS_FLUSH(b)) {
            apr_bucket_delete(b);
            found = 1;
        }
    }
    return found;
}

/* As httpd does it; what is held before that goes first */
static apr_status_t pass_waiting(wlm_output_t *output, apr_bucket_brigade *bb)
{
    const conn_rec *c = output->filter->c;
    apr_status_t rv;

    if (wlm_output_is_holding(output)) {
        APR_BRIGADE_PREPEND(bb, output->held);
    }
    rv = ap_pass_brigade(output->filter->next, bb);
    free_pool(output);
    /* how much of it the core filter still has is not known */
    output->bytes = c->data_in_output_filters ? output->bytes_max : 0;
    output->ends = c->data_in_output_filters && output->ends_max > 0 ? output->ends_max : 0;
    return rv;
}

static apr_status_t pass_at_once(wlm_output_t *output, apr_bucket_brigade *bb)
{
    const conn_rec *c = output->filter->c;
    int flushes = remove_flushes(bb);
    apr_status_t rv = pass_held(output);

    if (rv == APR_SUCCESS && !wlm_output_is_holding(output)) {
        rv = pass_what_fits(output, bb);
    }
    if (rv == APR_SUCCESS) {
        rv = hold(output, bb);
    }
    if (rv == APR_SUCCESS && flushes && c->data_in_output_filters && !wlm_output_is_holding(output)) {
        rv = write_core(output);
    }
    note_held(output);
    return rv;
}

static apr_status_t filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    wlm_output_t *output = f->ctx;

    return output->never_waits && !has_bucket_without_length(bb) ? pass_at_once(output, bb)
                                                                 : pass_waiting(output, bb);
}

/* -- for its users ---------------------------------------------------------------------------------------------- */

void wlm_output_register(void)
{
    handle = ap_register_output_filter(NAME, filter, NULL, (ap_filter_type)(AP_FTYPE_NETWORK - 1));
}

static const core_server_config *core_config(const server_rec *s)
{
    return ap_get_core_module_config(s->module_config);
}

int wlm_output_is_possible(const server_rec *s)
{
    return core_config(s)->flush_max_threshold > 0;
}

wlm_output_t *wlm_output_insert(conn_rec *c)
{
    wlm_output_t *output = apr_pcalloc(c->pool, sizeof(*output));

    output->held = apr_brigade_create(c->pool, c->bucket_alloc);
    output->part = apr_brigade_create(c->pool, c->bucket_alloc);
    output->bytes_max = core_config(c->base_server)->flush_max_threshold;
    output->ends_max = core_config(c->base_server)->flush_max_pipelined;
    output->filter = ap_add_output_filter_handle(handle, output, NULL, c);
    return output;
}

int wlm_output_never_wait(wlm_output_t *output, int on)
{
    int before = output->never_waits;

    output->never_waits = on;
    return before;
}

/* @return NULL: the connection has no filter of ours */
static wlm_output_t *output_of(const conn_rec *c)
{
    const ap_filter_t *f = c->output_filters;

    while (f && f->frec != handle) {
        f = f->next;
    }
    return f ? f->ctx : NULL;
}

int wlm_output_waits(const conn_rec *c)
{
    const wlm_output_t *output = output_of(c);

    return !output || !output->never_waits;
}

int wlm_output_is_holding(const wlm_output_t *output)
{
    return !APR_BRIGADE_EMPTY(output->held);
}

apr_status_t wlm_output_write(conn_rec *c)
{
    wlm_output_t *output = output_of(c);
    apr_status_t rv;

    if (!output) {
        return call_last(c->output_filters);
    }
    rv = write_core(output);
    if (rv == APR_SUCCESS && wlm_output_is_holding(output)) {
        rv = pass_held(output);
        if (rv == APR_SUCCESS && c->data_in_output_filters) {
            rv = write_core(output);
        }
    }
    note_held(output);
    return rv;
}
