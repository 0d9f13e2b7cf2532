/* `wlmcfg import mod_proxy_balancer`: parameters of balancers and members. On main()'s thread. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/values.h"
#include "tools/wlmcfg/import/httpd/make.h"
#include "tools/wlmcfg/import/httpd/model.h"

#define LBSET_MAX 99

/* -- what is not carried over ---------------------------------------------------------------------- */

#define HEALTH "use WLMHealthCheck path=HCURI interval=HCINTERVAL rise=HCPASSES fall=HCFAILS"

static const unsupported_setting_t unsupported_of_members[] = {
    { "max", PLUGIN_CFG_WARNING, "not-carried-over",
      "it was a limit for each process; MaxConnections and WLMMemberShare are limits over all processes" },
    { "smax", PLUGIN_CFG_NOTE, "not-needed", "idle connections close by ConnectionTTL" },
    { "min", PLUGIN_CFG_NOTE, "not-needed", "idle connections close by ConnectionTTL" },
    { "acquire", PLUGIN_CFG_WARNING, "not-carried-over", "how long requests wait for room says WLMQueue" },
    { "disablereuse", PLUGIN_CFG_WARNING, "not-carried-over",
      "connections are kept; ConnectionTTL=\"1\" comes nearest" },
    { "enablereuse", PLUGIN_CFG_NOTE, "not-needed", "connections are kept" },
    { "keepalive", PLUGIN_CFG_NOTE, "not-needed", "idle connections close by ConnectionTTL" },
    { "flush*", PLUGIN_CFG_NOTE, "not-needed", "what a member sends is passed on as it comes" },
    { "iobuffersize", PLUGIN_CFG_NOTE, "not-needed", "see ResponseChunkSize of plugin-cfg.xml" },
    { "responsefieldsize", PLUGIN_CFG_NOTE, "not-needed", "see HTTPMaxHeaders of plugin-cfg.xml" },
    { "receivebuffersize", PLUGIN_CFG_NOTE, "not-needed", "the system sizes its buffers" },
    { "redirect", PLUGIN_CFG_WARNING, "not-carried-over",
      "requests without a session are balanced; for a member that is to have none write LoadBalanceWeight=\"0\"" },
    { "addressttl", PLUGIN_CFG_WARNING, "not-carried-over", "use WLMResolveInterval" },
    { "secret", PLUGIN_CFG_WARNING, "not-carried-over", "of AJP; let only the web servers reach the HTTP port" },
    { "upgrade", PLUGIN_CFG_NOTE, "not-needed", "WebSocket and other upgrades are passed on; WLMUpgrade says which" },
    { "hc*", PLUGIN_CFG_WARNING, "not-carried-over", HEALTH },
    { "nocanon", PLUGIN_CFG_NOTE, "changed", "paths reach members as httpd has normalised them" },
    { "mapping", PLUGIN_CFG_WARNING, "not-carried-over", "paths are matched as httpd has normalised them" },
    { "interpolate", PLUGIN_CFG_WARNING, "not-carried-over", "a Route leads to one cluster; make one for each" },
    { "noquery", PLUGIN_CFG_WARNING, "not-carried-over", "the query reaches members as it is" },
    { NULL, PLUGIN_CFG_NOTE, NULL, NULL }
};

static const unsupported_setting_t unsupported_of_balancers[] = {
    { "stickysessionsep", PLUGIN_CFG_WARNING, "not-carried-over", "use WLMCloneSeparators with this character" },
    { "scolonpathdelim", PLUGIN_CFG_NOTE, "not-needed", "a session in a path parameter is always found" },
    { "maxattempts", PLUGIN_CFG_WARNING, "not-carried-over",
      "each member is tried once; WLMRetryPolicy and WLMRetryBudget say when and how much" },
    { "timeout", PLUGIN_CFG_WARNING, "not-carried-over",
      "how long requests wait for a member with room says WLMQueue" },
    { "failonstatus", PLUGIN_CFG_WARNING, "not-carried-over",
      "WLMBusyStatus names statuses by which a member hands on a request; WLMOutlier 5xx=on leaves out a member that "
      "often answers so" },
    { "forcerecovery", PLUGIN_CFG_WARNING, "not-carried-over",
      "what happens when all members are down says WLMAllDown; Fail is like Off" },
    { "growth", PLUGIN_CFG_NOTE, "not-needed", "a changed plugin-cfg.xml is loaded; see WLMSlots" },
    { "nonce", PLUGIN_CFG_NOTE, "not-needed", "of the balancer-manager" },
    { NULL, PLUGIN_CFG_NOTE, NULL, NULL }
};

static void report_other(httpd_t *httpd, const httpd_param_t *param, const unsupported_setting_t *unsupported)
{
    if (!wlmcfg_import_add_unsupported(httpd->import, param->at, unsupported, param->name,
                                       *param->value ? param->value : NULL)) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_WARNING, param->at, "unknown",
                                  "%s=%s: not known, and left out; look for a typing error", param->name, param->value);
    }
}

/* -- members ---------------------------------------------------------------------------------------- */

/* "2", "1.5", "1.25" as hundredths */
static void parse_loadfactor(httpd_making_t *making, const httpd_param_t *param)
{
    const char *dot = strchr(param->value, '.'), *decimals = dot ? dot + 1 : "";
    size_t n = strlen(decimals);
    const char *whole = dot ? apr_pstrmemdup(making->httpd->import->p, param->value, (apr_size_t)(dot - param->value))
                            : param->value;
    int load = strlen(whole) <= 3 && *whole && strspn(whole, "0123456789") == strlen(whole) ? 100 * atoi(whole) : 0;

    if (n > 2 || strspn(decimals, "0123456789") != n || (dot && !n)) {
        load = 0;
    }
    else if (n) {
        load += atoi(decimals) * (n == 1 ? 10 : 1);
    }
    if (load < 100 || load > 10000) {
        wlmcfg_import_add_finding(making->httpd->import, PLUGIN_CFG_ERROR, param->at, "bad-value",
                                  "loadfactor=\"%s\" is not valid; it takes a number from 1 to 100, with two decimals "
                                  "at the most",
                                  param->value);
        return;
    }
    making->made->load = load;
}

static void parse_route(httpd_making_t *making, const httpd_param_t *param)
{
    making->route = *param->value ? param->value : NULL;
}

static void parse_retry(httpd_making_t *making, const httpd_param_t *param)
{
    wlmcfg_import_seconds(making->httpd->import, param->at, param->name, param->value, "s?",
                          &making->made->retry_interval);
}

static void parse_timeout(httpd_making_t *making, const httpd_param_t *param)
{
    wlmcfg_import_seconds(making->httpd->import, param->at, param->name, param->value, "s?",
                          strcasecmp(param->name, "timeout") == 0 ? &making->timeout : &making->connect_timeout);
}

static void parse_ttl(httpd_making_t *making, const httpd_param_t *param)
{
    wlmcfg_import_seconds(making->httpd->import, param->at, param->name, param->value, "s?",
                          &making->made->transport->connection_ttl);
}

static void parse_lbset(httpd_making_t *making, const httpd_param_t *param)
{
    wlmcfg_import_number(making->httpd->import, param->at, param->name, param->value, 0, LBSET_MAX, &making->lbset);
}

static void parse_ping(httpd_making_t *making, const httpd_param_t *param)
{
    int is_ajp = strcmp(making->source->url.scheme, "ajp") == 0;

    *(is_ajp ? &making->made->server->extended_handshake : &making->made->server->wait_for_continue) = 1;
    wlmcfg_import_add_finding(making->httpd->import, PLUGIN_CFG_NOTE, param->at, "changed",
                              "ping=%s becomes %s, whose time is %s", param->value,
                              is_ajp ? "ExtendedHandshake, an OPTIONS * before each request" : "WaitForContinue",
                              is_ajp ? "ConnectTimeout" : "ServerIOTimeout");
}

/* One letter of "status=+H-D". @return 0 when there is no such status */
static int parse_flag(httpd_making_t *making, const httpd_param_t *param, char letter, int is_on)
{
    switch (toupper((unsigned char)letter)) {
    case 'D': case 'S':
        making->out = is_on ? letter : '\0';
        return 1;
    case 'R':
        if (is_on) {
            wlmcfg_import_add_finding(making->httpd->import, PLUGIN_CFG_WARNING, param->at, "changed",
                                      "status=%s: a hot spare stood in for each member that failed; a backup serves "
                                      "while no primary can",
                                      param->value);
        }
        making->is_standby = is_on;
        return 1;
    case 'H':
        making->is_standby = is_on;
        return 1;
    case 'N':
        making->made->load = is_on ? 0 : making->made->load;
        return 1;
    case 'I':
        wlmcfg_import_add_finding(making->httpd->import, PLUGIN_CFG_WARNING, param->at, "not-carried-over",
                                  "status=%s: a member whose errors are to be ignored; RetryInterval=\"0\" tries it "
                                  "again at once",
                                  param->value);
        return 1;
    case 'E': case 'C':
        return 1;                  /* the state at the start, which mod_wlm finds out by itself */
    default:
        return 0;
    }
}

static void parse_status(httpd_making_t *making, const httpd_param_t *param)
{
    const char *c;
    int is_on = 1;

    for (c = param->value; *c; ++c) {
        if (strchr("+-", *c)) {
            is_on = *c == '+';
        }
        else if (!parse_flag(making, param, *c, is_on)) {
            wlmcfg_import_add_finding(
                making->httpd->import, PLUGIN_CFG_ERROR, param->at, "bad-value",
                "status=\"%s\" is not valid; it takes + or - and the letters D, S, I, H, R, E, N, C", param->value);
            return;
        }
    }
}

static const struct {
    const char *name;
    void (*parse)(httpd_making_t *making, const httpd_param_t *param);
} parsers[] = {
    { "loadfactor", parse_loadfactor },
    { "route", parse_route },
    { "retry", parse_retry },
    { "timeout", parse_timeout },
    { "connectiontimeout", parse_timeout },
    { "ttl", parse_ttl },
    { "lbset", parse_lbset },
    { "ping", parse_ping },
    { "status", parse_status },
};

void wlmcfg_httpd_parse_member_params(httpd_making_t *making, const apr_array_header_t *params)
{
    size_t k;
    int i;

    for (i = 0; i < params->nelts; ++i) {
        const httpd_param_t *param = &APR_ARRAY_IDX(params, i, httpd_param_t);
        for (k = 0; k < sizeof(parsers) / sizeof(parsers[0]) && strcasecmp(parsers[k].name, param->name) != 0; ++k) {
        }
        if (k < sizeof(parsers) / sizeof(parsers[0])) {
            parsers[k].parse(making, param);
        }
        else {
            report_other(making->httpd, param, unsupported_of_members);
        }
    }
}

/* -- balancers ---------------------------------------------------------------------------------------- */

static void parse_sticky(httpd_making_t *making, const httpd_param_t *param)
{
    import_cluster_t *cluster = making->balancer->cluster;
    const char *bar = strchr(param->value, '|');

    making->is_sticky = *param->value != '\0';
    cluster->cookie = bar ? apr_pstrmemdup(making->httpd->import->p, param->value, (apr_size_t)(bar - param->value))
                          : param->value;
    cluster->url_identifier = bar ? bar + 1 : param->value;
    cluster->cookie = *cluster->cookie ? cluster->cookie : NULL;
    cluster->url_identifier = *cluster->url_identifier ? cluster->url_identifier : NULL;
    if (strcmp(param->value, "ROUTEID") == 0) { /* the name in the documentation of mod_proxy_balancer */
        wlmcfg_import_add_finding(making->httpd->import, PLUGIN_CFG_WARNING, param->at, "changed",
                                  "stickysession=ROUTEID: a Header that sets this cookie by BALANCER_WORKER_ROUTE sets "
                                  "nothing any more; put WLMAffinity Cookie WLMID into the httpd configuration "
                                  "instead of it: sessions with ROUTEID stay where they are");
    }
}

static void parse_balancer_param(httpd_making_t *making, const httpd_param_t *param)
{
    import_t *import = making->httpd->import;
    int is_on = 0;

    if (strcasecmp(param->name, "stickysession") == 0) {
        parse_sticky(making, param);
    }
    else if (strcasecmp(param->name, "failontimeout") == 0) {
        wlmcfg_import_boolean(import, param->at, param->name, param->value, &making->fails_on_timeout);
    }
    else if (strcasecmp(param->name, "nofailover") == 0) {
        if (wlmcfg_import_boolean(import, param->at, param->name, param->value, &is_on) && is_on) {
            wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, param->at, "not-carried-over",
                                      "nofailover: put WLMStrictAffinity On into the httpd configuration");
        }
    }
    else if (strcasecmp(param->name, "lbmethod") == 0) {
        if (strcasecmp(param->value, "byrequests") != 0) {
            wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, param->at, "changed",
                                      "lbmethod=%s: members are balanced by requests; WLMPolicy LeastBusy or "
                                      "PeakEWMA in the httpd configuration balances them by load",
                                      param->value);
        }
    }
    else if (strcasecmp(param->name, "nocanon") == 0 || strcasecmp(param->name, "interpolate") == 0
             || strcasecmp(param->name, "noquery") == 0) {
        report_other(making->httpd, param, unsupported_of_members); /* of the ProxyPass itself */
    }
    else {
        report_other(making->httpd, param, unsupported_of_balancers);
    }
}

void wlmcfg_httpd_parse_balancer_params(httpd_making_t *making)
{
    const apr_array_header_t *params = making->balancer->params;
    int i;

    for (i = 0; i < params->nelts; ++i) {
        parse_balancer_param(making, &APR_ARRAY_IDX(params, i, httpd_param_t));
    }
}
