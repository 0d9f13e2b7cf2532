/* The values of a request that may bind it to a member. On the thread that has the request. */
#include <string.h>
#include "http/cookie.h"
#include "http/fields.h"
#include "http/url_value.h"
#include "route/binding_values.h"

static void find_in_field(const apr_table_entry_t *field, const wlm_binding_value_t *where, wlm_binding_found_t *found,
                          void *data)
{
    wlm_http_cookie_t cookie = { .end = field->val };

    if (where->place == WLM_BINDING_IN_HEADER) {
        if (wlm_http_field_is(field->key, where->name)) {
            found(data, field->val, strlen(field->val));
        }
        return;
    }
    while (wlm_http_field_is(field->key, "Cookie")
           && wlm_http_cookie_next(&cookie, cookie.end, field->val, where->name)) {
        found(data, cookie.value, (apr_size_t)(cookie.value_end - cookie.value));
    }
}

static void find_in_fields(const apr_table_t *table, const wlm_binding_value_t *where, wlm_binding_found_t *found,
                           void *data)
{
    const apr_array_header_t *fields = apr_table_elts(table);
    int i;

    for (i = 0; i < fields->nelts; ++i) {
        find_in_field(&APR_ARRAY_IDX(fields, i, apr_table_entry_t), where, found, data);
    }
}

void wlm_binding_values(const wlm_binding_request_t *request, const wlm_binding_value_t *where,
                        wlm_binding_found_t *found, void *data)
{
    const char *matched;
    apr_size_t len;
    wlm_url_value_t value;

    switch (where->place) {
    case WLM_BINDING_IN_QUERY:
        value = wlm_url_parameter(request->query, where->name);
        found(data, value.at, value.len);
        break;
    case WLM_BINDING_IN_PATH:
        value = wlm_url_segment(request->path, where->segment);
        found(data, value.at, value.len);
        break;
    case WLM_BINDING_BY_EXPRESSION:
        if (where->expr && request->evaluate && request->evaluate(request->data, where->expr, &matched, &len)) {
            found(data, matched, len);
        }
        break;
    case WLM_BINDING_IN_HEADER:
    case WLM_BINDING_IN_COOKIE:
        find_in_fields(request->fields, where, found, data);
        break;
    }
}
