/* `wlmcfg import mod_proxy_balancer`: balancers, their members, and servers that are passed to directly.
 * On main()'s thread. */
#include <string.h>
#include <strings.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/host.h"
#include "tools/wlmcfg/import/common/members.h"
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/text.h"
#include "tools/wlmcfg/import/httpd/directives.h"
#include "tools/wlmcfg/import/httpd/members.h"
#include "tools/wlmcfg/import/httpd/model.h"

/* "host", "host:8080", "[::1]:8080" */
static int parse_authority(httpd_url_t *url, const char *text, apr_pool_t *p)
{
    const char *end = *text == '[' ? strchr(text, ']') : text + strcspn(text, ":");
    const char *stop;

    if (!end || strchr(text, '@')) {
        return 0;
    }
    text += *text == '[';
    url->host = wlmcfg_import_lower(apr_pstrmemdup(p, text, (apr_size_t)(end - text)), p);
    end += *end == ']';
    if (!*end) {
        return *url->host != '\0';
    }
    url->port = wlm_host_read_port(end + 1, &stop);
    return *end == ':' && url->port && !*stop && *url->host;
}

/* Read "unix:/run/app.sock|", which may precede a URL. @return what follows; NULL: its path is not absolute, and lies
 * in a folder that the file does not name */
static const char *read_socket(httpd_url_t *url, const char *text, apr_pool_t *p)
{
    apr_size_t len = sizeof(WLM_HOST_SOCKET) - 1;
    const char *end = strncasecmp(text, WLM_HOST_SOCKET, len) == 0 ? strchr(text, '|') : NULL;

    if (!end) {
        return text;
    }
    url->socket = apr_pstrcat(p, WLM_HOST_SOCKET, apr_pstrmemdup(p, text + len, (apr_size_t)(end - text) - len), NULL);
    return wlm_host_socket_path(url->socket) ? end + 1 : NULL;
}

int wlmcfg_httpd_parse_url(httpd_url_t *url, const char *text, apr_pool_t *p)
{
    const char *colon, *host;
    apr_size_t len;

    memset(url, 0, sizeof(*url));
    text = read_socket(url, text, p);
    colon = text ? strstr(text, "://") : NULL;
    if (!colon || colon == text) {
        return 0;
    }
    host = colon + 3;
    len = strcspn(host, "/?$%");
    url->scheme = wlmcfg_import_lower(apr_pstrmemdup(p, text, (apr_size_t)(colon - text)), p);
    if (strcmp(url->scheme, "ws") == 0 || strcmp(url->scheme, "wss") == 0) {
        url->scheme = url->scheme[2] ? "https" : "http"; /* an upgrade is a matter of the request */
    }
    url->path = host + len;
    return parse_authority(url, apr_pstrmemdup(p, host, len), p);
}

/* -- parameters --------------------------------------------------------------------------------- */

void wlmcfg_httpd_add_params(httpd_t *httpd, apr_array_header_t *params, const char *const *words, source_line_t at)
{
    for (; *words; ++words) {
        httpd_param_t *param = apr_array_push(params);
        const char *equals = strchr(*words, '=');
        param->name = equals ? apr_pstrmemdup(httpd->import->p, *words, (apr_size_t)(equals - *words)) : *words;
        param->value = equals ? equals + 1 : "";
        param->at = at;
    }
}

/* -- balancers ---------------------------------------------------------------------------------- */

static httpd_balancer_t *make_balancer(httpd_t *httpd, source_line_t at, const char *name)
{
    httpd_balancer_t *made = apr_pcalloc(httpd->import->p, sizeof(*made));

    made->cluster = wlmcfg_import_add_cluster(httpd->import, at, name);
    made->scope = httpd->scope;
    made->params = apr_array_make(httpd->import->p, 4, sizeof(httpd_param_t));
    made->members = apr_array_make(httpd->import->p, 4, sizeof(httpd_member_t *));
    made->prefixes = apr_array_make(httpd->import->p, 1, sizeof(const char *));
    APR_ARRAY_PUSH(httpd->balancers, httpd_balancer_t *) = made;
    return made;
}

httpd_balancer_t *wlmcfg_httpd_balancer(httpd_t *httpd, source_line_t at, const char *name)
{
    httpd_balancer_t *balancer = apr_hash_get(httpd->scope->balancers, name, APR_HASH_KEY_STRING);

    if (!balancer) {
        balancer = make_balancer(httpd, at, name);
        apr_hash_set(httpd->scope->balancers, name, APR_HASH_KEY_STRING, balancer);
    }
    return balancer;
}

static httpd_member_t *add_member(httpd_t *httpd, httpd_balancer_t *balancer, source_line_t at, const httpd_url_t *url)
{
    httpd_member_t *member = apr_pcalloc(httpd->import->p, sizeof(*member));
    int n = balancer->prefixes->nelts;

    member->url = *url;
    member->at = at;
    member->params = apr_array_make(httpd->import->p, 4, sizeof(httpd_param_t));
    APR_ARRAY_PUSH(balancer->members, httpd_member_t *) = member;
    if (!n || strcmp(APR_ARRAY_IDX(balancer->prefixes, n - 1, const char *), url->path) != 0) {
        APR_ARRAY_PUSH(balancer->prefixes, const char *) = url->path;
    }
    return member;
}

/* The URL that a directive is about: its first word, which is then skipped, or that of the <Proxy> around it */
static const char *next_url(httpd_t *httpd, const char *const **pwords, const char *scheme)
{
    const httpd_section_t *section = wlmcfg_httpd_section(httpd, "proxy");

    if (**pwords && strstr(**pwords, "://") && (!scheme || strncasecmp(**pwords, scheme, strlen(scheme)) == 0)) {
        return *(*pwords)++;
    }
    return section && section->words->nelts ? APR_ARRAY_IDX(section->words, 0, const char *) : "";
}

static void report_bad_url(httpd_t *httpd, source_line_t at, const char *name, const char *text)
{
    wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_ERROR, at, "bad-value", "%s: \"%s\" is no URL of a %s", name,
                              text, strcmp(name, "ProxySet") == 0 ? "balancer or server" : "member or its balancer");
}

void wlmcfg_httpd_parse_member(httpd_t *httpd, const httpd_directive_t *directive)
{
    const char *const *words = directive->words;
    const char *balancer = next_url(httpd, &words, "balancer:"), *member = *words;
    httpd_url_t url, balancer_url;

    if (!wlmcfg_httpd_parse_url(&balancer_url, balancer, httpd->import->p) || !member
        || !wlmcfg_httpd_parse_url(&url, member, httpd->import->p)) {
        report_bad_url(httpd, directive->at, directive->name, member ? member : balancer);
        return;
    }
    wlmcfg_httpd_add_params(httpd, add_member(httpd, wlmcfg_httpd_balancer(httpd, directive->at, balancer_url.host),
                                              directive->at, &url)->params, words + 1, directive->at);
}

void wlmcfg_httpd_parse_set(httpd_t *httpd, const httpd_directive_t *directive)
{
    const char *const *words = directive->words;
    const char *text = next_url(httpd, &words, NULL);
    httpd_url_t url;

    if (!wlmcfg_httpd_parse_url(&url, text, httpd->import->p)) {
        report_bad_url(httpd, directive->at, directive->name, text);
    }
    else if (strcmp(url.scheme, "balancer") == 0) {
        wlmcfg_httpd_add_params(httpd, wlmcfg_httpd_balancer(httpd, directive->at, url.host)->params, words,
                                directive->at);
    }
    else {
        httpd_member_t *set = apr_array_push(httpd->sets);
        set->url = url;
        set->at = directive->at;
        set->params = apr_array_make(httpd->import->p, 4, sizeof(httpd_param_t));
        wlmcfg_httpd_add_params(httpd, set->params, words, directive->at);
    }
}

/* -- what is passed to ---------------------------------------------------------------------------- */

static httpd_balancer_t *find_balancer(httpd_t *httpd, const httpd_pass_t *pass, const char *name)
{
    httpd_balancer_t *balancer = apr_hash_get(pass->scope->balancers, name, APR_HASH_KEY_STRING);

    if (!balancer) {
        balancer = apr_hash_get(httpd->main->balancers, name, APR_HASH_KEY_STRING);
    }
    if (!balancer) {
        wlmcfg_import_add_finding(
            httpd->import, PLUGIN_CFG_ERROR, pass->at, "unknown-balancer",
            "there is no <Proxy balancer://%s> in this virtual host or the main server; are all files named?", name);
    }
    return balancer;
}

/* One server is a cluster of one member, for all that is passed to it */
static httpd_balancer_t *find_worker(httpd_t *httpd, const httpd_pass_t *pass, const httpd_url_t *url)
{
    const char *name = url->socket ? apr_filepath_name_get(url->socket)
                     : url->port ? apr_psprintf(httpd->import->p, "%s_%d", url->host, url->port) : url->host;
    const char *key = apr_pstrcat(httpd->import->p, url->scheme, "://", url->socket ? url->socket : name, NULL);
    httpd_balancer_t *worker = apr_hash_get(httpd->workers, key, APR_HASH_KEY_STRING);
    httpd_url_t server = *url;

    if (!worker) {
        worker = make_balancer(httpd, pass->at, name);
        server.path = "";
        add_member(httpd, worker, pass->at, &server)->params = pass->params;
        apr_hash_set(httpd->workers, key, APR_HASH_KEY_STRING, worker);
    }
    else if (pass->params->nelts) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_WARNING, pass->at, "not-carried-over",
                                  "parameters of this line are left out: the server is in line %d already, and is one "
                                  "member",
                                  worker->cluster->at.line);
    }
    return worker;
}

httpd_balancer_t *wlmcfg_httpd_destination(httpd_t *httpd, const httpd_pass_t *pass, const httpd_url_t *url)
{
    httpd_balancer_t *balancer;
    int i;

    if (strcmp(url->scheme, "balancer") == 0) {
        balancer = find_balancer(httpd, pass, url->host);
        for (i = 0; balancer && i < pass->params->nelts; ++i) {
            APR_ARRAY_PUSH(balancer->params, httpd_param_t) = APR_ARRAY_IDX(pass->params, i, httpd_param_t);
        }
        return balancer;
    }
    if (strcmp(url->scheme, "http") != 0 && strcmp(url->scheme, "https") != 0 && strcmp(url->scheme, "ajp") != 0) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_WARNING, pass->at, "not-carried-over",
                                  "\"%s\" is spoken to by %s, and mod_wlm speaks HTTP/1.1 only; leave this line to "
                                  "mod_proxy, with WLMEnable Off in its Location",
                                  pass->from, url->scheme);
        return NULL;
    }
    return find_worker(httpd, pass, url);
}
