/* Upgrades of a connection to another protocol: what may be asked for, and whether the member agreed. Pure; runs on the
 * threads that serve requests. */
#include <string.h>
#include <strings.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "http/request.h"
#include "http/upgrade.h"

/* protocol-name [ "/" protocol-version ], both tokens */
static int is_protocol(const char *text, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < len; ++i) {
        if (!apr_isalnum(text[i]) && !strchr("!#$%&'*+-.^_`|~/", text[i])) {
            return 0;
        }
    }
    return 1;
}

static int is_name(const char *name, const char *text, apr_size_t len)
{
    return strlen(name) == len && strncasecmp(name, text, len) == 0;
}

int wlm_http_upgrade_is_never(const char *name, apr_size_t len)
{
    static const char *const never[] = { "h2", "h2c", "h3", "HTTP", "HTTPS", "TLS", "SSL", NULL };
    int i;

    for (i = 0; never[i]; ++i) {
        if (is_name(never[i], name, len)) {
            return 1;
        }
    }
    return 0;
}

static int is_allowed(const char *protocol, apr_size_t len, const apr_array_header_t *allowed)
{
    const char *slash = memchr(protocol, '/', len);
    int i;

    if (slash) {
        len = (apr_size_t)(slash - protocol);
    }
    if (wlm_http_upgrade_is_never(protocol, len)) {
        return 0;
    }
    for (i = 0; allowed && i < allowed->nelts; ++i) {
        if (is_name(APR_ARRAY_IDX(allowed, i, const char *), protocol, len)) {
            return 1;
        }
    }
    return !allowed;
}

/* @return "a, b" */
static const char *join(const apr_array_header_t *protocols, apr_pool_t *p)
{
    struct iovec pieces[2 * WLM_HTTP_UPGRADE_MAX];
    apr_size_t n = 0;
    int i;

    for (i = 0; i < protocols->nelts; ++i) {
        const char *protocol = APR_ARRAY_IDX(protocols, i, const char *);
        if (i) {
            pieces[n++] = (struct iovec){ (void *)", ", 2 };
        }
        pieces[n++] = (struct iovec){ (void *)protocol, strlen(protocol) };
    }
    return apr_pstrcatv(p, pieces, n, NULL);
}

const char *wlm_http_upgrade_asked(const apr_table_t *fields, const apr_array_header_t *allowed, apr_pool_t *p)
{
    const char *list, *element;
    apr_array_header_t *asked;
    apr_size_t len;

    if (!apr_table_get(fields, "Upgrade") || !wlm_http_request_nominates(fields, "Upgrade")) {
        return NULL;
    }
    list = apr_table_getm(p, fields, "Upgrade");
    asked = apr_array_make(p, 2, sizeof(const char *));
    while (asked->nelts < WLM_HTTP_UPGRADE_MAX && (element = wlm_http_list_next(&list, &len)) != NULL) {
        if (is_protocol(element, len) && is_allowed(element, len, allowed)) {
            APR_ARRAY_PUSH(asked, const char *) = apr_pstrmemdup(p, element, len);
        }
    }
    return asked->nelts ? join(asked, p) : NULL;
}

const char *wlm_http_upgrade_error(const wlm_http_head_t *head, const char *asked)
{
    const char *agreed = wlm_http_head_get(head, "Upgrade");

    if (!asked) {
        return "status 101, but no upgrade was asked for";
    }
    if (!agreed || !wlm_http_list_has(wlm_http_head_get(head, "Connection"), "Upgrade")) {
        return "status 101 without the fields Upgrade and Connection";
    }
    return wlm_http_list_has(asked, agreed) ? NULL : "status 101 to a protocol that was not asked for";
}
