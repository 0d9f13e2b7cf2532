/* wlmctl drain, disable, enable, weight, up, down, reset, reload: what changes something. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <apr_strings.h>
#include <apr_time.h>
#include "wlm_steer.h"
#include "wlmctl.h"

/* What is asked for, beside the members */
typedef struct order_t {
    const char *action, *weight, *time, *comment;
    int wait;
    apr_interval_time_t idle, timeout; /* 0: none */
} order_t;

/* What the server says of an action is text for people */
static int report(wlmctl_answer_t *answer)
{
    int code = answer->status == 200 ? WLMCTL_FINE : WLMCTL_NOT;

    fprintf(code ? stderr : stdout, "%s%s", code ? "wlmctl: " : "", answer->body);
    free(answer->body);
    return code;
}

static int post(const wlmctl_place_t *place, const apr_table_t *form)
{
    wlmctl_answer_t answer;
    int code = wlmctl_post(&answer, place, form);

    return code == WLMCTL_FINE ? report(&answer) : code;
}

int wlmctl_run_reload(int argc, char **argv, wlmctl_place_t *place, apr_pool_t *p)
{
    const tool_option_t options[] = { WLMCTL_PLACE_OPTIONS(place), { .name = NULL } };
    apr_table_t *form = apr_table_make(p, 1);
    char **words;
    int n = tool_read_call(argc, argv, options, &words);

    if (n) {
        return n < 0 ? WLMCTL_MISUSE : tool_misuse("reload", "it takes no more words");
    }
    apr_table_setn(form, "action", "reload");
    return post(place, form);
}

/* -- the action --------------------------------------------------------------------------------------- */

static int post_order(const order_t *order, const wlmctl_target_t *target, const char *member, const wlmctl_place_t *place,
                      apr_pool_t *p)
{
    const char *fields[] = { "action", order->action, "member", member, "cluster", target->cluster, "host", target->host,
                             "weight", order->weight, "for", order->time, "comment", order->comment };
    apr_table_t *form = apr_table_make(p, 8);
    size_t i;

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i += 2) {
        if (fields[i + 1]) {
            apr_table_setn(form, fields[i], fields[i + 1]);
        }
    }
    return post(place, form);
}

/* All or none: a name that nobody has is found before anything is done */
static int find_all(const wlmctl_target_t *target, const wlmctl_place_t *place, apr_pool_t *p)
{
    json_t *view;
    int i, code = wlmctl_get(&view, place, p);

    for (i = 0; code == WLMCTL_FINE && i < target->nmembers; ++i) {
        wlmctl_target_t one = { &target->members[i], 1, target->cluster, target->host };
        if (!wlmctl_find(view, &one, p)->nelts) {
            fprintf(stderr, "wlmctl: there is no member %s%s; nothing was done\n", target->members[i],
                    target->cluster || target->host ? " in this cluster or on this host" : "");
            json_decref(view);
            return WLMCTL_NOT;
        }
    }
    if (code == WLMCTL_FINE) {
        json_decref(view);
    }
    return code;
}

static int act(const order_t *order, const wlmctl_target_t *target, const wlmctl_place_t *place, apr_pool_t *p)
{
    int i, code;

    if (!target->nmembers) {
        return post_order(order, target, NULL, place, p);
    }
    code = find_all(target, place, p);
    for (i = 0; code == WLMCTL_FINE && i < target->nmembers; ++i) {
        code = post_order(order, target, target->members[i], place, p);
    }
    return code;
}

/* -- waiting ---------------------------------------------------------------------------------------------- */

#define LOOK_EVERY 500000          /* microseconds */

typedef struct progress_t {
    double in_flight, kept;        /* sums over the members */
    int steered;                   /* all of them are as they were ordered to be */
} progress_t;

static int look(progress_t *progress, const order_t *order, const wlmctl_target_t *target, const wlmctl_place_t *place,
                apr_pool_t *p)
{
    const char *wanted = strcmp(order->action, "drain") == 0 ? "draining" : "disabled";
    const apr_array_header_t *members;
    json_t *view;
    int i, code = wlmctl_get(&view, place, p);

    memset(progress, 0, sizeof(*progress));
    if (code != WLMCTL_FINE) {
        return code;
    }
    members = wlmctl_find(view, target, p);
    progress->steered = members->nelts > 0;
    for (i = 0; i < members->nelts; ++i) {
        const json_t *member = APR_ARRAY_IDX(members, i, wlmctl_member_t).member;
        progress->in_flight += wlmctl_number(member, "in_flight");
        progress->kept += wlmctl_number(member, "sessions_kept");
        progress->steered &= strcmp(wlmctl_text(member, "admin_state"), wanted) == 0;
    }
    json_decref(view);
    return code;
}

static void tell_progress(const progress_t *progress, apr_interval_time_t quiet, const order_t *order, apr_pool_t *p)
{
    if (!isatty(STDERR_FILENO)) {
        return;
    }
    fprintf(stderr, "\r\033[K%.0f requests in flight", progress->in_flight);
    if (order->idle) {
        fprintf(stderr, ", none of a session for %s", wlmctl_span((double)apr_time_sec(quiet), p));
    }
    fflush(stderr);
}

static int end_waiting(const char *why, const order_t *order)
{
    fprintf(stderr, "%swlmctl: %s; the members stay as they are: %s\n", isatty(STDERR_FILENO) ? "\r\033[K" : "", why,
            strcmp(order->action, "drain") == 0 ? "draining" : "disabled");
    return WLMCTL_NOT;
}

/* One look. @return -1: go on; otherwise the exit code */
static int wait_once(const order_t *order, const wlmctl_target_t *target, const wlmctl_place_t *place, apr_time_t begun,
                     apr_time_t *pquiet, double *pkept, apr_pool_t *p)
{
    apr_time_t now = apr_time_now();
    progress_t progress;
    int code = look(&progress, order, target, place, p);

    if (code != WLMCTL_FINE) {
        return code;
    }
    if (!progress.steered) {
        fputs("wlmctl: somebody has steered the members otherwise\n", stderr);
        return WLMCTL_NOT;
    }
    if (progress.kept != *pkept) {
        *pkept = progress.kept;
        *pquiet = now;
    }
    tell_progress(&progress, now - *pquiet, order, p);
    if (progress.in_flight == 0 && now - *pquiet >= order->idle) {
        fprintf(stdout, "no request is with the members\n");
        return WLMCTL_FINE;
    }
    return order->timeout && now - begun >= order->timeout ? end_waiting("there are still requests, or were just now", order) : -1;
}

static int wait_until_empty(const order_t *order, const wlmctl_target_t *target, const wlmctl_place_t *place, apr_pool_t *p)
{
    apr_time_t begun = apr_time_now(), quiet = begun;
    double kept = -1;
    int code = -1;

    wlmctl_catch_interrupt();
    while (code < 0) {
        apr_pool_t *pturn;

        apr_pool_create(&pturn, p);
        code = wait_once(order, target, place, begun, &quiet, &kept, pturn);
        apr_pool_destroy(pturn);
        if (code < 0) {
            usleep(LOOK_EVERY);
            code = wlmctl_interrupted ? end_waiting("interrupted", order) : -1;
        }
    }
    return code;
}

/* -- the call ------------------------------------------------------------------------------------------------ */

/* Which options each command has beside the targets */
enum { FOR = 1, COMMENT = 2, WAIT = 4, IDLE = 8 };

static int options_of(const char *action)
{
    static const struct { const char *action; int options; } all[] = {
        { "drain", FOR | COMMENT | WAIT | IDLE }, { "disable", FOR | COMMENT | WAIT }, { "enable", COMMENT },
        { "weight", FOR | COMMENT },
    };
    size_t i;

    for (i = 0; i < sizeof(all) / sizeof(all[0]); ++i) {
        if (strcmp(action, all[i].action) == 0) {
            return all[i].options;
        }
    }
    return 0;
}

typedef struct call_t {
    order_t order;
    wlmctl_target_t target;
    const char *idle, *timeout;
} call_t;

#define OPTIONS_MAX 11

/* @param options  OPTIONS_MAX, zeroed */
static void list_options(tool_option_t *options, call_t *call, wlmctl_place_t *place)
{
    const tool_option_t all[] = { WLMCTL_PLACE_OPTIONS(place), { .name = "cluster", .value = &call->target.cluster },
                                  { .name = "host", .value = &call->target.host } };
    const struct { int bit; tool_option_t option; } some[] = {
        { FOR, { .name = "for", .value = &call->order.time } },
        { COMMENT, { .name = "comment", .value = &call->order.comment } },
        { WAIT, { .name = "wait", .flag = &call->order.wait } }, { WAIT, { .name = "timeout", .value = &call->timeout } },
        { IDLE, { .name = "idle", .value = &call->idle } },
    };
    int has = options_of(call->order.action);
    size_t i;

    memcpy(options, all, sizeof(all));
    options += sizeof(all) / sizeof(all[0]);
    for (i = 0; i < sizeof(some) / sizeof(some[0]); ++i) {
        if (has & some[i].bit) {
            *options++ = some[i].option;
        }
    }
}

/* @return 0: the call is wrong, which has been said */
static int read_times(call_t *call)
{
    order_t *order = &call->order;
    const char *wrong = order->time && !wlm_steer_read_time(order->time) ? "--for" : NULL;

    if (call->idle && !(order->idle = wlm_steer_read_time(call->idle))) {
        wrong = "--idle";
    }
    if (call->timeout && !(order->timeout = wlm_steer_read_time(call->timeout))) {
        wrong = "--timeout";
    }
    if (wrong) {
        tool_misuse(wrong, "it takes a time, such as 90s, 30m, 8h or 2d");
        return 0;
    }
    if ((call->idle || call->timeout) && !order->wait) {
        tool_misuse(call->idle ? "--idle" : "--timeout", "it goes with --wait");
        return 0;
    }
    return 1;
}

/* @return 0: the call is wrong, which has been said */
static int read_call(call_t *call, int argc, char **argv, wlmctl_place_t *place)
{
    tool_option_t options[OPTIONS_MAX] = { { .name = NULL } };
    char **words;
    int n;

    list_options(options, call, place);
    n = tool_read_call(argc, argv, options, &words);
    if (n < 0) {
        return 0;
    }
    if (strcmp(call->order.action, "weight") == 0) {
        if (!n) {
            tool_misuse("weight", "say which weight");
            return 0;
        }
        call->order.weight = *words++;
        --n;
    }
    call->target.members = words;
    call->target.nmembers = n;
    if (!n && !call->target.cluster && !call->target.host) {
        tool_misuse(call->order.action, "name members, a cluster or a host");
        return 0;
    }
    return read_times(call);
}

int wlmctl_run_steer(int argc, char **argv, wlmctl_place_t *place, apr_pool_t *p)
{
    call_t call = { .order = { .action = apr_pstrdup(p, argv[0]) } };
    int code;

    if (!read_call(&call, argc, argv, place)) {
        return WLMCTL_MISUSE;
    }
    code = act(&call.order, &call.target, place, p);
    return code == WLMCTL_FINE && call.order.wait ? wait_until_empty(&call.order, &call.target, place, p) : code;
}
