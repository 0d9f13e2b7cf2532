/* wlmctl top: gets the state in intervals, and prints the rates between two states: on a terminal as a screen, until
 * Ctrl-C or q, otherwise one table. On main()'s thread. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <apr_strings.h>
#include "tools/common/text.h"
#include "base/clock.h"
#include "base/duration.h"
#include "tools/wlmctl/http.h"
#include "tools/wlmctl/interrupt.h"
#include "tools/wlmctl/state.h"
#include "tools/wlmctl/table.h"
#include "tools/wlmctl/wlmctl.h"

/* -- the terminal --------------------------------------------------------------------------------------- */

static struct termios before;
static int is_raw;

static void restore(void)
{
    if (is_raw) {
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
        fputs("\033[?25h\033[?1049l", stdout); /* show the cursor, and the screen from before */
        fflush(stdout);
        is_raw = 0;
    }
}

/* Keys are read without Enter, on the alternate screen; restore() undoes that */
static void enter_screen(void)
{
    struct termios raw;

    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &before) != 0) {
        return;
    }
    raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VSUSP] = raw.c_cc[VQUIT] = _POSIX_VDISABLE; /* they would end or stop wlmctl without restore() */
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    is_raw = 1;
    atexit(restore);
    fputs("\033[?1049h\033[?25l", stdout);
}

/* @return 1: q was pressed, or Ctrl-C */
static int wait_for_quit(apr_interval_time_t time)
{
    struct pollfd in = { .fd = isatty(STDIN_FILENO) ? STDIN_FILENO : -1, .events = POLLIN };
    apr_time_t end = wlm_now() + time;
    apr_interval_time_t left;

    while (!wlmctl_interrupted && (left = end - wlm_now()) > 0) {
        char key = 0;
        if (poll(&in, 1, (int)(left / 1000) + 1) > 0 && (read(STDIN_FILENO, &key, 1) <= 0 || key == 'q'
                                                         || key == 'Q')) {
            return 1;
        }
    }
    return wlmctl_interrupted;
}

static int screen_lines(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 3 ? size.ws_row - 2 : 0;
}

/* -- the rates ---------------------------------------------------------------------------------------------- */

typedef struct row_t {
    const json_t *cluster, *member;
    double requests, failures;     /* per second */
    int needs_attention;
} row_t;

/* The row's member in another state, by its names: the file may have changed in between */
static const json_t *find_in(const json_t *view, const row_t *row, apr_pool_t *p)
{
    char *name = apr_pstrdup(p, wlmctl_text(row->member, "name"));
    wlmctl_target_t target = { &name, 1, wlmctl_text(row->cluster, "name"), NULL };
    const apr_array_header_t *found = wlmctl_find_members(view, &target, p);

    return found->nelts ? APR_ARRAY_IDX(found, 0, wlmctl_member_t).member : NULL;
}

static double rate(const json_t *now, const json_t *then, const char *name, double seconds)
{
    double difference = then ? wlmctl_number(now, name) - wlmctl_number(then, name) : 0;

    return difference > 0 && seconds > 0 ? difference / seconds : 0;
}

/* Those that need attention first, then by load, then by name */
static int by_attention(const void *a, const void *b)
{
    const row_t *first = a, *second = b;

    return first->needs_attention != second->needs_attention ? second->needs_attention - first->needs_attention
         : first->requests != second->requests ? (first->requests < second->requests ? 1 : -1)
         : strcmp(wlmctl_text(first->member, "name"), wlmctl_text(second->member, "name"));
}

static apr_array_header_t *find_rows(const json_t *now, const json_t *then, const char *cluster, apr_pool_t *p)
{
    wlmctl_target_t target = { .cluster = cluster };
    const apr_array_header_t *members = wlmctl_find_members(now, &target, p);
    double seconds = wlmctl_time(now, "time") - wlmctl_time(then, "time");
    apr_array_header_t *rows = apr_array_make(p, members->nelts + 1, sizeof(row_t));
    int i;

    for (i = 0; i < members->nelts; ++i) {
        const wlmctl_member_t *one = &APR_ARRAY_IDX(members, i, wlmctl_member_t);
        row_t row = { one->cluster, one->member, 0, 0, wlmctl_needs_attention(one->member) };
        const json_t *was = find_in(then, &row, p);

        row.requests = rate(one->member, was, "requests", seconds);
        row.failures = rate(one->member, was, "failures", seconds);
        APR_ARRAY_PUSH(rows, row_t) = row;
    }
    qsort(rows->elts, (size_t)rows->nelts, sizeof(row_t), by_attention);
    return rows;
}

static void print_rows(const apr_array_header_t *rows, double now, int lines, apr_pool_t *p)
{
    static const wlmctl_column_t columns[] = {
        { " ", 0, 0 },      { "CLUSTER", 0, 0 },  { "MEMBER", 0, 0 }, { "STATE", 0, 0 }, { "REQ/S", 1, 0 },
        { "FAIL/S", 1, 0 }, { "INFLIGHT", 1, 0 }, { "IDLE", 1, 2 },   { "SHARE", 1, 1 }, { "P95 MS", 1, 0 },
        { "ADMIN", 0, 0 },  { NULL, 0, 0 }
    };
    wlmctl_table_t *table = wlmctl_table_make(columns, p);
    int i;

    for (i = 0; i < rows->nelts; ++i) {
        const row_t *row = &APR_ARRAY_IDX(rows, i, row_t);
        const char *cells[] = {
            row->needs_attention ? "!" : " ", wlmctl_text(row->cluster, "name"), wlmctl_text(row->member, "name"),
            wlmctl_text(row->member, "state"), apr_psprintf(p, "%.1f", row->requests),
            apr_psprintf(p, "%.1f", row->failures), apr_psprintf(p, "%.0f", wlmctl_number(row->member, "in_flight")),
            apr_psprintf(p, "%.0f", wlmctl_number(row->member, "idle")),
            apr_psprintf(p, "%.1f%%", wlmctl_number(row->member, "share")),
            apr_psprintf(p, "%.0f", 1000 * wlmctl_number(row->member, "p95")), wlmctl_admin_text(row->member, now, p),
        };
        wlmctl_table_add(table, cells, row->needs_attention);
    }
    wlmctl_table_print(table, lines);
}

static void print_sums(const apr_array_header_t *rows, const char *time, apr_pool_t *p)
{
    const char *clock = strchr(time, 'T');
    double requests = 0, failures = 0;
    int i, ill = 0;

    for (i = 0; i < rows->nelts; ++i) {
        const row_t *row = &APR_ARRAY_IDX(rows, i, row_t);
        requests += row->requests;
        failures += row->failures;
        ill += row->needs_attention;
    }
    puts(tool_text_cut(apr_psprintf(p, "%.8s UTC  %d members, %d ill, %.1f requests/s, %.1f failures/s  (q ends)",
                                    clock ? clock + 1 : "", rows->nelts, ill, requests, failures), wlmctl_line_width(),
                                    p));
}

static void print_screen(const json_t *now, const json_t *then, const char *cluster, apr_pool_t *p)
{
    const apr_array_header_t *rows = find_rows(now, then, cluster, p);

    if (is_raw) {
        fputs("\033[H\033[J", stdout);
        print_sums(rows, wlmctl_text(now, "time"), p);
    }
    print_rows(rows, wlmctl_time(now, "time"), is_raw ? screen_lines() : 0, p);
    fflush(stdout);
}

/* -- the command ---------------------------------------------------------------------------------------------- */

/* An interval is over. @param pthen  in and out: the state at its begin @return exit code, if it was the last one */
static int refresh(json_t **pthen, const wlmctl_endpoint_t *endpoint, const char *cluster, apr_pool_t *p)
{
    const char *why;
    json_t *now;
    int code = wlmctl_try_get(&now, &why, endpoint, p);

    if (code == WLMCTL_OK) {
        print_screen(now, *pthen, cluster, p);
        json_decref(*pthen);
        *pthen = now;
    }
    else if (is_raw) {             /* httpd may be restarting */
        printf("\033[H\033[K%s", tool_text_cut(why, wlmctl_line_width(), p));
        fflush(stdout);
    }
    else {
        tool_failure(why);
    }
    return code;
}

/* @param then  the first state; its reference is released */
static int loop(json_t *then, const wlmctl_endpoint_t *endpoint, const char *cluster, apr_interval_time_t interval,
                apr_pool_t *p)
{
    int code = WLMCTL_OK, goes_on = 1;

    while (goes_on && !wait_for_quit(interval)) {
        apr_pool_t *prefresh;

        apr_pool_create(&prefresh, p);
        code = refresh(&then, endpoint, cluster, prefresh);
        apr_pool_destroy(prefresh);
        goes_on = isatty(STDOUT_FILENO) && (is_raw || code == WLMCTL_OK);
    }
    json_decref(then);
    return code;
}

static int run(const wlmctl_endpoint_t *endpoint, const char *cluster, apr_interval_time_t interval, apr_pool_t *p)
{
    json_t *view;
    int code = wlmctl_get(&view, endpoint, p);

    if (code != WLMCTL_OK) {
        return code;
    }
    if (!wlmctl_find_clusters(view, cluster, p)) {
        json_decref(view);
        return WLMCTL_REFUSED;
    }
    wlmctl_catch_interrupt();
    if (isatty(STDOUT_FILENO)) {
        enter_screen();
        if (is_raw) {
            print_screen(view, view, cluster, p);
        }
    }
    code = loop(view, endpoint, cluster, interval, p);
    restore();
    return code;
}

int wlmctl_run_top(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    const char *interval = "2s";
    const tool_option_t options[] = {
        { .name = "interval", .value = &interval }, WLMCTL_ENDPOINT_OPTIONS(endpoint), { .name = NULL }
    };
    apr_interval_time_t time;
    char **words;
    int n = tool_read_call(argc, argv, options, &words);

    if (n < 0 || n > 1) {
        return n < 0 ? WLMCTL_MISUSE : tool_misuse("top", "name one cluster");
    }
    if (!wlm_duration_parse(&time, interval, "s") || time < apr_time_from_sec(1)
        || time > apr_time_from_sec(3600)) {
        return tool_misuse("--interval", "it takes a time from 1s to 1h");
    }
    return run(endpoint, n ? words[0] : NULL, time, p);
}
