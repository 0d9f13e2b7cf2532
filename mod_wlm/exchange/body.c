/* The part of a request's body that is kept in a file. On the thread that has the request. */
#include "exchange/body.h"
#include <apr_file_io.h>

apr_status_t wlm_exchange_body_read_spooled(wlm_client_body_t *body, apr_int64_t at, const char **pdata,
                                            apr_size_t *plen)
{
    apr_int64_t left = body->spooled - at;
    apr_off_t offset = (apr_off_t)at;
    apr_status_t rv;

    *plen = left < WLM_CLIENT_BODY_READ_SIZE ? (apr_size_t)left : WLM_CLIENT_BODY_READ_SIZE;
    if (!body->spool_block) {
        body->spool_block = apr_palloc(body->pool, WLM_CLIENT_BODY_READ_SIZE);
    }
    *pdata = body->spool_block;
    rv = apr_file_seek(body->spool, APR_SET, &offset);
    return rv != APR_SUCCESS ? rv : apr_file_read_full(body->spool, body->spool_block, *plen, NULL);
}
