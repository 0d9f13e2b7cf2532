/* What becomes of a path: found, none, or refused. That the paths are read rightly is http/test_path.c's. */
#include "unit.h"
#include "route/target.h"

static const struct {
    const char *encoded;
    wlm_target_t target;
} targets[] = {
    { "/app/x",                    WLM_TARGET_FOUND },
    { "/%61pp;v=1/x",              WLM_TARGET_FOUND },
    { "/other",                    WLM_TARGET_NONE },
    { "/app/%zz",                  WLM_TARGET_NONE },
    { "*",                         WLM_TARGET_NONE },
    /* a route in one of the readings is enough */
    { "/app/..;/other",            WLM_TARGET_AMBIGUOUS },
    { "/other/..;/app/x",          WLM_TARGET_AMBIGUOUS },
    { "/other/..;/x",              WLM_TARGET_NONE },
};

START_TEST(a_path_leads_where_the_table_says)
{
    plugin_cfg_uri_t uri = { .name = "/app/*" }, *uris = &uri;
    apr_array_header_t uri_list = { .elts = (char *)&uris, .nelts = 1, .elt_size = sizeof(uris) };
    plugin_cfg_uri_group_t group = { .uris = &uri_list };
    plugin_cfg_route_t route = { .uri_group = &group }, *routes = &route;
    apr_array_header_t route_list = { .elts = (char *)&routes, .nelts = 1, .elt_size = sizeof(routes) };
    plugin_cfg_t cfg = { .routes = &route_list };
    wlm_route_match_t match = { NULL, NULL, NULL };
    const char *path = NULL;
    wlm_target_t target = wlm_target_find(&match, &path, wlm_route_index_make(&cfg, unit_pool), "h", 80,
                                          targets[_i].encoded, unit_pool);

    ck_assert_msg(target == targets[_i].target, "%s: %d", targets[_i].encoded, target);
    ck_assert(target != WLM_TARGET_FOUND || (match.route == &route && match.uri == &uri));
    ck_assert(target != WLM_TARGET_FOUND || strcmp(path, "/app/x") == 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("route/target");
    TCase *tc = unit_case(s, "target");

    tcase_add_loop_test(tc, a_path_leads_where_the_table_says, 0, UNIT_COUNT(targets));
    return s;
}

UNIT_MAIN(suite)
