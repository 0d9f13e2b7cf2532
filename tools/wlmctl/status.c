/* wlmctl status: clusters and members at a glance. On main()'s thread. */
#include <stdio.h>
#include <string.h>
#include <apr_strings.h>
#include "tools/common/text.h"
#include "tools/wlmctl/check.h"
#include "tools/wlmctl/http.h"
#include "tools/wlmctl/state.h"
#include "tools/wlmctl/table.h"
#include "tools/wlmctl/wlmctl.h"

static const char *number(const json_t *member, const char *name, apr_pool_t *p)
{
    return apr_psprintf(p, "%.0f", wlmctl_number(member, name));
}

/* For the last column: the administrator's comment, and the last error */
static const char *reasons_of(const json_t *member, double now, apr_pool_t *p)
{
    const char *comment = wlmctl_text(member, "comment"), *error = wlmctl_text(member, "last_error");

    if (*error) {
        error = apr_pstrcat(p, wlmctl_age(member, "last_error_at", now, p), " ago: ", error, NULL);
    }
    return !*comment && !*error ? "-" : apr_pstrcat(p, comment, *comment && *error ? "; " : "", error, NULL);
}

static void add_member(wlmctl_table_t *table, const json_t *member, double now, apr_pool_t *p)
{
    int needs_attention = wlmctl_needs_attention(member);
    const char *cells[] = {
        needs_attention ? "!" : " ", wlmctl_text(member, "name"), wlmctl_text(member, "address"),
        wlmctl_text(member, "tier"), wlmctl_text(member, "state"), wlmctl_age(member, "since", now, p),
        wlmctl_admin_text(member, now, p), number(member, "weight", p),
        apr_psprintf(p, "%.1f%%", wlmctl_number(member, "share")), number(member, "in_flight", p),
        number(member, "requests", p), number(member, "failures", p),
        apr_psprintf(p, "%.0f", 1000 * wlmctl_number(member, "p95")), reasons_of(member, now, p),
    };

    wlmctl_table_add(table, cells, needs_attention);
}

static void print_cluster(const json_t *cluster, double now, apr_pool_t *p)
{
    static const wlmctl_column_t columns[] = {
        { " ", 0, 0 },        { "MEMBER", 0, 0 },   { "ADDRESS", 0, 6 }, { "TIER", 0, 7 },  { "STATE", 0, 0 },
        { "SINCE", 1, 0 },    { "ADMIN", 0, 0 },    { "WEIGHT", 1, 2 },  { "SHARE", 1, 3 }, { "INFLIGHT", 1, 0 },
        { "REQUESTS", 1, 4 }, { "FAILURES", 1, 1 }, { "P95 MS", 1, 5 },  { "COMMENT; LAST ERROR", 0, 0 }, { NULL, 0, 0 }
    };
    wlmctl_table_t *table = wlmctl_table_make(columns, p);
    const json_t *member;
    const char *head;
    size_t m;

    json_array_foreach(json_object_get(cluster, "members"), m, member) {
        add_member(table, member, now, p);
    }
    head = apr_psprintf(p, "cluster %s: %s, %.0f of %d members for new sessions", wlmctl_text(cluster, "name"),
                        wlmctl_text(cluster, "policy"), wlmctl_number(cluster, "usable"), (int)m);
    if (wlmctl_number(cluster, "waiting") > 0) {
        head = apr_psprintf(p, "%s, %.0f requests wait", head, wlmctl_number(cluster, "waiting"));
    }
    puts(tool_text_cut(head, wlmctl_line_width(), p));
    wlmctl_table_print(table, 0);
}

static void print_files(const json_t *view, double now, apr_pool_t *p)
{
    const json_t *file;
    size_t i;

    json_array_foreach(json_object_get(view, "files"), i, file) {
        const char *why = wlmctl_text(file, "refused");
        if (*why) {
            printf("! %s is refused since %s: %s\n\n", wlmctl_text(file, "path"),
                   wlmctl_age(file, "refused_since", now, p), tool_text_cut(why, (int)strlen(why), p));
        }
    }
}

/* How requests that wait are served, and how many more there may be */
static void print_engine(const json_t *view, apr_pool_t *p)
{
    const json_t *engine = json_object_get(view, "engine");
    const char *line, *why = wlmctl_text(engine, "why");

    if (!engine) {
        return;                    /* an older module */
    }
    line = *why ? apr_psprintf(p, "requests that wait hold a thread each: %s; %.0f tunnels", why,
                               wlmctl_number(engine, "tunnels"))
                : apr_psprintf(p, "%.0f requests are parked, tunnels among them %.0f; %.0f of %.0f connections",
                               wlmctl_number(engine, "parked"), wlmctl_number(engine, "tunnels"),
                               wlmctl_number(engine, "connections"), wlmctl_number(engine, "connections_max"));
    printf("\n%s\n", tool_text_cut(line, wlmctl_line_width(), p));
}

static int print_status(const json_t *view, const char *name, int checks, apr_pool_t *p)
{
    const apr_array_header_t *clusters = wlmctl_find_clusters(view, name, p);
    double now = wlmctl_time(view, "time");
    int i, code = WLMCTL_OK;

    if (!clusters) {
        return checks ? WLMCTL_UNREACHABLE : WLMCTL_REFUSED; /* for monitors: UNKNOWN */
    }
    if (checks) {
        code = wlmctl_check(view, clusters, p);
        putchar('\n');
    }
    print_files(view, now, p);
    for (i = 0; i < clusters->nelts; ++i) {
        fputs(i ? "\n" : "", stdout);
        print_cluster(APR_ARRAY_IDX(clusters, i, const json_t *), now, p);
    }
    if (!name) {
        print_engine(view, p);
    }
    return code;
}

int wlmctl_run_status(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    int json = 0, checks = 0, n, code;
    const tool_option_t options[] = {
        { .name = "json", .flag = &json }, { .name = "check", .flag = &checks }, WLMCTL_ENDPOINT_OPTIONS(endpoint),
        { .name = NULL }
    };
    json_t *view;
    char **words;

    n = tool_read_call(argc, argv, options, &words);
    if (n < 0 || n > 1 || (json && (n || checks))) {
        return n < 0 ? WLMCTL_MISUSE : tool_misuse("status", json ? "--json shows everything as it is"
                                                   : "name one cluster");
    }
    if (json) {
        return wlmctl_print_json(endpoint, p);
    }
    if ((code = wlmctl_get(&view, endpoint, p)) == WLMCTL_OK) {
        code = print_status(view, n ? words[0] : NULL, checks, p);
        json_decref(view);
    }
    return code;
}
