/* `wlmcfg diff`, the routes: where requests go in both files. Every pair of a host and a path is looked up in the index
 * that the module uses; what an overlap of two probes shows is reported only where neither of the two shows it.
 * On main()'s thread. */
#include <string.h>
#include "route/route.h"
#include "tools/wlmcfg/diff/compare.h"
#include "tools/wlmcfg/diff/model.h"
#include "tools/wlmcfg/diff/probes.h"
#include "tools/wlmcfg/diff/settings.h"

typedef struct transition_t {
    goal_t from, to;
} transition_t;

typedef struct search_t {
    diff_t *diff;
    const wlm_route_index_t *from, *to;
    const apr_array_header_t *hosts, *paths; /* probe_t */
    transition_t *row;             /* of one path, for each host */
    apr_pool_t *p;
} search_t;

static goal_t goal_of(const wlm_route_index_t *index, const probe_t *host, const probe_t *path)
{
    goal_t goal = { .cluster = NULL };
    wlm_route_match_t match;

    if (wlm_route_find(&match, index, host->host, host->port, path->path)) {
        goal.cluster = match.route->cluster;
        goal.rule = wlm_affinity_rule_of(match.route->cluster, match.uri, NULL);
    }
    return goal;
}

static transition_t transition_of(const search_t *s, int host, const probe_t *path)
{
    const probe_t *probe = &APR_ARRAY_IDX(s->hosts, host, probe_t);

    return (transition_t){ goal_of(s->from, probe, path), goal_of(s->to, probe, path) };
}

/* Separators are those of the cluster, and reported with its sessions */
static int has_same_names(const goal_t *a, const goal_t *b)
{
    return !a->cluster || !b->cluster || (strcmp(a->rule.cookie_name, b->rule.cookie_name) == 0
                                          && strcmp(a->rule.url_identifier, b->rule.url_identifier) == 0);
}

/* Two of one file */
static int is_same_goal(const goal_t *a, const goal_t *b)
{
    return a->cluster == b->cluster && has_same_names(a, b);
}

static int is_same(const transition_t *a, const transition_t *b)
{
    return is_same_goal(&a->from, &b->from) && is_same_goal(&a->to, &b->to);
}

/* -- a change ---------------------------------------------------------------------------- */

/* Can sessions be lost by another name of their cookie? Not where no member of the earlier cluster has a clone id */
static int loses_names(const transition_t *t)
{
    return t->from.cluster && t->to.cluster && wlmcfg_diff_clone(t->from.cluster, NULL);
}

static int is_change(const search_t *s, const transition_t *t)
{
    return !wlmcfg_diff_is_same_cluster(s->diff, t->from.cluster, t->to.cluster)
           || (!has_same_names(&t->from, &t->to) && loses_names(t));
}

static int is_shown_by_others(const search_t *s, int host, const probe_t *path)
{
    const probe_t *probe = &APR_ARRAY_IDX(s->hosts, host, probe_t);
    int i;

    for (i = 0; i < 2; ++i) {
        if (probe->general[i] >= 0 && is_same(&s->row[probe->general[i]], &s->row[host])) {
            return 1;
        }
        if (path->general[i] >= 0) {
            transition_t t = transition_of(s, host, &APR_ARRAY_IDX(s->paths, path->general[i], probe_t));
            if (is_same(&t, &s->row[host])) {
                return 1;
            }
        }
    }
    return 0;
}

/* -- what is reported ---------------------------------------------------------------------- */

static apr_array_header_t *name_changes(const transition_t *t, apr_pool_t *p)
{
    apr_array_header_t *changes = apr_array_make(p, 2, sizeof(change_t));

    if (loses_names(t)) {
        wlmcfg_diff_change(changes, "AffinityCookie", wlmcfg_diff_text_value(t->from.rule.cookie_name),
                           wlmcfg_diff_text_value(t->to.rule.cookie_name));
        wlmcfg_diff_change(changes, "AffinityURLIdentifier", wlmcfg_diff_text_value(t->from.rule.url_identifier),
                           wlmcfg_diff_text_value(t->to.rule.url_identifier));
    }
    return changes;
}

static route_change_t *add_change(const search_t *s, const transition_t *t, const probe_t *path)
{
    route_change_t *change = apr_array_push(s->diff->routes);

    *change = (route_change_t){ .uri = path->text, .from = t->from, .to = t->to, .names = name_changes(t, s->p) };
    return change;
}

/* The change of this path, among those from `first` on, that a transition is */
static route_change_t *change_of(const search_t *s, const transition_t *t, const probe_t *path, int first)
{
    route_change_t *change;
    int i;

    for (i = first; i < s->diff->routes->nelts; ++i) {
        change = &APR_ARRAY_IDX(s->diff->routes, i, route_change_t);
        if (is_same_goal(&change->from, &t->from) && is_same_goal(&change->to, &t->to)) {
            return change;
        }
    }
    change = add_change(s, t, path);
    change->hosts = apr_array_make(s->p, 4, sizeof(const char *));
    return change;
}

static void note_succession(const search_t *s, const transition_t *t)
{
    const apr_array_header_t *list = s->diff->successions;
    succession_t succession = { t->from.cluster, t->to.cluster };
    int i;

    for (i = 0; i < list->nelts; ++i) {
        const succession_t *known = &APR_ARRAY_IDX(list, i, succession_t);
        if (known->from == succession.from && known->to == succession.to) {
            return;
        }
    }
    if (succession.from && succession.to) {
        APR_ARRAY_PUSH(s->diff->successions, succession_t) = succession;
    }
}

static int is_reported(const search_t *s, int host, const probe_t *path)
{
    return is_change(s, &s->row[host]) && !is_shown_by_others(s, host, path);
}

static int is_reported_for_every_host(const search_t *s, const probe_t *path)
{
    int i;

    for (i = 0; i < s->hosts->nelts; ++i) {
        int is_overlap = APR_ARRAY_IDX(s->hosts, i, probe_t).general[0] >= 0;
        if (!is_same(&s->row[0], &s->row[i]) || (!is_overlap && !is_reported(s, i, path))) {
            return 0;
        }
    }
    return 1;
}

static void compare_path(const search_t *s, const probe_t *path)
{
    int i, first = s->diff->routes->nelts;

    for (i = 0; i < s->hosts->nelts; ++i) {
        s->row[i] = transition_of(s, i, path);
        note_succession(s, &s->row[i]);
    }
    if (is_reported_for_every_host(s, path)) {
        add_change(s, &s->row[0], path);
        return;
    }
    for (i = 0; i < s->hosts->nelts; ++i) {
        if (is_reported(s, i, path)) {
            const char *host = APR_ARRAY_IDX(s->hosts, i, probe_t).text;
            APR_ARRAY_PUSH(change_of(s, &s->row[i], path, first)->hosts, const char *) = host;
        }
    }
}

void wlmcfg_diff_routes(diff_t *diff, apr_pool_t *p)
{
    search_t s = { .diff = diff, .from = wlm_route_index_make(diff->from, p), .to = wlm_route_index_make(diff->to, p),
                   .hosts = wlmcfg_diff_hosts(diff->from, diff->to, p),
                   .paths = wlmcfg_diff_paths(diff->from, diff->to, p), .p = p };
    int i;

    s.row = apr_palloc(p, sizeof(*s.row) * (apr_size_t)s.hosts->nelts);
    diff->routes = apr_array_make(p, 4, sizeof(route_change_t));
    diff->successions = apr_array_make(p, 4, sizeof(succession_t));
    for (i = 0; i < s.paths->nelts; ++i) {
        compare_path(&s, &APR_ARRAY_IDX(s.paths, i, probe_t));
    }
}
