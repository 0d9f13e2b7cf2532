/* Makes the head of a request to a member. Pure; runs on the threads that serve requests. */
#include <assert.h>
#include <string.h>
#include <apr_strings.h>
#include "base/percent.h"
#include "http/body.h"
#include "http/chars.h"
#include "http/fields.h"
#include "http/head.h"
#include "http/request.h"

#define VERSION     " HTTP/1.1\r\n"
#define LENGTH_SIZE 24             /* of a 64-bit number in decimal */

int wlm_http_method_is_forwarded(const char *method)
{
    return strcmp(method, "TRACE") != 0 && strcmp(method, "CONNECT") != 0;
}

int wlm_http_method_is_idempotent(const char *method)
{
    static const char *const names[] = {
        "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "UNLOCK",
        "SEARCH", "REPORT", NULL
    };
    int i;

    for (i = 0; names[i]; ++i) {
        if (strcmp(method, names[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

static int is_safe(const char *name)
{
    return name[0] && !strpbrk(name, "\r\n: \t");
}

int wlm_http_request_nominates(const apr_table_t *fields, const char *name)
{
    int i;

    for (i = 0; i < apr_table_elts(fields)->nelts; ++i) {
        const apr_table_entry_t *e = &APR_ARRAY_IDX(apr_table_elts(fields), i, apr_table_entry_t);
        if (wlm_http_field_is(e->key, "Connection") && wlm_http_list_has(e->val, name)) {
            return 1;
        }
    }
    return 0;
}

/* -- the head -------------------------------------------------------------------------------------- */

void wlm_http_request_set(wlm_http_request_t *request, const char *name, const char *value)
{
    assert(request->nown < WLM_HTTP_REQUEST_OWN_MAX);
    request->own[request->nown].name = name;
    request->own[request->nown++].value = value;
}

static int has_own(const wlm_http_request_t *request, const char *name)
{
    int i;

    for (i = 0; i < request->nown; ++i) {
        if (wlm_http_field_is(request->own[i].name, name)) {
            return 1;
        }
    }
    return 0;
}

/* Is this field of the client not forwarded? */
static int is_dropped(const wlm_http_request_t *request, const char *name)
{
    return wlm_http_field_is_per_hop(name) || wlm_http_field_is_private(name) || has_own(request, name)
           || (request->length == WLM_HTTP_GONE_LENGTH && wlm_http_field_is_of_content(name));
}

static apr_size_t line_size(const char *name, const char *value)
{
    return strlen(name) + 2 + strlen(value) + 2;
}

/* Of all of them, also those that are not put */
static apr_size_t lines_size(const apr_table_t *fields)
{
    const apr_array_header_t *elts = apr_table_elts(fields);
    apr_size_t size = 0;
    int i;

    for (i = 0; i < elts->nelts; ++i) {
        const apr_table_entry_t *e = &APR_ARRAY_IDX(elts, i, apr_table_entry_t);
        size += line_size(e->key, e->val);
    }
    return size;
}

static char *put(char *to, const char *text)
{
    apr_size_t len = strlen(text);

    memcpy(to, text, len);
    return to + len;
}

/* A value that would end the line is not put */
static char *put_line(char *to, const char *name, const char *value)
{
    apr_size_t len = strcspn(value, "\r\n");

    if (value[len]) {
        return to;
    }
    to = put(put(to, name), ": ");
    memcpy(to, value, len);
    return put(to + len, "\r\n");
}

/* The client's fields that are forwarded. (Names of own ones are the module's, or were checked with the directive.) */
static char *put_theirs(char *to, const wlm_http_request_t *request)
{
    const apr_array_header_t *theirs = apr_table_elts(request->fields);
    int nominates = apr_table_get(request->fields, "Connection") != NULL;
    int i;

    for (i = 0; i < theirs->nelts; ++i) {
        const apr_table_entry_t *e = &APR_ARRAY_IDX(theirs, i, apr_table_entry_t);
        if (is_safe(e->key) && !is_dropped(request, e->key)
            && !(nominates && wlm_http_request_nominates(request->fields, e->key))) {
            to = put_line(to, e->key, e->val);
        }
    }
    return to;
}

static char *put_own(char *to, const wlm_http_request_t *request)
{
    int i;

    for (i = 0; i < request->nown; ++i) {
        if (request->own[i].value) {
            to = put_line(to, request->own[i].name, request->own[i].value);
        }
    }
    return to;
}

/* Percent-encodes bytes that a path or query may not have: at most three for one */
static char *put_target(char *to, const char *target)
{
    for (; *target; ++target) {
        if (wlm_http_is_uri(*target)) {
            *to++ = *target;
        }
        else {
            to = wlm_percent_put(to, *target);
        }
    }
    return to;
}

/* What says how long the body is */
static char *put_length(char *to, apr_int64_t length)
{
    char text[LENGTH_SIZE];

    if (length == WLM_HTTP_CHUNKED_LENGTH) {
        return put_line(to, "Transfer-Encoding", "chunked");
    }
    if (length >= 0) {
        apr_snprintf(text, sizeof(text), "%" APR_INT64_T_FMT, length);
        return put_line(to, "Content-Length", text);
    }
    return to;
}

/* Fields that are not forwarded count, too, and each byte of the target as one that is encoded */
apr_size_t wlm_http_request_head_max(const wlm_http_request_t *request)
{
    apr_size_t size = strlen(request->method) + 1 + 3 * strlen(request->target) + sizeof(VERSION) - 1;
    int i;

    for (i = 0; i < request->nown; ++i) {
        size += request->own[i].value ? line_size(request->own[i].name, request->own[i].value) : 0;
    }
    return size + lines_size(request->fields) + line_size("Transfer-Encoding", "") + LENGTH_SIZE + 2;
}

apr_size_t wlm_http_request_head(char *head, const wlm_http_request_t *request)
{
    char *to = put_target(put(put(head, request->method), " "), request->target);

    to = put_own(put_theirs(put(to, VERSION), request), request);
    to = put(put_length(to, request->length), "\r\n");
    return (apr_size_t)(to - head);
}

const char *wlm_http_request_trailers(const apr_table_t *theirs, apr_pool_t *p)
{
    const apr_array_header_t *elts = apr_table_elts(theirs);
    char *section, *to;
    int i;

    if (elts->nelts == 0) {
        return "";
    }
    if (elts->nelts > WLM_HTTP_REQUEST_TRAILERS_MAX) {
        return NULL;
    }
    to = section = apr_palloc(p, lines_size(theirs) + 1);
    for (i = 0; i < elts->nelts; ++i) {
        const apr_table_entry_t *e = &APR_ARRAY_IDX(elts, i, apr_table_entry_t);
        if (is_safe(e->key) && wlm_http_field_may_trail(e->key)) {
            to = put_line(to, e->key, e->val);
        }
    }
    *to = '\0';
    return to - section <= WLM_HTTP_TRAILERS_MAX ? section : NULL;
}
