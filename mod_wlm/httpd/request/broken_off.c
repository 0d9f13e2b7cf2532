/* Before a response over HTTP/2 is broken off: the client is to get what came before. mod_http2 passes buckets
 * from this thread to that of the client's connection, and an error bucket makes that reset the stream at once and
 * drop what it still holds of it. A FLUSH does not wait for that, nor does anything else, so a bucket of our own
 * shows how far it is.
 *
 * A bucket that is no data, and of no known type, is taken by the other thread in its turn, left out, and destroyed
 * by this one when it passes something on later. More is taken only when less than a frame is left to be sent, and
 * that is then sent at once: so when a second such bucket has been taken, all data before the first one has been
 * sent. With a mod_http2 that does that differently the wait ends by its time limit.
 */
#include "httpd/request/broken_off.h"
#include <httpd.h>
#include <util_filter.h>
#include "base/clock.h"
#include "httpd/request/marker_bucket.h"

#define DRAIN_MAX  apr_time_from_sec(1)  /* a client that is slower loses what is left */
#define POLL_INTERVAL apr_time_from_msec(1)

/* @return 1: a bucket that is passed on now has been taken over before `until` */
static int is_taken(conn_rec *c, apr_bucket_brigade *bb, apr_time_t until)
{
    int *taken = apr_pcalloc(c->pool, sizeof(*taken));

    APR_BRIGADE_INSERT_TAIL(bb, wlm_marker_bucket_create(taken, c->bucket_alloc));
    while (ap_pass_brigade(c->output_filters, bb) == APR_SUCCESS && !*taken && !c->aborted && wlm_now() < until) {
        apr_sleep(POLL_INTERVAL);
        apr_brigade_cleanup(bb);
    }
    apr_brigade_cleanup(bb);
    return *taken && !c->aborted;
}

void wlm_broken_off_flush(conn_rec *c, apr_bucket_brigade *bb)
{
    apr_time_t until = wlm_now() + DRAIN_MAX;

    if (c->master && is_taken(c, bb, until)) {
        is_taken(c, bb, until);
    }
}
