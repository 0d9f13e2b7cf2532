/* `wlmcfg import mod_proxy_balancer`: virtual hosts. On main()'s thread. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/members.h"
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/text.h"
#include "tools/wlmcfg/import/common/values.h"
#include "tools/wlmcfg/import/httpd/directives.h"
#include "tools/wlmcfg/import/httpd/hosts.h"
#include "tools/wlmcfg/import/httpd/model.h"

/* -- "name:port" ------------------------------------------------------------------------------- */

/* @return what follows the colon behind the host; NULL: nothing does */
static const char *port_of(const char *address)
{
    const char *from = *address == '[' ? strchr(address, ']') : address, *colon = from ? strchr(from, ':') : NULL;

    return colon ? colon + 1 : NULL;
}

/* "*:80", "[::1]:443", "shop.example" are; if it is none, that is an error */
static int is_address(httpd_t *httpd, source_line_t at, const char *text)
{
    const char *port = port_of(text);
    int number;

    if (!*text || *text == ':' || (*text == '[' && !strchr(text, ']'))) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_ERROR, at, "bad-value", "\"%s\" is no host; try httpd -t",
                                  text);
        return 0;
    }
    return !port || strcmp(port, "*") == 0
           || wlmcfg_import_number(httpd->import, at, "the port of a host", port, 1, 65535, &number);
}

static const char *host_of(const char *address, apr_pool_t *p)
{
    const char *port = port_of(address);

    return wlmcfg_import_lower(port ? apr_pstrmemdup(p, address, (apr_size_t)(port - address - 1)) : address, p);
}

/* -- directives ---------------------------------------------------------------------------------- */

/* @param section  <VirtualHost ...>; NULL: the main server */
void wlmcfg_httpd_open_host(httpd_t *httpd, const httpd_section_t *section)
{
    apr_pool_t *p = httpd->import->p;
    httpd_scope_t *scope = apr_pcalloc(p, sizeof(*scope));
    int i;

    scope->names = apr_array_make(p, 4, sizeof(const char *));
    scope->balancers = apr_hash_make(p);
    scope->timeout = scope->proxy_timeout = -1;
    if (section) {
        scope->at = section->at;
        scope->addresses = section->words;
        for (i = 0; i < section->words->nelts; ++i) {
            is_address(httpd, section->at, APR_ARRAY_IDX(section->words, i, const char *));
        }
        scope->hosts = wlmcfg_import_make_hosts(httpd->import, NULL);
    }
    APR_ARRAY_PUSH(httpd->scopes, httpd_scope_t *) = scope;
    httpd->scope = scope;
}

/* "shop.example", "https://shop.example:443". It goes before the aliases, wherever it stands. */
static void parse_main_name(httpd_t *httpd, source_line_t at, const char *name)
{
    const char *slashes = strstr(name, "://");
    apr_array_header_t *names = apr_array_make(httpd->import->p, 4, sizeof(const char *));

    name = slashes ? slashes + 3 : name;
    if (is_address(httpd, at, name)) {
        APR_ARRAY_PUSH(names, const char *) = name;
        apr_array_cat(names, httpd->scope->names);
        httpd->scope->names = names;
    }
}

void wlmcfg_httpd_parse_names(httpd_t *httpd, const httpd_directive_t *directive)
{
    int i, is_main_name = strcasecmp(directive->name, "ServerName") == 0;

    for (i = 0; i < directive->n && httpd->scope->hosts; ++i) {
        const char *name = directive->words[i];
        if (strpbrk(name, "*?")) {
            wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_WARNING, directive->at, "not-carried-over",
                                      "ServerAlias %s: a host of plugin-cfg.xml has no wildcard; add a VirtualHost for "
                                      "each host that is meant",
                                      name);
        }
        else if (is_main_name) {
            parse_main_name(httpd, directive->at, name);
            return;
        }
        else if (is_address(httpd, directive->at, name)) {
            APR_ARRAY_PUSH(httpd->scope->names, const char *) = name;
        }
    }
}

static void add_host(httpd_t *httpd, httpd_scope_t *scope, const char *host, const char *port)
{
    wlmcfg_import_add_host(httpd->import, scope->hosts, apr_pstrcat(httpd->import->p, host, ":", port, NULL));
}

/* -- at the end -------------------------------------------------------------------------------- */

/* A name with a port is also reached by that port, as behind a proxy that ends TLS */
static void add_name(httpd_t *httpd, httpd_scope_t *scope, const char *name)
{
    const char *host = host_of(name, httpd->import->p), *port = port_of(name);
    int i;

    if (port) {
        add_host(httpd, scope, host, port);
    }
    for (i = 0; i < scope->addresses->nelts; ++i) {
        const char *listened = port_of(APR_ARRAY_IDX(scope->addresses, i, const char *));
        add_host(httpd, scope, host, listened ? listened : "*");
    }
    if (!port && !scope->addresses->nelts) {
        add_host(httpd, scope, host, "*");
    }
}

/* httpd serves requests for hosts that no virtual host names by the first one of the address
 * @param firsts  address in lower case -> the first scope that has it as its own first one */
static int is_first_of_several(const httpd_scope_t *scope, apr_hash_t *firsts, apr_pool_t *p)
{
    const char *address = scope->addresses->nelts ? APR_ARRAY_IDX(scope->addresses, 0, const char *) : "*";
    const char *key = wlmcfg_import_lower(address, p);
    const httpd_scope_t *first = apr_hash_get(firsts, key, APR_HASH_KEY_STRING);

    if (!first && scope->addresses->nelts) {
        apr_hash_set(firsts, key, APR_HASH_KEY_STRING, scope);
    }
    return !first;
}

static void make_host(httpd_t *httpd, httpd_scope_t *scope, apr_hash_t *firsts)
{
    int is_first = is_first_of_several(scope, firsts, httpd->import->p);
    int i;

    for (i = 0; i < scope->names->nelts; ++i) {
        add_name(httpd, scope, APR_ARRAY_IDX(scope->names, i, const char *));
    }
    if (!scope->names->nelts) {
        add_name(httpd, scope, "*");
    }
    else if (is_first && scope->has_passes) {
        const char *port = scope->addresses->nelts ? port_of(APR_ARRAY_IDX(scope->addresses, 0, const char *)) : NULL;
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_NOTE, scope->at, "changed",
                                  "hosts that no <VirtualHost> names came here, to the first one of its address, and "
                                  "are declined now; if they are to be served add <VirtualHost Name=\"*:%s\"/> to its "
                                  "group",
                                  port ? port : "*");
    }
}

/* The group's name, by the first host
 * @param numbers  host -> int *, how many groups are named by it */
static void name_hosts(httpd_t *httpd, httpd_scope_t *scope, apr_hash_t *numbers)
{
    apr_pool_t *p = httpd->import->p;
    const char *base = scope->names->nelts ? host_of(APR_ARRAY_IDX(scope->names, 0, const char *), p) : "any";
    int *number = apr_hash_get(numbers, base, APR_HASH_KEY_STRING);

    if (!number) {
        number = apr_pcalloc(p, sizeof(*number));
        apr_hash_set(numbers, base, APR_HASH_KEY_STRING, number);
    }
    ++*number;
    scope->hosts->name = *number == 1 ? apr_pstrcat(p, base, "_hosts", NULL)
                                      : apr_psprintf(p, "%s_hosts_%d", base, *number);
}

void wlmcfg_httpd_make_hosts(httpd_t *httpd)
{
    apr_hash_t *firsts = apr_hash_make(httpd->import->p), *numbers = apr_hash_make(httpd->import->p);
    int i;

    for (i = 1; i < httpd->scopes->nelts; ++i) {
        httpd_scope_t *scope = APR_ARRAY_IDX(httpd->scopes, i, httpd_scope_t *);
        make_host(httpd, scope, firsts);
        name_hosts(httpd, scope, numbers);
    }
}
