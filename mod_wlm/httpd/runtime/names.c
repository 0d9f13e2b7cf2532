/* The addresses of members that are given by a host name. Nobody waits for a name service longer than for a connection:
 * questions are asked in the background, and what one process has learnt is in shared memory for all (shared/resolved.h),
 * also over restarts.
 *
 * A member whose name has no address, or none within a second, is down, with that reason; it comes back when there is
 * one. A name that cannot be resolved any more keeps the addresses that it had: they may well be right.
 */
#include <apr_strings.h>
#include <dlfcn.h>
#include <http_main.h>
#include "balance/transition.h"
#include "httpd/context/context.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/names.h"
#include "httpd/runtime/segment.h"
#include "net/conn.h"
#include "net/lookup.h"
#include "net/shortage.h"

#define ENOUGH     apr_time_from_sec(1)   /* for the first answer */
#define ASK_AGAIN  apr_time_from_sec(5)   /* for a name without an address */
#define LOOK_EVERY 5                      /* ms, while a request waits for the first answer */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of what links know: known.* in each of them */

/* What a process has learnt first, and tells */
typedef struct news_t {
    enum { NONE, LOST, FOUND, MOVED } kind;
    int why;                       /* of LOST */
    wlm_address_t address;         /* otherwise */
} news_t;

/* A thread that waits for a name service may still do so when the process ends, and httpd unloads its modules there.
 * Not in the parent: that wants to load another version of the module at a restart. */
void wlm_names_child_init(void)
{
    static const char here;
    Dl_info info;

    if (dladdr(&here, &info) && info.dli_fname) {
        dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
    }
}

/* -- what is known ------------------------------------------------------------------------------------ */

static wlm_resolved_t *shared_of(const wlm_member_t *member, const wlm_member_transport_t *way)
{
    return &member->shared->resolved[way->transport->protocol];
}

static void announce_found(wlm_endpoint_t *link, wlm_resolved_t *shared, const wlm_address_t *found, news_t *news)
{
    wlm_address_t before;
    int why, has_moved;
    wlm_resolved_state_t was = wlm_resolved_get(shared, link->known.key, link->port, &before, &why);

    news->address = *found;
    wlm_address_set_port(&news->address, link->port);
    if (was == WLM_RESOLVED_FOUND && wlm_address_same(&before, &news->address)) {
        return;
    }
    wlm_resolved_put(shared, link->known.key, &news->address, 0);
    has_moved = link->known.address.n && !wlm_address_same(&link->known.address, &news->address);
    news->kind = was == WLM_RESOLVED_FAILED ? FOUND : was == WLM_RESOLVED_FOUND || has_moved ? MOVED : NONE;
}

static void announce_lost(wlm_endpoint_t *link, wlm_resolved_t *shared, int error, news_t *news)
{
    wlm_address_t before;
    int why;
    wlm_resolved_state_t was = wlm_resolved_get(shared, link->known.key, link->port, &before, &why);

    if (was == WLM_RESOLVED_FOUND || (was == WLM_RESOLVED_FAILED && why == error)) {
        return;
    }
    wlm_resolved_put(shared, link->known.key, NULL, error);
    news->kind = was == WLM_RESOLVED_NOTHING ? LOST : NONE;
    news->why = error;
}

/* Has the name service answered this process? Does it take too long to tell anything? */
static void collect(wlm_endpoint_t *link, wlm_resolved_t *shared, apr_time_t now, news_t *news)
{
    wlm_address_t found;
    int error;

    if (!link->known.lookup) {
        return;
    }
    if (wlm_lookup_is_over(link->known.lookup, &found, &error)) {
        wlm_lookup_end(link->known.lookup);
        link->known.lookup = NULL;
        if (error == WLM_LOOKUP_SHORTAGE) {
            link->known.asked = link->known.ask_at = 0;
        }
        else if (!error) {
            announce_found(link, shared, &found, news);
        }
        else if (!link->known.address.n) {
            announce_lost(link, shared, error, news);
        }
    }
    else if (!link->known.address.n && !link->known.why && now - link->known.asked >= ENOUGH) {
        announce_lost(link, shared, WLM_RESOLVED_SILENT, news);
    }
}

/* Take up what all processes know. @return 1: the name has moved, so kept connections lead to where it was */
static int adopt(wlm_endpoint_t *link, const wlm_resolved_t *shared)
{
    wlm_address_t found;
    int why, had = link->known.address.n;

    switch (wlm_resolved_get(shared, link->known.key, link->port, &found, &why)) {
    case WLM_RESOLVED_FOUND:
        link->known.why = 0;
        if (!wlm_address_same(&link->known.address, &found)) {
            link->known.address = found;
            return had > 0;
        }
        break;
    case WLM_RESOLVED_FAILED:
        link->known.why = had ? 0 : why;
        break;
    case WLM_RESOLVED_NOTHING:
        break;
    }
    return 0;
}

/* -- asking ---------------------------------------------------------------------------------------------- */

static void ask(wlm_endpoint_t *link, apr_interval_time_t every, apr_time_t now)
{
    apr_interval_time_t again = link->known.address.n || (every > 0 && every < ASK_AGAIN) ? every : ASK_AGAIN;

    link->known.lookup = wlm_lookup_begin(link->host);
    link->known.asked = now;
    link->known.ask_at = again > 0 ? now + again : APR_INT64_MAX;
}

/* One look, without waiting. @return what there is to tell; *pmoved as of adopt() */
static news_t look(const wlm_member_t *member, const wlm_member_transport_t *way, apr_time_t now, int *pmoved)
{
    wlm_resolved_t *shared = shared_of(member, way);
    news_t news = { .kind = NONE };

    collect(way->endpoint, shared, now, &news);
    *pmoved = adopt(way->endpoint, shared);
    return news;
}

/* -- telling ----------------------------------------------------------------------------------------------- */

static int has_another_address(const wlm_member_t *member, const wlm_member_transport_t *way)
{
    int i, has = 0;

    pthread_mutex_lock(&lock);
    for (i = 0; i < WLM_TRANSPORTS; ++i) {
        const wlm_endpoint_t *link = member->transports[i].endpoint;

        has |= link && link != way->endpoint && link->known.address.n;
    }
    pthread_mutex_unlock(&lock);
    return has;
}

static void tell_lost(wlm_member_t *member, const wlm_member_transport_t *way, int error, apr_pool_t *p)
{
    const char *why = apr_psprintf(p, "host name %s cannot be resolved: %s", way->transport->host,
                                   wlm_resolved_why(error));
    int changed = 0;

    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, ap_server_conf, WLMNO(0005) "member %s of cluster %s: %s; it is "
                 "down until that is possible", member->cfg->name, member->cluster->cfg->name, why);
    if (!has_another_address(member, way) && wlm_health_state(atomic_load(&member->shared->health)) == WLM_UP) {
        wlm_shared_text_put(&member->shared->error, wlm_clock_today(), why);
        wlm_transition_event(member, WLM_EVENT_FAULT, wlm_now(), &changed);
        if (changed) {
            wlm_transition_note(member, apr_pstrcat(p, "marked down: ", why, NULL));
        }
    }
}

static void tell_found(wlm_member_t *member, const wlm_member_transport_t *way, const news_t *news, apr_pool_t *p)
{
    int is_back = 0;

    if (news->kind == FOUND) {
        wlm_transition_event(member, WLM_EVENT_ALIVE, wlm_now(), &is_back);
    }
    if (is_back) {
        wlm_transition_note(member, "up again: its host name can be resolved");
    }
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, ap_server_conf, WLMNO(0041) "member %s of cluster %s: %s is now %s%s",
                 member->cfg->name, member->cluster->cfg->name, way->transport->host,
                 wlm_address_text(&news->address, p), is_back ? "; it is up again" : "");
}

/* Without the lock: logging and closing are system calls */
static void follow(wlm_member_t *member, const wlm_member_transport_t *way, const news_t *news, int moved)
{
    apr_pool_t *p;

    if (moved) {
        wlm_conn_pool_clear(way->endpoint->connections);
    }
    if (news->kind != NONE) {
        apr_pool_create(&p, NULL);
        if (news->kind == LOST) {
            tell_lost(member, way, news->why, p);
        }
        else {
            tell_found(member, way, news, p);
        }
        apr_pool_destroy(p);
    }
}

/* -- who wants to know ----------------------------------------------------------------------------------------- */

void wlm_names_update(wlm_member_t *member, const wlm_member_transport_t *way, int asks, apr_time_t now)
{
    wlm_endpoint_t *link = way->endpoint;
    news_t news;
    int moved;

    if (!link->known.key) {
        return;
    }
    pthread_mutex_lock(&lock);
    news = look(member, way, now, &moved);
    if (asks && !link->known.lookup && now >= link->known.ask_at) {
        ask(link, member->cluster->options->resolve_interval, now);
    }
    pthread_mutex_unlock(&lock);
    follow(member, way, &news, moved);
}

/* @return 1: *address is it; 0: there is none; -1: not known yet */
static int try(wlm_address_t *address, int *pwhy, wlm_member_t *member, const wlm_member_transport_t *way, apr_time_t now)
{
    wlm_endpoint_t *link = way->endpoint;
    int moved, result;
    news_t news;

    pthread_mutex_lock(&lock);
    news = look(member, way, now, &moved);
    *address = link->known.address;
    *pwhy = link->known.why;
    result = address->n ? 1 : *pwhy ? 0 : -1;
    if (result != 1 && !link->known.lookup && now - link->known.asked >= (result < 0 ? 0 : ENOUGH)) {
        ask(link, member->cluster->options->resolve_interval, now);
    }
    pthread_mutex_unlock(&lock);
    follow(member, way, &news, moved);
    return result;
}

apr_status_t wlm_names_address(wlm_address_t *address, char why[WLM_CONN_WHY_SIZE], wlm_member_t *member,
                               const wlm_member_transport_t *way, apr_time_t until)
{
    wlm_endpoint_t *link = way->endpoint;
    apr_time_t end = wlm_now() + ENOUGH + ENOUGH / 2; /* without a thread that asks there is no answer */
    int error = 0, result;
    apr_status_t rv;

    if (!link->known.key) {
        *address = link->known.address;
        return APR_SUCCESS;
    }
    end = until && until < end ? until : end;
    while ((result = try(address, &error, member, way, wlm_now())) < 0 && wlm_now() < end) {
        poll(NULL, 0, LOOK_EVERY);
    }
    if (result > 0) {
        return APR_SUCCESS;
    }
    apr_snprintf(why, WLM_CONN_WHY_SIZE, "host name %s cannot be resolved: %s", link->host,
                 wlm_resolved_why(error ? error : WLM_RESOLVED_SILENT));
    rv = result < 0 ? wlm_shortage_now() : APR_SUCCESS;
    return rv == APR_SUCCESS ? APR_EGENERAL : rv;
}
