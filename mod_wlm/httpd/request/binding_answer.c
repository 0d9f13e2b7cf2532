/* WLMAffinity in a response: tells the client which member has its session. On the thread that has the request. */
#include <httpd.h>
#include <apr_strings.h>
#include <http_log.h>
#include <stdatomic.h>
#include "balance/cluster.h"
#include "balance/model.h"
#include "base/clock.h"
#include "exchange/base.h"
#include "http/cookie.h"
#include "http/fields.h"
#include "http/storable.h"
#include "http/url_value.h"
#include "httpd/context/context.h"
#include "httpd/runtime/learning.h"
#include "httpd/runtime/remote_table.h"
#include "httpd/request/binding.h"
#include "httpd/request/binding_expr.h"
#include "httpd/request/cache_control.h"
#include "httpd/request/member_request.h"
#include "route/binding_rule.h"
#include "route/seal.h"

/* -- a cookie of the module's own -------------------------------------------------------------------------- */

static int is_secure(const wlm_journey_t *journey, const wlm_binding_rule_t *rule)
{
    return rule->secure == WLM_BINDING_SECURE_AUTO
           ? strcmp(wlm_member_request_scheme(journey->r, journey->request), "https") == 0
           : rule->secure == WLM_BINDING_SECURE_ON;
}

/* Browsers refuse SameSite=None without Secure. Once in each process */
static void warn_of_refusal(const wlm_journey_t *journey, const wlm_binding_rule_t *rule)
{
    static _Atomic int is_told;

    if (!atomic_exchange(&is_told, 1)) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, journey->r, WLMNO(0267) "browsers refuse the cookie of WLMAffinity "
                      "Cookie %s with samesite=None, because the client has come by http: each of its requests begins "
                      "anew", rule->value.name);
    }
}

static void set_cookie(const wlm_journey_t *journey, int index, const wlm_binding_rule_t *rule)
{
    const char *others = journey->binding.values[index].others;
    char seal[WLM_SEAL_LEN + 1];
    const char *cookie;
    int secure = is_secure(journey, rule);

    if (rule->needs_secure && !secure) {
        warn_of_refusal(journey, rule);
    }
    wlm_seals_put(seal, journey->request->cluster->seals, journey->binding.owner->index, "", 0);
    cookie = apr_pstrcat(journey->r->pool, rule->value.name, "=", seal, *others ? "." : "", others,
                         rule->attributes, secure ? "; Secure" : "", NULL);
    if (journey->exchange->head.status < HTTP_OK || !wlm_cache_control_add_cookie(journey->r, cookie)) {
        apr_table_addn(journey->exchange->fields, "Set-Cookie", cookie);
    }
}

/* What a 304 has caches add to what they have stored. A member that says that it is busy gets no session by that. */
static int may_set_cookie(const wlm_journey_t *journey)
{
    return journey->stage != WLM_JOURNEY_DELIVER_DECLINED && journey->exchange->head.status != HTTP_NOT_MODIFIED
           && !wlm_http_is_storable(journey->r->method, journey->exchange->fields);
}

/* -- values of the member's ---------------------------------------------------------------------------------- */

/* An empty one is none: so a cookie is deleted */
static const char *wrap(const wlm_journey_t *journey, const char *value, apr_size_t len)
{
    return len ? wlm_seals_wrap(journey->request->cluster->seals, journey->binding.owner->index, value, len,
                                journey->r->pool) : "";
}

static char *wrap_cookie(const wlm_journey_t *journey, const char *field, const wlm_http_cookie_t *cookie)
{
    return apr_pstrcat(journey->r->pool, apr_pstrmemdup(journey->r->pool, field, (apr_size_t)(cookie->value - field)),
                       wrap(journey, cookie->value, (apr_size_t)(cookie->value_end - cookie->value)),
                       cookie->value_end, NULL);
}

static void wrap_value(const wlm_journey_t *journey, const wlm_binding_value_t *where)
{
    const apr_array_header_t *fields = apr_table_elts(journey->exchange->fields);
    int i;

    for (i = 0; i < fields->nelts; ++i) {
        apr_table_entry_t *field = &APR_ARRAY_IDX(fields, i, apr_table_entry_t);
        wlm_http_cookie_t cookie;

        if (where->place == WLM_BINDING_IN_HEADER) {
            if (wlm_http_field_is(field->key, where->name)) {
                field->val = (char *)wrap(journey, field->val, strlen(field->val));
            }
        }
        else if (wlm_http_field_is(field->key, "Set-Cookie")
                 && wlm_http_cookie_of_response(&cookie, field->val, where->name)) {
            field->val = wrap_cookie(journey, field->val, &cookie);
        }
    }
}

/* -- the table ----------------------------------------------------------------------------------------------- */

static void put_into_table(const wlm_journey_t *journey, const wlm_binding_key_t *key, const wlm_member_t *member)
{
    wlm_learned_put_t put = wlm_learned_put(wlm_learning_table, key->hash, member->cluster->codes[member->index],
                                            wlm_now(), wlm_config_global()->affinity_table.expiry);

    if (put != WLM_LEARNED_KNOWN) {
        atomic_fetch_add(&member->shared->sessions_learned, 1);
        if (wlm_binding_remote(journey)) {
            wlm_remote_tell(wlm_remote_table, key->remote, member->cfg->name);
        }
    }
    if (put == WLM_LEARNED_EVICTED) {
        atomic_fetch_add(&member->shared->sessions_evicted, 1);
    }
}

static void learn(const wlm_journey_t *journey, const wlm_binding_rule_t *rule, const char *value, apr_size_t len)
{
    if (len) {
        wlm_binding_key_t key = wlm_binding_key(journey, rule, value, len);

        put_into_table(journey, &key, journey->binding.owner);
    }
}

static void learn_from_location(const wlm_journey_t *journey, const wlm_binding_rule_t *rule, const char *location)
{
    wlm_url_value_t value = rule->value.place == WLM_BINDING_IN_PATH
                            ? wlm_url_segment(wlm_url_path(location), rule->value.segment)
                            : wlm_url_parameter(wlm_url_query(location), rule->value.name);

    learn(journey, rule, value.at, value.len);
}

static void learn_from_field(const wlm_journey_t *journey, const wlm_binding_rule_t *rule,
                             const apr_table_entry_t *field)
{
    wlm_http_cookie_t cookie;

    switch (rule->value.place) {
    case WLM_BINDING_IN_HEADER:
        if (wlm_http_field_is(field->key, rule->value.name)) {
            learn(journey, rule, field->val, strlen(field->val));
        }
        break;
    case WLM_BINDING_IN_COOKIE:
        if (wlm_http_field_is(field->key, "Set-Cookie")
            && wlm_http_cookie_of_response(&cookie, field->val, rule->value.name)) {
            learn(journey, rule, cookie.value, (apr_size_t)(cookie.value_end - cookie.value));
        }
        break;
    case WLM_BINDING_IN_QUERY:
    case WLM_BINDING_IN_PATH:
        if (wlm_http_field_is(field->key, "Location")) {
            learn_from_location(journey, rule, field->val);
        }
        break;
    case WLM_BINDING_BY_EXPRESSION:
        break; /* about the response as a whole */
    }
}

static void learn_from_fields(const wlm_journey_t *journey, const wlm_binding_rule_t *rule)
{
    const apr_array_header_t *fields = apr_table_elts(journey->exchange->fields);
    const char *value;
    apr_size_t len;
    int i;

    if (rule->value.place == WLM_BINDING_BY_EXPRESSION) {
        if (wlm_binding_expr_of_response(journey, rule->value.expr, &value, &len)) {
            learn(journey, rule, value, len);
        }
        return;
    }
    for (i = 0; i < fields->nelts; ++i) {
        learn_from_field(journey, rule, &APR_ARRAY_IDX(fields, i, apr_table_entry_t));
    }
}

/* -- the owner that a member names ----------------------------------------------------------------------------- */

void wlm_binding_teach_owner(const wlm_journey_t *journey, const wlm_member_t *owner)
{
    int i;

    for (i = 0; i < journey->binding.nvalues; ++i) {
        const wlm_binding_key_t *asked = &journey->binding.values[i].asked;

        if (asked->hash) {
            put_into_table(journey, asked, owner);
        }
    }
}

/* An error says nothing about a session, which may not exist, whatever the response names */
static void find_owner(wlm_journey_t *journey)
{
    const wlm_exchange_t *exchange = journey->exchange;
    const wlm_member_t *owner = exchange->owner && exchange->head.status < HTTP_BAD_REQUEST
                                ? wlm_cluster_owner(exchange->member->cluster, exchange->owner) : NULL;

    journey->binding.owner = owner ? owner : exchange->member;
    if (owner) {
        wlm_binding_teach_owner(journey, owner);
    }
}

/* -- all of them --------------------------------------------------------------------------------------------- */

static void answer(wlm_journey_t *journey, int index, const wlm_binding_rule_t *rule)
{
    switch (rule->kind) {
    case WLM_BINDING_BY_COOKIE:
        if (journey->binding.values[index].current != journey->binding.owner->index && may_set_cookie(journey)) {
            set_cookie(journey, index, rule);
        }
        break;
    case WLM_BINDING_BY_WRAP:
        wrap_value(journey, &rule->value);
        break;
    case WLM_BINDING_BY_LEARN:
        if (wlm_learning_table && journey->stage != WLM_JOURNEY_DELIVER_DECLINED) {
            learn_from_fields(journey, rule);
        }
        break;
    }
}

void wlm_binding_change_response(wlm_journey_t *journey)
{
    const apr_array_header_t *rules = wlm_binding_rules(journey);
    int i;

    if (rules) {
        find_owner(journey);
    }
    for (i = 0; rules && i < rules->nelts; ++i) {
        answer(journey, i, &APR_ARRAY_IDX(rules, i, wlm_binding_rule_t));
    }
}
