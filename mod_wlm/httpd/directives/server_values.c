/* The values of directives about httpd and its servers that are more than a keyword
 * (httpd/context/settings_table.h). In the parent, while httpd reads its configuration. */
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/duration.h"
#include "httpd/context/config.h"
#include "httpd/directives/directives.h"
#include "httpd/directives/values.h"

#define SLOTS_MAX 60000

const char *wlm_values_state_file(void *value, const wlm_words_t *words)
{
    const char **path = value;

    *path = ap_server_root_relative(words->p, words->at[0]);
    return *path ? NULL : "no path";
}

const char *wlm_values_log(void *value, const wlm_words_t *words)
{
    *(const char **)value = words->at[0];
    return NULL;
}

const char *wlm_values_slots(void *value, const wlm_words_t *words)
{
    wlm_slots_setting_t *slots = value;
    const char *wrong = wlm_values_whole(&slots->members, words->at[0], 1, SLOTS_MAX, words->p);

    return wrong || words->n == 1 ? wrong : wlm_values_whole(&slots->clusters, words->at[1], 1, SLOTS_MAX, words->p);
}

const char *wlm_values_trusted_proxy(void *value, const wlm_words_t *words)
{
    wlm_trusted_peers_t **trusted = value;
    const char *wrong;

    if (!*trusted) {
        *trusted = wlm_trusted_peers_make(words->p);
    }
    wrong = wlm_trusted_peers_add(*trusted, words->at[0], words->p);
    return wrong ? apr_psprintf(words->p, "\"%s\": %s", words->at[0], wrong) : NULL;
}

const char *wlm_values_stay(void *value, const wlm_words_t *words)
{
    apr_interval_time_t *time = value;
    const char *word = words->at[0];

    *time = 0;
    return ap_cstr_casecmp(word, "Off") == 0
           || (wlm_duration_parse(time, word, "ms") && *time >= apr_time_from_msec(1) && *time <= apr_time_from_sec(1))
           ? NULL : "no such time";
}

const char *wlm_values_separators(void *value, const wlm_words_t *words)
{
    const char *c;

    for (c = words->at[0]; *c; ++c) {
        if (apr_isalnum(*c) || apr_isspace(*c) || apr_iscntrl(*c) || strchr(";,=\"%/?#", *c)) {
            return apr_psprintf(words->p, "'%c' cannot separate clone ids; take punctuation that session ids and clone "
                                          "ids do not have, for example \":.!\"", *c);
        }
    }
    *(const char **)value = words->at[0];
    return NULL;
}
