/* `wlmcfg import mod_proxy_cluster`: what becomes of each directive. On main()'s thread. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/values.h"
#include "tools/wlmcfg/import/httpd/directives.h"
#include "tools/wlmcfg/import/httpd/proxy_cluster.h"
#include "tools/wlmcfg/import/httpd/proxy_cluster_check.h"
#include "tools/wlmcfg/import/httpd/proxy_cluster_text.h"
#include "tools/wlmcfg/import/httpd/state.h"
#include "tools/wlmcfg/wlmcfg.h"

#define NODES_MAX 4096             /* of a registry */
#define MEMBERS_DEFAULT 512        /* of WLMSlots where there is a registry */

#define WARN(httpd, at, id, ...) wlmcfg_import_add_finding((httpd)->import, PLUGIN_CFG_WARNING, at, id, __VA_ARGS__)
#define NOTE(httpd, at, id, ...) wlmcfg_import_add_finding((httpd)->import, PLUGIN_CFG_NOTE, at, id, __VA_ARGS__)

/* Those that need no line, or have no counterpart */
static const unsupported_setting_t unsupported[] = {
    { "AJPSecret", PLUGIN_CFG_WARNING, "not-carried-over",
      "AJP is not spoken: let nodes register a connector of http or https" },
    { "AllowDisplay", PLUGIN_CFG_NOTE, "not-needed",
      "the status page shows all that is known; Require bounds who sees it" },
    { "CacheShareFor", PLUGIN_CFG_NOTE, "not-needed", "each process learns of a change within a fifth of a second" },
    { "CheckNonce", PLUGIN_CFG_NOTE, "not-needed", "forged requests to the status page are always refused" },
    { "EnableOptions", PLUGIN_CFG_NOTE, "changed",
      "a node that says nothing any more is asked by OPTIONS (WLMRegistrySilence); WLMHealthCheck asks all the time" },
    { "EnableWsTunnel", PLUGIN_CFG_NOTE, "not-needed", "upgrades are passed on where a client asks for one" },
    { "WSUpgradeHeader", PLUGIN_CFG_NOTE, "changed",
      "any protocol may be upgraded to; WLMUpgrade names those that may" },
    { "LBstatusRecalTime", PLUGIN_CFG_NOTE, "not-needed", "weights follow what nodes say within a second" },
    { "MaxMCMP*", PLUGIN_CFG_NOTE, "changed", "a message of a node has 16384 bytes at most" },
    { "Maxhost", PLUGIN_CFG_NOTE, "not-needed", "hosts need no room of their own" },
    { "Maxsessionid", PLUGIN_CFG_NOTE, "not-needed", "a client's member is in its cookie or path" },
    { "MemManagerFile", PLUGIN_CFG_NOTE, "changed", "the registry is " PROXY_CLUSTER_REGISTRY ": see WLMRegistry" },
    { "ModProxyClusterThreadCount", PLUGIN_CFG_NOTE, "not-needed",
      "health checks need one thread, however many there are" },
    { "ReduceDisplay", PLUGIN_CFG_NOTE, "not-needed", "the status page has a filter" },
    { "ResponseFieldSize", PLUGIN_CFG_NOTE, "not-needed", "the head of a response has 256 KiB at most" },
    { "UseNocanon", PLUGIN_CFG_NOTE, "changed",
      "members get the normalised path with its escapes, whatever it says: docs/architecture.md" },
    { "WaitBeforeRemove", PLUGIN_CFG_NOTE, "not-needed", "a member is forgotten when its last request has ended" },
    { "WaitForRemove", PLUGIN_CFG_NOTE, "not-needed", "a member is forgotten when its last request has ended" },
    { NULL, PLUGIN_CFG_NOTE, NULL, NULL }
};

static proxy_cluster_t *cluster_of(httpd_t *httpd)
{
    return (proxy_cluster_t *)(void *)httpd;
}

/* -- what is kept ------------------------------------------------------------------------------------------------ */

/* The innermost section that says where a directive counts; not those that say whether */
static const httpd_section_t *place_of(const httpd_t *httpd)
{
    static const char *const others[] = { "virtualhost", "ifmodule", "ifdefine", "ifversion", "ifdirective", "iffile",
                                          "ifsection", "requireall", "requireany", "requirenone" };
    int i;
    size_t k;

    for (i = httpd->sections->nelts - 1; i >= 0; --i) {
        const httpd_section_t *section = &APR_ARRAY_IDX(httpd->sections, i, httpd_section_t);

        for (k = 0; k < sizeof(others) / sizeof(*others) && strcmp(section->name, others[k]) != 0; ++k) {
        }
        if (k == sizeof(others) / sizeof(*others)) {
            return section;
        }
    }
    return NULL;
}

static void keep(httpd_t *httpd, kept_kind_t kind, const httpd_directive_t *directive)
{
    const httpd_section_t *section = place_of(httpd);
    kept_t *kept = apr_array_push(cluster_of(httpd)->kept);

    *kept = (kept_t){ .kind = kind, .scope = httpd->scope, .text = directive->text, .at = directive->at };
    if (section) {
        kept->section = section->text;
        kept->section_at = section->at;
    }
}

static void add_setting(httpd_t *httpd, source_line_t at, const char *line)
{
    APR_ARRAY_PUSH(cluster_of(httpd)->settings, const char *) =
        apr_pstrcat(httpd->import->p, wlmcfg_proxy_cluster_remark(at, httpd->import->p), "\n", line, NULL);
}

/* -- directives of their own ------------------------------------------------------------------------------------- */

static void parse_messages(httpd_t *httpd, const httpd_directive_t *directive)
{
    keep(httpd, KEPT_MESSAGES, directive);
    cluster_of(httpd)->receives_messages = 1;
    if (httpd->scope->hosts) {
        WARN(httpd, directive->at, "changed",
             "%s: this <VirtualHost> is written anew, and answers nodes only: remove it with its Listen, have clients "
             "of applications served by another one, and say who may register by a Require", directive->name);
    }
    else {
        WARN(httpd, directive->at, "changed", "%s in the main server: nodes get a <VirtualHost> of their own, at %s; "
             "change the address to one that they reach, and say who may register by a Require", directive->name,
             wlmcfg_proxy_cluster_address(httpd->scope));
    }
}

static void parse_handler(httpd_t *httpd, const httpd_directive_t *directive)
{
    if (strcasecmp(directive->words[0], "mod_cluster-manager") == 0) {
        keep(httpd, KEPT_STATUS, directive);
        NOTE(httpd, directive->at, "changed", "mod_cluster-manager: the page is that of wlm-status, at the same place; "
             "say who sees it by a Require");
    }
}

static void parse_commands(httpd_t *httpd, const httpd_directive_t *directive)
{
    int is_on = 1;

    if (wlmcfg_import_boolean(httpd->import, directive->at, directive->name, directive->words[0], &is_on)) {
        cluster_of(httpd)->allows_commands &= is_on;
        NOTE(httpd, directive->at, "changed", is_on ? "AllowCmd: WLMAdmin at the status page says who may change "
             "members" : "AllowCmd: nobody may change members without WLMAdmin");
    }
}

static void parse_alias(httpd_t *httpd, const httpd_directive_t *directive)
{
    int is_on = 0;

    if (wlmcfg_import_boolean(httpd->import, directive->at, directive->name, directive->words[0], &is_on) && is_on) {
        add_setting(httpd, directive->at, "WLMRegistryAliases *");
        NOTE(httpd, directive->at, "changed", "UseAlias: all aliases count as hosts, localhost, too; a pattern such as "
             "*.shop.example leaves others out");
    }
}

static void parse_nodes(httpd_t *httpd, const httpd_directive_t *directive)
{
    int n = 0;

    if (!wlmcfg_import_number(httpd->import, directive->at, directive->name, directive->words[0], 1, 1000000, &n)) {
        return;
    }
    if (n > NODES_MAX) {
        WARN(httpd, directive->at, "not-carried-over", "Maxnode: a registry has %d nodes at most", NODES_MAX);
    }
    else {
        NOTE(httpd, directive->at, "not-needed", "Maxnode: there is room for %d nodes; WLMSlots is about their "
             "contexts", NODES_MAX);
    }
}

static void parse_contexts(httpd_t *httpd, const httpd_directive_t *directive)
{
    int n = 0;

    if (!wlmcfg_import_number(httpd->import, directive->at, directive->name, directive->words[0], 1, 1000000, &n)) {
        return;
    }
    if (n > MEMBERS_DEFAULT) {
        add_setting(httpd, directive->at, apr_psprintf(httpd->import->p, "WLMSlots %d %d", n, n));
        NOTE(httpd, directive->at, "changed", "Maxcontext: WLMSlots has room for as many; its second number, of "
             "different contexts, may be less");
    }
    else {
        NOTE(httpd, directive->at, "not-needed", "Maxcontext: there is room for %d without WLMSlots", MEMBERS_DEFAULT);
    }
}

static void parse_balancers(httpd_t *httpd, const httpd_directive_t *directive)
{
    int n = 2;

    if (!wlmcfg_import_number(httpd->import, directive->at, directive->name, directive->words[0], 0, 2, &n)) {
        return;
    }
    cluster_of(httpd)->has_config_by_host = n == 1;
    if (n == 1) {
        WARN(httpd, directive->at, "changed", "CreateBalancers 1: WLMConfig in the main server serves all virtual "
             "hosts; move it into those that are to be served");
    }
    else {
        NOTE(httpd, directive->at, "not-needed", "CreateBalancers: WLMConfig in the main server serves all virtual "
             "hosts");
    }
}

static void parse_name(httpd_t *httpd, const httpd_directive_t *directive)
{
    if (strcmp(directive->words[0], "mycluster") != 0) {
        WARN(httpd, directive->at, "not-carried-over", "ManagerBalancerName: a node that names no balancer is in "
             "mycluster; let nodes say balancer=\"%s\"", directive->words[0]);
    }
    else {
        NOTE(httpd, directive->at, "not-needed", "ManagerBalancerName: it is mycluster anyway");
    }
}

static void parse_persistence(httpd_t *httpd, const httpd_directive_t *directive)
{
    int is_on = 1;

    if (wlmcfg_import_boolean(httpd->import, directive->at, directive->name, directive->words[0], &is_on)) {
        NOTE(httpd, directive->at, is_on ? "not-needed" : "changed",
             "PersistSlots: what has registered always outlives a restart");
    }
}

static void parse_failover(httpd_t *httpd, const httpd_directive_t *directive)
{
    int is_on = 0;

    if (wlmcfg_import_boolean(httpd->import, directive->at, directive->name, directive->words[0], &is_on) && is_on) {
        WARN(httpd, directive->at, "not-carried-over", "DeterministicFailover: sessions of a lost member go to any "
             "other one; nodes must find a session on each of them");
    }
}

static void parse_no_context(httpd_t *httpd, const httpd_directive_t *directive)
{
    if (strcmp(directive->words[0], "404") != 0) {
        WARN(httpd, directive->at, "not-carried-over", "%s: a path that no context has is httpd's own, mostly 404; a "
             "Redirect %s in its <Location> answers otherwise", directive->name, directive->words[0]);
    }
}

static void parse_advertise(httpd_t *httpd, const httpd_directive_t *directive)
{
    if (strcasecmp(directive->name, "ServerAdvertise") == 0 && strcasecmp(directive->words[0], "Off") == 0) {
        return;
    }
    WARN(httpd, directive->at, "not-carried-over", "%s: nothing is sent by multicast; give each node the address in "
         "proxyList (Tomcat) or proxies (WildFly), and advertise=\"false\"%s%s", directive->name,
         httpd->scope->hosts ? ": " : "", httpd->scope->hosts ? wlmcfg_proxy_cluster_address(httpd->scope) : "");
}

static void parse_module(httpd_t *httpd, const httpd_directive_t *directive)
{
    static const char *const modules[] = { "manager_module", "proxy_cluster_module", "advertise_module",
                                           "lbmethod_cluster_module", "cluster_slotmem_module" };
    size_t i;

    for (i = 0; i < sizeof(modules) / sizeof(*modules) && strcasecmp(directive->words[0], modules[i]) != 0; ++i) {
    }
    if (i < sizeof(modules) / sizeof(*modules)) {
        WARN(httpd, directive->at, "changed", "LoadModule %s: remove it, for mod_wlm takes its place", modules[i]);
    }
}

/* -- what is passed by hand -------------------------------------------------------------------------------------- */

static void parse_pass(httpd_t *httpd, const httpd_directive_t *directive)
{
    const httpd_section_t *place = place_of(httpd);
    int is_regex = strcasecmp(directive->name, "ProxyPassMatch") == 0, is_in = place && place->words->nelts > 0;
    const char *from = is_in ? APR_ARRAY_IDX(place->words, place->words->nelts - 1, const char *) : directive->words[0];
    const char *to = is_in ? directive->words[0] : directive->n > 1 ? directive->words[1] : NULL;

    if (!to) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_ERROR, directive->at, "bad-line",
                                  "%s takes a path and a URL; try httpd -t", directive->name);
    }
    else if (strcmp(to, "!") == 0) {
        WARN(httpd, directive->at, "exclusion", "%s is not to be routed: put <Location%s \"%s\">, WLMEnable Off, "
             "</Location%s> where this line is", from, is_regex ? "Match" : "", from, is_regex ? "Match" : "");
    }
    else if (strncasecmp(to, "balancer://", 11) == 0) {
        WARN(httpd, directive->at, "not-needed", "%s %s: remove it, for contexts that nodes register have routes of "
             "their own, with the path that they have", directive->name, from);
    }
    else {
        NOTE(httpd, directive->at, "not-carried-over", "%s %s leads to no node; it may stay, for mod_proxy",
             directive->name, from);
    }
}

/* -- health checks ----------------------------------------------------------------------------------------------- */

static void parse_template(httpd_t *httpd, const httpd_directive_t *directive)
{
    const char *line = wlmcfg_proxy_cluster_check(httpd->import, directive);

    if (line) {
        add_setting(httpd, directive->at, line);
    }
}

/* -- all directives ---------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int n;                         /* words that it needs */
    void (*parse)(httpd_t *httpd, const httpd_directive_t *directive);
} handlers[] = {
    { "EnableMCMPReceive", 0, parse_messages }, { "EnableMCPMReceive", 0, parse_messages },
    { "SetHandler", 1, parse_handler },         { "AllowCmd", 1, parse_commands },
    { "UseAlias", 1, parse_alias },             { "Maxnode", 1, parse_nodes },
    { "Maxcontext", 1, parse_contexts },        { "CreateBalancers", 1, parse_balancers },
    { "ManagerBalancerName", 1, parse_name },   { "PersistSlots", 1, parse_persistence },
    { "DeterministicFailover", 1, parse_failover }, { "ResponseStatusCodeOnNoContext", 1, parse_no_context },
    { "ServerAdvertise", 1, parse_advertise },  { "AdvertiseGroup", 1, parse_advertise },
    { "AdvertiseFrequency", 1, parse_advertise }, { "AdvertiseSecurityKey", 1, parse_advertise },
    { "AdvertiseManagerUrl", 1, parse_advertise }, { "AdvertiseBindAddress", 1, parse_advertise },
    { "LoadModule", 1, parse_module },          { "ProxyPass", 1, parse_pass },
    { "ProxyPassMatch", 1, parse_pass },        { "ModProxyClusterHCTemplate", 1, parse_template },
};

#define HANDLERS (sizeof(handlers) / sizeof(*handlers))

static size_t find_handler(const char *name)
{
    size_t i;

    for (i = 0; i < HANDLERS && strcasecmp(handlers[i].name, name) != 0; ++i) {
    }
    return i;
}

static void handle(httpd_t *httpd, const httpd_directive_t *directive, size_t i)
{
    if (directive->why_omitted) {
        if (handlers[i].parse != parse_handler && handlers[i].parse != parse_module) {
            WARN(httpd, directive->at, "not-carried-over", "%s is left out: %s", directive->name,
                 directive->why_omitted);
        }
    }
    else if (directive->missing && handlers[i].n) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_ERROR, directive->at, "undefined",
                                  "%s: variable \"%s\" is not defined here; give it with --define %s=VALUE",
                                  directive->name, directive->missing, directive->missing);
    }
    else if (directive->n < handlers[i].n) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_ERROR, directive->at, "bad-line",
                                  "%s has no argument; try httpd -t", directive->name);
    }
    else {
        handlers[i].parse(httpd, directive);
    }
}

static void parse_directive(httpd_t *httpd, const httpd_directive_t *directive)
{
    size_t i = find_handler(directive->name);

    if (i < HANDLERS) {
        handle(httpd, directive, i);
    }
    else if (strcasecmp(directive->name, "Require") == 0) {
        keep(httpd, KEPT_REQUIRE, directive);
    }
    else if (!directive->why_omitted
             && !wlmcfg_import_add_unsupported(httpd->import, directive->at, unsupported, directive->name, NULL)
             && !wlmcfg_httpd_report_unsupported(httpd, directive) && !place_of(httpd)) {
        keep(httpd, KEPT_LINE, directive);
    }
}

int wlmcfg_import_proxy_cluster(import_t *import, char **words, int n)
{
    proxy_cluster_t cluster = { .allows_commands = 1 };
    int i;

    if (import->uris->nelts || import->ports->nelts || import->cluster_name) {
        tool_misuse("import mod_proxy_cluster",
                    "it takes httpd's configuration files, and neither --uri nor --port nor --cluster");
        return 0;
    }
    wlmcfg_httpd_make_state(&cluster.httpd, import, words[0], parse_directive);
    cluster.kept = apr_array_make(import->p, 32, sizeof(kept_t));
    cluster.settings = apr_array_make(import->p, 8, sizeof(const char *));
    for (i = 0; i < n; ++i) {
        wlmcfg_httpd_read(&cluster.httpd, words[i], 0);
    }
    if (!cluster.receives_messages) {
        source_line_t at = { words[0], 0 };
        WARN(&cluster.httpd, at, "no-rules", "no virtual host has EnableMCMPReceive, so no node can register; are all "
             "files named?");
    }
    import->text = wlmcfg_proxy_cluster_text(&cluster);
    return 1;
}
