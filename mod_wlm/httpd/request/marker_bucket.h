/* httpd/request/marker_bucket.h: a bucket of our own that is no data. Filters pass it on like any of a type that they
 * do not know, and what they have held back before it. It belongs to the thread that has its allocator. */
#ifndef WLM_HTTPD_REQUEST_MARKER_BUCKET_H
#define WLM_HTTPD_REQUEST_MARKER_BUCKET_H

#include <apr_buckets.h>

/** @param pdestroyed  NULL, or what becomes 1 when the bucket is destroyed; lives as long as `ba`. Such a bucket cannot
 *                     be copied. */
apr_bucket *wlm_marker_bucket_create(int *pdestroyed, apr_bucket_alloc_t *ba);

#endif
