/* `wlmcfg import mod_proxy_balancer`: the parser of each directive, and those that are only reported.
 * On main()'s thread. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/values.h"
#include "tools/wlmcfg/import/httpd/directives.h"
#include "tools/wlmcfg/import/httpd/hosts.h"
#include "tools/wlmcfg/import/httpd/members.h"
#include "tools/wlmcfg/import/httpd/model.h"
#include "tools/wlmcfg/import/httpd/pass.h"

/* Directives about proxies and balancing that are not carried over */
static const unsupported_setting_t unsupported[] = {
    { "ProxyPassReverse", PLUGIN_CFG_NOTE, "not-needed",
      "members see the client's Host, so their redirects are right; if not, use Header edit Location" },
    { "ProxyPassReverseCookie*", PLUGIN_CFG_WARNING, "not-carried-over", "use Header edit Set-Cookie" },
    { "ProxyPreserveHost", PLUGIN_CFG_NOTE, "changed", "members always see the client's Host, as with On" },
    { "ProxyAddHeaders", PLUGIN_CFG_WARNING, "not-carried-over", "use WLMForwardedHeaders" },
    { "ProxyVia", PLUGIN_CFG_WARNING, "not-carried-over", "use WLMVia, which has the same values" },
    { "ProxyErrorOverride", PLUGIN_CFG_WARNING, "not-carried-over",
      "error pages of members reach the client as they are" },
    { "ProxyRequests", PLUGIN_CFG_NOTE, "not-carried-over",
      "of forward proxies, which mod_wlm is not; mod_proxy may stay for them" },
    { "ProxyHC*", PLUGIN_CFG_WARNING, "not-carried-over", "use WLMHealthCheck" },
    { "ProxyStatus", PLUGIN_CFG_NOTE, "not-needed", "server-status shows clusters and members anyway" },
    { "ProxyIOBufferSize", PLUGIN_CFG_NOTE, "not-needed", "see ResponseChunkSize of plugin-cfg.xml" },
    { "ProxyReceiveBufferSize", PLUGIN_CFG_NOTE, "not-needed", "the system sizes its buffers" },
    { "ProxyBadHeader", PLUGIN_CFG_WARNING, "not-carried-over",
      "a response with a bad head is refused: docs/failover.md" },
    { "ProxySourceAddress", PLUGIN_CFG_WARNING, "not-carried-over",
      "the system chooses the address; use its routing table" },
    { "ProxyPassInherit", PLUGIN_CFG_WARNING, "not-carried-over", "routes of the main server are for every host: add a "
      "VirtualHostGroup to those that are not" },
    { "ProxyPassInterpolateEnv", PLUGIN_CFG_WARNING, "not-carried-over",
      "a Route leads to one cluster; make one for each" },
    { "BalancerInherit", PLUGIN_CFG_NOTE, "not-needed", "each balancer is one cluster" },
    { "BalancerGrowth", PLUGIN_CFG_NOTE, "not-needed", "a changed plugin-cfg.xml is loaded; see WLMSlots" },
    { "BalancerPersist", PLUGIN_CFG_NOTE, "not-needed", "what is known of members outlives a restart" },
    { "SSLProxy*", PLUGIN_CFG_WARNING, "not-carried-over", "see WLMTLSTrust, WLMTLSCertificate and WLMTLSVerify" },
    { "Jk*", PLUGIN_CFG_WARNING, "not-carried-over",
      "of mod_jk: wlmcfg import mod_jk workers.properties, and put JkMount as PATTERN=WORKER into a file for it" },
    { "Proxy*", PLUGIN_CFG_WARNING, "not-carried-over", "mod_wlm has nothing that does the same" },
    { "Balancer*", PLUGIN_CFG_WARNING, "not-carried-over", "mod_wlm has nothing that does the same" },
    { NULL, PLUGIN_CFG_NOTE, NULL, NULL }
};

/* -- directives without a file of their own -------------------------------------------------------- */

static void parse_timeout(httpd_t *httpd, const httpd_directive_t *directive)
{
    int *ptimeout = strcasecmp(directive->name, "Timeout") == 0 ? &httpd->scope->timeout : &httpd->scope->proxy_timeout;

    wlmcfg_import_seconds(httpd->import, directive->at, directive->name, directive->words[0], "s?", ptimeout);
}

static void parse_handler(httpd_t *httpd, const httpd_directive_t *directive)
{
    const char *handler = directive->words[0];

    if (strcasecmp(handler, "balancer-manager") == 0) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_NOTE, directive->at, "not-carried-over",
                                  "balancer-manager: server-status shows the members; change them in plugin-cfg.xml, "
                                  "which is loaded while httpd runs");
    }
    else if (strncasecmp(handler, "proxy:", 6) == 0) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_WARNING, directive->at, "not-carried-over",
                                  "SetHandler %s: requests are routed by URI; add a Uri and a Route", handler);
    }
}

static void parse_condition(httpd_t *httpd, const httpd_directive_t *directive)
{
    (void)directive;
    httpd->scope->has_condition = 1;
}

static const struct {
    const char *name;
    void (*parse)(httpd_t *httpd, const httpd_directive_t *directive);
} handlers[] = {
    { "BalancerMember", wlmcfg_httpd_parse_member },
    { "ProxySet", wlmcfg_httpd_parse_set },
    { "ProxyPass", wlmcfg_httpd_parse_pass },
    { "ProxyPassMatch", wlmcfg_httpd_parse_pass },
    { "RewriteCond", parse_condition },
    { "RewriteRule", wlmcfg_httpd_parse_rewrite },
    { "ServerName", wlmcfg_httpd_parse_names },
    { "ServerAlias", wlmcfg_httpd_parse_names },
    { "Timeout", parse_timeout },
    { "ProxyTimeout", parse_timeout },
    { "SetHandler", parse_handler },
};

/* -- is it imported? ------------------------------------------------------------------------------- */

static int begins(const char *text, const char *with)
{
    return strncasecmp(text, with, strlen(with)) == 0;
}

/* [P] or [..,P,..], and not [PT] */
static int is_passing_rule(const httpd_directive_t *directive)
{
    return strcasecmp(directive->name, "RewriteRule") == 0 && directive->n > 2
           && wlmcfg_httpd_has_flag(directive->words[2], "P", "proxy");
}

/* Directives that are understood as a whole; of others only a part matters, if any */
static int is_ours(const httpd_directive_t *directive)
{
    return begins(directive->name, "Proxy") || begins(directive->name, "Balancer") || is_passing_rule(directive)
           || strcasecmp(directive->name, "ServerName") == 0 || strcasecmp(directive->name, "ServerAlias") == 0;
}

/* Report what keeps a directive from being used. @return 0: nothing does */
static int report_obstacle(httpd_t *httpd, const httpd_directive_t *directive)
{
    if (directive->why_omitted) {
        if (is_ours(directive) && !begins(directive->name, "Server")) {
            wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_WARNING, directive->at, "not-carried-over",
                                      "%s is left out: %s", directive->name, directive->why_omitted);
        }
        return 1;
    }
    if (directive->missing && is_ours(directive)) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_ERROR, directive->at, "undefined",
                                  "%s: variable \"%s\" is not defined here; give it with --define %s=VALUE",
                                  directive->name, directive->missing, directive->missing);
        return 1;
    }
    return 0;
}

/* The path of a cookie, "": none; of Header set Set-Cookie "NAME=VALUE; path=PATH" */
static const char *path_of(const char *cookie, apr_pool_t *p)
{
    const char *path = strchr(cookie, ';');

    while (path && !begins(path, "path=")) {
        path += strcspn(path, "; ") ? strcspn(path, "; ") : 1;
        path = *path ? path : NULL;
    }
    return path ? apr_pstrmemdup(p, path + strlen("path="), strcspn(path, "; ") - strlen("path=")) : "";
}

/* A cookie that names the member, for which there is WLMAffinity. Its name is left to the cookies that clients have
 * already, which AffinityCookie reads. @return 0: it is none */
static int report_cookie(httpd_t *httpd, const httpd_directive_t *directive, const char *word)
{
    const char *path;

    if (strcasecmp(directive->name, "Header") != 0 || !strstr(word, "BALANCER_WORKER_ROUTE") || directive->n < 3
        || (strcasecmp(directive->words[1], "Set-Cookie") != 0 && strcasecmp(directive->words[2], "Set-Cookie") != 0)) {
        return 0;
    }
    path = path_of(word, httpd->import->p);
    wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_WARNING, directive->at, "changed",
                              "Header: there is no BALANCER_WORKER_ROUTE any more; put WLMAffinity Cookie WLMID%s%s "
                              "into the httpd configuration instead of it: sessions with the cookie that clients "
                              "have stay where they are", *path ? " path=" : "", path);
    return 1;
}

/* Cookies and logs are often made of variables that mod_proxy_balancer sets */
static void report_variables(httpd_t *httpd, const httpd_directive_t *directive)
{
    int i;

    for (i = 0; i < directive->n; ++i) {
        if (report_cookie(httpd, directive, directive->words[i])) {
            return;
        }
        if (strstr(directive->words[i], "BALANCER_")) {
            wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_WARNING, directive->at, "not-carried-over",
                                      "%s: there are no BALANCER_ variables any more; for a session cookie the servers "
                                      "must put their clone id (Tomcat: jvmRoute) into the session id, for a log see "
                                      "WLM_MEMBER",
                                      directive->name);
            return;
        }
    }
}

int wlmcfg_httpd_report_unsupported(httpd_t *httpd, const httpd_directive_t *directive)
{
    return wlmcfg_import_add_unsupported(httpd->import, directive->at, unsupported, directive->name, NULL);
}

static void dispatch(httpd_t *httpd, const httpd_directive_t *directive)
{
    size_t i;

    for (i = 0; i < sizeof(handlers) / sizeof(handlers[0]); ++i) {
        if (strcasecmp(directive->name, handlers[i].name) != 0) {
            continue;
        }
        if (directive->n > 0) {
            handlers[i].parse(httpd, directive);
        }
        else {
            wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_ERROR, directive->at, "bad-line",
                                      "%s has no argument; try httpd -t", directive->name);
        }
        return;
    }
    if (!wlmcfg_httpd_report_unsupported(httpd, directive)) {
        report_variables(httpd, directive);
    }
}

void wlmcfg_httpd_parse_directive(httpd_t *httpd, const httpd_directive_t *directive)
{
    int i, is_text = 1;

    for (i = 0; is_ours(directive) && i < directive->n; ++i) {
        is_text &= wlmcfg_import_is_text(httpd->import, directive->at, directive->words[i]);
    }
    if (is_text && !report_obstacle(httpd, directive)) {
        dispatch(httpd, directive);
    }
}
