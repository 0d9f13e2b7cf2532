/* The addresses of members that are given by a host name. Look-ups run in threads of their own (net/lookup.h), so
 * that no request waits for the name service longer than for a connection; the first process with an answer
 * publishes it in shared memory (shared/resolved.h), where it stays over restarts. Called by request threads, by the
 * thread of checks, and once a second by the watchdog's.
 *
 * A member whose name has no address, or none within a second, is down, with that reason; it comes back when there
 * is one. A name that cannot be resolved any more keeps the addresses that it had: they may well be right.
 */
#include <apr_strings.h>
#include <dlfcn.h>
#include <http_main.h>
#include "balance/transition.h"
#include "httpd/context/context.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/names.h"
#include "httpd/runtime/segment.h"
#include "net/conn_pool.h"
#include "net/lookup.h"
#include "net/shortage.h"

#define FIRST_ANSWER_TIMEOUT apr_time_from_sec(1) /* how long a request waits for it */
#define RETRY_INTERVAL apr_time_from_sec(5)  /* after a look-up that found no address */
#define POLL_INTERVAL  apr_time_from_msec(5) /* while a request waits for the first answer */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all endpoints' known.* */

/* What this process has found before the others, and logs */
typedef struct outcome_t {
    enum { NONE, LOST, FOUND, MOVED } kind;
    int why;                       /* of LOST */
    wlm_address_t address;         /* otherwise */
} outcome_t;

/* A thread that waits for a name service may still do so when the process ends, and httpd unloads its modules there.
 * So the module stays loaded in a child. Not in the parent, which may load another version of it at a restart. */
void wlm_names_child_init(void)
{
    static const char here;
    Dl_info info;

    if (dladdr(&here, &info) && info.dli_fname) {
        dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
    }
}

/* -- what is known ------------------------------------------------------------------------------------ */

static wlm_resolved_t *shared_of(const wlm_member_t *member, const wlm_member_transport_t *transport)
{
    return &member->shared->resolved[transport->cfg->protocol];
}

static void publish_found(wlm_endpoint_t *endpoint, wlm_resolved_t *shared, const wlm_address_t *found,
                          outcome_t *outcome)
{
    wlm_address_t before;
    int why, has_moved;
    wlm_resolved_state_t was = wlm_resolved_get(shared, endpoint->known.key, endpoint->port, &before, &why);

    outcome->address = *found;
    wlm_address_set_port(&outcome->address, endpoint->port);
    if (was == WLM_RESOLVED_FOUND && wlm_address_same(&before, &outcome->address)) {
        return;
    }
    wlm_resolved_put(shared, endpoint->known.key, &outcome->address, 0);
    has_moved = endpoint->known.address.n && !wlm_address_same(&endpoint->known.address, &outcome->address);
    outcome->kind = was == WLM_RESOLVED_FAILED ? FOUND : was == WLM_RESOLVED_FOUND || has_moved ? MOVED : NONE;
}

static void publish_lost(wlm_endpoint_t *endpoint, wlm_resolved_t *shared, int error, outcome_t *outcome)
{
    wlm_address_t before;
    int why;
    wlm_resolved_state_t was = wlm_resolved_get(shared, endpoint->known.key, endpoint->port, &before, &why);

    if (was == WLM_RESOLVED_FOUND || (was == WLM_RESOLVED_FAILED && why == error)) {
        return;
    }
    wlm_resolved_put(shared, endpoint->known.key, NULL, error);
    outcome->kind = was == WLM_RESOLVED_NOTHING ? LOST : NONE;
    outcome->why = error;
}

/* Publish the answer of this process' look-up, or that the first answer has not come in time */
static void collect_answer(wlm_endpoint_t *endpoint, wlm_resolved_t *shared, apr_time_t now, outcome_t *outcome)
{
    wlm_address_t found;
    int error;

    if (!endpoint->known.lookup) {
        return;
    }
    if (wlm_lookup_is_over(endpoint->known.lookup, &found, &error)) {
        wlm_lookup_end(endpoint->known.lookup);
        endpoint->known.lookup = NULL;
        if (error == WLM_LOOKUP_SHORTAGE) {
            endpoint->known.lookup_begun = endpoint->known.next_lookup = 0;
        }
        else if (!error) {
            publish_found(endpoint, shared, &found, outcome);
        }
        else if (!endpoint->known.address.n) {
            publish_lost(endpoint, shared, error, outcome);
        }
    }
    else if (!endpoint->known.address.n && !endpoint->known.why
             && now - endpoint->known.lookup_begun >= FIRST_ANSWER_TIMEOUT) {
        publish_lost(endpoint, shared, WLM_RESOLVED_SILENT, outcome);
    }
}

/* Take over the published addresses. @return 1: they are others than before, so kept connections lead to the wrong
 * host */
static int adopt_published(wlm_endpoint_t *endpoint, const wlm_resolved_t *shared)
{
    wlm_address_t found;
    int why, had = endpoint->known.address.n;

    switch (wlm_resolved_get(shared, endpoint->known.key, endpoint->port, &found, &why)) {
    case WLM_RESOLVED_FOUND:
        endpoint->known.why = 0;
        if (!wlm_address_same(&endpoint->known.address, &found)) {
            endpoint->known.address = found;
            return had > 0;
        }
        break;
    case WLM_RESOLVED_FAILED:
        endpoint->known.why = had ? 0 : why;
        break;
    case WLM_RESOLVED_NOTHING:
        break;
    }
    return 0;
}

/* -- look-ups ---------------------------------------------------------------------------------------- */

static void begin_lookup(wlm_endpoint_t *endpoint, apr_interval_time_t every, apr_time_t now)
{
    apr_interval_time_t again = endpoint->known.address.n || (every > 0 && every < RETRY_INTERVAL)
                                ? every : RETRY_INTERVAL;

    endpoint->known.lookup = wlm_lookup_begin(endpoint->host);
    endpoint->known.lookup_begun = now;
    endpoint->known.next_lookup = again > 0 ? now + again : APR_INT64_MAX;
}

/* Without waiting. @return what is to be logged; *pmoved as of adopt_published() */
static outcome_t refresh(const wlm_member_t *member, const wlm_member_transport_t *transport, apr_time_t now,
                         int *pmoved)
{
    wlm_resolved_t *shared = shared_of(member, transport);
    outcome_t outcome = { .kind = NONE };

    collect_answer(transport->endpoint, shared, now, &outcome);
    *pmoved = adopt_published(transport->endpoint, shared);
    return outcome;
}

/* -- the log, and the member's state ------------------------------------------------------------------ */

static int has_another_address(const wlm_member_t *member, const wlm_member_transport_t *transport)
{
    int i, has = 0;

    pthread_mutex_lock(&lock);
    for (i = 0; i < WLM_TRANSPORTS; ++i) {
        const wlm_endpoint_t *endpoint = member->transports[i].endpoint;

        has |= endpoint && endpoint != transport->endpoint && endpoint->known.address.n;
    }
    pthread_mutex_unlock(&lock);
    return has;
}

static void report_lost(wlm_member_t *member, const wlm_member_transport_t *transport, int error, apr_pool_t *p)
{
    const char *why = apr_psprintf(p, "host name %s cannot be resolved: %s", transport->cfg->host,
                                   wlm_resolved_why(error));
    int changed = 0;

    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, ap_server_conf, WLMNO(0005) "member %s of cluster %s: %s; it is "
                 "down until that is possible", member->cfg->name, member->cluster->cfg->name, why);
    if (!has_another_address(member, transport) && wlm_health_state(atomic_load(&member->shared->health)) == WLM_UP) {
        wlm_shared_text_put(&member->shared->error, wlm_clock_today(), why);
        wlm_transition_event(member, WLM_EVENT_FAULT, wlm_now(), &changed);
        if (changed) {
            wlm_transition_note(member, apr_pstrcat(p, "marked down: ", why, NULL));
        }
    }
}

static void report_found(wlm_member_t *member, const wlm_member_transport_t *transport, const outcome_t *outcome,
                         apr_pool_t *p)
{
    int is_back = 0;

    if (outcome->kind == FOUND) {
        wlm_transition_event(member, WLM_EVENT_ALIVE, wlm_now(), &is_back);
    }
    if (is_back) {
        wlm_transition_note(member, "up again: its host name can be resolved");
    }
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, ap_server_conf, WLMNO(0041) "member %s of cluster %s: %s is now %s%s",
                 member->cfg->name, member->cluster->cfg->name, transport->cfg->host,
                 wlm_address_text(&outcome->address, p), is_back ? "; it is up again" : "");
}

/* Not under the lock: logging and closing are system calls */
static void act_on(wlm_member_t *member, const wlm_member_transport_t *transport, const outcome_t *outcome, int moved)
{
    apr_pool_t *p;

    if (moved) {
        wlm_conn_pool_clear(transport->endpoint->connections);
    }
    if (outcome->kind != NONE) {
        apr_pool_create(&p, NULL);
        if (outcome->kind == LOST) {
            report_lost(member, transport, outcome->why, p);
        }
        else {
            report_found(member, transport, outcome, p);
        }
        apr_pool_destroy(p);
    }
}

/* -- exported ------------------------------------------------------------------------------------------ */

int wlm_names_update(wlm_member_t *member, const wlm_member_transport_t *transport, int may_look_up, apr_time_t now)
{
    wlm_endpoint_t *endpoint = transport->endpoint;
    outcome_t outcome;
    int moved;

    if (!endpoint->known.key) {
        return 0;
    }
    pthread_mutex_lock(&lock);
    outcome = refresh(member, transport, now, &moved);
    if (may_look_up && !endpoint->known.lookup && now >= endpoint->known.next_lookup) {
        begin_lookup(endpoint, member->cluster->options->resolve_interval, now);
    }
    pthread_mutex_unlock(&lock);
    act_on(member, transport, &outcome, moved);
    return 1;
}

/* @return 1: *address is it; 0: there is none; -1: not known yet */
static int find_address(wlm_address_t *address, int *pwhy, wlm_member_t *member,
                        const wlm_member_transport_t *transport, apr_time_t now)
{
    wlm_endpoint_t *endpoint = transport->endpoint;
    int moved, result;
    outcome_t outcome;

    pthread_mutex_lock(&lock);
    outcome = refresh(member, transport, now, &moved);
    *address = endpoint->known.address;
    *pwhy = endpoint->known.why;
    result = address->n ? 1 : *pwhy ? 0 : -1;
    if (result != 1 && !endpoint->known.lookup
        && now - endpoint->known.lookup_begun >= (result < 0 ? 0 : FIRST_ANSWER_TIMEOUT)) {
        begin_lookup(endpoint, member->cluster->options->resolve_interval, now);
    }
    pthread_mutex_unlock(&lock);
    act_on(member, transport, &outcome, moved);
    return result;
}

/* Not known yet: for a while it is waited for. */
static apr_status_t wait_for_answer(apr_time_t until, wlm_wait_t *wait)
{
    apr_time_t now = wlm_now();
    /* half of it more: if no thread can be started for the look-up there is never an answer */
    apr_interval_time_t limit = FIRST_ANSWER_TIMEOUT + FIRST_ANSWER_TIMEOUT / 2;
    apr_status_t rv;

    if (until && until - now < limit) {
        limit = until > now ? until - now : 1;
    }
    rv = wlm_wait_for(wait, -1, 0, limit);
    wlm_wait_wake(wait, now + POLL_INTERVAL);
    return rv;
}

apr_status_t wlm_names_find(wlm_address_t *address, char why[WLM_CONN_WHY_SIZE], wlm_member_t *member,
                            const wlm_member_transport_t *transport, apr_time_t until, wlm_wait_t *wait)
{
    wlm_endpoint_t *endpoint = transport->endpoint;
    int error = 0, result;
    apr_status_t rv;

    if (!endpoint->known.key) {
        *address = endpoint->known.address;
        return APR_SUCCESS;
    }
    result = find_address(address, &error, member, transport, wlm_now());
    if (result < 0 && APR_STATUS_IS_EAGAIN(rv = wait_for_answer(until, wait))) {
        return rv;
    }
    wlm_wait_end(wait);
    if (result > 0) {
        return APR_SUCCESS;
    }
    apr_snprintf(why, WLM_CONN_WHY_SIZE, "host name %s cannot be resolved: %s", endpoint->host,
                 wlm_resolved_why(error ? error : WLM_RESOLVED_SILENT));
    rv = result < 0 ? wlm_shortage_now() : APR_SUCCESS;
    return rv == APR_SUCCESS ? APR_EGENERAL : rv;
}
