/* The values of directives about httpd and its servers that are more than a keyword
 * (httpd/context/settings_table.h). In the parent, while httpd reads its configuration. */
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/duration.h"
#include "httpd/directives/directives.h"

const char *wlm_values_state_file(void *value, const wlm_words_t *words)
{
    const char **path = value;

    *path = ap_server_root_relative(words->p, words->at[0]);
    return *path ? NULL : "no path";
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
