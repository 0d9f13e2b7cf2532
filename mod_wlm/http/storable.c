/* Whether shared caches may store a response. Pure; runs on the threads that serve requests. */
#include <string.h>
#include "http/chars.h"
#include "http/fields.h"
#include "http/storable.h"

typedef struct said_t {
    int restricts;                 /* private, no-store */
    int allows;                    /* public, s-maxage, max-age above 0 */
    int expires, modified;         /* there is a field Expires, Last-Modified */
    int controls;                  /* there is a field that is about caches */
} said_t;

static int ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), e = strlen(end);

    return n >= e && strcasecmp(name + n - e, end) == 0;
}

/* A number above 0, perhaps in quotes; what is no number is none that a cache trusts */
static int is_positive(const char *value)
{
    value += *value == '"';
    value += strspn(value, "0");
    return wlm_http_is_digit(*value);
}

static int is_word(const char *directive, const char *word)
{
    size_t n = strlen(word);

    return strncasecmp(directive, word, n) == 0 && (directive[n] == '\0' || strchr("=, \t;", directive[n]));
}

/* A qualified private="Field" is about that field alone */
static void read_directive(said_t *said, const char *directive)
{
    if (is_word(directive, "no-store")) {
        said->restricts = 1;
    }
    else if (is_word(directive, "private")) {
        said->restricts |= directive[sizeof("private") - 1] != '=';
    }
    else if (is_word(directive, "public")) {
        said->allows = 1;
    }
    else if (strncasecmp(directive, "s-maxage=", 9) == 0 || strncasecmp(directive, "max-age=", 8) == 0) {
        said->allows |= is_positive(strchr(directive, '=') + 1);
    }
}

/* A comma inside quotes divides names, which look like no directive that allows anything */
static void read_control(said_t *said, const char *value)
{
    while (*value) {
        value += strspn(value, " \t,;");
        read_directive(said, value);
        value += strcspn(value, ",;");
    }
}

int wlm_http_is_storable(const char *method, const apr_table_t *fields)
{
    const apr_array_header_t *elts = apr_table_elts(fields);
    said_t said = { 0 };
    int i;

    for (i = 0; i < elts->nelts; ++i) {
        const apr_table_entry_t *field = &APR_ARRAY_IDX(elts, i, apr_table_entry_t);

        if (ends_with(field->key, "Cache-Control") || wlm_http_field_is(field->key, "Surrogate-Control")) {
            said.controls = 1;
            read_control(&said, field->val);
        }
        said.expires |= wlm_http_field_is(field->key, "Expires");
        said.modified |= wlm_http_field_is(field->key, "Last-Modified");
    }
    return !said.restricts
           && (said.allows || (!said.controls && (said.expires
               || (said.modified && (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)))));
}
