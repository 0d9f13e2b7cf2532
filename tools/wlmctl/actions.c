/* wlmctl drain, disable, enable, weight, up, down, reset, reload: the commands that change something, and wait. An
 * action is sent as a form; the server decides and answers with text for people. On main()'s thread. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/duration.h"
#include "health/admin_state.h"
#include "tools/wlmctl/http.h"
#include "tools/wlmctl/interrupt.h"
#include "tools/wlmctl/state.h"
#include "tools/wlmctl/wait.h"
#include "tools/wlmctl/wlmctl.h"

/* An action and its options, without the members */
typedef struct order_t {
    const char *action, *weight, *time, *comment;
    int force;                     /* close upgraded connections, too */
} order_t;

int wlmctl_run_reload(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    const tool_option_t options[] = { WLMCTL_ENDPOINT_OPTIONS(endpoint), { .name = NULL } };
    apr_table_t *form = apr_table_make(p, 1);
    char **words;
    int n = tool_read_call(argc, argv, options, &words);

    if (n) {
        return n < 0 ? WLMCTL_MISUSE : tool_misuse("reload", "it takes no more words");
    }
    apr_table_setn(form, "action", "reload");
    return wlmctl_post_and_report(endpoint, form, p);
}

/* -- the action --------------------------------------------------------------------------------------- */

static int post_order(const order_t *order, const wlmctl_target_t *target, const char *member,
                      const wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    const char *fields[] = { "action", order->action, "member", member, "cluster", target->cluster, "host",
                             target->host, "weight", order->weight, "for", order->time, "comment", order->comment,
                             "force", order->force ? "1" : NULL };
    apr_table_t *form = apr_table_make(p, 8);
    size_t i;

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i += 2) {
        if (fields[i + 1]) {
            apr_table_setn(form, fields[i], fields[i + 1]);
        }
    }
    return wlmctl_post_and_report(endpoint, form, p);
}

static void print_namesakes(const char *name, const apr_array_header_t *found)
{
    int i;

    fprintf(stderr, "wlmctl: member %s is in several clusters, at different addresses:\n", name);
    for (i = 0; i < found->nelts; ++i) {
        const wlmctl_member_t *one = &APR_ARRAY_IDX(found, i, wlmctl_member_t);
        fprintf(stderr, "    cluster %s: %s\n", wlmctl_text(one->cluster, "name"), wlmctl_text(one->member, "address"));
    }
}

/* Some files have one name for different servers in several clusters: then the name alone is ambiguous.
 * @return 0: it is, and that is printed */
static int is_unique(const json_t *view, const wlmctl_target_t *target, char *const *name, apr_pool_t *p)
{
    wlmctl_target_t one = { .members = name, .nmembers = 1, .cluster = target->cluster, .host = target->host };
    const apr_array_header_t *found = wlmctl_find_members(view, &one, p);
    int i;

    for (i = 1; i < found->nelts; ++i) {
        if (strcasecmp(wlmctl_text(APR_ARRAY_IDX(found, 0, wlmctl_member_t).member, "address"),
                       wlmctl_text(APR_ARRAY_IDX(found, i, wlmctl_member_t).member, "address")) != 0) {
            print_namesakes(*name, found);
            return 0;
        }
    }
    return 1;
}

static int are_unique(const json_t *view, const wlmctl_target_t *target, apr_pool_t *p)
{
    int i, are = 1;

    for (i = 0; i < target->nmembers; ++i) {
        are &= is_unique(view, target, &target->members[i], p);
    }
    return are;
}

/* All or none: a name without a member, or of several servers, is found before an action is sent */
static int check_members(const wlmctl_target_t *target, const wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    json_t *view;
    int code = wlmctl_get(&view, endpoint, p);

    if (code != WLMCTL_OK) {
        return code;
    }
    if (!wlmctl_has_all(view, target, p)) {
        fputs("wlmctl: nothing was done\n", stderr);
        code = WLMCTL_REFUSED;
    }
    else if (!are_unique(view, target, p)) {
        fputs("wlmctl: nothing was done; say which is meant by --cluster, or by --host HOST:PORT\n", stderr);
        code = WLMCTL_REFUSED;
    }
    json_decref(view);
    return code;
}

static int send_order(const order_t *order, const wlmctl_target_t *target, const wlmctl_endpoint_t *endpoint,
                      apr_pool_t *p)
{
    int i, code;

    if (!target->nmembers) {
        return post_order(order, target, NULL, endpoint, p);
    }
    code = check_members(target, endpoint, p);
    for (i = 0; code == WLMCTL_OK && i < target->nmembers; ++i) {
        code = post_order(order, target, target->members[i], endpoint, p);
    }
    return code;
}

/* -- the call ------------------------------------------------------------------------------------------------ */

/* The options of each command, without those of the target */
enum { FOR = 1, COMMENT = 2, WAIT = 4, IDLE = 8, FORCE = 16, TIMEOUT = 32 };

static int options_of(const char *action)
{
    static const struct { const char *action; int options; } all[] = {
        { "drain", FOR | COMMENT | FORCE | WAIT | IDLE | TIMEOUT },
        { "disable", FOR | COMMENT | FORCE | WAIT | TIMEOUT }, { "wait", IDLE | TIMEOUT },
        { "enable", COMMENT }, { "weight", FOR | COMMENT },
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
    int all, waits;
    const char *idle, *timeout;
    wlmctl_wait_t wait;
} call_t;

/* The options of the call's action; ends with a row without a name */
static const tool_option_t *list_options(call_t *call, wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    apr_array_header_t *options = apr_array_make(p, 16, sizeof(tool_option_t));
    const tool_option_t all[] = { WLMCTL_ENDPOINT_OPTIONS(endpoint), WLMCTL_TARGET_OPTIONS(&call->target),
                                  { .name = "all", .flag = &call->all } };
    const struct { int bit; tool_option_t option; } some[] = {
        { FOR, { .name = "for", .value = &call->order.time } },
        { COMMENT, { .name = "comment", .value = &call->order.comment } },
        { FORCE, { .name = "force", .flag = &call->order.force } },
        { WAIT, { .name = "wait", .flag = &call->waits } },
        { TIMEOUT, { .name = "timeout", .value = &call->timeout } },
        { IDLE, { .name = "idle", .value = &call->idle } },
    };
    int has = options_of(call->order.action);
    size_t i;

    for (i = 0; i < sizeof(all) / sizeof(all[0]); ++i) {
        APR_ARRAY_PUSH(options, tool_option_t) = all[i];
    }
    for (i = 0; i < sizeof(some) / sizeof(some[0]); ++i) {
        if (has & some[i].bit) {
            APR_ARRAY_PUSH(options, tool_option_t) = some[i].option;
        }
    }
    APR_ARRAY_PUSH(options, tool_option_t) = (tool_option_t){ .name = NULL };
    return (const tool_option_t *)options->elts;
}

/* @param text  NULL: the option was not given @return 0: it is no time, or 0 */
static int read_time(apr_interval_time_t *time, const char *text)
{
    return !text || (wlm_duration_parse(time, text, "s") && *time > 0);
}

/* @return 0: the call is wrong, and the reason is printed */
static int read_times(call_t *call)
{
    apr_interval_time_t held;
    int is_for_ever = call->order.time && strcmp(call->order.time, "ever") == 0;
    const char *wrong = !is_for_ever && !read_time(&held, call->order.time) ? "--for"
                      : !read_time(&call->wait.idle, call->idle) ? "--idle"
                      : !read_time(&call->wait.timeout, call->timeout) ? "--timeout" : NULL;

    if (wrong) {
        tool_misuse(wrong, "it takes a time, such as 90s, 30m, 8h or 2d");
        return 0;
    }
    if ((call->idle || call->timeout) && !call->waits) {
        tool_misuse(call->idle ? "--idle" : "--timeout", "it goes with --wait");
        return 0;
    }
    return 1;
}

static int is_weight(const char *text)
{
    char *end;

    return apr_isdigit(*text) && apr_strtoi64(text, &end, 10) <= WLM_ADMIN_STATE_WEIGHT_MAX && !*end;
}

/* All members of a cluster or host are never meant only because a name is missing, as when a variable of a script is
 * empty.
 * @return 0: the call is wrong, and the reason is printed */
static int read_target(call_t *call, char **words, int n, apr_pool_t *p)
{
    wlmctl_target_t *target = &call->target;

    if (n && call->all) {
        tool_misuse("--all", "it stands instead of names");
        return 0;
    }
    if (!n && !(call->all && (target->cluster || target->host))) {
        tool_misuse(call->order.action, "name members, or say --all with --cluster or --host");
        return 0;
    }
    target->members = words;
    target->nmembers = n;
    return wlmctl_check_target(target, p);
}

/* @return 0: the call is wrong, and the reason is printed */
static int read_call(call_t *call, int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    char **words;
    int n = tool_read_call(argc, argv, list_options(call, endpoint, p), &words);

    if (n < 0) {
        return 0;
    }
    if (strcmp(call->order.action, "weight") == 0) {
        if (!n || !is_weight(words[0])) {
            tool_misuse("weight", "say first which weight, from 0 to 65535");
            return 0;
        }
        call->order.weight = *words++;
        --n;
    }
    return read_target(call, words, n, p) && read_times(call);
}

int wlmctl_run_action(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    call_t call = { .order = { .action = apr_pstrdup(p, argv[0]) }, .waits = strcmp(argv[0], "wait") == 0 };
    int code, only_waits = call.waits;

    if (!read_call(&call, argc, argv, endpoint, p)) {
        return WLMCTL_MISUSE;
    }
    if (call.waits) {
        wlmctl_catch_interrupt(); /* before the action: after Ctrl-C it is printed how the members are */
    }
    code = only_waits ? check_members(&call.target, endpoint, p) : send_order(&call.order, &call.target, endpoint, p);
    if (code != WLMCTL_OK || !call.waits) {
        return code;
    }
    call.wait.state = only_waits ? WLMCTL_WAIT_EITHER
                    : strcmp(call.order.action, "drain") == 0 ? "draining" : "disabled";
    return wlmctl_wait(&call.wait, &call.target, endpoint, p);
}
