/* From records to members. */
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <apr_fnmatch.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "base/host.h"
#include "dns/members.h"

#define LEAVING " leaving "        /* in the origin of a server, before the ms when it has begun to */

/* -- records ------------------------------------------------------------------------------------------------------- */

static const char *address_of(const wlm_dns_record_t *record, apr_pool_t *p)
{
    char text[INET6_ADDRSTRLEN];

    return apr_pstrdup(p, inet_ntop(record->type == WLM_DNS_A ? AF_INET : AF_INET6, record->address, text,
                                    sizeof(text)));
}

/* @param a  an IPv4 address @return what it is that no member is; NULL: nothing */
static const char *special_v4(const unsigned char *a)
{
    return a[0] == 0 ? "no address of a host" : a[0] == 127 ? "of this machine (loopback)"
         : a[0] == 169 && a[1] == 254 ? "of the link" : a[0] >= 224 ? "of a group" : NULL;
}

static const char *special(const wlm_dns_record_t *record)
{
    static const unsigned char zeros[15], mapped[12] = { [10] = 0xff, [11] = 0xff };
    const unsigned char *a = record->address;

    return record->type == WLM_DNS_A ? special_v4(a)
         : memcmp(a, mapped, sizeof(mapped)) == 0 ? special_v4(a + 12)
         : memcmp(a, zeros, sizeof(zeros)) == 0 && a[15] < 2 ? special_v4((const unsigned char[]){ a[15] ? 127 : 0 })
         : a[0] == 0xfe && (a[1] & 0xc0) == 0x80 ? "of the link" : a[0] == 0xff ? "of a group" : NULL;
}

static int is_allowed(const apr_array_header_t *hosts, const char *host)
{
    int i;

    for (i = 0; i < hosts->nelts; ++i) {
        if (apr_fnmatch(APR_ARRAY_IDX(hosts, i, const char *), host, APR_FNM_CASE_BLIND) == APR_SUCCESS) {
            return 1;
        }
    }
    return 0;
}

/* @return NULL: it may be a member */
static const char *why_not(const wlm_dns_record_t *record, const char *host, const apr_array_header_t *hosts)
{
    if (record->type == WLM_DNS_SRV && !wlm_dns_is_name(host)) {
        return "no name of a host";
    }
    if (record->type == WLM_DNS_SRV && !record->port) {
        return "without a port";
    }
    return hosts ? is_allowed(hosts, host) ? NULL : "no pattern of WLMRegistryHosts"
         : record->type == WLM_DNS_SRV ? NULL : special(record);
}

/* For the log, where other characters do not belong */
static const char *printable(const char *text, apr_pool_t *p)
{
    char *copy = apr_pstrdup(p, text), *c;

    for (c = copy; *c; ++c) {
        *c = *c > ' ' && *c < 127 ? *c : '?';
    }
    return copy;
}

static const char *lower(const char *host, apr_pool_t *p)
{
    char *copy = apr_pstrdup(p, host), *c;

    for (c = copy; *c; ++c) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c;
    }
    if (c > copy + 1 && c[-1] == '.') {
        c[-1] = '\0';
    }
    return copy;
}

static const char *clone_id_of(const char *name, apr_pool_t *p)
{
    char *id = apr_pstrdup(p, name + (*name == '[')), *c;

    for (c = id; *c; ++c) {
        *c = (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ? *c : '-';
    }
    return id;
}

static plugin_cfg_given_server_t *make_server(const wlm_dns_source_t *source, const char *host, int port, apr_pool_t *p)
{
    plugin_cfg_given_server_t *server = apr_pcalloc(p, sizeof(*server));

    server->host = host;
    server->port = port;
    server->name = port ? wlm_host_port_text(host, port, p) : host;
    server->clone_id = clone_id_of(server->name, p);
    server->weight = -1;
    server->from = source->text;
    return server;
}

/* -- an answer ----------------------------------------------------------------------------------------------------- */

/* A server, with what its record says of it */
typedef struct entry_t {
    plugin_cfg_given_server_t *server;
    int priority, weight;
} entry_t;

static int by_name(const void *one, const void *other)
{
    const entry_t *a = one, *b = other;
    int order = strcmp(a->server->name, b->server->name);

    return order ? order : a->priority - b->priority;
}

static void add_entry(apr_array_header_t *entries, wlm_dns_left_out_t *left_out, const wlm_dns_source_t *source,
                      const wlm_dns_record_t *record, const apr_array_header_t *hosts, apr_pool_t *p)
{
    const char *host = source->is_srv ? lower(record->target, p) : address_of(record, p);
    const char *why = why_not(record, host, hosts);

    if (why) {
        left_out->first = left_out->n++ ? left_out->first
                          : apr_psprintf(p, "%s: %s", *host ? printable(host, p) : "\"\"", why);
        return;
    }
    APR_ARRAY_PUSH(entries, entry_t) = (entry_t){
        make_server(source, host, source->is_srv ? record->port : source->port, p), record->priority, record->weight
    };
}

static apr_array_header_t *entries_of(wlm_dns_left_out_t *left_out, const wlm_dns_source_t *source,
                                      const wlm_dns_answer_t *answer, const apr_array_header_t *hosts, apr_pool_t *p)
{
    apr_array_header_t *entries = apr_array_make(p, answer->n + 1, sizeof(entry_t));
    int i, n = 0;

    for (i = 0; i < answer->n; ++i) {
        if ((answer->at[i].type == WLM_DNS_SRV) == source->is_srv) {
            add_entry(entries, left_out, source, &answer->at[i], hosts, p);
        }
    }
    qsort(entries->elts, (size_t)entries->nelts, sizeof(entry_t), by_name);
    for (i = 0; i < entries->nelts; ++i) { /* each once */
        const entry_t *entry = &APR_ARRAY_IDX(entries, i, entry_t);

        if (!n || strcmp(entry->server->name, APR_ARRAY_IDX(entries, n - 1, entry_t).server->name) != 0) {
            APR_ARRAY_IDX(entries, n++, entry_t) = *entry;
        }
    }
    entries->nelts = n;
    return entries;
}

static int divisor(int a, int b)
{
    while (b) {
        int rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

void wlm_dns_scale(int *weights, int n)
{
    int i, common = 0, largest = 0, factor;

    for (i = 0; i < n; ++i) {
        common = divisor(common, weights[i]);
        largest = weights[i] > largest ? weights[i] : largest;
    }
    factor = common && largest / common < PLUGIN_CFG_GIVEN_WEIGHT ? PLUGIN_CFG_GIVEN_WEIGHT / (largest / common) : 1;
    for (i = 0; i < n; ++i) {
        weights[i] = !largest ? PLUGIN_CFG_GIVEN_WEIGHT : weights[i] ? weights[i] / common * factor : 1;
    }
}

static void weigh(apr_array_header_t *entries, int lowest, int is_backup, apr_pool_t *p)
{
    int *weights = apr_palloc(p, sizeof(*weights) * (size_t)(entries->nelts + 1)), i, n = 0;
    entry_t *all = (entry_t *)entries->elts;

    for (i = 0; i < entries->nelts; ++i) {
        if ((all[i].priority > lowest) == is_backup) {
            weights[n++] = all[i].weight;
        }
    }
    wlm_dns_scale(weights, n);
    for (i = n = 0; i < entries->nelts; ++i) {
        if ((all[i].priority > lowest) == is_backup) {
            all[i].server->weight = weights[n++];
            all[i].server->is_backup = is_backup;
        }
    }
}

static void set_tiers(apr_array_header_t *entries, apr_pool_t *p)
{
    int i, lowest = INT32_MAX;

    for (i = 0; i < entries->nelts; ++i) {
        int priority = APR_ARRAY_IDX(entries, i, entry_t).priority;

        lowest = priority < lowest ? priority : lowest;
    }
    weigh(entries, lowest, 0, p);
    weigh(entries, lowest, 1, p);
}

/* Of names that differ only in characters that clone ids do not have the first one has the id */
static void drop_twins(const apr_array_header_t *entries, apr_pool_t *p)
{
    apr_hash_t *seen = apr_hash_make(p);
    int i;

    for (i = 0; i < entries->nelts; ++i) {
        plugin_cfg_given_server_t *server = APR_ARRAY_IDX(entries, i, entry_t).server;

        if (apr_hash_get(seen, server->clone_id, APR_HASH_KEY_STRING)) {
            server->clone_id = NULL;
        }
        else {
            apr_hash_set(seen, server->clone_id, APR_HASH_KEY_STRING, server);
        }
    }
}

apr_array_header_t *wlm_dns_members(wlm_dns_left_out_t *left_out, const wlm_dns_source_t *source,
                                    const wlm_dns_answer_t *answer, const apr_array_header_t *hosts, apr_pool_t *p)
{
    apr_array_header_t *entries, *servers = apr_array_make(p, 8, sizeof(plugin_cfg_given_server_t *));
    int i;

    memset(left_out, 0, sizeof(*left_out));
    entries = entries_of(left_out, source, answer, hosts, p);
    left_out->too_many = answer->left_out;
    if (entries->nelts > WLM_DNS_MEMBERS_MAX) {
        left_out->too_many += entries->nelts - WLM_DNS_MEMBERS_MAX;
        entries->nelts = WLM_DNS_MEMBERS_MAX;
    }
    if (source->is_srv) {
        set_tiers(entries, p);
    }
    drop_twins(entries, p);
    for (i = 0; i < entries->nelts; ++i) {
        APR_ARRAY_PUSH(servers, plugin_cfg_given_server_t *) = APR_ARRAY_IDX(entries, i, entry_t).server;
    }
    return servers;
}

const char *wlm_dns_failure(const wlm_dns_answer_t *answer, int is_srv)
{
    wlm_dns_result_t a = answer->results[is_srv ? WLM_DNS_SRV : WLM_DNS_A], b = answer->results[WLM_DNS_AAAA];

    if (a == WLM_DNS_FOUND || b == WLM_DNS_FOUND) {
        return NULL;
    }
    return a == WLM_DNS_FAILED || b == WLM_DNS_FAILED ? "the name service does not answer, or not as it should"
         : a == WLM_DNS_NO_NAME ? "there is no such name"
         : is_srv ? "the name has no SRV record" : "the name has no address";
}

/* -- what there is ------------------------------------------------------------------------------------------------- */

/* ms of the clock; 0: it is there */
static apr_int64_t leaving_since(const plugin_cfg_given_server_t *server)
{
    const char *since = strstr(server->from, LEAVING);

    return since ? apr_atoi64(since + strlen(LEAVING)) : 0;
}

static apr_time_t removal_of(const plugin_cfg_given_server_t *server)
{
    return apr_time_from_msec(leaving_since(server)) + WLM_DNS_LEAVING;
}

/* A time of an earlier start of the machine may lie ahead */
static int is_ahead(const plugin_cfg_given_server_t *server, apr_time_t now)
{
    return apr_time_from_msec(leaving_since(server)) > now;
}

static const plugin_cfg_given_server_t *find(const apr_array_header_t *servers, const char *name)
{
    int low = 0, high = servers->nelts;

    while (low < high) {
        int middle = (low + high) / 2, order;
        const plugin_cfg_given_server_t *server = APR_ARRAY_IDX(servers, middle, const plugin_cfg_given_server_t *);

        order = strcmp(name, server->name);
        if (!order) {
            return server;
        }
        low = order > 0 ? middle + 1 : low;
        high = order < 0 ? middle : high;
    }
    return NULL;
}

static int compare(const void *one, const void *other)
{
    return strcmp((*(const plugin_cfg_given_server_t *const *)one)->name,
                  (*(const plugin_cfg_given_server_t *const *)other)->name);
}

static apr_array_header_t *sorted(const apr_array_header_t *servers, apr_pool_t *p)
{
    apr_array_header_t *copy = apr_array_copy(p, servers);

    qsort(copy->elts, (size_t)copy->nelts, sizeof(plugin_cfg_given_server_t *), compare);
    return copy;
}

/* Of the family that the answer says nothing of */
static int is_unanswered(const plugin_cfg_given_server_t *server, const wlm_dns_source_t *source,
                         const wlm_dns_answer_t *answer)
{
    return !source->is_srv
           && answer->results[wlm_host_is_ipv6(server->host) ? WLM_DNS_AAAA : WLM_DNS_A] == WLM_DNS_FAILED;
}

/* One that the model has; what it has of a pattern is not the server's own */
static plugin_cfg_given_server_t *copy(const wlm_dns_source_t *source, const plugin_cfg_given_server_t *known,
                                       apr_pool_t *p)
{
    plugin_cfg_given_server_t *server = apr_pmemdup(p, known, sizeof(*known));

    if (!source->is_srv) {
        server->port = source->port;
        server->weight = leaving_since(known) ? 0 : -1;
        server->is_backup = 0;
    }
    return server;
}

/* One of before that the answer does not have. @return NULL: it is gone */
static const plugin_cfg_given_server_t *keep(wlm_dns_change_t *change, const wlm_dns_source_t *source,
                                             const plugin_cfg_given_server_t *known, int has_vanished, apr_time_t now,
                                             apr_pool_t *p)
{
    plugin_cfg_given_server_t *server = copy(source, known, p);

    if (leaving_since(known) && now >= removal_of(known)) {
        APR_ARRAY_PUSH(change->removed, const char *) = known->name;
        return NULL;
    }
    if (has_vanished && !leaving_since(known)) {
        APR_ARRAY_PUSH(change->leaving, const char *) = known->name;
    }
    if ((has_vanished && !leaving_since(known)) || is_ahead(known, now)) {
        server->weight = 0;
        server->from = apr_psprintf(p, "%s" LEAVING "%" APR_INT64_T_FMT, source->text,
                                    (apr_int64_t)apr_time_as_msec(now));
    }
    return server;
}

apr_array_header_t *wlm_dns_follow(wlm_dns_change_t *change, const wlm_dns_source_t *source,
                                   const apr_array_header_t *known, const apr_array_header_t *answered,
                                   const wlm_dns_answer_t *answer, apr_time_t now, apr_pool_t *p)
{
    apr_array_header_t *before = sorted(known, p), *servers = apr_array_make(p, 8, sizeof(plugin_cfg_given_server_t *));
    const plugin_cfg_given_server_t *server;
    int i;

    for (i = 0; answered && i < answered->nelts; ++i) {
        server = APR_ARRAY_IDX(answered, i, const plugin_cfg_given_server_t *);
        APR_ARRAY_PUSH(servers, const plugin_cfg_given_server_t *) = server;
        if (!find(before, server->name) || leaving_since(find(before, server->name))) {
            APR_ARRAY_PUSH(change->added, const char *) = server->name;
        }
    }
    for (i = 0; i < before->nelts; ++i) {
        server = APR_ARRAY_IDX(before, i, const plugin_cfg_given_server_t *);
        if (!answered || !find(answered, server->name)) {
            server = keep(change, source, server, answered && !is_unanswered(server, source, answer), now, p);
            if (server) {
                APR_ARRAY_PUSH(servers, const plugin_cfg_given_server_t *) = server;
            }
        }
    }
    return sorted(servers, p);
}

apr_array_header_t *wlm_dns_as_known(const wlm_dns_source_t *source, const apr_array_header_t *known, apr_pool_t *p)
{
    apr_array_header_t *servers = sorted(known, p);
    int i;

    for (i = 0; i < servers->nelts; ++i) {
        const plugin_cfg_given_server_t **server = &APR_ARRAY_IDX(servers, i, const plugin_cfg_given_server_t *);

        *server = copy(source, *server, p);
    }
    return servers;
}

apr_time_t wlm_dns_next_removal(const apr_array_header_t *servers, apr_time_t now)
{
    apr_time_t next = 0;
    int i;

    for (i = 0; i < servers->nelts; ++i) {
        const plugin_cfg_given_server_t *server = APR_ARRAY_IDX(servers, i, const plugin_cfg_given_server_t *);
        apr_time_t at = !leaving_since(server) ? 0 : is_ahead(server, now) ? now : removal_of(server);

        next = at && (!next || at < next) ? at : next;
    }
    return next;
}

const char *wlm_dns_text(const apr_array_header_t *servers, apr_pool_t *p)
{
    apr_array_header_t *parts = apr_array_make(p, servers->nelts + 1, sizeof(const char *));
    int i;

    for (i = 0; i < servers->nelts; ++i) {
        const plugin_cfg_given_server_t *server = APR_ARRAY_IDX(servers, i, const plugin_cfg_given_server_t *);

        APR_ARRAY_PUSH(parts, const char *) = apr_psprintf(p, "%s %d %d %s\n", server->name, server->weight,
                                                           server->is_backup, server->from);
    }
    return apr_array_pstrcat(p, parts, 0);
}
