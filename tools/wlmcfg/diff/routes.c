/* `wlmcfg diff`, the routes: where requests go in both files. Every pair of a host and a path is looked up in the index
 * that the module uses; what an overlap of two probes shows is reported only where neither of the two shows it.
 * On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "route/route.h"
#include "tools/wlmcfg/diff/compare.h"
#include "tools/wlmcfg/diff/model.h"
#include "tools/wlmcfg/diff/own_hosts.h"
#include "tools/wlmcfg/diff/probes.h"
#include "tools/wlmcfg/diff/settings.h"

typedef struct transition_t {
    goal_t from, to;
} transition_t;

typedef struct search_t {
    diff_t *diff;
    const wlm_route_index_t *from, *to;
    const apr_array_header_t *hosts, *paths; /* probe_t */
    int nameless;                  /* the position of the host that neither file names */
    own_hosts_t *own;
    transition_t *row;             /* for each host: where the path below leads */
    const probe_t **row_path;
    apr_hash_t *successions;       /* those of the diff */
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

static const transition_t *row_at(const search_t *s, int host, const probe_t *path)
{
    if (s->row_path[host] != path) {
        s->row[host] = transition_of(s, host, path);
        s->row_path[host] = path;
    }
    return &s->row[host];
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
static int loses_names(const search_t *s, const transition_t *t)
{
    return t->from.cluster && t->to.cluster && apr_hash_count(wlmcfg_diff_clones(s->diff, t->from.cluster));
}

static int is_change(const search_t *s, const transition_t *t)
{
    return !wlmcfg_diff_is_same_cluster(s->diff, t->from.cluster, t->to.cluster)
           || (!has_same_names(&t->from, &t->to) && loses_names(s, t));
}

static int is_shown_by_others(const search_t *s, int host, const probe_t *path)
{
    const probe_t *probe = &APR_ARRAY_IDX(s->hosts, host, probe_t);
    const transition_t *row = row_at(s, host, path);
    int i;

    for (i = 0; i < 2; ++i) {
        if (probe->general[i] >= 0 && is_same(row_at(s, probe->general[i], path), row)) {
            return 1;
        }
        if (path->general[i] >= 0) {
            transition_t t = transition_of(s, host, &APR_ARRAY_IDX(s->paths, path->general[i], probe_t));
            if (is_same(&t, row)) {
                return 1;
            }
        }
    }
    return 0;
}

/* -- what is reported ---------------------------------------------------------------------- */

static apr_array_header_t *name_changes(const search_t *s, const transition_t *t)
{
    apr_array_header_t *changes = apr_array_make(s->p, 2, sizeof(change_t));

    if (loses_names(s, t)) {
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

    *change = (route_change_t){ .uri = path->text, .from = t->from, .to = t->to, .names = name_changes(s, t) };
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

static int is_new_succession(const search_t *s, const transition_t *t)
{
    succession_t succession = { t->from.cluster, t->to.cluster };

    return succession.from && succession.to && !apr_hash_get(s->successions, &succession, sizeof(succession));
}

static void note_succession(const search_t *s, const transition_t *t)
{
    succession_t succession = { t->from.cluster, t->to.cluster };

    if (is_new_succession(s, t)) {
        APR_ARRAY_PUSH(s->diff->successions, succession_t) = succession;
        apr_hash_set(s->successions, apr_pmemdup(s->p, &succession, sizeof(succession)), sizeof(succession), s);
    }
}

static int is_reported(const search_t *s, int host, const probe_t *path)
{
    return is_change(s, row_at(s, host, path)) && !is_shown_by_others(s, host, path);
}

static int is_reported_for_every_host(const search_t *s, const probe_t *path)
{
    int i;

    for (i = 0; i < s->hosts->nelts; ++i) {
        int is_overlap = APR_ARRAY_IDX(s->hosts, i, probe_t).general[0] >= 0;
        if (!is_same(row_at(s, 0, path), row_at(s, i, path)) || (!is_overlap && !is_reported(s, i, path))) {
            return 0;
        }
    }
    return 1;
}

static void report_host(const search_t *s, int host, const probe_t *path, int first)
{
    if (is_reported(s, host, path)) {
        apr_array_header_t *hosts = change_of(s, row_at(s, host, path), path, first)->hosts;
        APR_ARRAY_PUSH(hosts, const char *) = APR_ARRAY_IDX(s->hosts, host, probe_t).text;
    }
}

static void compare_every_host(const search_t *s, const probe_t *path)
{
    int i, first = s->diff->routes->nelts;

    for (i = 0; i < s->hosts->nelts; ++i) {
        note_succession(s, row_at(s, i, path));
    }
    if (is_reported_for_every_host(s, path)) {
        add_change(s, row_at(s, 0, path), path);
        return;
    }
    for (i = 0; i < s->hosts->nelts; ++i) {
        report_host(s, i, path, first);
    }
}

/* -- few hosts --------------------------------------------------------------------------- */

/* Does a host stand for others, too? The one without name, for those that are not among the own ones of the path; one
 * with a port only, for those with that port. */
static int stands_for_others(const search_t *s, int host)
{
    return !APR_ARRAY_IDX(s->hosts, host, probe_t).host;
}

/* Can a change be on a host that is not among the own ones, or would the order of the successions depend on these? */
static int needs_every_host(const search_t *s, const apr_array_header_t *own, const probe_t *path)
{
    const transition_t *most = row_at(s, s->nameless, path), *seen = is_new_succession(s, most) ? most : NULL;
    int i, are_many = 0, is_general = seen != NULL;

    if (is_change(s, most)) {
        return 1;
    }
    for (i = 0; i < own->nelts; ++i) {
        int host = APR_ARRAY_IDX(own, i, int);
        const transition_t *row = row_at(s, host, path);

        if (stands_for_others(s, host) && is_change(s, row)) {
            return 1;
        }
        if (is_new_succession(s, row)) {
            are_many |= seen && (seen->from.cluster != row->from.cluster || seen->to.cluster != row->to.cluster);
            is_general |= stands_for_others(s, host);
            seen = row;
        }
    }
    return are_many && is_general;
}

static void compare_path(const search_t *s, const probe_t *path)
{
    const apr_array_header_t *own = wlmcfg_diff_own_hosts(s->own, path);
    int i, first = s->diff->routes->nelts;

    if (needs_every_host(s, own, path)) {
        compare_every_host(s, path);
        return;
    }
    note_succession(s, row_at(s, s->nameless, path));
    for (i = 0; i < own->nelts; ++i) {
        note_succession(s, row_at(s, APR_ARRAY_IDX(own, i, int), path));
    }
    for (i = 0; i < own->nelts; ++i) {
        report_host(s, APR_ARRAY_IDX(own, i, int), path, first);
    }
}

static int find_nameless(const apr_array_header_t *hosts)
{
    int i = 0;

    while (strcmp(APR_ARRAY_IDX(hosts, i, probe_t).text, "*:*") != 0) {
        ++i;
    }
    return i;
}

void wlmcfg_diff_routes(diff_t *diff, apr_pool_t *p)
{
    search_t s = { .diff = diff, .from = wlm_route_index_make(diff->from, p), .to = wlm_route_index_make(diff->to, p),
                   .hosts = wlmcfg_diff_hosts(diff->from, diff->to, p),
                   .paths = wlmcfg_diff_paths(diff->from, diff->to, p), .successions = apr_hash_make(p), .p = p };
    int i;

    s.nameless = find_nameless(s.hosts);
    s.own = wlmcfg_diff_own_hosts_make(diff->from, diff->to, s.hosts, p);
    s.row = apr_palloc(p, sizeof(*s.row) * (apr_size_t)s.hosts->nelts);
    s.row_path = apr_pcalloc(p, sizeof(*s.row_path) * (apr_size_t)s.hosts->nelts);
    diff->routes = apr_array_make(p, 4, sizeof(route_change_t));
    diff->successions = apr_array_make(p, 4, sizeof(succession_t));
    for (i = 0; i < s.paths->nelts; ++i) {
        compare_path(&s, &APR_ARRAY_IDX(s.paths, i, probe_t));
    }
}
