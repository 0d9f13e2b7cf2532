#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "wlm_http_fields.h"
#include "wlm_http_head.h"
#include "wlm_http_request.h"

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

/* Written twice: once to measure (at == NULL), once for real */
typedef struct writer_t {
    char *at;
    apr_size_t len;
} writer_t;

static void put(writer_t *w, const char *text, apr_size_t len)
{
    if (w->at) {
        memcpy(w->at + w->len, text, len);
    }
    w->len += len;
}

static void put_text(writer_t *w, const char *text)
{
    put(w, text, strlen(text));
}

static void put_target(writer_t *w, const char *target)
{
    static const char hex[] = "0123456789ABCDEF";

    for (; *target; ++target) {
        unsigned char c = (unsigned char)*target;
        if (c <= ' ' || c == 0x7f) {
            char escaped[3] = { '%', hex[c >> 4], hex[c & 15] };
            put(w, escaped, sizeof(escaped));
        }
        else {
            put(w, target, 1);
        }
    }
}

static int is_safe(const char *name, const char *value)
{
    return name[0] && !strpbrk(name, "\r\n: \t") && !strpbrk(value, "\r\n");
}

static void put_field(writer_t *w, const char *name, const char *value)
{
    if (is_safe(name, value)) {
        put_text(w, name);
        put(w, ": ", 2);
        put_text(w, value);
        put(w, "\r\n", 2);
    }
}

int wlm_http_request_nominates(const apr_table_t *fields, const char *name)
{
    int i;

    for (i = 0; i < apr_table_elts(fields)->nelts; ++i) {
        const apr_table_entry_t *e = &APR_ARRAY_IDX(apr_table_elts(fields), i, apr_table_entry_t);
        if (strcasecmp(e->key, "Connection") == 0 && wlm_http_list_has(e->val, name)) {
            return 1;
        }
    }
    return 0;
}

static void put_fields(writer_t *w, const wlm_http_request_t *request)
{
    const apr_array_header_t *elts = apr_table_elts(request->fields);
    int nominates = apr_table_get(request->fields, "Connection") != NULL;
    int i;

    for (i = 0; i < elts->nelts; ++i) {
        const apr_table_entry_t *e = &APR_ARRAY_IDX(elts, i, apr_table_entry_t);
        if (!wlm_http_field_is_per_hop(e->key) && !wlm_http_field_is_private(e->key)
            && !apr_table_get(request->own, e->key) && !(nominates && wlm_http_request_nominates(request->fields, e->key))) {
            put_field(w, e->key, e->val);
        }
    }
    elts = apr_table_elts(request->own);
    for (i = 0; i < elts->nelts; ++i) {
        const apr_table_entry_t *e = &APR_ARRAY_IDX(elts, i, apr_table_entry_t);
        put_field(w, e->key, e->val);
    }
}

static void put_head(writer_t *w, const wlm_http_request_t *request)
{
    put_text(w, request->method);
    put(w, " ", 1);
    put_target(w, request->target);
    put_text(w, " HTTP/1.1\r\n");
    put_fields(w, request);
    if (request->length == WLM_HTTP_CHUNKED_LENGTH) {
        put_text(w, "Transfer-Encoding: chunked\r\n");
    }
    else if (request->length >= 0) {
        char length[48];
        apr_snprintf(length, sizeof(length), "Content-Length: %" APR_INT64_T_FMT "\r\n", request->length);
        put_text(w, length);
    }
    put(w, "\r\n", 2);
}

char *wlm_http_request_head(apr_size_t *plen, const wlm_http_request_t *request, apr_pool_t *p)
{
    writer_t w = { NULL, 0 };

    put_head(&w, request);
    w.at = apr_palloc(p, w.len + 1);
    w.len = 0;
    put_head(&w, request);
    w.at[w.len] = '\0';
    *plen = w.len;
    return w.at;
}

const char *wlm_http_request_trailers(const apr_table_t *fields, apr_pool_t *p)
{
    const apr_array_header_t *elts = apr_table_elts(fields);
    const char *section = "";
    int i;

    for (i = 0; i < elts->nelts; ++i) {
        const apr_table_entry_t *e = &APR_ARRAY_IDX(elts, i, apr_table_entry_t);
        if (wlm_http_field_may_trail(e->key) && is_safe(e->key, e->val)) {
            section = apr_pstrcat(p, section, e->key, ": ", e->val, "\r\n", NULL);
        }
    }
    return section;
}
