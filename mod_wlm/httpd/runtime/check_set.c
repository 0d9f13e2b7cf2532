/* Which checks there are, for which members. On the watchdog's thread, or the thread of checks. */
#include "balance/transports.h"
#include "health/check_schedule.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/runtime/agent.h"
#include "httpd/runtime/check_set.h"
#include "httpd/runtime/health_check.h"
#include "httpd/runtime/silent_node_check.h"
#include "httpd/runtime/version.h"

#define GROUPS 8

/* -- making --------------------------------------------------------------------------------------------------- */

/* Checks are spread over their interval. Those that are mostly not wanted come in a few groups, each of which wakes the
 * thread once */
static uint64_t take_number(wlm_check_set_t *set, const wlm_asking_kind_t *kind)
{
    uint64_t number = set->next_number++;

    return kind->is_wanted ? number % GROUPS : number;
}

static wlm_check_t *add_check(wlm_check_set_t *set, const wlm_check_set_t *before, const char *key,
                              const wlm_asking_kind_t *kind, const wlm_member_t *member, apr_time_t now)
{
    const wlm_check_t *same = before ? apr_hash_get(before->by_key, key, APR_HASH_KEY_STRING) : NULL;
    wlm_check_t *check = apr_pcalloc(set->pool, sizeof(*check));

    check->kind = kind;
    check->members = apr_array_make(set->pool, 1, sizeof(wlm_member_t *));
    check->interval = kind->interval(member);
    check->number = same ? same->number : take_number(set, kind);
    wlm_wait_init(&check->wait);
    wlm_wait_wake(&check->wait, wlm_check_schedule_due(check->number, set->origin, check->interval, now));
    APR_ARRAY_PUSH(set->checks, wlm_check_t *) = check;
    apr_hash_set(set->by_key, key, APR_HASH_KEY_STRING, check);
    return check;
}

static void add_members(wlm_check_set_t *set, const wlm_check_set_t *before, const wlm_cluster_t *cluster,
                        const wlm_asking_kind_t *kind, apr_time_t now)
{
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        wlm_member_t *member = &cluster->members[m];

        if (wlm_transports_for(member, 0)) {
            const char *key = kind->key(member, set->pool);
            wlm_check_t *check = apr_hash_get(set->by_key, key, APR_HASH_KEY_STRING);

            check = check ? check : add_check(set, before, key, kind, member, now);
            APR_ARRAY_PUSH(check->members, wlm_member_t *) = member;
        }
    }
}

wlm_check_set_t *wlm_check_set_make(const wlm_check_set_t *before, apr_time_t now)
{
    wlm_check_set_t *set;
    apr_pool_t *pool;
    int f, c;

    apr_pool_create(&pool, NULL); /* the watchdog's ends with the call */
    set = apr_pcalloc(pool, sizeof(*set));
    set->pool = pool;
    set->checks = apr_array_make(pool, 8, sizeof(wlm_check_t *));
    set->by_key = apr_hash_make(pool);
    set->origin = before ? before->origin : now;
    set->next_number = before ? before->next_number : 0;
    set->changes = wlm_version_changes();
    for (f = 0; f < wlm_files()->nelts; ++f) {
        wlm_file_t *file = APR_ARRAY_IDX(wlm_files(), f, wlm_file_t *);
        wlm_version_t *version = wlm_version_use(file, pool);

        for (c = 0; c < version->snapshot->nclusters; ++c) {
            const wlm_cluster_t *cluster = version->snapshot->clusters[c];

            if (cluster->options->check.method) {
                add_members(set, before, cluster, &wlm_health_check, now);
            }
            if (cluster->options->load_report.kind == WLM_REPORTED_AGENT && cluster->options->load_report.port) {
                add_members(set, before, cluster, &wlm_agent, now);
            }
            if (file->is_registry && wlm_config_global()->registry_silence.max > 0) {
                add_members(set, before, cluster, &wlm_silent_node_check, now);
            }
        }
    }
    return set;
}

void wlm_check_set_take_over(wlm_check_set_t *set, wlm_check_set_t *before)
{
    apr_hash_index_t *at;

    for (at = apr_hash_first(set->pool, set->by_key); at; at = apr_hash_next(at)) {
        wlm_check_t *check = apr_hash_this_val(at);
        wlm_check_t *same = apr_hash_get(before->by_key, apr_hash_this_key(at), APR_HASH_KEY_STRING);

        if (same) {
            check->wait = same->wait;
            check->fails = same->fails;
            check->asking = same->asking;
            same->asking = NULL;
        }
    }
}

/* -- its use --------------------------------------------------------------------------------------------------- */

void wlm_check_set_rest(const wlm_check_set_t *set, wlm_check_t *check, apr_time_t now)
{
    wlm_wait_init(&check->wait);
    wlm_wait_wake(&check->wait, wlm_check_schedule_due(check->number, set->origin, check->interval, now + 1));
}

void wlm_check_set_end(wlm_check_set_t *set)
{
    int i;

    for (i = 0; set && i < set->checks->nelts; ++i) {
        wlm_asking_end(wlm_check_set_at(set, i)->asking);
    }
    if (set) {
        apr_pool_destroy(set->pool);
    }
}
