/* Makes the head of a request to a member. Pure; runs on the threads that serve requests. */
#include <string.h>
#include <apr_strings.h>
#include "base/percent.h"
#include "http/body.h"
#include "http/chars.h"
#include "http/fields.h"
#include "http/head.h"
#include "http/request.h"

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

static int is_safe(const char *name, const char *value)
{
    return name[0] && !strpbrk(name, "\r\n: \t") && !strpbrk(value, "\r\n");
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

/* -- the head, collected first and then written ------------------------------------------------ */

typedef struct field_t {
    const char *name, *value;
    apr_size_t name_len, value_len;
} field_t;

typedef struct fields_t {
    field_t *at;
    int n;
    apr_size_t size;               /* in bytes, with ": " and line ends */
} fields_t;

static void collect(fields_t *fields, const char *name, const char *value)
{
    field_t *field = &fields->at[fields->n];

    if (is_safe(name, value)) {
        *field = (field_t){ name, value, strlen(name), strlen(value) };
        fields->size += field->name_len + field->value_len + 4;
        fields->n++;
    }
}

/* Is this field of the client not forwarded? */
static int is_dropped(const wlm_http_request_t *request, const char *name)
{
    return wlm_http_field_is_per_hop(name) || wlm_http_field_is_private(name) || apr_table_get(request->own, name)
           || (request->length == WLM_HTTP_GONE_LENGTH && wlm_http_field_is_of_content(name));
}

/* The client's fields that are forwarded, then the module's own */
static void collect_fields(fields_t *fields, const wlm_http_request_t *request, apr_pool_t *p)
{
    const apr_array_header_t *theirs = apr_table_elts(request->fields), *own = apr_table_elts(request->own);
    int nominates = apr_table_get(request->fields, "Connection") != NULL;
    int i;

    fields->at = apr_palloc(p, sizeof(*fields->at) * (apr_size_t)(theirs->nelts + own->nelts + 1));
    for (i = 0; i < theirs->nelts; ++i) {
        const apr_table_entry_t *e = &APR_ARRAY_IDX(theirs, i, apr_table_entry_t);
        if (!is_dropped(request, e->key) && !(nominates && wlm_http_request_nominates(request->fields, e->key))) {
            collect(fields, e->key, e->val);
        }
    }
    for (i = 0; i < own->nelts; ++i) {
        const apr_table_entry_t *e = &APR_ARRAY_IDX(own, i, apr_table_entry_t);
        collect(fields, e->key, e->val);
    }
    if (request->length == WLM_HTTP_CHUNKED_LENGTH) {
        collect(fields, "Transfer-Encoding", "chunked");
    }
    else if (request->length >= 0) {
        collect(fields, "Content-Length", apr_psprintf(p, "%" APR_INT64_T_FMT, request->length));
    }
}

static char *put(char *to, const char *text, apr_size_t len)
{
    memcpy(to, text, len);
    return to + len;
}

static char *put_fields(char *to, const fields_t *fields)
{
    int i;

    for (i = 0; i < fields->n; ++i) {
        to = put(to, fields->at[i].name, fields->at[i].name_len);
        to = put(to, ": ", 2);
        to = put(to, fields->at[i].value, fields->at[i].value_len);
        to = put(to, "\r\n", 2);
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

char *wlm_http_request_head(apr_size_t *plen, const wlm_http_request_t *request, apr_pool_t *p)
{
    static const char version[] = " HTTP/1.1\r\n";
    apr_size_t method_len = strlen(request->method);
    fields_t fields = { NULL, 0, 0 };
    char *head, *to;

    collect_fields(&fields, request, p);
    head = apr_palloc(p, method_len + 1 + 3 * strlen(request->target) + sizeof(version) - 1 + fields.size + 2 + 1);
    to = put(head, request->method, method_len);
    *to++ = ' ';
    to = put_target(to, request->target);
    to = put(to, version, sizeof(version) - 1);
    to = put_fields(to, &fields);
    to = put(to, "\r\n", 3);
    *plen = (apr_size_t)(to - head) - 1;
    return head;
}

const char *wlm_http_request_trailers(const apr_table_t *theirs, apr_pool_t *p)
{
    const apr_array_header_t *elts = apr_table_elts(theirs);
    fields_t fields = { NULL, 0, 0 };
    char *section;
    int i;

    if (elts->nelts == 0) {
        return "";
    }
    if (elts->nelts > WLM_HTTP_REQUEST_TRAILERS_MAX) {
        return NULL;
    }
    fields.at = apr_palloc(p, sizeof(*fields.at) * (apr_size_t)elts->nelts);
    for (i = 0; i < elts->nelts; ++i) {
        const apr_table_entry_t *e = &APR_ARRAY_IDX(elts, i, apr_table_entry_t);
        if (wlm_http_field_may_trail(e->key)) {
            collect(&fields, e->key, e->val);
        }
    }
    if (fields.size > WLM_HTTP_TRAILERS_MAX) {
        return NULL;
    }
    section = apr_palloc(p, fields.size + 1);
    *put_fields(section, &fields) = '\0';
    return section;
}
