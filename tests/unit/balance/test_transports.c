/* The transport by which a request reaches a member, and members that have none for it. */
#include "balance/availability.h"
#include "balance/member.h"
#include "balance/pick.h"
#include "balance/transports.h"
#include "cluster_unit.h"

static const member_spec_t three[] = {
    { "a", "ca", 1, P, 0 }, { "b", "cb", 1, P, 0 }, { "c", "cc", 1, P, 0 }, END
};

/* -- transports ----------------------------------------------------------------------------- */

static const struct {
    int http, https;               /* which transports it has */
    int lost, use_insecure;        /* the https one cannot be used; UseInsecure */
    int for_http, for_https;       /* the ports that requests go to; 0: to none */
} transports[] = {
    { 1, 0, 0, 0, 80, 80 },
    { 0, 1, 0, 0, 443, 443 },
    { 1, 1, 0, 0, 80, 443 },
    { 1, 1, 1, 0, 80, 0 },
    { 1, 1, 1, 1, 80, 80 },
    { 0, 1, 1, 0, 0, 0 },
    { 0, 1, 1, 1, 0, 0 },
};

static void set_transports(const plugin_cfg_cluster_t *cfg, int member, int http, int https)
{
    plugin_cfg_server_t *server = APR_ARRAY_IDX(cfg->members, member, plugin_cfg_server_t *);
    plugin_cfg_transport_t *transport = apr_pcalloc(unit_pool, 2 * sizeof(*transport));

    transport[0] = (plugin_cfg_transport_t){ .protocol = PLUGIN_CFG_HTTP, .host = "h", .port = 80 };
    transport[1] = (plugin_cfg_transport_t){ .protocol = PLUGIN_CFG_HTTPS, .host = "h", .port = 443 };
    apr_array_clear(server->transports);
    if (https) {
        APR_ARRAY_PUSH(server->transports, plugin_cfg_transport_t *) = &transport[1];
    }
    if (http) {
        APR_ARRAY_PUSH(server->transports, plugin_cfg_transport_t *) = &transport[0];
    }
}

static int port_for(const wlm_member_t *member, int secure)
{
    const wlm_member_transport_t *own = wlm_transports_for(member, secure);

    return own ? own->cfg->port : 0;
}

START_TEST(a_request_goes_by_the_transport_for_its_client)
{
    plugin_cfg_cluster_t *cfg = make_cfg(three);
    wlm_cluster_t *cluster;
    wlm_member_t *member;

    set_transports(cfg, 0, transports[_i].http, transports[_i].https);
    cluster = cluster_of(cfg);
    member = &cluster->members[0];
    if (transports[_i].lost) {
        wlm_transports_disable_https(member, transports[_i].use_insecure);
    }
    ck_assert_int_eq(port_for(member, 0), transports[_i].for_http);
    ck_assert_int_eq(port_for(member, 1), transports[_i].for_https);
    ck_assert_int_eq(wlm_availability_of(member, T0) == WLM_MEMBER_UNUSABLE,
                     !transports[_i].for_http && !transports[_i].for_https);
}
END_TEST

/* One member that https clients cannot have, whatever its weight, its sessions, and how badly off the others are */
START_TEST(members_without_a_way_are_not_picked)
{
    static const member_spec_t heavy[] = { { "a", "ca", 60000, P, 0 }, { "b", "cb", 1, P, 0 }, { "z", "cz", 1, B, 0 },
                                           END };
    plugin_cfg_cluster_t *cfg = make_cfg(heavy);
    wlm_options_t *rule = unit_options();
    wlm_cluster_t *cluster;
    wlm_affinity_t its = session("ca", NULL);
    wlm_pick_t pick;
    int i;

    set_transports(cfg, 0, 1, 1);
    rule->all_down = (wlm_all_down_t)_i;
    cluster = cluster_with(cfg, rule);
    wlm_transports_disable_https(&cluster->members[0], 0);
    for (i = 0; i < 300; ++i) {
        pick = (wlm_pick_t){ .now = T0, .secure = 1, .random = (uint64_t)i * 77 };
        if (i == 200) {
            mark_down(cluster, 0, T0);
            mark_down(cluster, 1, T0);
            mark_down(cluster, 2, T0);
        }
        if (wlm_pick_member(&pick, cluster, &its) == WLM_PICK_OK) {
            ck_assert_int_ne(pick.member->index, 0);
            wlm_member_release(pick.member);
        }
        else {
            ck_assert(i >= 200 && _i == WLM_ALL_DOWN_FAIL);
        }
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/transports");
    TCase *tc = unit_case(s, "transports");

    tcase_add_loop_test(tc, a_request_goes_by_the_transport_for_its_client, 0, UNIT_COUNT(transports));
    tcase_add_loop_test(tc, members_without_a_way_are_not_picked, WLM_ALL_DOWN_OLDEST, WLM_ALL_DOWN_FAIL + 1);
    return s;
}

UNIT_MAIN(suite)
