/* wlmctl top: gets the state in intervals, and prints the rates between two states: on a terminal as a screen, until
 * Ctrl-C or q, otherwise one table. On main()'s thread. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>
#include <apr_strings.h>
#include "base/clock.h"
#include "base/duration.h"
#include "tools/wlmctl/http.h"
#include "tools/wlmctl/interrupt.h"
#include "tools/wlmctl/screen.h"
#include "tools/wlmctl/state.h"
#include "tools/wlmctl/terminal.h"
#include "tools/wlmctl/wlmctl.h"

typedef struct top_t {
    const wlmctl_endpoint_t *endpoint;
    apr_interval_time_t interval;
    wlmctl_screen_t screen;
    json_t *now, *then;            /* the screen's; this holds their references */
    int is_screen;                 /* on a terminal that has keys */
    apr_pool_t *pool;
    apr_pool_t *ptrouble;          /* of screen.trouble */
} top_t;

static void print(top_t *top)
{
    apr_pool_t *p;

    apr_pool_create(&p, top->pool);
    if (top->is_screen) {
        wlmctl_screen_print(&top->screen, p);
    }
    else {
        wlmctl_screen_print_members(&top->screen, p);
        fflush(stdout);
    }
    apr_pool_destroy(p);
}

/* An interval is over. @return exit code, if it was the last one */
static int refresh(top_t *top)
{
    const char *why;
    json_t *newer;
    int code;

    apr_pool_clear(top->ptrouble);
    top->screen.trouble = NULL;
    code = wlmctl_try_get(&newer, &why, top->endpoint, top->ptrouble);
    if (code == WLMCTL_OK) {
        json_decref(top->then);
        top->screen.then = top->then = top->now;
        top->screen.now = top->now = newer;
    }
    else if (top->is_screen) {
        top->screen.trouble = why; /* httpd may be restarting */
    }
    else {
        tool_failure(why);
        return code;
    }
    print(top);
    return code;
}

static void scroll(wlmctl_screen_t *screen, int key)
{
    switch (key) {
    case WLMCTL_KEY_UP:
        screen->first -= 1;
        break;
    case WLMCTL_KEY_DOWN:
        screen->first += 1;
        break;
    case WLMCTL_KEY_PAGE_UP:
        screen->first -= screen->page;
        break;
    case WLMCTL_KEY_PAGE_DOWN:
        screen->first += screen->page;
        break;
    case WLMCTL_KEY_HOME:
        screen->first = 0;
        break;
    case WLMCTL_KEY_END:
        screen->first = INT_MAX;
        break;
    default:
        break;
    }
}

static void use_key(top_t *top, int key)
{
    const wlmctl_order_t *order;

    for (order = wlmctl_orders; order->key; ++order) {
        if (order->key == key) {
            top->screen.order = order;
            top->screen.first = 0;
        }
    }
    scroll(&top->screen, key);
    print(top);
}

/* @return 1: q or Ctrl-C */
static int wait_for_interval(top_t *top)
{
    apr_time_t end = wlm_now() + top->interval;
    int key;

    while ((key = wlmctl_terminal_wait(end)) != WLMCTL_KEY_NONE && key != WLMCTL_KEY_QUIT) {
        if (top->is_screen) {
            use_key(top, key);
        }
    }
    return key == WLMCTL_KEY_QUIT;
}

static int loop(top_t *top)
{
    int code = WLMCTL_OK, goes_on = 1;

    while (goes_on && !wait_for_interval(top)) {
        code = refresh(top);
        goes_on = isatty(STDOUT_FILENO) && (top->is_screen || code == WLMCTL_OK);
    }
    return code;
}

static int run(top_t *top, apr_pool_t *p)
{
    int code = wlmctl_get(&top->now, top->endpoint, p);

    if (code != WLMCTL_OK) {
        return code;
    }
    top->screen.now = top->screen.then = top->then = json_incref(top->now);
    if (!wlmctl_find_clusters(top->now, top->screen.cluster, p)) {
        code = WLMCTL_REFUSED;
    }
    else {
        wlmctl_catch_interrupt();
        if (isatty(STDOUT_FILENO) && (top->is_screen = wlmctl_terminal_enter())) {
            print(top);
        }
        code = loop(top);
        wlmctl_terminal_leave();
    }
    json_decref(top->now);
    json_decref(top->then);
    return code;
}

int wlmctl_run_top(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    const char *interval = "2s";
    const tool_option_t options[] = {
        { .name = "interval", .value = &interval }, WLMCTL_ENDPOINT_OPTIONS(endpoint), { .name = NULL }
    };
    top_t top = { .endpoint = endpoint, .screen = { .order = wlmctl_orders }, .pool = p };
    char **words;
    int n = tool_read_call(argc, argv, options, &words);

    if (n < 0 || n > 1) {
        return n < 0 ? WLMCTL_MISUSE : tool_misuse("top", "name one cluster");
    }
    if (!wlm_duration_parse(&top.interval, interval, "s") || top.interval < apr_time_from_sec(1)
        || top.interval > apr_time_from_sec(3600)) {
        return tool_misuse("--interval", "it takes a time from 1s to 1h");
    }
    top.screen.cluster = n ? words[0] : NULL;
    apr_pool_create(&top.ptrouble, p);
    return run(&top, p);
}
