/* The section in mod_status' page, as HTML and for programs (?auto). */
#include <mod_status.h>
#include "mod_wlm_state.h"

static const char *state_name(const wlm_member_t *member)
{
    return wlm_obstacle_name(wlm_member_obstacle(member, apr_time_now()));
}

static const char *tier_name(const wlm_member_t *member)
{
    return member->cfg->tier == PLUGIN_CFG_PRIMARY ? "primary" : "backup";
}

static void print_auto(request_rec *r, const wlm_cluster_t *cluster, int c)
{
    int m;

    ap_rprintf(r, "WLMCluster[%d]Name: %s\nWLMCluster[%d]LoadBalance: %s\n", c, cluster->cfg->name, c,
               cluster->policy->name);
    ap_rprintf(r, "WLMCluster[%d]Retrying: %u\nWLMCluster[%d]Waiting: %u\n", c, atomic_load(&cluster->shared->retrying), c,
               cluster->queue ? wlm_queue_waiting(cluster->queue) : 0);
    for (m = 0; m < cluster->nmembers; ++m) {
        wlm_member_t *member = &cluster->members[m];
        wlm_shared_member_t *shared = member->shared;
        const struct {
            const char *name;
            uint64_t value;
        } numbers[] = {
            { "Weight", (uint64_t)member->cfg->weight },
            { "Requests", atomic_load(&shared->requests) },
            { "InFlight", atomic_load(&shared->in_flight) },
            { "Failures", wlm_member_failures(shared) },
            { "Busy", atomic_load(&shared->busy) },
            { "SessionsNew", atomic_load(&shared->sessions_new) },
            { "SessionsKept", atomic_load(&shared->sessions_kept) },
            { "SessionsMoved", atomic_load(&shared->sessions_moved) },
        };
        apr_size_t i;

        ap_rprintf(r, "WLMCluster[%d]Member[%d]Name: %s\n", c, m, member->cfg->name);
        ap_rprintf(r, "WLMCluster[%d]Member[%d]Address: %s\n", c, m, member->was);
        ap_rprintf(r, "WLMCluster[%d]Member[%d]Tier: %s\n", c, m, tier_name(member));
        ap_rprintf(r, "WLMCluster[%d]Member[%d]State: %s\n", c, m, state_name(member));
        for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); ++i) {
            ap_rprintf(r, "WLMCluster[%d]Member[%d]%s: %" APR_UINT64_T_FMT "\n", c, m, numbers[i].name,
                       (apr_uint64_t)numbers[i].value);
        }
    }
}

static void print_html_row(request_rec *r, const wlm_member_t *member)
{
    wlm_shared_member_t *shared = member->shared;

    ap_rprintf(r, "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%d</td><td>%" APR_UINT64_T_FMT "</td><td>%u</td>"
                  "<td>%" APR_UINT64_T_FMT "</td><td>%" APR_UINT64_T_FMT "</td><td>%" APR_UINT64_T_FMT "</td><td>%"
                  APR_UINT64_T_FMT "</td></tr>\n",
               ap_escape_html(r->pool, member->cfg->name), ap_escape_html(r->pool, member->was), tier_name(member),
               state_name(member), member->cfg->weight, (apr_uint64_t)atomic_load(&shared->requests),
               atomic_load(&shared->in_flight), (apr_uint64_t)wlm_member_failures(shared),
               (apr_uint64_t)atomic_load(&shared->sessions_new), (apr_uint64_t)atomic_load(&shared->sessions_kept),
               (apr_uint64_t)atomic_load(&shared->sessions_moved));
}

static void print_html(request_rec *r, const wlm_cluster_t *cluster)
{
    int m;

    ap_rprintf(r, "<h3>Cluster %s, %s</h3>\n<table border=\"0\"><tr><th>Member</th><th>Address</th><th>Tier</th>"
                  "<th>State</th><th>Weight</th><th>Requests</th><th>In flight</th><th>Failures</th>"
                  "<th>Sessions new</th><th>kept</th><th>moved</th></tr>\n",
               ap_escape_html(r->pool, cluster->cfg->name), cluster->policy->name);
    for (m = 0; m < cluster->nmembers; ++m) {
        print_html_row(r, &cluster->members[m]);
    }
    ap_rputs("</table>\n", r);
}

/* The file, and why a newer one is not at work */
static void print_file(request_rec *r, const wlm_file_t *file, int is_auto)
{
    const wlm_shared_file_t *shared = &wlm_state.files[file->number];
    int refused = atomic_load(&shared->refused) != 0;
    char since[APR_RFC822_DATE_LEN] = "";

    if (refused) {
        apr_rfc822_date(since, apr_time_from_sec((apr_int64_t)atomic_load(&shared->refused_since)));
    }
    if (is_auto) {
        ap_rprintf(r, "WLMFile[%d]Path: %s\n", file->number, file->path);
        ap_rprintf(r, refused ? "WLMFile[%d]Refused: since %s: %s\n" : "WLMFile[%d]Refused: no\n", file->number, since,
                   shared->why);
        return;
    }
    ap_rprintf(r, "<hr />\n<h2>mod_wlm: %s</h2>\n", ap_escape_html(r->pool, file->path));
    if (refused) {
        ap_rprintf(r, "<p><b>configuration refused</b> since %s: %s</p>\n", since, ap_escape_html(r->pool, shared->why));
    }
}

static void print_slots(request_rec *r, int is_auto)
{
    ap_rprintf(r, is_auto ? "WLMSlotsMembers: %d of %d\nWLMSlotsClusters: %d of %d\n"
                          : "<p>Slots in use: %d of %d for members, %d of %d for clusters</p>\n",
               wlm_slots_used(&wlm_state.members), wlm_state.max_members,
               wlm_slots_used(&wlm_state.clusters), wlm_state.max_clusters);
}

static int on_status(request_rec *r, int flags)
{
    int f, c, n = 0, is_auto = flags & AP_STATUS_SHORT;

    if (!wlm_state.work) {
        return OK;
    }
    for (f = 0; f < wlm_config_files()->nelts; ++f) {
        wlm_file_t *file = APR_ARRAY_IDX(wlm_config_files(), f, wlm_file_t *);
        wlm_version_t *version = wlm_live_use(file);

        if (!version) {
            continue;
        }
        print_file(r, file, is_auto);
        for (c = 0; c < version->snapshot->nclusters; ++c) {
            if (is_auto) {
                print_auto(r, version->snapshot->clusters[c], n++);
            }
            else {
                print_html(r, version->snapshot->clusters[c]);
            }
        }
        wlm_live_leave(version);
    }
    print_slots(r, is_auto);
    return OK;
}

int wlm_status_handler(request_rec *r)
{
    if (!r->handler || strcmp(r->handler, WLM_STATUS_HANDLER) != 0) {
        return DECLINED;
    }
    if (r->method_number == M_POST) {
        return wlm_admin_post(r);
    }
    r->allowed |= (AP_METHOD_BIT << M_GET) | (AP_METHOD_BIT << M_POST);
    if (r->method_number != M_GET) {
        return DECLINED;
    }
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    ap_set_content_type(r, "text/html; charset=utf-8");
    ap_rputs("<!DOCTYPE html>\n<html lang=\"en\"><head><title>mod_wlm</title></head><body>\n", r);
    on_status(r, 0);
    ap_rputs("</body></html>\n", r);
    return OK;
}

void wlm_status_register(apr_pool_t *p)
{
    (void)p;
    APR_OPTIONAL_HOOK(ap, status_hook, on_status, NULL, NULL, APR_HOOK_MIDDLE);
}
