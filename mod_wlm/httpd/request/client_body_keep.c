/* What is kept of a request's body so that it can be sent again: in memory as far as PostBufferSize allows, and
 * beyond that, where WLMBodySpool allows it, in a temporary file. On the worker thread of the request. */
#include "httpd/request/client_body_keep.h"
#include <httpd.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <http_log.h>
#include <stdatomic.h>
#include "base/clock.h"
#include "httpd/context/context.h"
#include "httpd/request/client_body_base.h"
#include "httpd/request/client_body_read.h"

#define LOG_INTERVAL apr_time_from_sec(60)
#define BLOCK_FIRST 8000
#define BLOCK_MAX   (1024 * 1024)

int wlm_client_body_keep_fits(const wlm_client_body_t *body, apr_int64_t size)
{
    return body->source->kept_max < 0 || size <= body->source->kept_max || size <= body->source->spool_max;
}

int wlm_client_body_keep_is_whole(const wlm_client_body_t *body)
{
    return body->complete && (apr_int64_t)body->kept_len + body->spooled == body->total
           && wlm_client_body_keep_fits(body, body->total);
}

/* How large a block comes behind those that are there? What has come says that, not what the client has promised: only
 * for the first one, so that a small body lies in one piece. */
static apr_size_t next_size(const wlm_client_body_t *body)
{
    apr_size_t size = body->kept_len < BLOCK_FIRST ? BLOCK_FIRST
                    : body->kept_len < BLOCK_MAX ? body->kept_len : BLOCK_MAX;

    if (body->length > 0 && body->kept_len == 0) {
        size = WLM_CLIENT_BODY_READ_SIZE;
    }
    return body->length > 0 && body->length - (apr_int64_t)body->kept_len < (apr_int64_t)size
           ? (apr_size_t)(body->length - (apr_int64_t)body->kept_len) : size;
}

static wlm_client_body_block_t *add_block(wlm_client_body_t *body)
{
    apr_size_t size = next_size(body);
    wlm_client_body_block_t *block = apr_palloc(body->pool, sizeof(*block) + size);

    *block = (wlm_client_body_block_t){ .size = size };
    *(body->last ? &body->last->next : &body->kept) = block;
    body->last = block;
    return block;
}

void wlm_client_body_keep_in_memory(wlm_client_body_t *body, const char *data, apr_size_t len)
{
    while (len > 0) {
        wlm_client_body_block_t *block = body->last && body->last->len < body->last->size ? body->last
                                         : add_block(body);
        apr_size_t n = block->size - block->len < len ? block->size - block->len : len;

        memcpy(block->data + block->len, data, n);
        block->len += n;
        body->kept_len += n;
        data += n;
        len -= n;
    }
    wlm_client_body_read_drop(body);
}

/* -- in a file --------------------------------------------------------------------- */

/* The file has no name from the beginning, so nothing is left of it when the process dies */
static apr_status_t open_spool(wlm_client_body_t *body)
{
    apr_pool_t *p = body->pool;
    const char *folder;
    char *name;
    apr_status_t rv = apr_temp_dir_get(&folder, p);

    if (rv == APR_SUCCESS) {
        name = apr_pstrcat(p, folder, "/wlm-body.XXXXXX", NULL);
        rv = apr_file_mktemp(&body->spool, name, APR_FOPEN_CREATE | APR_FOPEN_EXCL | APR_FOPEN_READ | APR_FOPEN_WRITE
                             | APR_FOPEN_BINARY, p);
    }
    return rv == APR_SUCCESS ? apr_file_remove(name, p) : rv;
}

/* Bodies are spooled without a directive, so a folder that is full must not fill the log, too */
static void log_cannot_spool(const wlm_client_body_t *body, apr_status_t rv)
{
    static _Atomic apr_time_t last;
    apr_time_t now = wlm_now(), before = atomic_load(&last);

    if ((!before || now - before >= LOG_INTERVAL) && atomic_compare_exchange_strong(&last, &before, now)) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, rv, body->source->r,
                      WLMNO(0012) "cannot keep a request body in a temporary file: it is sent to one member only; "
                      "is there room in the temporary directory (TMPDIR)?");
    }
}

/* A body that cannot be spooled streams from here on: it is served, but cannot be sent again */
void wlm_client_body_keep_in_file(wlm_client_body_t *body, const char *data, apr_size_t len)
{
    apr_status_t rv = body->spool ? APR_SUCCESS : open_spool(body);
    apr_size_t written = 0;

    if (rv == APR_SUCCESS) {
        rv = apr_file_write_full(body->spool, data, len, &written);
        body->spooled += (apr_int64_t)written;
    }
    if (rv == APR_SUCCESS) {
        wlm_client_body_read_drop(body);
        return;
    }
    log_cannot_spool(body, rv);
    body->source->spool_max = -1;
    wlm_client_body_read_undo(body, written);
}
