/* The administrative actions of the handler wlm-status. Runs on the thread that answers the request, and changes
 * records in shared memory, for all processes. */
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include "balance/availability.h"
#include "balance/cluster.h"
#include "balance/counters.h"
#include "balance/transition.h"
#include "base/clock.h"
#include "base/duration.h"
#include "httpd/context/files.h"
#include "httpd/runtime/change.h"
#include "httpd/runtime/reload.h"
#include "httpd/runtime/retained.h"
#include "httpd/runtime/segment.h"
#include "httpd/status/actions.h"
#include "httpd/status/targets.h"
#include "shared/close_orders.h"

/* The parameters of an action, without its members */
typedef struct order_t {
    wlm_admin_mode_t state;
    int weight;                    /* WLM_ADMIN_STATE_AS_CONFIGURED: not changed */
    apr_interval_time_t time;      /* 0: for ever */
    const char *time_text, *comment; /* NULL: none */
    const char *user;              /* NULL: not authenticated (WLMAdmin Unauthenticated) */
    int force;                     /* upgraded connections are closed, too */
} order_t;

/* @return what has been done with a member, for the answer */
typedef const char *(*act_t)(wlm_member_t *member, const order_t *order, apr_time_t now, apr_pool_t *p);

static const char *describe(const char *what, const order_t *order, apr_pool_t *p)
{
    return apr_pstrcat(p, what, order->time ? " for " : "", order->time ? order->time_text : "",
                       order->force ? ", upgraded connections closed" : "", NULL);
}

/* The user and the comment, as far as they are known. @param by, because  texts before each of them */
static const char *signature(const order_t *order, const char *by, const char *because, apr_pool_t *p)
{
    return apr_pstrcat(p, order->user ? by : "", order->user ? order->user : "", order->comment ? because : "",
                       order->comment ? order->comment : "", NULL);
}

static const char *set_state(wlm_member_t *member, const order_t *order, apr_time_t now, apr_pool_t *p)
{
    const char *note = signature(order, "", order->user ? ": " : "", p);

    wlm_transition_admin(member, wlm_admin_state_make(order->state, order->weight, order->time ? now + order->time : 0),
                         now);
    wlm_shared_text_put(&member->shared->note, wlm_clock_today(), note);
    if (order->force) {
        wlm_close_orders_order(wlm_retained_close_orders(), wlm_segment_key(member->shared));
    }
    return order->weight == WLM_ADMIN_STATE_AS_CONFIGURED ? describe(wlm_admin_state_name(order->state), order, p)
           : describe(apr_psprintf(p, "weight %d", order->weight), order, p);
}

static const char *enable(wlm_member_t *member, const order_t *order, apr_time_t now, apr_pool_t *p)
{
    (void)order;
    (void)p;
    wlm_transition_admin(member, 0, now);
    wlm_shared_text_put(&member->shared->note, wlm_clock_today(), "");
    return "as configured";
}

static const char *mark_up(wlm_member_t *member, const order_t *order, apr_time_t now, apr_pool_t *p)
{
    (void)order;
    (void)p;
    wlm_transition_mark_up(member, now);
    return "marked up";
}

static const char *mark_down(wlm_member_t *member, const order_t *order, apr_time_t now, apr_pool_t *p)
{
    (void)order;
    wlm_transition_event(member, WLM_EVENT_FAULT, now, NULL);
    return apr_psprintf(p, "marked down, tried again in %d s",
                        (int)apr_time_sec(wlm_availability_back_at(member, now) - now + APR_USEC_PER_SEC - 1));
}

static const char *reset(wlm_member_t *member, const order_t *order, apr_time_t now, apr_pool_t *p)
{
    (void)order;
    (void)now;
    (void)p;
    wlm_counters_reset(member->shared);
    return "counters are at 0";
}

static void for_each(wlm_answer_call_t *call, act_t act, const order_t *order)
{
    const apr_array_header_t *members = wlm_targets_find(call);
    apr_pool_t *p = call->r->pool;
    apr_time_t now = wlm_now();
    int i;

    for (i = 0; members && i < members->nelts; ++i) {
        wlm_member_t *member = APR_ARRAY_IDX(members, i, wlm_member_t *);
        const char *done = act(member, order, now, p);

        wlm_transition_note(member, apr_pstrcat(p, done, signature(order, " by ", ": ", p), NULL));
        wlm_answer_add(call, apr_psprintf(p, "member %s of cluster %s: %s", member->cfg->name,
                                          member->cluster->cfg->name, done));
    }
}

static void reload(wlm_answer_call_t *call)
{
    request_rec *r = call->r;
    const char *what;
    int f;

    for (f = 0; f < wlm_files()->nelts; ++f) {
        wlm_file_t *file = APR_ARRAY_IDX(wlm_files(), f, wlm_file_t *);
        if (wlm_reload_now(file, r->server, &what, call->details, r->pool) == WLM_RELOAD_REFUSED) {
            call->status = HTTP_CONFLICT;
        }
        wlm_answer_add(call, apr_psprintf(r->pool, "%s: %s", file->path, what));
    }
    wlm_change_shorten(call->details);
}

/* -- the table of actions --------------------------------------------------------------------------------- */

enum { FOR = 1, WEIGHT = 2, FORCE = 4 }; /* fields that an action has */

static const struct {
    const char *name;
    act_t act;                     /* NULL: reload */
    wlm_admin_mode_t state;
    int fields;
} actions[] = {
    { "reload", NULL, WLM_ENABLED, 0 },          { "drain", set_state, WLM_DRAINING, FOR | FORCE },
    { "disable", set_state, WLM_DISABLED, FOR | FORCE },     { "enable", enable, WLM_ENABLED, 0 },
    { "weight", set_state, WLM_ENABLED, FOR | WEIGHT }, { "up", mark_up, WLM_ENABLED, 0 },
    { "down", mark_down, WLM_ENABLED, 0 },       { "reset", reset, WLM_ENABLED, 0 },
};

/* @return 0: invalid; the reason is in call->lines */
static int read_force(order_t *order, wlm_answer_call_t *call, int fields)
{
    const char *force = wlm_answer_field(call, "force");

    order->force = force != NULL;
    if (force && (!(fields & FORCE) || strcmp(force, "1") != 0)) {
        wlm_answer_fail(call, HTTP_BAD_REQUEST,
                        fields & FORCE ? "\"force\" takes 1" : "this action has no field \"force\"");
        return 0;
    }
    return 1;
}

/* Fields that the action ignores are refused; otherwise the caller would believe that they worked.
 * @return 0: invalid; the reason is in call->lines */
static int read_order(order_t *order, wlm_answer_call_t *call, int fields)
{
    const char *weight = wlm_answer_field(call, "weight"), *time = wlm_answer_field(call, "for");
    apr_int64_t number = WLM_ADMIN_STATE_AS_CONFIGURED;
    char *end = NULL;

    order->user = call->r->user;
    order->comment = wlm_answer_field(call, "comment");
    order->time_text = time;
    if (time && (!(fields & FOR) || !wlm_duration_parse(&order->time, time, "s") || order->time <= 0)) {
        wlm_answer_fail(call, HTTP_BAD_REQUEST, fields & FOR ? "\"for\" takes a time, such as 90s, 30m, 8h or 2d"
                                                            : "this action has no field \"for\"");
        return 0;
    }
    if (weight || (fields & WEIGHT)) {
        number = weight && apr_isdigit(*weight) ? apr_strtoi64(weight, &end, 10) : -1;
        if (!(fields & WEIGHT) || number < 0 || number > WLM_ADMIN_STATE_WEIGHT_MAX || (end && *end)) {
            wlm_answer_fail(call, HTTP_BAD_REQUEST, fields & WEIGHT ? "\"weight\" takes a number from 0 to 65535"
                                                                   : "this action has no field \"weight\"");
            return 0;
        }
    }
    order->weight = (int)number;
    return read_force(order, call, fields);
}

void wlm_actions_run(wlm_answer_call_t *call)
{
    const char *name = wlm_answer_field(call, "action");
    order_t order = { .weight = WLM_ADMIN_STATE_AS_CONFIGURED };
    size_t i;

    for (i = 0; name && i < sizeof(actions) / sizeof(actions[0]); ++i) {
        if (strcmp(name, actions[i].name) != 0) {
            continue;
        }
        order.state = actions[i].state;
        if (!actions[i].act) {
            reload(call);
        }
        else if (read_order(&order, call, actions[i].fields)) {
            for_each(call, actions[i].act, &order);
        }
        return;
    }
    wlm_answer_fail(call, HTTP_BAD_REQUEST, name ? apr_psprintf(call->r->pool, "there is no action \"%s\"", name)
                                                : "the form has no field \"action\"");
}
