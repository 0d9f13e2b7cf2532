/* One attempt to have a request answered: connect, have it sent, read the response head. What happened is noted as
 * facts in x->attempt; what follows from them is decided elsewhere (balance/outcome.h).
 */
#include "httpd/request/exchange.h"
#include <httpd.h>
#include <http_log.h>
#include "balance/options.h"
#include "balance/outcome.h"
#include "base/clock.h"
#include "httpd/context/context.h"
#include "httpd/request/bound_connection.h"
#include "httpd/request/exchange_base.h"
#include "httpd/request/exchange_connection.h"
#include "httpd/request/exchange_end.h"
#include "httpd/request/exchange_read.h"
#include "httpd/request/upload.h"

/* A member that answers before it has read the request: an error, a goodbye, or an answer although it was asked whether
 * it wants the body, means that it does not want the rest. Otherwise it answers while it reads, and wants it all. */
static void stop_if_answered_early(wlm_exchange_t *x)
{
    if (!wlm_upload_is_complete(x)
        && (x->head.status >= 300 || !x->head.keep_alive || wlm_upload_awaits_continue(x))) {
        wlm_upload_stop(x);
    }
}

/* Send the request and listen meanwhile. @return 1 when the final head is there */
static int exchange_heads(wlm_exchange_t *x)
{
    wlm_exchange_read_t result;

    wlm_exchange_read_begin(x);
    wlm_upload_begin(x);
    do {
        switch (wlm_upload_run(x)) {
        case WLM_UPLOAD_SENT:
            return wlm_exchange_read_final(x);
        case WLM_UPLOAD_TIMED_OUT:
            return wlm_exchange_end_without_response(x, APR_TIMEUP);
        case WLM_UPLOAD_CLIENT_GONE:
            return wlm_exchange_end_with(x, WLM_CLIENT_GONE, "the request body did not arrive");
        case WLM_UPLOAD_SPOKEN:
            break;
        }
        result = wlm_exchange_read(x);
    } while (result == WLM_EXCHANGE_READ_INTERIM);
    stop_if_answered_early(x);
    return result == WLM_EXCHANGE_READ_FINAL;
}

static int try_once(wlm_exchange_t *x, int fresh)
{
    x->attempt = (wlm_attempt_t){
        .cause = "", .time_out_marks_down = x->member->cfg->server_io_timeout < 0, .begun = x->attempt.begun
    };
    x->upgraded = 0;
    if (!wlm_exchange_connection_open(x, fresh)) {
        return 0;
    }
    /* on a bound one it would come between the messages of a login */
    if (x->member->cfg->extended_handshake && !x->conn->is_bound && !wlm_exchange_connection_probe(x)) {
        return 0;
    }
    x->conn->is_bound = x->conn->is_bound || wlm_bound_connection_is_asked_by(x->r);
    if (!exchange_heads(x)) {
        wlm_exchange_connection_close(x);
        return 0;
    }
    x->attempt.outcome = wlm_options_is_busy(x->member->cluster->options, x->head.status) ? WLM_BUSY : WLM_DELIVERED;
    return 1;
}

/* On a kept connection first, if there is one */
static int try_member(wlm_exchange_t *x)
{
    x->io_timeout = apr_time_from_sec(abs(x->member->cfg->server_io_timeout));
    if (try_once(x, 0)) {
        return 1;
    }
    if (wlm_outcome_next(&x->attempt, x->repeat) != WLM_NEXT_SAME_FRESH) {
        return 0;
    }
    ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, x->r, WLMNO(0020) "a kept connection to member %s had ended (%s); "
                  "trying a new one", x->member->cfg->name, x->attempt.cause);
    return try_once(x, 1);
}

int wlm_exchange_begin(wlm_exchange_t *x)
{
    int answered = try_member(x);

    if (x->attempt.outcome != WLM_DELIVERED || x->upgraded) {
        x->attempt.elapsed = wlm_now() - x->attempt.begun; /* of that one wlm_response_deliver() sees the end */
    }
    return answered;
}

void wlm_exchange_discard(wlm_exchange_t *x)
{
    /* reading on to save the connection would wait for a member that has just said that it is busy */
    wlm_exchange_connection_close(x);
}
