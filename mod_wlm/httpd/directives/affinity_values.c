/* The values of WLMAffinity, WLMAffinityOwner and WLMAffinityKey. In the parent, while httpd reads its configuration.
 */
#include <apr_strings.h>
#include <ap_expr.h>
#include "httpd/context/context.h"
#include "httpd/directives/cluster.h"
#include "route/binding_words.h"

/* No response says Vary because of it: members know nothing of the expression */
static const void *make_expr(void *data, const char *text, const char **pwrong)
{
    return ap_expr_parse_cmd((const cmd_parms *)data, text, AP_EXPR_FLAG_DONT_VARY, pwrong, NULL);
}

const char *wlm_values_affinity(void *value, const wlm_words_t *words)
{
    const wlm_binding_exprs_t exprs = { make_expr, (void *)words->cmd };

    return wlm_binding_parse(value, words->at, words->n, &exprs, words->p);
}

const char *wlm_values_owner_field(void *value, const wlm_words_t *words)
{
    return wlm_binding_parse_owner(value, words->at[0], words->p);
}

const char *wlm_values_affinity_key(void *value, const wlm_words_t *words)
{
    apr_array_header_t *keys = apr_array_make(words->p, words->n, sizeof(wlm_seal_key_t));
    const char *wrong = NULL;
    int i;

    for (i = 0; i < words->n && !wrong; ++i) {
        const char *path = ap_server_root_relative(words->p, words->at[i]);

        wrong = path ? wlm_binding_read_key(apr_array_push(keys), path, words->cmd->temp_pool)
              : apr_psprintf(words->p, "\"%s\" is no path", words->at[i]);
    }
    *(const apr_array_header_t **)value = keys;
    return wrong;
}
