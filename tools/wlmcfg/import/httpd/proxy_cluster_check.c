/* `wlmcfg import mod_proxy_cluster`: a template of health checks as WLMHealthCheck. On main()'s thread. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/values.h"
#include "tools/wlmcfg/import/httpd/proxy_cluster_check.h"

#define WARN(import, at, id, ...) wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, at, id, __VA_ARGS__)

typedef struct check_t {
    const char *method, *path;
    int interval, rise, fall;      /* -1: not given */
} check_t;

static const char *quoted(const char *text, apr_pool_t *p)
{
    char *to = apr_palloc(p, 2 * strlen(text) + 1), *end = to;

    for (; *text; ++text) {
        if (*text == '"' || *text == '\\') {
            *end++ = '\\';
        }
        *end++ = *text;
    }
    *end = '\0';
    return to;
}

static int parse_check_word(import_t *import, check_t *check, const httpd_directive_t *directive, const char *word)
{
    const char *equals = strchr(word, '=');
    const char *name = equals ? apr_pstrmemdup(import->p, word, (apr_size_t)(equals - word)) : word;
    const char *value = equals ? equals + 1 : "";

    if (strcasecmp(name, "hcmethod") == 0) {
        check->method = value;
    }
    else if (strcasecmp(name, "hcuri") == 0) {
        check->path = value;
    }
    else if (strcasecmp(name, "hcinterval") == 0) {
        return wlmcfg_import_seconds(import, directive->at, name, value, "s?", &check->interval);
    }
    else if (strcasecmp(name, "hcpasses") == 0) {
        return wlmcfg_import_number(import, directive->at, name, value, 1, 1000, &check->rise);
    }
    else if (strcasecmp(name, "hcfails") == 0) {
        return wlmcfg_import_number(import, directive->at, name, value, 1, 1000, &check->fall);
    }
    else {
        WARN(import, directive->at, "not-carried-over", "%s=%s: see status= and expr= of WLMHealthCheck", name, value);
    }
    return 1;
}

/* @return as WLMHealthCheck has it; NULL: it has none such */
static const char *method_of(const char *method)
{
    static const char *const methods[] = { "OPTIONS", "HEAD", "GET" };
    size_t i;

    for (i = 0; i < sizeof(methods) / sizeof(*methods); ++i) {
        size_t len = strlen(methods[i]);

        if (strncasecmp(method, methods[i], len) == 0 && (!method[len] || strcmp(method + len, "11") == 0)) {
            return methods[i];
        }
    }
    return NULL;
}

static const char *number_word(const char *name, int number, apr_pool_t *p)
{
    return number < 0 ? "" : apr_psprintf(p, " %s=%d", name, number);
}

const char *wlmcfg_proxy_cluster_check(import_t *import, const httpd_directive_t *directive)
{
    check_t check = { "none", "/", -1, -1, -1 };
    apr_pool_t *p = import->p;
    const char *method;
    int i;

    for (i = 0; i < directive->n; ++i) {
        if (!parse_check_word(import, &check, directive, directive->words[i])) {
            return NULL;
        }
    }
    method = method_of(check.method);
    if (!method) {
        WARN(import, directive->at, "not-carried-over", "%s: a health check is a request, and not hcmethod=%s; use "
             "WLMHealthCheck", directive->name, check.method);
        return NULL;
    }
    return apr_pstrcat(p, "WLMHealthCheck method=", method, " \"path=", quoted(check.path, p), "\"",
                       number_word("interval", check.interval, p), number_word("rise", check.rise, p),
                       number_word("fall", check.fall, p), NULL);
}
