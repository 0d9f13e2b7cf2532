/* `wlmcfg explain`, what each WLMAffinity finds in the request: by the module's functions. Who has the server's key
 * sees what it names; the table of Learn is in the server's memory alone. On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "balance/options.h"
#include "route/binding_values.h"
#include "route/seal.h"
#include "route/seal_list.h"
#include "tools/wlmcfg/explain/explain.h"

typedef struct finder_t {
    explained_t *e;
    const wlm_binding_rule_t *rule;
    apr_pool_t *p;
} finder_t;

static int has_key(const finder_t *finder)
{
    return finder->e->state->options->is_set.affinity_keys;
}

static void add(const finder_t *finder, const char *value, apr_size_t len, binding_state_t state, const char *member)
{
    binding_t binding = { finder->rule, value ? apr_pstrmemdup(finder->p, value, len) : NULL, state, member };

    APR_ARRAY_PUSH(finder->e->bindings, binding_t) = binding;
    if (member) {
        wlm_affinity_add_member(&finder->e->affinity, member);
    }
}

/* Seals of several clusters in one cookie */
static void find_seals(const finder_t *finder, const char *value, apr_size_t len)
{
    const char *at = value, *seal;
    wlm_seal_found_t found;
    int seals = 0, n = 0;

    while ((seal = wlm_seal_list_next(&at, value + len)) != NULL) {
        ++seals;
        if (wlm_seals_find(&found, finder->e->state->seals, seal, "", 0)) {
            add(finder, value, len, BINDING_MEMBER, found.name);
            ++n;
        }
    }
    if (!n) {
        add(finder, value, len, seals && !has_key(finder) ? BINDING_SEALED : BINDING_FOREIGN, NULL);
    }
}

/* The form of a value that may be wrapped, as wlm_seals_wrap() makes it */
static int may_be_wrapped(const char *value, apr_size_t len)
{
    const char *at = value + len - WLM_SEAL_LEN;

    return len > WLM_SEAL_LEN && at[-1] == '~' && wlm_seal_list_next(&at, value + len) != NULL;
}

static void find_wrapped(const finder_t *finder, const char *value, apr_size_t len)
{
    wlm_seal_found_t found;

    if (wlm_seals_unwrap(&found, finder->e->state->seals, value, len) >= 0) {
        add(finder, value, len, BINDING_MEMBER, found.name);
    }
    else {
        add(finder, value, len, may_be_wrapped(value, len) && !has_key(finder) ? BINDING_SEALED : BINDING_FOREIGN,
            NULL);
    }
}

static void find(void *data, const char *value, apr_size_t len)
{
    const finder_t *finder = data;

    switch (finder->rule->kind) {
    case WLM_BINDING_BY_COOKIE:
        find_seals(finder, value, len);
        break;
    case WLM_BINDING_BY_WRAP:
        find_wrapped(finder, value, len);
        break;
    case WLM_BINDING_BY_LEARN:
        if (len) {
            add(finder, value, len, BINDING_TABLE, NULL);
        }
        break;
    }
}

void wlmcfg_explain_bindings(explained_t *e, apr_pool_t *p)
{
    const apr_array_header_t *rules = e->state->options->affinity;
    const wlm_binding_request_t request = { .fields = e->request.fields, .query = e->request.query,
                                            .path = e->request.encoded };
    int i, before;

    e->bindings = apr_array_make(p, 4, sizeof(binding_t));
    for (i = 0; rules && i < rules->nelts; ++i) {
        finder_t finder = { e, &APR_ARRAY_IDX(rules, i, wlm_binding_rule_t), p };

        if (wlm_binding_asked(finder.rule)->place == WLM_BINDING_BY_EXPRESSION) {
            add(&finder, NULL, 0, BINDING_TABLE, NULL);
            continue;
        }
        before = e->bindings->nelts;
        wlm_binding_values(&request, wlm_binding_asked(finder.rule), find, &finder);
        if (e->bindings->nelts == before) {
            add(&finder, NULL, 0, BINDING_NONE, NULL);
        }
    }
}
