/* Finds the members of a node without a look at all others: an index by route, made anew for each version of the file.
 * It has places instead of pointers, so it keeps no version from being freed. */
#include <strings.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include "balance/member.h"
#include "balance/reports.h"
#include "balance/silent_node.h"
#include "balance/transition.h"
#include "balance/transports.h"
#include "base/clock.h"
#include "httpd/context/context.h"
#include "httpd/registration/node_members.h"
#include "httpd/runtime/version.h"

typedef struct place_t {
    int cluster, member;           /* in the snapshot */
} place_t;

/* of this process; under the mutex */
static apr_thread_mutex_t *mutex;
static struct {
    apr_pool_t *p;                 /* NULL: there is no index */
    uint32_t generation;           /* of the version that it is of */
    apr_hash_t *by_route;          /* array of place_t */
} by_node;

void wlm_node_members_child_init(apr_pool_t *pchild)
{
    apr_thread_mutex_create(&mutex, APR_THREAD_MUTEX_DEFAULT, pchild);
}

static void add(const wlm_cluster_t *cluster, int c, int m)
{
    const char *route = cluster->members[m].cfg->name;
    apr_array_header_t *places = apr_hash_get(by_node.by_route, route, APR_HASH_KEY_STRING);

    if (!places) {
        places = apr_array_make(by_node.p, 8, sizeof(place_t));
        apr_hash_set(by_node.by_route, apr_pstrdup(by_node.p, route), APR_HASH_KEY_STRING, places);
    }
    APR_ARRAY_PUSH(places, place_t) = (place_t){ c, m };
}

static void make_index(const wlm_version_t *version)
{
    int c, m;

    if (by_node.p) {
        apr_pool_destroy(by_node.p);
    }
    by_node.p = wlm_version_pool();
    by_node.generation = version->generation;
    by_node.by_route = apr_hash_make(by_node.p);
    for (c = 0; c < version->snapshot->nclusters; ++c) {
        for (m = 0; m < version->snapshot->clusters[c]->nmembers; ++m) {
            add(version->snapshot->clusters[c], c, m);
        }
    }
}

/* @return the members of the node: place_t; NULL: it has none */
static const apr_array_header_t *places_of(const wlm_version_t *version, const char *route)
{
    if (!by_node.p || by_node.generation != version->generation) {
        make_index(version);
    }
    return apr_hash_get(by_node.by_route, route, APR_HASH_KEY_STRING);
}

static wlm_member_t *member_at(const wlm_version_t *version, const apr_array_header_t *places, int i)
{
    const place_t *place = &APR_ARRAY_IDX(places, i, place_t);

    return &version->snapshot->clusters[place->cluster]->members[place->member];
}

/* What is known of the node: a member that has come later knows less */
static wlm_heartbeat_t heartbeat_of(const wlm_version_t *version, const apr_array_header_t *places)
{
    wlm_heartbeat_t best = 0;
    int i;

    for (i = 0; i < places->nelts; ++i) {
        best = wlm_heartbeat_better(best, atomic_load(&member_at(version, places, i)->shared->heartbeat));
    }
    return best;
}

static wlm_silent_node_change_t note(wlm_member_t *member, wlm_heartbeat_t known, int load, apr_time_t now)
{
    const wlm_reported_rule_t *rule = &member->cluster->options->load_report;
    wlm_silent_node_change_t change = WLM_SILENT_NODE_SAME;

    if (load > 0 && rule->kind == WLM_REPORTED_AGENT && !rule->port) {
        wlm_reports_note_load(member, load, now);
    }
    if (wlm_config_global()->registry_silence.max > 0) {
        change = wlm_silent_node_note_status(member, known, now);
    }
    if (change != WLM_SILENT_NODE_SAME) {
        wlm_transition_note(member, change == WLM_SILENT_NODE_BACK ? "brought back: its node sends STATUS again"
                                                               : "its node sends STATUS again");
    }
    return change;
}

void wlm_node_members_note_status(wlm_file_t *file, const char *route, int load, server_rec *s, apr_pool_t *p)
{
    const wlm_version_t *version = wlm_version_use(file, p);
    wlm_silent_node_change_t change = WLM_SILENT_NODE_SAME;
    const apr_array_header_t *places;
    apr_time_t now = wlm_now();
    int i;

    apr_thread_mutex_lock(mutex);
    places = places_of(version, route);
    if (places) {
        wlm_heartbeat_t known = heartbeat_of(version, places);

        for (i = 0; i < places->nelts; ++i) {
            wlm_silent_node_change_t its = note(member_at(version, places, i), known, load, now);

            change = its > change ? its : change;
        }
    }
    apr_thread_mutex_unlock(mutex);
    if (change != WLM_SILENT_NODE_SAME) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0282) "node %s sends STATUS again%s", route,
                     change == WLM_SILENT_NODE_BACK ? ", and gets requests again" : "");
    }
}

static int is_at(const wlm_member_t *member, const char *host, int port)
{
    const wlm_member_transport_t *transport = wlm_transports_for(member, 0);

    return transport && transport->cfg->port == port && strcasecmp(transport->cfg->host, host) == 0;
}

wlm_member_t *wlm_node_members_at(wlm_heartbeat_t *pheartbeat, wlm_file_t *file, const char *route, const char *host,
                                  int port, apr_pool_t *p)
{
    const wlm_version_t *version = wlm_version_use(file, p);
    const apr_array_header_t *places;
    wlm_member_t *found = NULL;
    int i;

    apr_thread_mutex_lock(mutex);
    places = places_of(version, route);
    for (i = 0; !found && places && i < places->nelts; ++i) {
        wlm_member_t *member = member_at(version, places, i);

        found = is_at(member, host, port) ? member : NULL;
    }
    *pheartbeat = found ? heartbeat_of(version, places) : 0;
    apr_thread_mutex_unlock(mutex);
    return found;
}

static int bring_back(wlm_member_t *member, apr_time_t now)
{
    int is_back = 0;

    if (wlm_health_state(atomic_load(&member->shared->health)) == WLM_UP || wlm_member_is_checked(member)) {
        return 0;
    }
    wlm_transition_event(member, WLM_EVENT_UP, now, &is_back);
    if (is_back) {
        wlm_transition_note(member, "marked up: its node registers again");
    }
    return is_back;
}

void wlm_node_members_note_config(wlm_file_t *file, const char *route, server_rec *s, apr_pool_t *p)
{
    const wlm_version_t *version = wlm_version_use(file, p);
    const apr_array_header_t *places;
    apr_time_t now = wlm_now();
    int i, n = 0;

    apr_thread_mutex_lock(mutex);
    places = places_of(version, route);
    for (i = 0; places && i < places->nelts; ++i) {
        n += bring_back(member_at(version, places, i), now);
    }
    apr_thread_mutex_unlock(mutex);
    if (n) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0287) "node %s registers again, and its members that were "
                     "down get requests again: %d", route, n);
    }
}
