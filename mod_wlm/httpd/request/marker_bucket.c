/* A bucket of our own that is no data. Created and destroyed on the thread that has its allocator. */
#include "httpd/request/marker_bucket.h"

static void destroy(void *pdestroyed)
{
    if (pdestroyed) {
        *(int *)pdestroyed = 1;
    }
}

static apr_status_t read_nothing(apr_bucket *b, const char **pdata, apr_size_t *plen, apr_read_type_e block)
{
    (void)b;
    (void)block;
    *pdata = NULL;
    *plen = 0;
    return APR_SUCCESS;
}

/* A copy of one that reports its end would report that, too */
static apr_status_t copy(apr_bucket *from, apr_bucket **pto)
{
    return from->data ? APR_ENOTIMPL : apr_bucket_simple_copy(from, pto);
}

static const apr_bucket_type_t marker_type = {
    "WLM_MARKER", 5, APR_BUCKET_METADATA, destroy, read_nothing, apr_bucket_setaside_noop, apr_bucket_split_notimpl,
    copy
};

apr_bucket *wlm_marker_bucket_create(int *pdestroyed, apr_bucket_alloc_t *ba)
{
    apr_bucket *b = apr_bucket_alloc(sizeof(*b), ba);

    APR_BUCKET_INIT(b);
    b->free = apr_bucket_free;
    b->list = ba;
    b->type = &marker_type;
    b->length = 0;
    b->start = 0;
    b->data = pdestroyed;
    return b;
}
