/* Finds the members of an action by the fields cluster, member and host of its form. Runs on the thread that answers
 * the request. */
#include <apr_strings.h>
#include "balance/cluster.h"
#include "balance/member.h"
#include "balance/snapshot.h"
#include "base/host.h"
#include "httpd/context/files.h"
#include "httpd/runtime/version.h"
#include "httpd/status/targets.h"
#include "plugin-cfg/plugin_cfg.h"

typedef struct target_t {
    const char *cluster, *member, *host; /* NULL: any */
    int port;                      /* 0: any */
} target_t;

static int is_at(const target_t *target, const wlm_member_t *member)
{
    int i;

    for (i = 0; i < WLM_TRANSPORTS; ++i) {
        const plugin_cfg_transport_t *transport = member->transports[i].cfg;
        if (transport && wlm_host_same(target->host, transport->host)
            && (!target->port || target->port == transport->port)) {
            return 1;
        }
    }
    return 0;
}

static int matches(const target_t *target, const wlm_member_t *member)
{
    return (!target->cluster || strcmp(target->cluster, member->cluster->cfg->name) == 0)
           && (!target->member || strcmp(target->member, member->cfg->name) == 0)
           && (!target->host || is_at(target, member));
}

/* @return 0: the form is wrong; the reason is in call->lines */
static int read_target(target_t *target, wlm_answer_call_t *call)
{
    const char *host = wlm_answer_field(call, "host");

    target->cluster = wlm_answer_field(call, "cluster");
    target->member = wlm_answer_field(call, "member");
    target->host = NULL;
    target->port = 0;
    if (host && !wlm_host_port_read(&target->host, &target->port, host, call->r->pool)) {
        wlm_answer_fail(call, HTTP_BAD_REQUEST,
                        apr_psprintf(call->r->pool, "\"%s\" is none of HOST, HOST:PORT and unix:/PATH", host));
        return 0;
    }
    return 1;
}

/* Their versions are in use until the request ends */
static apr_array_header_t *find_members(const target_t *target, apr_pool_t *p)
{
    apr_array_header_t *found = apr_array_make(p, 4, sizeof(wlm_member_t *));
    int f, c, m;

    for (f = 0; f < wlm_files()->nelts; ++f) {
        wlm_version_t *version = wlm_version_use(APR_ARRAY_IDX(wlm_files(), f, wlm_file_t *), p);

        for (c = 0; c < version->snapshot->nclusters; ++c) {
            wlm_cluster_t *cluster = version->snapshot->clusters[c];
            for (m = 0; m < cluster->nmembers; ++m) {
                if (matches(target, &cluster->members[m])) {
                    APR_ARRAY_PUSH(found, wlm_member_t *) = &cluster->members[m];
                }
            }
        }
    }
    return found;
}

const apr_array_header_t *wlm_targets_find(wlm_answer_call_t *call)
{
    apr_pool_t *p = call->r->pool;
    const apr_array_header_t *found;
    target_t target;

    if (!read_target(&target, call)) {
        return NULL;
    }
    if (!target.cluster && !target.member && !target.host) {
        wlm_answer_fail(call, HTTP_BAD_REQUEST, "the form names no member, cluster or host");
        return NULL;
    }
    found = find_members(&target, p);
    if (!found->nelts) {
        wlm_answer_fail(call, HTTP_NOT_FOUND, apr_pstrcat(p, "there is no ", target.member ? "member " : "member",
                       target.member ? target.member : "", target.cluster ? " in a cluster " : "",
                       target.cluster ? target.cluster : "", target.host ? " at " : "",
                       target.host ? wlm_answer_field(call, "host") : "", NULL));
        return NULL;
    }
    return found;
}
