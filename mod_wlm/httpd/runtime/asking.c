/* One question to an address, in steps. On the thread of checks. */
#include <errno.h>
#include <apr_strings.h>
#include "balance/transports.h"
#include "httpd/context/context.h"
#include "httpd/runtime/asking.h"
#include "httpd/runtime/endpoints.h"
#include "net/shortage.h"

#define ALWAYS_MAX 32              /* so many may be under way however few descriptors are left */

static int under_way;              /* one thread of a process asks at a time */

wlm_asking_t *wlm_asking_begin(const wlm_asking_kind_t *kind, const wlm_member_t *member, server_rec *s)
{
    wlm_asking_t *asking;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    asking = apr_pcalloc(p, sizeof(*asking));
    asking->kind = kind;
    asking->server = s;
    asking->pool = p;
    asking->begun = wlm_now();
    asking->end = asking->begun + kind->timeout(member);
    asking->endpoint = wlm_transports_for(member, 0)->endpoint;
    wlm_endpoints_add_user(asking->endpoint);
    under_way++;
    return asking;
}

apr_interval_time_t wlm_asking_left(const wlm_asking_t *asking)
{
    apr_interval_time_t left = asking->end - wlm_now();

    return left > 0 ? left : 1;
}

/* -- the stages: each goes on as far as it can --------------------------------------------------------------- */

/* No connection. Where httpd itself was short of something, and had an idle connection to close, it is tried again. */
static apr_status_t end_without_connection(wlm_asking_t *asking, apr_status_t rv, const char *text)
{
    if (wlm_shortage_is(rv)) {
        if (asking->closed++ < WLM_SHORTAGE_CLOSE_MAX && wlm_endpoints_close_idle()) {
            asking->stage = WLM_ASKING_FIND;
            return APR_SUCCESS;
        }
        asking->shortage = rv;
    }
    asking->why = apr_pstrcat(asking->pool, text, APR_STATUS_IS_TIMEUP(rv) ? " in time" : "", NULL);
    return rv;
}

static apr_status_t step_find(wlm_asking_t *asking, wlm_member_t *member, wlm_wait_t *wait)
{
    apr_status_t rv = asking->kind->find(asking, member, wait);

    if (APR_STATUS_IS_EAGAIN(rv)) {
        return rv;
    }
    if (rv != APR_SUCCESS) {
        return end_without_connection(asking, rv, asking->text);
    }
    wlm_conn_open_begin(&asking->open, &asking->address, asking->peer, wlm_asking_left(asking));
    asking->stage = WLM_ASKING_OPEN;
    return APR_SUCCESS;
}

/* Checks of many members that hang must not take all descriptors: httpd ends a process that cannot accept a client */
static int takes_too_many(const wlm_wait_t *wait)
{
    return under_way > ALWAYS_MAX && wait->member.events && wlm_shortage_is_near(wait->member.fd);
}

static apr_status_t step_open(wlm_asking_t *asking, wlm_member_t *member, wlm_wait_t *wait)
{
    apr_status_t rv = wlm_conn_open_step(&asking->open, &asking->conn, wait);

    if (APR_STATUS_IS_EAGAIN(rv) && takes_too_many(wait)) {
        wlm_conn_open_cancel(&asking->open);
        asking->shortage = EMFILE;
        asking->why = "the descriptors that are left are for clients";
        return EMFILE;
    }
    if (APR_STATUS_IS_EAGAIN(rv)) {
        return rv;
    }
    if (rv != APR_SUCCESS) {
        return end_without_connection(asking, rv, asking->open.why);
    }
    if (asking->kind->begin) {
        asking->kind->begin(asking, member);
    }
    asking->stage = WLM_ASKING_TALK;
    return APR_SUCCESS;
}

apr_status_t wlm_asking_step(wlm_asking_t *asking, wlm_member_t *member, wlm_wait_t *wait)
{
    apr_status_t rv = APR_SUCCESS;

    while (rv == APR_SUCCESS && asking->stage != WLM_ASKING_TALK) {
        rv = asking->stage == WLM_ASKING_FIND ? step_find(asking, member, wait) : step_open(asking, member, wait);
    }
    return rv == APR_SUCCESS ? asking->kind->talk(asking, wait) : rv;
}

/* -- the end --------------------------------------------------------------------------------------------------- */

/* Logged once, until a question has been asked again */
static void report_shortage(const wlm_asking_t *asking, const wlm_member_t *member)
{
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, asking->server, WLMNO(0141) "httpd itself can open no connection to "
                 "check member %s of cluster %s: %s; nothing is concluded about members from that. %s",
                 member->cfg->name, member->cluster->cfg->name, asking->why, wlm_shortage_remedy(asking->shortage));
}

void wlm_asking_conclude(const wlm_asking_t *asking, wlm_member_t *const *members, int n, int *pfails)
{
    static int has_reported;       /* one thread of a process concludes at a time */

    if (asking->shortage == APR_SUCCESS) {
        asking->kind->conclude(asking, members, n, pfails);
    }
    else if (!has_reported) {
        report_shortage(asking, members[0]);
    }
    has_reported = asking->shortage != APR_SUCCESS;
}

void wlm_asking_end(wlm_asking_t *asking)
{
    if (asking) {
        under_way--;
        wlm_conn_open_cancel(&asking->open);
        wlm_conn_close(asking->conn);
        wlm_endpoints_release(asking->endpoint);
        apr_pool_destroy(asking->pool);
    }
}
