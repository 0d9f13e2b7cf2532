/* Finds and changes cookies in the values of Cookie fields. Pure; runs on the threads that serve requests. */
#include <string.h>
#include <apr_strings.h>
#include "http/chars.h"
#include "http/cookie.h"

/* Does a cookie begin at s? Only blanks may lie between it and the field's begin, or the ';' or ',' before it: servers
 * join several Cookie fields by commas, and no session id has one. */
static int begins_cookie(const char *field, const char *s)
{
    while (s > field && wlm_http_is_blank(s[-1])) {
        --s;
    }
    return s == field || s[-1] == ';' || s[-1] == ',';
}

/* Without blanks at its end and without quotes around it */
static void find_value(wlm_http_cookie_t *cookie, const char *value)
{
    const char *end = cookie->end;

    while (end > value && wlm_http_is_blank(end[-1])) {
        --end;
    }
    if (end - value >= 2 && *value == '"' && end[-1] == '"') {
        ++value;
        --end;
    }
    cookie->value = value;
    cookie->value_end = end;
}

/* Browsers send many cookies: searching for the name costs less than parsing all of them */
int wlm_http_cookie_next(wlm_http_cookie_t *cookie, const char *from, const char *field, const char *name)
{
    apr_size_t name_len = strlen(name);
    const char *at = from;

    while ((at = strstr(at, name)) != NULL) {
        const char *value = wlm_http_skip_blanks(at + name_len);

        if (*value == '=' && begins_cookie(field, at)) {
            cookie->begin = at;
            value = wlm_http_skip_blanks(value + 1);
            cookie->end = value + strcspn(value, ";,");
            find_value(cookie, value);
            return 1;
        }
        at += name_len;
    }
    return 0;
}

int wlm_http_cookie_of_response(wlm_http_cookie_t *cookie, const char *field, const char *name)
{
    apr_size_t name_len = strlen(name);
    const char *value;

    cookie->begin = wlm_http_skip_blanks(field);
    value = wlm_http_skip_blanks(cookie->begin + strnlen(cookie->begin, name_len));
    if (strncmp(cookie->begin, name, name_len) != 0 || *value != '=') {
        return 0;
    }
    value = wlm_http_skip_blanks(value + 1);
    cookie->end = value + strcspn(value, ";");
    find_value(cookie, value);
    return 1;
}

/* -- changing -------------------------------------------------------------------------------------- */

static char *put(char *to, const char *bytes, apr_size_t len)
{
    memcpy(to, bytes, len);
    return to + len;
}

/* What is left of a field: a separator and blanks at its beginning or end divide nothing any more */
static const char *trim(char *text, char *end)
{
    while (end > text && (wlm_http_is_blank(end[-1]) || end[-1] == ';' || end[-1] == ',')) {
        --end;
    }
    *end = '\0';
    return text + strspn(text, " \t;,");
}

typedef struct edited_t {
    char *text, *to;
    apr_size_t room;               /* behind `to` */
} edited_t;

/* Appends; a value that has become longer moves all to a larger text */
static void append(edited_t *edited, const char *bytes, apr_size_t len, apr_pool_t *p)
{
    if (len >= edited->room) {
        apr_size_t used = (apr_size_t)(edited->to - edited->text);
        char *larger = apr_palloc(p, 2 * (used + len) + 1);

        memcpy(larger, edited->text, used);
        edited->text = larger;
        edited->to = larger + used;
        edited->room = used + 2 * len + 1;
    }
    edited->to = put(edited->to, bytes, len);
    edited->room -= len;
}

/* Many servers divide cookies by semicolons alone. So where one goes that had a comma before it and a semicolon behind,
 * the semicolon stays: what follows must not become a part of the value before. */
static void end_with_semicolon(edited_t *edited)
{
    char *end = edited->to;

    while (end > edited->text && wlm_http_is_blank(end[-1])) {
        --end;
    }
    if (end > edited->text && end[-1] == ',') {
        end[-1] = ';';
    }
}

const char *wlm_http_cookie_rewrite(const char *field, const char *name, wlm_http_cookie_edit_t *edit, const void *data,
                                    apr_pool_t *p)
{
    wlm_http_cookie_t cookie;
    const char *from = field;
    edited_t edited = { NULL, NULL, 0 };
    int dropped = 0;

    while (wlm_http_cookie_next(&cookie, from, field, name)) {
        const char *value = edit ? edit(data, cookie.value, (apr_size_t)(cookie.value_end - cookie.value), p) : NULL;

        if (!edited.text) {
            edited.room = strlen(field) + 1;
            edited.text = edited.to = apr_palloc(p, edited.room);
        }
        if (value) {
            append(&edited, from, (apr_size_t)(cookie.value - from), p);
            append(&edited, value, strlen(value), p);
            from = cookie.value_end;
        }
        else { /* with the separator behind it */
            append(&edited, from, (apr_size_t)(cookie.begin - from), p);
            if (*cookie.end == ';') {
                end_with_semicolon(&edited);
            }
            from = *cookie.end ? wlm_http_skip_blanks(cookie.end + 1) : cookie.end;
            dropped = 1;
        }
    }
    if (!edited.text) {
        return field;
    }
    append(&edited, from, strlen(from), p);
    *edited.to = '\0';
    return dropped ? trim(edited.text, edited.to) : edited.text;
}
