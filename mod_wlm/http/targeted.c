/* Reads a dictionary of structured fields as RFC 8941 4.2 does, and writes it as Cache-Control. Pure; on the thread
 * that has the request. */
#include "http/targeted.h"
#include <string.h>
#include <apr_strings.h>
#include "http/chars.h"

typedef enum { TRUE_VALUE, FALSE_VALUE, WHOLE, WORD, STRING, OTHER } kind_t;

typedef struct item_t {
    kind_t kind;
    const char *text;              /* of WHOLE, WORD and STRING: as it stands there, with its quotes */
    apr_size_t len;
} item_t;

typedef struct directive_t {
    const char *name;
    apr_size_t len;
    item_t item;
} directive_t;

/* -- structured fields: each function goes on behind what it has read; 0: that is none ---------------------- */

static int is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static int is_alpha(char c)
{
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}

static int read_key(const char **pat, const char **pname, apr_size_t *plen)
{
    const char *at = *pat;

    if (!is_lower(*at) && *at != '*') {
        return 0;
    }
    while (is_lower(*at) || wlm_http_is_digit(*at) || (*at && strchr("_-.*", *at))) {
        ++at;
    }
    *pname = *pat;
    *plen = (apr_size_t)(at - *pat);
    *pat = at;
    return 1;
}

static apr_size_t digits(const char *at)
{
    return strspn(at, "0123456789");
}

/* 15 digits at most; of a decimal 12, and 1 to 3 */
static int read_number(const char **pat, item_t *item)
{
    const char *at = *pat + (**pat == '-');
    apr_size_t whole = digits(at), part;

    if (!whole || whole > 15) {
        return 0;
    }
    item->kind = **pat == '-' ? OTHER : WHOLE;
    at += whole;
    if (*at == '.') {
        part = digits(at + 1);
        if (whole > 12 || !part || part > 3) {
            return 0;
        }
        item->kind = OTHER;
        at += 1 + part;
    }
    item->text = *pat;
    item->len = (apr_size_t)(at - *pat);
    *pat = at;
    return 1;
}

static int read_string(const char **pat, item_t *item)
{
    const char *at = *pat + 1;

    for (; *at != '"'; ++at) {
        if (*at == '\\' && *++at != '"' && *at != '\\') {
            return 0;
        }
        if (*at < ' ' || *at > '~') {
            return 0;
        }
    }
    *item = (item_t){ STRING, *pat, (apr_size_t)(at + 1 - *pat) };
    *pat = at + 1;
    return 1;
}

static int read_token(const char **pat, item_t *item)
{
    const char *at = *pat;

    while (wlm_http_is_token(*at) || *at == ':' || *at == '/') {
        ++at;
    }
    *item = (item_t){ WORD, *pat, (apr_size_t)(at - *pat) };
    *pat = at;
    return 1;
}

static int read_bytes(const char **pat, item_t *item)
{
    const char *at = *pat + 1;

    while (is_alpha(*at) || wlm_http_is_digit(*at) || (*at && strchr("+/=", *at))) {
        ++at;
    }
    *item = (item_t){ OTHER, NULL, 0 };
    *pat = at + 1;
    return *at == ':';
}

static int read_boolean(const char **pat, item_t *item)
{
    char value = (*pat)[1];

    if (value != '0' && value != '1') {
        return 0;
    }
    *item = (item_t){ value == '1' ? TRUE_VALUE : FALSE_VALUE, NULL, 0 };
    *pat += 2;
    return 1;
}

static int read_bare_item(const char **pat, item_t *item)
{
    char c = **pat;

    return c == '"' ? read_string(pat, item)
           : c == ':' ? read_bytes(pat, item)
           : c == '?' ? read_boolean(pat, item)
           : c == '-' || wlm_http_is_digit(c) ? read_number(pat, item)
           : c == '*' || is_alpha(c) ? read_token(pat, item) : 0;
}

static void skip_blanks(const char **pat)
{
    *pat += strspn(*pat, " ");
}

static int read_parameters(const char **pat)
{
    const char *name;
    apr_size_t len;
    item_t item;

    while (**pat == ';') {
        ++*pat;
        skip_blanks(pat);
        if (!read_key(pat, &name, &len)) {
            return 0;
        }
        if (**pat == '=' && (++*pat, !read_bare_item(pat, &item))) {
            return 0;
        }
    }
    return 1;
}

static int read_inner_list(const char **pat)
{
    item_t item;

    for (++*pat;;) {
        skip_blanks(pat);
        if (**pat == ')') {
            ++*pat;
            return 1;
        }
        if (!read_bare_item(pat, &item) || !read_parameters(pat) || !**pat || !strchr(" )", **pat)) {
            return 0;
        }
    }
}

static int read_member(const char **pat, directive_t *directive)
{
    directive->item = (item_t){ TRUE_VALUE, NULL, 0 };
    if (!read_key(pat, &directive->name, &directive->len)) {
        return 0;
    }
    if (**pat == '=') {
        ++*pat;
        if (**pat == '(') {
            directive->item.kind = OTHER;
            if (!read_inner_list(pat)) {
                return 0;
            }
        }
        else if (!read_bare_item(pat, &directive->item)) {
            return 0;
        }
    }
    return read_parameters(pat);
}

/* -- the dictionary -------------------------------------------------------------------------------------------- */

/* Of one name the last counts, in the place of the first */
static int keep(directive_t *all, int n, const directive_t *directive)
{
    int i;

    for (i = 0; i < n; ++i) {
        if (all[i].len == directive->len && memcmp(all[i].name, directive->name, directive->len) == 0) {
            break;
        }
    }
    if (i == WLM_HTTP_TARGETED_MAX) {
        return -1;
    }
    all[i] = *directive;
    return i == n ? n + 1 : n;
}

/* @return how many there are; negative: it is no dictionary, or has too many */
static int read_dictionary(directive_t *all, const char *at)
{
    directive_t directive;
    int n = 0;

    skip_blanks(&at);
    while (*at) {
        if (!read_member(&at, &directive) || (n = keep(all, n, &directive)) < 0) {
            return -1;
        }
        at += strspn(at, " \t");
        if (!*at) {
            break;
        }
        if (*at++ != ',') {
            return -1;
        }
        at += strspn(at, " \t");
        if (!*at) {
            return -1;
        }
    }
    return n;
}

/* -- Cache-Control ----------------------------------------------------------------------------------------------- */

static int is_one_of(const directive_t *directive, const char *const *names)
{
    for (; *names; ++names) {
        if (strlen(*names) == directive->len && memcmp(*names, directive->name, directive->len) == 0) {
            return 1;
        }
    }
    return 0;
}

/* @return NULL: it has no effect */
static const char *text_of(const directive_t *directive, apr_pool_t *p)
{
    static const char *const times[] = { "max-age", "s-maxage", "stale-while-revalidate", "stale-if-error", NULL };
    static const char *const limits[] = { "no-store", "no-cache", "private", NULL }; /* the last two may name fields */
    const char *name = apr_pstrmemdup(p, directive->name, directive->len);
    const item_t *item = &directive->item;

    if (item->kind == FALSE_VALUE || (is_one_of(directive, times) && item->kind != WHOLE)) {
        return NULL;
    }
    if (is_one_of(directive, limits) && (item->kind != STRING || strcmp(name, limits[0]) == 0)) {
        return name;
    }
    return item->kind == TRUE_VALUE ? name
           : item->kind == OTHER ? NULL
           : apr_pstrcat(p, name, "=", apr_pstrmemdup(p, item->text, item->len), NULL);
}

const char *wlm_http_targeted_directives(const char *value, apr_pool_t *p)
{
    directive_t all[WLM_HTTP_TARGETED_MAX];
    const char *directives = "", *text;
    int i, n = read_dictionary(all, value);

    if (n <= 0) {
        return NULL;
    }
    for (i = 0; i < n; ++i) {
        text = text_of(&all[i], p);
        if (text) {
            directives = apr_pstrcat(p, directives, *directives ? ", " : "", text, NULL);
        }
    }
    return directives;
}
