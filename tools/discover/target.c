/* The thread of a httpd. It goes on for ever. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "base/clock.h"
#include "base/host.h"
#include "tools/discover/backoff.h"
#include "tools/discover/known.h"
#include "tools/discover/target.h"
#include "tools/discover/told.h"
#include "tools/wlmctl/http.h"

#define PAUSE apr_time_from_msec(500) /* between two looks, whatever happens */

typedef struct look_t {
    const discover_target_t *target;
    discover_told_t trouble;       /* with what is read */
    discover_told_t refusal;       /* of what is said; of its own, since a place may let read, and not change */
    int has_told_foreign, has_told_held;
    discover_pace_t pace;
} look_t;

/* -- what it has --------------------------------------------------------------------------------------------------- */

/* @return 0: there is no answer, which has been told */
static int get(json_t **pregistry, json_t **pstate, look_t *look, apr_pool_t *p)
{
    wlmctl_endpoint_t endpoint = look->target->endpoint;
    const char *why = NULL;

    *pregistry = *pstate = NULL;
    if (wlmctl_try_get_registry(pregistry, &why, &endpoint, p) == WLMCTL_OK) {
        /* without events */
        endpoint.url = apr_pstrcat(p, endpoint.url, strchr(endpoint.url, '?') ? "&" : "?", "since=1s", NULL);
        if (wlmctl_try_get(pstate, &why, &endpoint, p) == WLMCTL_OK) {
            discover_tell_fine(&look->trouble);
            return 1;
        }
    }
    json_decref(*pregistry);
    discover_tell_trouble(&look->trouble, DISCOVER_UNREACHABLE, why, "its members stay as they are");
    return 0;
}

/* -- what it is told ----------------------------------------------------------------------------------------------- */

static apr_table_t *form_of(const discover_action_t *action, const discover_target_t *target, apr_pool_t *p)
{
    static const char *const names[] = { "remove", "add", "enable", "weight", "drain" };
    const discover_member_t *member = action->member;
    apr_table_t *form = apr_table_make(p, 8);
    int is_of_registry = action->what == DISCOVER_ADD || action->what == DISCOVER_REMOVE;

    apr_table_setn(form, "action", names[action->what]);
    apr_table_setn(form, is_of_registry ? "node" : "member", member->name);
    apr_table_setn(form, "comment", target->mark);
    apr_table_setn(form, "context", action->contexts ? action->contexts : "");
    apr_table_setn(form, "cluster", action->cluster ? action->cluster : "");
    if (action->what == DISCOVER_ADD) {
        apr_table_setn(form, "address", wlm_host_port_text(member->host, member->port, p));
        apr_table_setn(form, "balancer", target->site.balancer);
        apr_table_setn(form, "alias", target->aliases);
        apr_table_setn(form, "https", target->site.is_https ? "1" : "");
    }
    if (action->what == DISCOVER_SET_WEIGHT) {
        apr_table_setn(form, "weight", apr_itoa(p, member->weight));
    }
    return form;
}

/* The lines of the server as one */
static const char *line_of(char *body, apr_pool_t *p)
{
    const char *text = "";
    char *line, *last;

    for (line = apr_strtok(body, "\n", &last); line; line = apr_strtok(NULL, "\n", &last)) {
        text = apr_pstrcat(p, text, *text ? "; " : "", line, NULL);
    }
    return text;
}

static discover_look_t say(look_t *look, const discover_action_t *action, apr_pool_t *p)
{
    wlmctl_answer_t answer;
    const char *why = NULL;
    int code = wlmctl_try_post(&answer, &look->target->endpoint, form_of(action, look->target, p), &why, p);

    if (code != WLMCTL_OK) {
        discover_tell_trouble(&look->refusal, DISCOVER_UNREACHABLE, why, "its members stay as they are");
        return DISCOVER_LOOK_FAILED;
    }
    if (answer.status == 200) {
        discover_tell("%s: %s", look->target->endpoint.url, line_of(answer.body, p));
    }
    else {
        discover_tell_trouble(&look->refusal, DISCOVER_REFUSED,
                              apr_psprintf(p, "%s: %s", action->member->name, line_of(answer.body, p)),
                              "the others are done, and this is tried again");
    }
    free(answer.body);
    return answer.status == 200 ? DISCOVER_LOOK_CHANGED : DISCOVER_LOOK_REFUSED;
}

static void tell_odd(look_t *look, const discover_plan_t *plan)
{
    const discover_target_t *target = look->target;

    if (plan->foreign && !look->has_told_foreign) {
        discover_tell("%s: node %s is there, and was not added as \"%s\": it is left alone", target->endpoint.url,
                      plan->foreign, target->mark);
    }
    look->has_told_foreign = plan->foreign != NULL;
    if (plan->nheld && !look->has_told_held) {
        discover_tell("%s: the source has fewer members for new sessions than --min (%d): the %d that would be removed "
                      "or drained stay as they are", target->endpoint.url, target->site.min, plan->nheld);
    }
    else if (!plan->nheld && look->has_told_held) {
        discover_tell("%s: the source has as many members for new sessions as --min (%d) again", target->endpoint.url,
                      target->site.min);
    }
    look->has_told_held = plan->nheld != 0;
}

/* What is awaited counts for more than what is refused: a member that was added is to be drained soon */
static discover_look_t say_all(look_t *look, const discover_plan_t *plan, apr_pool_t *p)
{
    int i, nrefused = 0, is_changing = plan->is_awaited;

    for (i = 0; i < plan->actions->nelts; ++i) {
        discover_look_t said = say(look, &APR_ARRAY_IDX(plan->actions, i, discover_action_t), p);

        if (said == DISCOVER_LOOK_FAILED) {
            return said;
        }
        nrefused += said == DISCOVER_LOOK_REFUSED;
        is_changing |= said == DISCOVER_LOOK_CHANGED;
    }
    if (!nrefused) {
        discover_tell_fine(&look->refusal);
    }
    return is_changing ? DISCOVER_LOOK_CHANGED : nrefused ? DISCOVER_LOOK_REFUSED : DISCOVER_LOOK_SAME;
}

/* -- the loop ------------------------------------------------------------------------------------------------------ */

static discover_look_t look_once(look_t *look, const apr_array_header_t *wanted, apr_pool_t *p)
{
    const discover_target_t *target = look->target;
    discover_look_t result = DISCOVER_LOOK_FAILED;
    apr_array_header_t *nodes;
    json_t *registry, *state;

    if (!get(&registry, &state, look, p)) {
        return DISCOVER_LOOK_FAILED;
    }
    nodes = discover_known_nodes(registry, target->mark, p);
    if (!nodes) {
        discover_tell_trouble(&look->trouble, DISCOVER_NO_ANSWER, "it sends no registry", "nothing is changed");
    }
    else {
        const discover_plan_t *plan = discover_plan_make(wanted, nodes,
                                                         discover_known_decisions(state, target->mark, p),
                                                         &target->site, p);
        tell_odd(look, plan);
        result = say_all(look, plan, p);
    }
    json_decref(registry);
    json_decref(state);
    return result;
}

static void *run(void *data)
{
    look_t look = { .target = data, .trouble = { .subject = ((discover_target_t *)data)->endpoint.url } };
    apr_interval_time_t pause = 0;
    uint64_t seen = 0;
    apr_pool_t *p;

    look.refusal.subject = look.trouble.subject;
    look.pace.random = (uint64_t)wlm_now() ^ (uint64_t)(uintptr_t)data;
    apr_pool_create(&p, NULL);
    for (;;) {
        discover_look_t result;
        uint64_t before = seen;

        discover_board_wait(look.target->board, seen, pause);
        result = look_once(&look, discover_board_get(look.target->board, &seen, p), p);
        pause = discover_pace_next(&look.pace, result, seen != before, look.target->interval);
        apr_pool_clear(p);
        if (result == DISCOVER_LOOK_FAILED) {
            apr_sleep(pause);
            pause = 0;
        }
        else {
            apr_sleep(PAUSE);
        }
    }
    return NULL;
}

int discover_target_start(const discover_target_t *target)
{
    pthread_t thread;

    return pthread_create(&thread, NULL, run, (void *)target);
}
