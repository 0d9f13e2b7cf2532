/* wlmctl status: clusters and members at a glance. */
#include <stdio.h>
#include <string.h>
#include <apr_strings.h>
#include "wlmctl.h"

static const char *number(const json_t *member, const char *name, apr_pool_t *p)
{
    return apr_psprintf(p, "%.0f", wlmctl_number(member, name));
}

static const char *age(const json_t *member, const char *name, double now, apr_pool_t *p)
{
    double at = wlmctl_time(member, name);

    return at ? wlmctl_span(now - at, p) : "-";
}

/* With what a person has decided, and until when */
static const char *admin_of(const json_t *member, double now, apr_pool_t *p)
{
    double until = wlmctl_time(member, "admin_until");
    const char *state = wlmctl_text(member, "admin_state"), *comment = wlmctl_text(member, "comment");
    int is_steered = strcmp(state, "enabled") != 0
                     || wlmctl_number(member, "weight") != wlmctl_number(member, "configured_weight");

    if (!is_steered) {
        return "-";
    }
    return apr_pstrcat(p, strcmp(state, "enabled") == 0 ? "weight" : state, until ? ", for " : "",
                       until ? wlmctl_span(until - now, p) : "", *comment ? " (" : "", comment, *comment ? ")" : "", NULL);
}

static void add_member(wlmctl_table_t *table, const json_t *member, double now, apr_pool_t *p)
{
    const char *error = wlmctl_text(member, "last_error");
    int is_ill = wlmctl_is_ill(member);
    const char *cells[] = {
        is_ill ? "!" : " ", wlmctl_text(member, "name"), wlmctl_text(member, "address"), wlmctl_text(member, "tier"),
        wlmctl_text(member, "state"), age(member, "since", now, p), number(member, "weight", p),
        apr_psprintf(p, "%.1f%%", wlmctl_number(member, "share")), number(member, "in_flight", p),
        number(member, "requests", p), number(member, "failures", p),
        apr_psprintf(p, "%.0f", 1000 * wlmctl_number(member, "p95")), admin_of(member, now, p),
        *error ? apr_pstrcat(p, age(member, "last_error_at", now, p), " ago: ", error, NULL) : "-",
    };

    wlmctl_table_add(table, cells, is_ill);
}

static void print_cluster(const json_t *cluster, double now, apr_pool_t *p)
{
    static const char *const headings[] = { " ", "MEMBER", "ADDRESS", "TIER", "STATE", ">SINCE", ">WEIGHT", ">SHARE", ">BUSY",
                                            ">REQUESTS", ">FAILURES", ">P95 MS", "ADMIN", "LAST ERROR", NULL };
    wlmctl_table_t *table = wlmctl_table_make(headings, p);
    const json_t *member;
    size_t m;

    json_array_foreach(json_object_get(cluster, "members"), m, member) {
        add_member(table, member, now, p);
    }
    printf("cluster %s: %s, %.0f of %d members for new sessions", wlmctl_text(cluster, "name"), wlmctl_text(cluster, "policy"),
           wlmctl_number(cluster, "usable"), (int)m);
    if (wlmctl_number(cluster, "waiting") > 0) {
        printf(", %.0f requests wait", wlmctl_number(cluster, "waiting"));
    }
    putchar('\n');
    wlmctl_table_print(table, 0);
}

static void print_files(const json_t *view, double now, apr_pool_t *p)
{
    const json_t *file;
    size_t i;

    json_array_foreach(json_object_get(view, "files"), i, file) {
        if (*wlmctl_text(file, "refused")) {
            printf("! %s is refused since %s: %s\n\n", wlmctl_text(file, "path"), age(file, "refused_since", now, p),
                   wlmctl_text(file, "refused"));
        }
    }
}

/* @return 0: there is no such cluster */
static int print_clusters(const json_t *view, const char *name, double now, apr_pool_t *p)
{
    const json_t *cluster;
    int n = 0;
    size_t c;

    json_array_foreach(json_object_get(view, "clusters"), c, cluster) {
        if (!name || strcmp(name, wlmctl_text(cluster, "name")) == 0) {
            fputs(n++ ? "\n" : "", stdout);
            print_cluster(cluster, now, p);
        }
    }
    return n > 0 || !name;
}

/* The exit code for monitoring */
static int check(const json_t *view, const char *name)
{
    const json_t *cluster, *member, *file;
    int code = WLMCTL_FINE;
    size_t c, m, f;

    json_array_foreach(json_object_get(view, "files"), f, file) {
        code = *wlmctl_text(file, "refused") ? 1 : code;
    }
    json_array_foreach(json_object_get(view, "clusters"), c, cluster) {
        if (name && strcmp(name, wlmctl_text(cluster, "name")) != 0) {
            continue;
        }
        if (wlmctl_number(cluster, "usable") == 0) {
            return 2;
        }
        json_array_foreach(json_object_get(cluster, "members"), m, member) {
            code = wlmctl_is_ill(member) ? 1 : code;
        }
    }
    return code;
}

int wlmctl_run_status(int argc, char **argv, wlmctl_place_t *place, apr_pool_t *p)
{
    int json = 0, checks = 0, n, code;
    const tool_option_t options[] = {
        { .name = "json", .flag = &json }, { .name = "check", .flag = &checks }, WLMCTL_PLACE_OPTIONS(place), { .name = NULL }
    };
    const char *name;
    json_t *view;
    char **words;
    double now;

    n = tool_read_call(argc, argv, options, &words);
    if (n < 0 || n > 1 || (json && (n || checks))) {
        return n < 0 ? WLMCTL_MISUSE : tool_misuse("status", json ? "--json shows everything as it is" : "name one cluster");
    }
    if (json) {
        return wlmctl_print_json(place, p);
    }
    if ((code = wlmctl_get(&view, place, p)) != WLMCTL_FINE) {
        return code;
    }
    name = n ? words[0] : NULL;
    now = wlmctl_time(view, "time");
    print_files(view, now, p);
    if (!print_clusters(view, name, now, p)) {
        fprintf(stderr, "wlmctl: there is no cluster %s\n", name);
        code = WLMCTL_NOT;
    }
    else if (checks) {
        code = check(view, name);
    }
    json_decref(view);
    return code;
}
