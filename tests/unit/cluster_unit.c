/* Clusters made of a table, and requests to them. On the thread of the test. */
#include "cluster_unit.h"

plugin_cfg_cluster_t *make_cfg(const member_spec_t *specs)
{
    plugin_cfg_cluster_t *cfg = apr_pcalloc(unit_pool, sizeof(*cfg));

    cfg->name = "c";
    cfg->retry_interval = INTERVAL;
    cfg->ignore_affinity_requests = 1;
    cfg->members = apr_array_make(unit_pool, 4, sizeof(plugin_cfg_server_t *));
    cfg->primaries = apr_array_make(unit_pool, 4, sizeof(plugin_cfg_server_t *));
    cfg->backups = apr_array_make(unit_pool, 4, sizeof(plugin_cfg_server_t *));
    for (; specs->name; ++specs) {
        plugin_cfg_server_t *server = apr_pcalloc(unit_pool, sizeof(*server));
        plugin_cfg_transport_t *transport = apr_pcalloc(unit_pool, sizeof(*transport));

        server->name = specs->name;
        server->clone_id = specs->clone_id;
        server->weight = specs->weight;
        server->tier = specs->tier;
        server->max_connections = specs->max_connections ? specs->max_connections : -1;
        transport->host = "localhost";
        transport->port = 80;
        server->transports = apr_array_make(unit_pool, 1, sizeof(plugin_cfg_transport_t *));
        APR_ARRAY_PUSH(server->transports, plugin_cfg_transport_t *) = transport;
        APR_ARRAY_PUSH(cfg->members, plugin_cfg_server_t *) = server;
        APR_ARRAY_PUSH(specs->tier == P ? cfg->primaries : cfg->backups, plugin_cfg_server_t *) = server;
    }
    return cfg;
}

void *shared(apr_size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(memory, MAP_FAILED);
    return memory;
}

wlm_cluster_t *cluster_with(plugin_cfg_cluster_t *cfg, const wlm_options_t *options)
{
    wlm_shared_member_t *records = shared(sizeof(*records) * (apr_size_t)(cfg->members->nelts + 1));
    wlm_shared_member_t **members = apr_palloc(unit_pool, sizeof(*members) * (apr_size_t)(cfg->members->nelts + 1));
    int i;

    for (i = 0; i < cfg->members->nelts; ++i) {
        members[i] = &records[i];
    }
    return wlm_cluster_make(cfg, options, shared(sizeof(wlm_shared_cluster_t)), members, unit_pool);
}

wlm_options_t *unit_options(void)
{
    wlm_options_set_t *set = wlm_options_make(unit_pool);

    wlm_options_use_defaults(set, WLM_DEFAULTS_ORIGINAL);
    return &set->all;
}

wlm_cluster_t *cluster_of(plugin_cfg_cluster_t *cfg)
{
    return cluster_with(cfg, unit_options());
}

wlm_cluster_t *make(const member_spec_t *specs)
{
    return cluster_of(make_cfg(specs));
}

wlm_affinity_t session(const char *first, const char *second)
{
    wlm_affinity_t affinity = { .source = WLM_AFFINITY_COOKIE };

    affinity.ids[0].id = first;
    affinity.ids[0].len = strlen(first);
    affinity.nids = 1;
    if (second) {
        affinity.ids[1].id = second;
        affinity.ids[1].len = strlen(second);
        affinity.nids = 2;
    }
    return affinity;
}

int serve_at(wlm_cluster_t *cluster, const wlm_affinity_t *affinity, apr_time_t now)
{
    static uint64_t seed;
    wlm_pick_t pick;

    memset(&pick, 0, sizeof(pick));
    pick.now = now;
    pick.random = ++seed * 7919;
    if (wlm_pick_member(&pick, cluster, affinity) != WLM_PICK_OK) {
        ck_assert_ptr_null(pick.member);
        return -1;
    }
    wlm_transition_event(pick.member, WLM_EVENT_ALIVE, now, NULL);
    wlm_member_release(pick.member);
    return pick.member->index;
}

int serve(wlm_cluster_t *cluster, const wlm_affinity_t *affinity)
{
    return serve_at(cluster, affinity, T0);
}

void mark_down(wlm_cluster_t *cluster, int member, apr_time_t now)
{
    wlm_transition_event(&cluster->members[member], WLM_EVENT_FAULT, now, NULL);
}

void mark_up(wlm_cluster_t *cluster, int member)
{
    wlm_transition_event(&cluster->members[member], WLM_EVENT_ALIVE, T0, NULL);
}

void expect_shares(wlm_cluster_t *cluster, int n, const double *shares, double within)
{
    int counts[8] = { 0 }, i;

    for (i = 0; i < n; ++i) {
        int m = serve(cluster, &no_session);
        ck_assert_int_ge(m, 0);
        counts[m]++;
    }
    for (i = 0; i < cluster->nmembers; ++i) {
        double off = counts[i] - shares[i] * n;
        ck_assert_msg(off <= within && off >= -within, "member %d: %d of %d, wanted %f", i, counts[i], n,
                      shares[i] * n);
    }
}
