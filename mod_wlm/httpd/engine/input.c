/* The filter that sees whether a read found the client's socket empty. On the thread that has the connection.
 *
 * httpd's core filter hands out what it has, and reads from the socket when it has nothing. So a read that does not
 * wait, and returns nothing, has found the socket empty. Two modes do not count: a line (AP_MODE_GETLINE) is returned
 * when there is one, and AP_MODE_EATCRLF returns nothing in any case.
 */
#include "httpd/engine/input.h"
#include <util_filter.h>

#define NAME "WLM_INPUT"

struct wlm_input_t {
    int is_empty;
};

static ap_filter_rec_t *handle;

static apr_status_t filter(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode, apr_read_type_e block,
                           apr_off_t max)
{
    wlm_input_t *input = f->ctx;
    apr_status_t rv = ap_get_brigade(f->next, bb, mode, block, max);

    /* a filter of another module that is below has a reason of its own to return nothing */
    input->is_empty = (mode == AP_MODE_SPECULATIVE || mode == AP_MODE_READBYTES) && block == APR_NONBLOCK_READ
                   && (APR_STATUS_IS_EAGAIN(rv) || (rv == APR_SUCCESS && APR_BRIGADE_EMPTY(bb))) && !f->next->next;
    return rv;
}

void wlm_input_register(void)
{
    handle = ap_register_input_filter(NAME, filter, NULL, AP_FTYPE_NETWORK);
}

wlm_input_t *wlm_input_insert(conn_rec *c)
{
    wlm_input_t *input = apr_pcalloc(c->pool, sizeof(*input));

    ap_add_input_filter_handle(handle, input, NULL, c);
    return input;
}

int wlm_input_is_empty(const wlm_input_t *input)
{
    return input->is_empty;
}
