/* WLMAffinity in a request: finds what binds its session, and takes the module's part out of what the member gets. On
 * the thread that has the request. */
#include "httpd/request/binding.h"
#include <httpd.h>
#include <apr_strings.h>
#include "balance/model.h"
#include "balance/options.h"
#include "base/clock.h"
#include "http/cookie.h"
#include "http/fields.h"
#include "httpd/context/context.h"
#include "httpd/request/binding_expr.h"
#include "httpd/runtime/learning.h"
#include "httpd/runtime/remote_table.h"
#include "net/wait.h"
#include "route/affinity.h"
#include "route/binding_rule.h"
#include "route/binding_values.h"
#include "route/seal.h"
#include "route/seal_list.h"

const apr_array_header_t *wlm_binding_rules(const wlm_journey_t *journey)
{
    const wlm_cluster_t *cluster = journey->request->cluster;

    return cluster->seals ? cluster->options->affinity : NULL;
}

static const wlm_binding_rule_t *rule_at(const wlm_journey_t *journey, int rule)
{
    return &APR_ARRAY_IDX(wlm_binding_rules(journey), rule, wlm_binding_rule_t);
}

/* Without WLMAffinityKey the key is random, and no other web server would find anything by it */
wlm_remote_t *wlm_binding_remote(const wlm_journey_t *journey)
{
    return journey->request->cluster->options->is_set.affinity_keys ? wlm_remote_table : NULL;
}

wlm_binding_key_t wlm_binding_key(const wlm_journey_t *journey, const wlm_binding_rule_t *rule, const char *value,
                                  apr_size_t len)
{
    const wlm_cluster_t *cluster = journey->request->cluster;
    wlm_binding_key_t key = { .hash = wlm_learned_hash(wlm_learning_table, cluster->scope ^ rule->scope, value, len) };

    if (wlm_binding_remote(journey)) {
        wlm_seals_key(key.remote, cluster->seals, rule->scope, value, len);
    }
    return key;
}

/* -- what binds the session ------------------------------------------------------------------------------ */

static void note_seal(wlm_journey_t *journey, int rule, const wlm_seal_found_t *found)
{
    wlm_bound_value_t *bound = &journey->binding.values[rule];

    wlm_affinity_add_member(&journey->affinity, found->name);
    if (bound->current < 0 && found->is_current) {
        bound->current = found->member;
    }
}

static void look_up(wlm_journey_t *journey, int rule, const char *value, apr_size_t len)
{
    const wlm_cluster_t *cluster = journey->request->cluster;
    wlm_binding_key_t *key = &journey->binding.values[rule].asked;
    int found, is_due;
    const char *name;
    uint32_t code;

    if (!len || !wlm_learning_table) {
        return;
    }
    *key = wlm_binding_key(journey, rule_at(journey, rule), value, len);
    found = wlm_learned_find(wlm_learning_table, key->hash, wlm_now(), wlm_config_global()->affinity_table.expiry,
                             &is_due);
    code = (uint32_t)found;
    if (found >= 0 && (name = apr_hash_get(cluster->by_code, &code, sizeof(code))) != NULL) {
        wlm_affinity_add_member(&journey->affinity, name);
        if (is_due && wlm_binding_remote(journey)) {
            wlm_remote_tell(wlm_remote_table, key->remote, name); /* so that it does not expire there */
        }
    }
}

static void read_seals(wlm_journey_t *journey, int rule, const char *value, apr_size_t len)
{
    const char **others = &journey->binding.values[rule].others, *at = value, *seal;
    wlm_seal_found_t found;

    while ((seal = wlm_seal_list_next(&at, value + len)) != NULL) {
        if (wlm_seals_find(&found, journey->request->cluster->seals, seal, "", 0)) {
            note_seal(journey, rule, &found);
        }
        else {
            *others = wlm_seal_list_add(*others, seal, journey->r->pool);
        }
    }
}

/* A cookie of the module's name never reaches a member, whatever it says; a value that is not wrapped does */
static void read_value(wlm_journey_t *journey, int rule, const char *value, apr_size_t len)
{
    const wlm_seals_t *seals = journey->request->cluster->seals;
    wlm_seal_found_t found;
    apr_ssize_t within;

    switch (rule_at(journey, rule)->kind) {
    case WLM_BINDING_BY_COOKIE:
        journey->binding.changes |= 1u << rule;
        read_seals(journey, rule, value, len);
        break;
    case WLM_BINDING_BY_WRAP:
        within = wlm_seals_unwrap(&found, seals, value, len);
        if (within >= 0) {
            journey->binding.changes |= 1u << rule;
            journey->binding.values[rule].within = (apr_size_t)within;
            note_seal(journey, rule, &found);
        }
        break;
    case WLM_BINDING_BY_LEARN:
        look_up(journey, rule, value, len);
        break;
    }
}

typedef struct reading_t {
    wlm_journey_t *journey;
    int rule;
} reading_t;

static void note_value(void *data, const char *value, apr_size_t len)
{
    const reading_t *reading = data;

    read_value(reading->journey, reading->rule, value, len);
}

/* No rule has found a member, but perhaps another web server knows the value of this one */
static void ask(wlm_journey_t *journey, int rule)
{
    wlm_remote_t *remote = wlm_binding_remote(journey);
    wlm_bound_value_t *bound = &journey->binding.values[rule];

    if (remote && !journey->binding.has_asked && !journey->affinity.nids && bound->asked.hash) {
        bound->question = wlm_remote_ask(remote, bound->asked.remote);
    }
}

void wlm_binding_read(wlm_journey_t *journey)
{
    const apr_array_header_t *rules = wlm_binding_rules(journey);
    const wlm_binding_request_t request = { journey->r->headers_in, journey->r->args, journey->request->encoded,
                                            wlm_binding_expr_of_request, journey->r };
    reading_t reading = { journey, 0 };

    if (rules && !journey->binding.values) { /* it is read again when another web server has answered */
        journey->binding.values = apr_pcalloc(journey->r->pool, sizeof(wlm_bound_value_t) * (apr_size_t)rules->nelts);
        journey->binding.nvalues = rules->nelts;
    }
    for (; reading.rule < journey->binding.nvalues; ++reading.rule) {
        journey->binding.values[reading.rule].current = -1;
        journey->binding.values[reading.rule].others = "";
        wlm_binding_values(&request, wlm_binding_asked(rule_at(journey, reading.rule)), note_value, &reading);
        ask(journey, reading.rule);
    }
}

/* -- what other web servers know --------------------------------------------------------------------------- */

/* @return the first one without an answer; NULL: there is none */
static const wlm_remote_question_t *first_open(const wlm_journey_t *journey)
{
    int i;

    for (i = 0; i < journey->binding.nvalues; ++i) {
        const wlm_remote_question_t *question = journey->binding.values[i].question;

        if (question && !atomic_load(wlm_remote_word(question))) {
            return question;
        }
    }
    return NULL;
}

/* The own table knows it from now on. A name that is none of the cluster's is of another version of plugin-cfg.xml.
 * @return 1: it has been put there */
static int take_over(const wlm_journey_t *journey, int rule, const char *name)
{
    const wlm_cluster_t *cluster = journey->request->cluster;
    const wlm_member_t *member = apr_hash_get(cluster->by_name, name, APR_HASH_KEY_STRING);

    if (member) {
        wlm_learned_put(wlm_learning_table, journey->binding.values[rule].asked.hash, cluster->codes[member->index],
                        wlm_now(), wlm_config_global()->affinity_table.expiry);
    }
    return member != NULL;
}

static int end_questions(wlm_journey_t *journey, int has_waited)
{
    int i, has_found = 0;

    for (i = 0; i < journey->binding.nvalues; ++i) {
        wlm_remote_question_t *question = journey->binding.values[i].question;
        const char *name = question ? wlm_remote_name(question) : NULL;

        if (name) {
            has_found |= take_over(journey, i, name);
        }
        if (question) {
            wlm_remote_end(wlm_remote_table, question, has_waited);
            journey->binding.values[i].question = NULL;
        }
    }
    return has_found;
}

int wlm_binding_wait(wlm_journey_t *journey, int *phas_found)
{
    const wlm_remote_question_t *open;
    apr_time_t now;

    *phas_found = 0;
    if (!wlm_remote_table) {
        return 0;
    }
    open = first_open(journey);
    now = wlm_now();
    if (!journey->binding.ask_until) {
        journey->binding.ask_until = open ? now + wlm_remote_timeout(wlm_remote_table) : now;
    }
    if (open && now < journey->binding.ask_until) {
        wlm_wait_for(&journey->task.wait, -1, 0, 0);
        journey->task.wait.word = wlm_remote_word(open);
        journey->task.wait.seen = 0;
        wlm_wait_wake(&journey->task.wait, journey->binding.ask_until);
        return 1;
    }
    wlm_wait_end(&journey->task.wait);
    *phas_found = end_questions(journey, 1);
    journey->binding.has_asked = 1;
    return 0;
}

void wlm_binding_end_wait(wlm_journey_t *journey)
{
    end_questions(journey, 0);
}

/* -- what the member gets ---------------------------------------------------------------------------------- */

/* @param data  the seals @return the value itself when it is not wrapped */
static const char *unwrap(const void *data, const char *value, apr_size_t len, apr_pool_t *p)
{
    wlm_seal_found_t found;
    apr_ssize_t within = wlm_seals_unwrap(&found, data, value, len);

    return apr_pstrmemdup(p, value, within >= 0 ? (apr_size_t)within : len);
}

static const char *change_cookies_of(const wlm_journey_t *journey, const char *field, apr_pool_t *p)
{
    const apr_array_header_t *rules = wlm_binding_rules(journey);
    int i;

    for (i = 0; i < rules->nelts; ++i) {
        const wlm_binding_rule_t *rule = rule_at(journey, i);

        if (rule->value.place == WLM_BINDING_IN_COOKIE && journey->binding.changes & (1u << i)) {
            field = wlm_http_cookie_rewrite(field, rule->value.name,
                                            rule->kind == WLM_BINDING_BY_COOKIE ? NULL : unwrap,
                                            journey->request->cluster->seals, p);
        }
    }
    return field;
}

/* Several Cookie fields, which HTTP/2 allows, become one, as RFC 9113 8.2.3 says */
static void change_cookies(const wlm_journey_t *journey, wlm_http_request_t *request)
{
    const apr_array_header_t *fields = apr_table_elts(journey->r->headers_in);
    const char *all = NULL;
    int i;

    for (i = 0; i < fields->nelts; ++i) {
        const apr_table_entry_t *field = &APR_ARRAY_IDX(fields, i, apr_table_entry_t);

        if (wlm_http_field_is(field->key, "Cookie")) {
            const char *left = change_cookies_of(journey, field->val, request->pool);

            all = !*left ? all : all ? apr_pstrcat(request->pool, all, "; ", left, NULL) : left;
        }
    }
    wlm_http_request_set(request, "Cookie", all);
}

void wlm_binding_change_request(const wlm_journey_t *journey, wlm_http_request_t *request)
{
    const apr_array_header_t *rules = wlm_binding_rules(journey);
    int i, in_cookies = 0;

    for (i = 0; rules && i < rules->nelts; ++i) {
        const wlm_binding_value_t *where = &rule_at(journey, i)->value;

        if (!(journey->binding.changes & (1u << i))) {
            continue;
        }
        if (where->place == WLM_BINDING_IN_COOKIE) {
            in_cookies = 1;
        }
        else {
            const char *value = apr_table_get(journey->r->headers_in, where->name);

            wlm_http_request_set(request, where->name,
                                 apr_pstrndup(request->pool, value, journey->binding.values[i].within));
        }
    }
    if (in_cookies) {
        change_cookies(journey, request);
    }
}
