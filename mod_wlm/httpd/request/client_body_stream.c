/* The part of a request's body that is not kept, passed on as it comes. On the thread that has the request. */
#include "httpd/request/client_body_stream.h"
#include <httpd.h>
#include "exchange/client.h"
#include "httpd/request/client_body_base.h"
#include "httpd/request/client_body_read.h"
#include "httpd/request/client_body_refuse.h"

/* Filters of other modules are written for reads that wait: no descriptor shows what such a filter holds */
static apr_status_t read_next(wlm_client_body_t *body)
{
    return wlm_client_body_read_waits(body) ? wlm_client_body_read(body, APR_BLOCK_READ)
                                            : wlm_client_body_read_available(body);
}

wlm_client_body_result_t wlm_client_body_stream_next(wlm_client_body_t *body, const char **pdata, apr_size_t *plen,
                                              int *pstatus)
{
    apr_status_t rv;

    wlm_client_body_read_drop(body);
    *plen = 0;
    while (!body->complete) {
        rv = body->source->bb && !APR_BRIGADE_EMPTY(body->source->bb) ? APR_SUCCESS : read_next(body);
        if (APR_STATUS_IS_EAGAIN(rv)) {
            return WLM_CLIENT_BODY_NONE_YET;
        }
        if (rv == APR_SUCCESS) {
            rv = wlm_client_body_read_bucket(body, pdata, plen);
        }
        if (rv != APR_SUCCESS) {
            *pstatus = wlm_client_body_refuse_broken(body, rv);
            return WLM_CLIENT_BODY_FAILED;
        }
        if (wlm_client_body_refuse_is_too_large(body)) {
            *pstatus = wlm_client_body_refuse_too_large(body);
            return WLM_CLIENT_BODY_FAILED;
        }
        if (*plen) {
            return WLM_CLIENT_BODY_BYTES;
        }
    }
    *pstatus = wlm_client_body_refuse_trailers(body);
    return *pstatus == OK ? WLM_CLIENT_BODY_END : WLM_CLIENT_BODY_FAILED;
}
