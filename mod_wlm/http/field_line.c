/* Parses field lines, and lists in the values of fields. Pure; runs on the threads that serve requests. */
#include <string.h>
#include <apr_cstr.h>
#include "http/chars.h"
#include "http/field_line.h"

static const char *why_no_name(const char *line, const char *at, const char *end)
{
    if (at == end) {
        return "a field line without a colon";
    }
    if (wlm_http_is_blank(*at)) {
        return at == line ? "a folded field line" : "white space in or behind a field name";
    }
    return *at == ':' ? "an empty field name" : "a character that is not allowed in a field name";
}

const char *wlm_http_field_parse(wlm_http_field_t *field, char *line, apr_size_t len)
{
    char *end = line + len, *colon = line, *value, *c;

    while (colon < end && wlm_http_is_token(*colon)) {
        ++colon;
    }
    if (colon == line || colon == end || *colon != ':') {
        return why_no_name(line, colon, end);
    }
    for (c = colon + 1; c < end; ++c) {
        if (!wlm_http_is_text(*c)) {
            return "a control character in a field value";
        }
    }
    for (value = colon + 1; value < end && wlm_http_is_blank(*value); ++value) {
    }
    while (end > value && wlm_http_is_blank(end[-1])) {
        --end;
    }
    *colon = '\0';
    *end = '\0';
    field->name = line;
    field->value = value;
    return NULL;
}

const char *wlm_http_list_next(const char **plist, apr_size_t *plen)
{
    const char *element = *plist + strspn(*plist, " \t,");

    *plen = strcspn(element, ",");
    *plist = element + *plen;
    while (*plen && (element[*plen - 1] == ' ' || element[*plen - 1] == '\t')) {
        --*plen;
    }
    return *plen ? element : NULL;
}

int wlm_http_list_has(const char *list, const char *token)
{
    apr_size_t token_len = strlen(token), len;
    const char *element;

    while (list && (element = wlm_http_list_next(&list, &len)) != NULL) {
        if (len == token_len && apr_cstr_casecmpn(element, token, len) == 0) {
            return 1;
        }
    }
    return 0;
}
