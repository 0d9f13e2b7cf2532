/* A member for a request, as the members become more: the choice, which counts the request as in flight; and with its
 * end, which does not. */
#include "tests/measure/bench/micro/micro.h"
#include "balance/cluster.h"
#include "balance/member.h"
#include "balance/pick.h"

#define NOW (1000000 * APR_USEC_PER_SEC)
#define PROCESSES 2

typedef struct selection_t {
    wlm_cluster_t *cluster;
    _Atomic uint32_t *own;         /* the requests in flight of each process, one behind the other, by member */
} selection_t;

static const char *cfg_text(int nmembers, apr_pool_t *p)
{
    apr_array_header_t *servers = apr_array_make(p, nmembers, sizeof(const char *));
    int i;

    for (i = 0; i < nmembers; ++i) {
        APR_ARRAY_PUSH(servers, const char *) = apr_psprintf(
            p, "<Server Name=\"m%d\" CloneID=\"clone%04d\" LoadBalanceWeight=\"%d\"><Transport Hostname=\"localhost\""
            " Port=\"80\" Protocol=\"http\"/></Server>", i, i, 1 + i % 3);
    }
    return apr_pstrcat(p, "<Config><ServerCluster Name=\"c\">", apr_array_pstrcat(p, servers, 0),
                       "</ServerCluster><Route ServerCluster=\"c\"/></Config>", NULL);
}

static void *make_with(wlm_policy_choice_t policy, int nmembers, apr_pool_t *p)
{
    const plugin_cfg_t *cfg = micro_cfg(cfg_text(nmembers, p), p);
    apr_size_t n = (apr_size_t)nmembers;
    selection_t *selection = apr_pcalloc(p, sizeof(*selection));
    wlm_shared_member_t *records = micro_shared(sizeof(*records) * n);
    wlm_shared_member_t **members = apr_palloc(p, sizeof(*members) * n);
    wlm_options_t *options = apr_pmemdup(p, wlm_options_for(NULL, "c", p), sizeof(*options));
    int i;

    options->policy = policy;
    for (i = 0; i < nmembers; ++i) {
        members[i] = &records[i];
        records[i].response_average = (UINT64_C(10000) << 32) + i; /* known, and not the same */
    }
    selection->cluster = wlm_cluster_make(APR_ARRAY_IDX(cfg->clusters, 0, plugin_cfg_cluster_t *),
                                          options, micro_shared(sizeof(wlm_shared_cluster_t)), members, p);
    selection->own = micro_shared(sizeof(*selection->own) * n * PROCESSES);
    return selection;
}

static void *make(int nmembers, apr_pool_t *p)
{
    return make_with(WLM_POLICY_LOAD_BALANCE, nmembers, p);
}

static void *make_least_busy(int nmembers, apr_pool_t *p)
{
    return make_with(WLM_POLICY_LEAST_BUSY, nmembers, p);
}

static void *make_peak_ewma(int nmembers, apr_pool_t *p)
{
    return make_with(WLM_POLICY_PEAK_EWMA, nmembers, p);
}

static void take_part(void *thing, int process)
{
    selection_t *selection = thing;
    int i, n = selection->cluster->nmembers;

    for (i = 0; i < n; ++i) {
        wlm_member_t *member = &selection->cluster->members[i];

        member->process_in_flight = &selection->own[process * n + i];
        member->unlimited = (wlm_process_counts_t){ .first = &selection->own[i], .n = PROCESSES,
                                                    .step = sizeof(*selection->own) * (size_t)n };
    }
}

static wlm_member_t *pick(wlm_cluster_t *cluster, const wlm_affinity_t *affinity, unsigned seed)
{
    wlm_pick_t picked = { .now = NOW, .random = seed };

    if (wlm_pick_member(&picked, cluster, affinity) != WLM_PICK_OK) {
        micro_fail("no member");
    }
    return picked.member;
}

static const wlm_affinity_t none = { .source = WLM_AFFINITY_NO_SESSION };

static void call(void *thing, unsigned seed, long times)
{
    const selection_t *selection = thing;

    for (; times > 0; --times) {
        pick(selection->cluster, &none, ++seed);
    }
}

static void call_release(void *thing, unsigned seed, long times)
{
    const selection_t *selection = thing;

    for (; times > 0; --times) {
        wlm_member_release(pick(selection->cluster, &none, ++seed));
    }
}

static void call_session(void *thing, unsigned seed, long times)
{
    const selection_t *selection = thing;
    wlm_affinity_t affinity = { .source = WLM_AFFINITY_COOKIE, .nids = 1 };

    for (; times > 0; --times) {
        const wlm_member_t *member = &selection->cluster->members[++seed % (unsigned)selection->cluster->nmembers];

        affinity.ids[0].id = member->cfg->clone_id;
        affinity.ids[0].len = sizeof("clone0000") - 1;
        pick(selection->cluster, &affinity, seed);
    }
}

static const int sizes[] = { 2, 16, 256, 1000, 0 };
const micro_t micro_select = {
    .name = "select", .grows = "members", .sizes = sizes, .make = make, .take_part = take_part, .call = call
};
const micro_t micro_select_least_busy = {
    .name = "select, LeastBusy", .grows = "members", .sizes = sizes, .make = make_least_busy, .take_part = take_part,
    .call = call
};
const micro_t micro_select_peak_ewma = {
    .name = "select, PeakEWMA", .grows = "members", .sizes = sizes, .make = make_peak_ewma, .take_part = take_part,
    .call = call
};
const micro_t micro_select_session = {
    .name = "select by session", .grows = "members", .sizes = sizes, .make = make, .take_part = take_part,
    .call = call_session
};
const micro_t micro_release = {
    .name = "select and release", .grows = "members", .sizes = sizes, .make = make, .take_part = take_part,
    .call = call_release
};
