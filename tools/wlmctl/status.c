/* wlmctl status: clusters and members at a glance. On main()'s thread. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/count.h"
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

/* "2", or "2 x 50%" where its reports scale it */
static const char *weight_of(const json_t *member, apr_pool_t *p)
{
    double percent = wlmctl_number(member, "weight_percent");

    return !json_object_get(member, "weight_percent") || percent == 100
           ? number(member, "weight", p)
           : apr_psprintf(p, "%s x %.0f%%", number(member, "weight", p), percent);
}

/* "3", or "3/8" where there is a limit */
static const char *in_flight_of(const json_t *member, apr_pool_t *p)
{
    return wlmctl_number(member, "max_connections") > 0
           ? apr_psprintf(p, "%s/%s", number(member, "in_flight", p), number(member, "max_connections", p))
           : number(member, "in_flight", p);
}

static const char *join(const char *first, const char *second, apr_pool_t *p)
{
    return apr_pstrcat(p, first, *first && *second ? "; " : "", second, NULL);
}

/* For the last column: the administrator's comment, why it needs attention, and the last error */
static const char *reasons_of(const json_t *member, double now, apr_pool_t *p)
{
    const char *reason = wlmctl_text(member, "reason"), *error = wlmctl_text(member, "last_error"), *text;

    if (strcmp(reason, error) == 0) {
        reason = "";
    }
    if (*error) {
        error = apr_pstrcat(p, wlmctl_age(member, "last_error_at", now, p), " ago: ", error, NULL);
    }
    text = join(wlmctl_text(member, "comment"), join(reason, error, p), p);
    return *text ? text : "-";
}

static void add_member(wlmctl_table_t *table, const json_t *member, double now, apr_pool_t *p)
{
    int needs_attention = wlmctl_needs_attention(member);
    const char *cells[] = {
        needs_attention ? "!" : " ", wlmctl_text(member, "name"), wlmctl_text(member, "address"),
        wlmctl_text(member, "tier"), wlmctl_text(member, "state"), wlmctl_age(member, "since", now, p),
        wlmctl_admin_text(member, now, p), weight_of(member, p),
        apr_psprintf(p, "%.1f%%", wlmctl_number(member, "share")), in_flight_of(member, p),
        number(member, "requests", p), number(member, "failures", p),
        apr_psprintf(p, "%.0f", 1000 * wlmctl_number(member, "p95")), reasons_of(member, now, p),
    };

    wlmctl_table_add(table, cells, needs_attention);
}

static void print_cluster(const json_t *cluster, double now, apr_pool_t *p)
{
    static const wlmctl_column_t columns[] = {
        { " ", 0, 0 },        { "MEMBER", 0, 0 },   { "ADDRESS", 0, 7 }, { "TIER", 0, 8 },  { "STATE", 0, 0 },
        { "SINCE", 1, 0 },    { "ADMIN", 0, 0 },    { "WEIGHT", 1, 3 },  { "SHARE", 1, 4 }, { "INFLIGHT", 1, 1 },
        { "REQUESTS", 1, 5 }, { "FAILURES", 1, 2 }, { "P95 MS", 1, 6 },  { "COMMENT; LAST ERROR", 0, 0 }, { NULL, 0, 0 }
    };
    wlmctl_table_t *table = wlmctl_table_make(columns, p);
    const json_t *member;
    const char *head;
    size_t m;

    json_array_foreach(json_object_get(cluster, "members"), m, member) {
        add_member(table, member, now, p);
    }
    head = apr_psprintf(p, "cluster %s: %s, %.0f of %s for new sessions", wlmctl_text(cluster, "name"),
                        wlmctl_text(cluster, "policy"), wlmctl_number(cluster, "usable"),
                        wlm_count_text((apr_int64_t)m, "member", p));
    if (wlmctl_number(cluster, "on_backup") > 0) {
        head = apr_pstrcat(p, head, ", on backup", NULL);
    }
    else if (strcmp(wlmctl_text(cluster, "serving"), "full") == 0) {
        head = apr_pstrcat(p, head, ", full", NULL);
    }
    if (wlmctl_number(cluster, "waiting") > 0) {
        head = apr_psprintf(p, "%s, %.0f %s", head, wlmctl_number(cluster, "waiting"),
                            wlm_count_word((apr_int64_t)wlmctl_number(cluster, "waiting"), "request waits",
                                           "requests wait"));
    }
    puts(tool_text_cut(head, wlmctl_line_width(), p));
    wlmctl_table_print(table, 0, 0);
}

/* Whole, also where it is longer than a line: it says what is to be done. Most begin with PATH:LINE, and the path has
 * just been printed */
static const char *describe_refusal(const char *why, const char *path, apr_pool_t *p)
{
    size_t length = strlen(path);
    int has_line = strncmp(why, path, length) == 0 && why[length] == ':' && apr_isdigit(why[length + 1]);

    return tool_text_cut(apr_pstrcat(p, has_line ? "line " : "", has_line ? why + length + 1 : why, NULL), INT_MAX, p);
}

static void print_files(const json_t *view, double now, apr_pool_t *p)
{
    const json_t *file;
    size_t i;

    json_array_foreach(json_object_get(view, "files"), i, file) {
        const char *why = wlmctl_text(file, "refused"), *path = wlmctl_text(file, "path");
        if (*why) {
            printf("! %s is refused since %s: %s\n\n", path, wlmctl_age(file, "refused_since", now, p),
                   describe_refusal(why, path, p));
        }
    }
}

/* What the processes of httpd may run out of */
static void print_means(const json_t *view, apr_pool_t *p)
{
    const json_t *engine = json_object_get(view, "engine"), *memory = json_object_get(view, "memory");
    const json_t *slots = json_object_get(view, "slots");
    double threads = wlmctl_number(engine, "threads"), most = wlmctl_number(engine, "descriptors_max");
    const char *line;

    if (!memory) {
        return;                    /* an older module */
    }
    line = apr_psprintf(p, "%.0f of %.0f slots for members", wlmctl_number(slots, "members"),
                        wlmctl_number(slots, "members_max"));
    if (wlmctl_number(memory, "learned") > 0) {
        line = apr_psprintf(p, "%s; about %.0f of %.0f learned sessions", line,
                            wlmctl_number(memory, "learned_sessions"), wlmctl_number(memory, "learned_sessions_max"));
    }
    if (wlmctl_number(engine, "descriptors") > 0) {
        line = apr_psprintf(p, "%.0f%s file descriptors at most in a process; %s",
                            wlmctl_number(engine, "descriptors"), most > 0 ? apr_psprintf(p, " of %.0f", most) : "",
                            line);
    }
    if (threads > 0) {
        line = apr_psprintf(p, "%.0f of %.0f engine %s busy; %s", wlmctl_number(engine, "threads_busy"), threads,
                            wlm_count_word((apr_int64_t)threads, "thread is", "threads are"), line);
    }
    puts(tool_text_cut(line, wlmctl_line_width(), p));
}

/* How requests that wait are served, and how many more there may be */
static void print_engine(const json_t *view, apr_pool_t *p)
{
    const json_t *engine = json_object_get(view, "engine");
    const char *line, *why = wlmctl_text(engine, "why"), *defaults = wlmctl_text(view, "defaults");
    double earlier;

    if (!engine) {
        return;                    /* an older module */
    }
    earlier = wlmctl_number(engine, "parked_earlier");
    line = *why ? apr_psprintf(p, "requests that wait hold a thread each: %s; %s", why,
                               wlm_count_text((apr_int64_t)wlmctl_number(engine, "tunnels"), "tunnel", p))
                : apr_psprintf(p, "%.0f %s parked, tunnels among them %.0f%s; %.0f of %.0f connections",
                               wlmctl_number(engine, "parked"),
                               wlm_count_word((apr_int64_t)wlmctl_number(engine, "parked"), "request is",
                                              "requests are"),
                               wlmctl_number(engine, "tunnels"),
                               earlier > 0 ? apr_psprintf(p, ", %.0f in processes that end", earlier) : "",
                               wlmctl_number(engine, "connections"), wlmctl_number(engine, "connections_max"));
    printf("\n%s\n", tool_text_cut(line, wlmctl_line_width(), p));
    print_means(view, p);
    if (*defaults) {
        puts(tool_text_cut(apr_pstrcat(p, "WLMDefaults ", defaults, NULL), wlmctl_line_width(), p));
    }
}

static int print_status(const json_t *view, const char *name, int checks, apr_pool_t *p)
{
    const apr_array_header_t *clusters = wlmctl_find_clusters(view, name, p);
    double now = wlmctl_time(view, "time");
    int i, code = WLMCTL_OK;

    if (!clusters) {
        if (checks) {
            wlmctl_check_unknown(apr_pstrcat(p, "there is no cluster ", name, NULL), p);
        }
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
    const char *why;
    json_t *view;
    char **words;

    n = tool_read_call(argc, argv, options, &words);
    if (n < 0 || n > 1 || (json && (n || checks))) {
        return n < 0 ? WLMCTL_MISUSE : tool_misuse("status", json ? "with --json name no cluster, and leave --check out"
                                                   : "name one cluster");
    }
    if (json) {
        return wlmctl_print("json", endpoint, p);
    }
    if ((code = wlmctl_try_get(&view, &why, endpoint, p)) == WLMCTL_OK) {
        code = print_status(view, n ? words[0] : NULL, checks, p);
        json_decref(view);
        return code;
    }
    tool_failure(why);
    if (checks) {
        wlmctl_check_unknown(why, p);
    }
    return code;
}
