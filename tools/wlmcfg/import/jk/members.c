/* `wlmcfg import mod_jk`: members out of ajp13 workers. On main()'s thread. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "base/host.h"
#include "tools/wlmcfg/import/common/members.h"
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/values.h"
#include "tools/wlmcfg/import/jk/jk.h"

#define AJP13_PORT "8009"
#define AJP14_PORT "8011"
#define LOAD_MAX 10000000          /* in hundredths still an int */
#define TIER_MAX 1000000
#define PING_TIMEOUT "10000"       /* mod_jk's default, milliseconds */

/* What is carried over. Of timeouts several become one. */
static const char *const carried[] = {
    "type", "reference", "host", "port", "lbfactor", "route", "jvm_route", "activation", "disabled", "stopped",
    "distance", "redirect", "socket_timeout", "socket_connect_timeout", "connect_timeout", "reply_timeout",
    "prepost_timeout", "ping_mode", "ping_timeout", "busy_limit", "mount", NULL
};

static const unsupported_setting_t unsupported[] = {
    { "domain", PLUGIN_CFG_WARNING, "not-carried-over",
      "a session whose member is down goes to any other one; when sessions are replicated within a domain only, make a "
      "cluster of each domain" },
    { "retries", PLUGIN_CFG_NOTE, "not-carried-over",
      "a member is tried once, then another one: WLMRetryPolicy says when" },
    { "retry_interval", PLUGIN_CFG_NOTE, "not-carried-over", "another member is tried at once; see WLMRetryBudget" },
    { "recovery_options", PLUGIN_CFG_WARNING, "not-carried-over",
      "what may be sent again says WLMRetryPolicy: with 1 or 3 write Idempotent" },
    { "fail_on_status", PLUGIN_CFG_WARNING, "not-carried-over",
      "WLMBusyStatus names statuses by which a member hands on a request; WLMOutlier 5xx=on leaves out a member that "
      "often answers so" },
    { "connection_ping_interval", PLUGIN_CFG_WARNING, "not-carried-over",
      "WLMHealthCheck checks members instead" },
    { "connection_pool_timeout", PLUGIN_CFG_WARNING, "not-carried-over",
      "of AJP connections; ConnectionTTL, 28 s, must be shorter than keepAliveTimeout of the HTTP connector" },
    { "cache_timeout", PLUGIN_CFG_WARNING, "not-carried-over", "as connection_pool_timeout: see ConnectionTTL" },
    { "recycle_timeout", PLUGIN_CFG_WARNING, "not-carried-over", "as connection_pool_timeout: see ConnectionTTL" },
    { "connection_pool_size", PLUGIN_CFG_WARNING, "not-carried-over",
      "it was a limit for each process; MaxConnections and WLMMemberShare are limits over all processes" },
    { "cachesize", PLUGIN_CFG_WARNING, "not-carried-over",
      "as connection_pool_size: see MaxConnections, WLMMemberShare" },
    { "connection_pool_minsize", PLUGIN_CFG_NOTE, "not-needed", "idle connections close by ConnectionTTL" },
    { "connection_acquire_timeout", PLUGIN_CFG_WARNING, "not-carried-over",
      "how long requests wait for room says WLMQueue" },
    { "secret*", PLUGIN_CFG_WARNING, "not-carried-over", "of AJP; let only the web servers reach the HTTP port" },
    { "source", PLUGIN_CFG_WARNING, "not-carried-over",
      "the system chooses the address that connections come from; use its routing table" },
    { "max_packet_size", PLUGIN_CFG_NOTE, "not-needed",
      "of AJP; for large heads see maxHttpHeaderSize of the connector" },
    { "socket_keepalive", PLUGIN_CFG_NOTE, "not-needed", "idle connections close by ConnectionTTL" },
    { "socket_buffer", PLUGIN_CFG_NOTE, "not-needed", "the system sizes its buffers" },
    { "prefer_ipv6", PLUGIN_CFG_NOTE, "not-needed", "all addresses of a name are tried, in the system's order" },
    { "local_worker*", PLUGIN_CFG_WARNING, "not-carried-over", "see WLMPreferLocal" },
    { "stdout", PLUGIN_CFG_NOTE, "not-needed", "of workers in the process, which are gone" },
    { NULL, PLUGIN_CFG_NOTE, NULL, NULL }
};

/* -- values: each is 0 when it is not there, or wrong, which is an error -------------------------- */

static int number(jk_t *jk, const char *worker, const char *name, int min, int max)
{
    const jk_property_t *property = wlmcfg_jk_get(jk, worker, name);
    int value = 0;

    if (property) {
        wlmcfg_import_number(jk->import, property->at, name, property->value, min, max, &value);
    }
    return value;
}

static int seconds(jk_t *jk, const char *worker, const char *name, const char *units)
{
    const jk_property_t *property = wlmcfg_jk_get(jk, worker, name);
    int value = 0;

    if (property) {
        wlmcfg_import_seconds(jk->import, property->at, name, property->value, units, &value);
    }
    return value;
}

static int is_on(jk_t *jk, const char *worker, const char *name, int fallback)
{
    const jk_property_t *property = worker ? wlmcfg_jk_get(jk, worker, name) : NULL;

    if (property) {
        wlmcfg_import_boolean(jk->import, property->at, name, property->value, &fallback);
    }
    return fallback;
}

/* -- address and times ---------------------------------------------------------------------------- */

/* "host", "host:port", "[::1]:8009" */
static void set_address(jk_t *jk, import_member_t *member, const char *worker)
{
    const jk_property_t *host = wlmcfg_jk_get(jk, worker, "host"), *port = wlmcfg_jk_get(jk, worker, "port");
    const jk_property_t *type = wlmcfg_jk_get(jk, worker, "type");
    char *name = apr_pstrdup(jk->import->p, host ? host->value : "localhost"), *of_host = NULL;
    const char *text;
    int value;

    if (!wlm_host_is_ipv6(name)) {
        wlm_host_split(name, &name, &of_host);
    }
    text = of_host;
    if (port && text && strcmp(text, port->value) != 0) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_WARNING, port->at, "twice",
                                  "port=%s is not used for worker \"%s\", whose host=%s has a port", port->value,
                                  worker, host->value);
    }
    else if (port) {
        text = port->value;
    }
    else if (!text) {
        text = type && strcmp(type->value, "ajp14") == 0 ? AJP14_PORT : AJP13_PORT;
    }
    member->at = host ? host->at : port ? port->at : member->at;
    if (!*name || *name == '[') {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_ERROR, member->at, "bad-value",
                                  "worker \"%s\" has no valid host name", worker);
    }
    else if (wlmcfg_import_number(jk->import, port ? port->at : member->at, "port", text, 1, 65535, &value)) {
        wlmcfg_import_set_ajp(jk->import, member, name, value);
    }
}

/* mod_jk has a time for the connection, and others for a small exchange on it; ConnectTimeout is for both */
static int connect_timeout(jk_t *jk, const char *worker, const char *ping_mode)
{
    int connect = seconds(jk, worker, "socket_connect_timeout", "ms"), ping = seconds(jk, worker, "connect_timeout",
                                                                                      "ms");

    if (!ping && (strpbrk(ping_mode, "CcAa"))) {
        const jk_property_t *timeout = wlmcfg_jk_get(jk, worker, "ping_timeout");
        ping = timeout ? seconds(jk, worker, "ping_timeout", "ms") : atoi(PING_TIMEOUT) / 1000;
    }
    return connect ? connect : ping ? ping : seconds(jk, worker, "socket_timeout", "s");
}

static void set_ping(jk_t *jk, import_member_t *member, const jk_property_t *mode, const jk_property_t *prepost)
{
    const jk_property_t *why = prepost ? prepost : mode;
    const char *letters = mode ? mode->value : "";

    if (prepost || strpbrk(letters, "PpAa")) {
        member->server->extended_handshake = 1;
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_NOTE, why->at, "changed",
                                  "%s=%s becomes ExtendedHandshake, an OPTIONS * before each request; WLMHealthCheck "
                                  "costs less",
                                  why->name, why->value);
    }
    if (mode && strpbrk(letters, "IiAa")) {
        wlmcfg_import_add_finding(
            jk->import, PLUGIN_CFG_WARNING, mode->at, "not-carried-over",
            "ping_mode=%s: idle connections are not looked at; WLMHealthCheck checks members", letters);
    }
}

static void set_times(jk_t *jk, import_member_t *member, const char *balancer, const char *worker)
{
    const jk_property_t *mode = wlmcfg_jk_get(jk, worker, "ping_mode");
    const jk_property_t *prepost = wlmcfg_jk_get(jk, worker, "prepost_timeout");
    int reply = seconds(jk, worker, "reply_timeout", "ms");

    member->server->connect_timeout = connect_timeout(jk, worker, mode ? mode->value : "");
    member->server->server_io_timeout = reply ? reply : seconds(jk, worker, "socket_timeout", "s");
    /* in a balancer a reply that is too late is a fault of the member */
    if (reply && balancer && !wlmcfg_jk_get(jk, balancer, "max_reply_timeouts")) {
        member->server->server_io_timeout = -reply;
    }
    set_ping(jk, member, mode, prepost && seconds(jk, worker, "prepost_timeout", "ms") ? prepost : NULL);
    member->server->max_connections = number(jk, worker, "busy_limit", 0, 1000000);
    if (!member->server->max_connections) {
        member->server->max_connections = -1;
    }
}

/* -- weight, tier and route -------------------------------------------------------------------------- */

/* 'A', 'D' or 'S' */
static char activation_of(jk_t *jk, const char *worker)
{
    const jk_property_t *activation = wlmcfg_jk_get(jk, worker, "activation");
    char letter = activation ? (char)toupper((unsigned char)*activation->value) : 'A';

    if (!strchr("ADS", letter)) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_ERROR, activation->at, "bad-value",
                                  "activation=%s is not valid; it takes Active, Disabled or Stopped",
                                  activation->value);
    }
    if (!activation && is_on(jk, worker, "stopped", 0)) {
        return 'S';
    }
    return !activation && is_on(jk, worker, "disabled", 0) ? 'D' : letter;
}

static const char *route_of(jk_t *jk, const char *worker)
{
    const jk_property_t *route = wlmcfg_jk_get(jk, worker, "route");

    if (!route) {
        route = wlmcfg_jk_get(jk, worker, "jvm_route");
    }
    return route ? route->value : worker;
}

static void report_stopped(jk_t *jk, import_cluster_t *cluster, source_line_t at, const char *worker)
{
    wlmcfg_import_comment(jk->import, cluster->cluster, apr_psprintf(jk->import->p, "%s was stopped, and is left out",
                                                                     worker));
    wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_WARNING, at, "left-out",
                              "worker \"%s\" is stopped, and left out: add it when it is to serve again", worker);
    wlmcfg_jk_report_rest(jk, worker, carried, unsupported);
}

void wlmcfg_jk_add_member(jk_t *jk, import_cluster_t *cluster, const char *balancer, const char *worker)
{
    const jk_property_t *factor = wlmcfg_jk_get(jk, worker, "lbfactor"), *type = wlmcfg_jk_get(jk, worker, "type");
    source_line_t at = APR_ARRAY_IDX(wlmcfg_jk_all(jk, worker), 0, jk_property_t *)->at;
    char activation = balancer ? activation_of(jk, worker) : 'A';
    import_member_t *member;

    if (type && strncmp(type->value, "ajp1", 4) != 0) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_ERROR, type->at, "bad-value",
                                  "worker \"%s\": type=%s is none of a member: ajp13, ajp14", worker, type->value);
        return;
    }
    if (activation == 'S') {
        report_stopped(jk, cluster, at, worker);
        return;
    }
    member = wlmcfg_import_add_member(jk->import, cluster, at, worker);
    set_address(jk, member, worker);
    set_times(jk, member, balancer, worker);
    member->load = activation == 'D' ? 0 : factor ? 100 * number(jk, worker, "lbfactor", 1, LOAD_MAX) : 100;
    member->tier = number(jk, worker, "distance", 0, TIER_MAX);
    if (balancer && is_on(jk, balancer, "sticky_session", 1)) {
        member->server->clone_id = route_of(jk, worker);
    }
    wlmcfg_jk_report_rest(jk, worker, carried, unsupported);
}

/* -- redirect ---------------------------------------------------------------------------------------- */

/* @return route or name -> import_member_t *, the first one that has it */
static apr_hash_t *members_by_route(jk_t *jk, const import_cluster_t *cluster)
{
    apr_hash_t *made = apr_hash_make(jk->import->p);
    int i;

    for (i = cluster->members->nelts - 1; i >= 0; --i) {
        import_member_t *member = APR_ARRAY_IDX(cluster->members, i, import_member_t *);
        apr_hash_set(made, member->server->name, APR_HASH_KEY_STRING, member);
        apr_hash_set(made, route_of(jk, member->server->name), APR_HASH_KEY_STRING, member);
    }
    return made;
}

/* A disabled worker that others are redirected to is a hot standby: no share while they are there, all of it then
 * @param member  the one that has this route; NULL: none has */
static void set_redirect(jk_t *jk, import_member_t *member, const jk_property_t *redirect)
{
    if (!member) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_WARNING, redirect->at, "unknown-worker",
                                  "redirect=%s: no member has this route, so it had no effect", redirect->value);
    }
    else if (member->load == 0) {
        member->load = 100;
        member->tier = TIER_MAX + 1;
    }
    else if (member->tier <= TIER_MAX) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_WARNING, redirect->at, "not-carried-over",
                                  "redirect=%s: sessions of a member that is down are balanced over all others",
                                  redirect->value);
    }
}

void wlmcfg_jk_set_redirects(jk_t *jk, import_cluster_t *cluster, const apr_array_header_t *workers)
{
    apr_hash_t *by_route = members_by_route(jk, cluster);
    int i;

    for (i = 0; i < workers->nelts; ++i) {
        const char *worker = APR_ARRAY_IDX(workers, i, const char *);
        const jk_property_t *redirect = wlmcfg_jk_get(jk, worker, "redirect");
        if (redirect) {
            set_redirect(jk, apr_hash_get(by_route, redirect->value, APR_HASH_KEY_STRING), redirect);
        }
    }
}
