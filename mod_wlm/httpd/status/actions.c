/* The administrative actions of the handler wlm-status. Runs on the thread that answers the request, and changes
 * records in shared memory, for all processes. */
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include "balance/availability.h"
#include "balance/cluster.h"
#include "balance/counters.h"
#include "balance/serving.h"
#include "balance/transition.h"
#include "base/clock.h"
#include "base/duration.h"
#include "httpd/context/files.h"
#include "httpd/runtime/change.h"
#include "httpd/runtime/reload.h"
#include "httpd/runtime/retained.h"
#include "httpd/runtime/segment.h"
#include "httpd/status/actions.h"
#include "httpd/status/registry_actions.h"
#include "httpd/status/targets.h"
#include "shared/close_orders.h"

/* The parameters of an action, without its members */
typedef struct order_t {
    wlm_admin_mode_t state;
    int weight;                    /* WLM_ADMIN_STATE_AS_CONFIGURED: not changed */
    apr_interval_time_t time;      /* 0: for ever */
    const char *time_text, *comment; /* NULL: none is given */
    const char *user;              /* NULL: not authenticated (WLMAdmin Unauthenticated) */
    int force;                     /* upgraded connections are closed, too */
} order_t;

/* @return what has been done with a member, for the answer */
typedef const char *(*act_t)(wlm_member_t *member, const order_t *order, apr_time_t now, apr_pool_t *p);

static const char *describe(const char *what, const order_t *order, apr_pool_t *p)
{
    return apr_pstrcat(p, what, order->time_text ? " for " : "", order->time_text ? order->time_text : "",
                       order->force ? ", upgraded connections closed" : "", NULL);
}

/* The user and the comment, as far as they are known. @param by, because  texts before each of them */
static const char *signature(const order_t *order, const char *by, const char *because, apr_pool_t *p)
{
    return apr_pstrcat(p, order->user ? by : "", order->user ? order->user : "", order->comment ? because : "",
                       order->comment ? order->comment : "", NULL);
}

/* Has the member this decision already? Then what the order does not say stays as it is */
static int is_the_same(wlm_admin_state_t admin, const order_t *order)
{
    int has_weight = wlm_admin_state_weight(admin) != WLM_ADMIN_STATE_AS_CONFIGURED;

    return admin && wlm_admin_state_mode(admin) == order->state
           && has_weight == (order->weight != WLM_ADMIN_STATE_AS_CONFIGURED);
}

static const char *describe_same(const char *what, apr_time_t until, apr_time_t now, const order_t *order,
                                 apr_pool_t *p)
{
    const char *text = !until ? apr_pstrcat(p, what, ", as before", NULL)
                     : apr_psprintf(p, "%s, as before, for %d s more", what, (int)apr_time_sec(until - now));

    return describe(text, order, p);
}

static const char *set_state(wlm_member_t *member, const order_t *order, apr_time_t now, apr_pool_t *p)
{
    wlm_admin_state_t before = atomic_load(&member->shared->admin);
    int is_same = is_the_same(before, order), keeps_end = is_same && !order->time_text;
    apr_time_t until = keeps_end ? wlm_admin_state_until(before) : order->time ? now + order->time : 0;
    const char *what = order->weight == WLM_ADMIN_STATE_AS_CONFIGURED ? wlm_admin_state_name(order->state)
                     : apr_psprintf(p, "weight %d", order->weight);

    wlm_transition_admin(member, wlm_admin_state_make(order->state, order->weight, until), now);
    if (!is_same || order->comment) {
        wlm_shared_text_put(&member->shared->note, wlm_clock_today(),
                            signature(order, "", order->user ? ": " : "", p));
    }
    if (order->force) {
        wlm_close_orders_order(wlm_retained_close_orders(), wlm_segment_key(member->shared));
    }
    return keeps_end ? describe_same(what, until, now, order, p) : describe(what, order, p);
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

static const char *text_of(wlm_serving_t serving)
{
    return serving == WLM_SERVING_BACKUP ? "is on backup now"
         : serving == WLM_SERVING_FULL ? "is full: those that are left have as many requests as they may have"
         : "has no member left for new sessions";
}

/* Whom do new sessions go to, where primaries get none any more? */
static void warn_of(wlm_answer_call_t *call, const wlm_cluster_t *cluster, apr_time_t now)
{
    apr_pool_t *p = call->r->pool;
    uint64_t *parts = apr_palloc(p, sizeof(*parts) * (apr_size_t)(cluster->nmembers + 1)), sum;
    wlm_serving_t serving = wlm_serving_find(cluster, now, parts, &sum, p);

    if (serving != WLM_SERVING_PRIMARY) {
        wlm_answer_add(call, apr_psprintf(p, "warning: cluster %s %s", cluster->cfg->name, text_of(serving)));
    }
}

/* The members of a cluster stand together */
static void warn(wlm_answer_call_t *call, const apr_array_header_t *members, apr_time_t now)
{
    const wlm_cluster_t *cluster = NULL;
    int i;

    for (i = 0; i < members->nelts; ++i) {
        const wlm_member_t *member = APR_ARRAY_IDX(members, i, wlm_member_t *);

        if (member->cluster != cluster) {
            cluster = member->cluster;
            warn_of(call, cluster, now);
        }
    }
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
    if (members && act == set_state) {
        warn(call, members, now);
    }
}

static void reload(wlm_answer_call_t *call)
{
    request_rec *r = call->r;
    const char *what;
    int f;

    for (f = 0; f < wlm_files()->nelts; ++f) {
        wlm_file_t *file = APR_ARRAY_IDX(wlm_files(), f, wlm_file_t *);
        if (wlm_reload_now(file, r->server, &what, call->details) == WLM_RELOAD_REFUSED) {
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

/* "ever": without an end, also where there was one. @return 0: it is no time */
static int read_time(order_t *order, const char *text)
{
    return strcmp(text, "ever") == 0 || (wlm_duration_parse(&order->time, text, "s") && order->time > 0);
}

/* A comment is kept whole, with the user, or refused. @return 0: it is too long; the reason is in call->lines */
static int read_comment(order_t *order, wlm_answer_call_t *call)
{
    int length;

    order->comment = wlm_answer_field(call, "comment");
    length = order->comment ? (int)strlen(order->comment) : 0;
    if (length > wlm_answer_comment_max(call->r)) {
        wlm_answer_fail(call, HTTP_BAD_REQUEST,
                        apr_psprintf(call->r->pool, "\"comment\" has %d bytes, and %d are kept beside the user's name",
                                     length, wlm_answer_comment_max(call->r)));
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
    order->time_text = time;
    if (!read_comment(order, call)) {
        return 0;
    }
    if (time && (!(fields & FOR) || !read_time(order, time))) {
        wlm_answer_fail(call, HTTP_BAD_REQUEST, fields & FOR ? "\"for\" takes a time, such as 90s, 30m, 8h, 2d or ever"
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

/* @return 0: it is none of the registry */
static int run_of_registry(wlm_answer_call_t *call, const char *name)
{
    if (strcmp(name, "add") == 0) {
        wlm_registry_actions_add(call);
        return 1;
    }
    if (strcmp(name, "remove") == 0) {
        wlm_registry_actions_remove(call);
        return 1;
    }
    return 0;
}

void wlm_actions_run(wlm_answer_call_t *call)
{
    const char *name = wlm_answer_field(call, "action");
    order_t order = { .weight = WLM_ADMIN_STATE_AS_CONFIGURED };
    size_t i;

    if (name && run_of_registry(call, name)) {
        return;
    }
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
