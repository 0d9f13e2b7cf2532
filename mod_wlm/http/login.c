/* Recognises logins that hold for a connection. Pure; runs on the threads that serve requests. */
#include <string.h>
#include <strings.h>
#include <apr_lib.h>
#include "http/login.h"

int wlm_http_login_is_of_connection(const char *value)
{
    static const char *const schemes[] = { "NTLM", "Negotiate", NULL };
    int i;

    while (value && apr_isspace(*value)) {
        ++value;
    }
    for (i = 0; value && schemes[i]; ++i) {
        apr_size_t len = strlen(schemes[i]);

        if (strncasecmp(value, schemes[i], len) == 0 && (!value[len] || strchr(" \t,", value[len]))) {
            return 1;
        }
    }
    return 0;
}

/* Challenges are separated by commas, like their parameters, and quoted parameters may contain commas: a scheme that is
 * found by mistake only means that the connection is not shared */
static int has_such_a_challenge(const char *value)
{
    while (value && !wlm_http_login_is_of_connection(value)) {
        value = strchr(value, ',');
        value += value ? 1 : 0;
    }
    return value != NULL;
}

int wlm_http_login_is_asked(const wlm_http_head_t *head)
{
    int i;

    for (i = 0; (head->status == 401 || head->status == 407) && i < head->nfields; ++i) {
        const wlm_http_field_t *field = &head->fields[i];

        if ((strcasecmp(field->name, "WWW-Authenticate") == 0 || strcasecmp(field->name, "Proxy-Authenticate") == 0)
            && has_such_a_challenge(field->value)) {
            return 1;
        }
    }
    return 0;
}
