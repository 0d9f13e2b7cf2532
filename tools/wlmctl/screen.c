/* What wlmctl top shows: a line of sums, clusters, members, and a line of keys. On main()'s thread. */
#include <stdio.h>
#include <string.h>
#include <apr_strings.h>
#include "base/count.h"
#include "tools/common/text.h"
#include "tools/wlmctl/screen.h"
#include "tools/wlmctl/state.h"
#include "tools/wlmctl/table.h"
#include "tools/wlmctl/terminal.h"

#define CLUSTERS_ABOVE 12          /* lines: a smaller screen has members only */

static const char *number(const json_t *of, const char *name, apr_pool_t *p)
{
    return apr_psprintf(p, "%.0f", wlmctl_number(of, name));
}

/* -- members ------------------------------------------------------------------------------------------------ */

static wlmctl_table_t *make_members(const apr_array_header_t *rows, double now, apr_pool_t *p)
{
    static const wlmctl_column_t columns[] = {
        { " ", 0, 0 },      { "CLUSTER", 0, 4 },  { "MEMBER", 0, 0 }, { "STATE", 0, 0 }, { "REQ/S", 1, 1 },
        { "FAIL/S", 1, 2 }, { "INFLIGHT", 1, 3 }, { "IDLE", 1, 7 },   { "SHARE", 1, 6 }, { "P95 MS", 1, 5 },
        { "ADMIN", 0, 0 },  { NULL, 0, 0 }
    };
    wlmctl_table_t *table = wlmctl_table_make(columns, p);
    int i;

    for (i = 0; i < rows->nelts; ++i) {
        const wlmctl_rates_t *row = &APR_ARRAY_IDX(rows, i, wlmctl_rates_t);
        const char *cells[] = {
            row->needs_attention ? "!" : " ", wlmctl_text(row->cluster, "name"), wlmctl_text(row->member, "name"),
            wlmctl_text(row->member, "state"), apr_psprintf(p, "%.1f", row->requests),
            apr_psprintf(p, "%.1f", row->failures), apr_psprintf(p, "%.0f", row->in_flight),
            number(row->member, "idle", p), apr_psprintf(p, "%.1f%%", wlmctl_number(row->member, "share")),
            apr_psprintf(p, "%.0f", 1000 * row->p95), wlmctl_admin_text(row->member, now, p),
        };
        wlmctl_table_add(table, cells, row->needs_attention);
    }
    return table;
}

void wlmctl_screen_print_members(const wlmctl_screen_t *screen, apr_pool_t *p)
{
    apr_array_header_t *members = wlmctl_rates_of_members(screen->now, screen->then, screen->cluster, p);

    wlmctl_rates_sort(members, screen->order);
    wlmctl_table_print(make_members(members, wlmctl_time(screen->now, "time"), p), 0, 0);
}

/* -- clusters ----------------------------------------------------------------------------------------------- */

/* "2/3": so many of its members get new sessions; and what is wrong with that */
static const char *usable_of(const wlmctl_rates_t *row, apr_pool_t *p)
{
    return apr_psprintf(p, "%s/%d", number(row->cluster, "usable", p), row->members);
}

/* Who serves new sessions; an older module does not say that */
static const char *serving_of(const json_t *cluster)
{
    const char *serving = wlmctl_text(cluster, "serving");

    return *serving ? serving : "-";
}

static int is_served_otherwise(const json_t *cluster)
{
    const char *serving = wlmctl_text(cluster, "serving");

    return *serving && strcmp(serving, "primary") != 0;
}

static wlmctl_table_t *make_clusters(const apr_array_header_t *rows, apr_pool_t *p)
{
    static const wlmctl_column_t columns[] = {
        { " ", 0, 0 },       { "CLUSTER", 0, 0 },  { "USABLE", 1, 0 },  { "REQ/S", 1, 1 },   { "FAIL/S", 1, 2 },
        { "INFLIGHT", 1, 3 }, { "WAITING", 1, 4 }, { "SERVED BY", 0, 0 }, { NULL, 0, 0 }
    };
    wlmctl_table_t *table = wlmctl_table_make(columns, p);
    int i;

    for (i = 0; i < rows->nelts; ++i) {
        const wlmctl_rates_t *row = &APR_ARRAY_IDX(rows, i, wlmctl_rates_t);
        int is_ill = row->needs_attention || is_served_otherwise(row->cluster);
        const char *cells[] = {
            is_ill ? "!" : " ", wlmctl_text(row->cluster, "name"), usable_of(row, p),
            apr_psprintf(p, "%.1f", row->requests), apr_psprintf(p, "%.1f", row->failures),
            apr_psprintf(p, "%.0f", row->in_flight), number(row->cluster, "waiting", p), serving_of(row->cluster),
        };
        wlmctl_table_add(table, cells, is_ill);
    }
    return table;
}

/* Those that need attention first, a quarter of the screen at the most. @return lines that it took */
static int print_clusters(const apr_array_header_t *members, int lines, apr_pool_t *p)
{
    apr_array_header_t *clusters = wlmctl_rates_of_clusters(members, p);
    int room = lines / 4, shown = clusters->nelts <= room ? clusters->nelts : room - 1;

    if (lines < CLUSTERS_ABOVE) {
        return 0;
    }
    wlmctl_rates_sort(clusters, wlmctl_orders);
    wlmctl_table_print(make_clusters(clusters, p), 0, shown + 1);
    if (shown < clusters->nelts) {
        puts(tool_text_cut(apr_psprintf(p, "   and %d more clusters", clusters->nelts - shown), wlmctl_line_width(),
                           p));
    }
    putchar('\n');
    return shown + (shown < clusters->nelts) + 2;
}

/* -- the screen ----------------------------------------------------------------------------------------------- */

/* @return "", or ", 1 file refused": a changed version of it that is not in use */
static const char *refused_of(const json_t *view, apr_pool_t *p)
{
    const json_t *file;
    int refused = 0;
    size_t i;

    json_array_foreach(json_object_get(view, "files"), i, file) {
        refused += *wlmctl_text(file, "refused") != '\0';
    }
    return refused ? apr_psprintf(p, ", %s refused", wlm_count_text(refused, "file", p)) : "";
}

/* @return "", or ", certificates of 2 members expire soon": theirs, or those that the module shows to them */
static const char *expiring_of(const apr_array_header_t *rows, double now, apr_pool_t *p)
{
    int i, expiring = 0;

    for (i = 0; i < rows->nelts; ++i) {
        const json_t *member = APR_ARRAY_IDX(rows, i, wlmctl_rates_t).member;
        expiring += wlmctl_expires_soon(member, "tls_expires", now)
                    || wlmctl_expires_soon(member, "tls_own_expires", now);
    }
    return expiring ? apr_psprintf(p, ", certificates of %s expire soon", wlm_count_text(expiring, "member", p)) : "";
}

static void print_sums(const wlmctl_screen_t *screen, const apr_array_header_t *members, apr_pool_t *p)
{
    wlmctl_rates_t sum = wlmctl_rates_sum(members);
    const char *time = wlmctl_local(screen->now, wlmctl_text(screen->now, "time"), p), *clock = strchr(time, 'T');
    const char *line = apr_psprintf(p, "%.8s  %s, %d ill%s%s, %.1f requests/s, %.1f failures/s",
                                    clock ? clock + 1 : "", wlm_count_text(sum.members, "member", p),
                                    sum.needs_attention, refused_of(screen->now, p),
                                    expiring_of(members, wlmctl_time(screen->now, "time"), p), sum.requests,
                                    sum.failures);

    puts(tool_text_cut(screen->trouble ? screen->trouble : line, wlmctl_line_width(), p));
}

static void print_keys(const wlmctl_screen_t *screen, int members, apr_pool_t *p)
{
    int last = screen->first + screen->page < members ? screen->first + screen->page : members;
    const wlmctl_order_t *order;
    const char *text = apr_psprintf(p, "%d-%d of %d by %s  (q ends", members ? screen->first + 1 : 0, last, members,
                                    screen->order->name);

    for (order = wlmctl_orders; order->key; ++order) {
        text = apr_psprintf(p, "%s%s%c %s", text, order == wlmctl_orders ? "; " : ", ", order->key, order->name);
    }
    fputs(tool_text_cut(apr_pstrcat(p, text, ")", NULL), wlmctl_line_width(), p), stdout);
}

static void keep_in_range(wlmctl_screen_t *screen, int members)
{
    int max = members > screen->page ? members - screen->page : 0;

    screen->first = screen->first > max ? max : screen->first < 0 ? 0 : screen->first;
}

void wlmctl_screen_print(wlmctl_screen_t *screen, apr_pool_t *p)
{
    apr_array_header_t *members = wlmctl_rates_of_members(screen->now, screen->then, screen->cluster, p);
    int lines = wlmctl_terminal_lines(), left = lines - 3; /* without the sums, the headings, and the keys */

    fputs("\033[H\033[J", stdout);
    print_sums(screen, members, p);
    left -= print_clusters(members, lines, p);
    screen->page = left > 1 ? left : 1;
    keep_in_range(screen, members->nelts);
    wlmctl_rates_sort(members, screen->order);
    wlmctl_table_print(make_members(members, wlmctl_time(screen->now, "time"), p), screen->first, screen->page + 1);
    print_keys(screen, members->nelts, p);
    fflush(stdout);
}
