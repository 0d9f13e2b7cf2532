/* What the review says of servers that have something in common: "server@host:port" of cluster a on lines 2 and on,
 * then of cluster b. */
#include "unit.h"
#include "tools/wlmcfg/check/review_unit.h"

static const struct {
    const char *a, *b;
    const char *findings, *told;
} server_cases[] = {
    { "s@h:1 t@h:2", "u@i:1", "", NULL },
    /* one address twice in a cluster */
    { "s@h:1 t@H:1", "u@i:1", "3 warning shared-address",
      "server \"t\" of cluster \"a\" has an address of server \"s\" (line 2), h:1" },
    { "s@h:1 t@h:1 w@h:1 x@i:1", "u@i:1 v@i:1", "3 warning shared-address, 8 warning shared-address",
      "server \"t\" and 1 more of" },
    { "s@h:1,h:443 t@i:1,h:443", "u@i:1", "3 warning shared-address", "server \"t\"" },
    { "s@h:443,h:443 t@h:2", "u@i:1", "2 warning second-transport", NULL },
    { "s@2001:db8::1:1 t@2001:db8:0::1:1", "u@i:1", "3 warning shared-address", "[2001:db8::1]:1" },
    /* ... in two clusters is what a server with two applications has */
    { "s@h:1", "s@h:1", "", NULL },
    { "s@h:1", "t@h:1", "", NULL },
    /* one name, and several servers */
    { "s@h:1", "s@i:1", "4 note shared-server-name",
      "server \"s\" is at i:1 in cluster \"b\", but in cluster \"a\" (line 2) at h:1: these are different servers" },
    { "s@h:1 t@h:2", "s@i:1 t@i:2", "5 note shared-server-name",
      "at h:1 (and so for 1 more): these are different servers" },
    { "s@h:1,h:443", "s@h:2,h:443", "", NULL },
    { "s@h:1", "s@h:2", "4 note shared-server-name", "at h:2" },
};

/* "<Server ...>", a line each */
static const char *servers(const char *list, const char *cluster)
{
    char *rest = apr_pstrdup(unit_pool, list), *last, *last_address, *name, *at, *address;
    const char *text = "";

    for (; (name = apr_strtok(rest, " ", &last)) != NULL; rest = NULL) {
        at = strchr(name, '@');
        *at++ = '\0';
        text = apr_psprintf(unit_pool, "%s<Server Name='%s' CloneID='%s%s' ConnectTimeout='5'>", text, name, name,
                            cluster);
        for (; (address = apr_strtok(at, ",", &last_address)) != NULL; at = NULL) {
            char *port = strrchr(address, ':');
            *port++ = '\0';
            text = apr_psprintf(unit_pool, "%s<Transport Hostname='%s' Port='%s' Protocol='%s'><Property "
                                "Name='keyring' Value='k'/>" "</Transport>", text, address, port,
                                strcmp(port, "443") == 0 ? "https" : "http");
        }
        text = apr_pstrcat(unit_pool, text, "</Server>\n", NULL);
    }
    return text;
}

START_TEST(servers_with_something_in_common_are_told)
{
    const char *text = apr_pstrcat(unit_pool,
                                   "<Config><UriGroup Name='a'><Uri Name='/a'/></UriGroup><ServerCluster Name='a'>\n",
                                   servers(server_cases[_i].a, "A"), "</ServerCluster><ServerCluster Name='b'>\n",
                                   servers(server_cases[_i].b, "B"),
                                   "</ServerCluster><Route ServerCluster='a' UriGroup='a'/>"
                                   "<Route ServerCluster='b'/></Config>", NULL);
    const plugin_cfg_t *cfg = review(text);

    ck_assert_msg(strcmp(cfg_findings(cfg), server_cases[_i].findings) == 0, "%s: %s", text, cfg_findings(cfg));
    if (server_cases[_i].told) {
        const char *message = APR_ARRAY_IDX(cfg->findings, 0, plugin_cfg_finding_t *)->message;
        ck_assert_msg(strstr(message, server_cases[_i].told) != NULL, "%s", message);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/check/review_servers");

    tcase_add_loop_test(unit_case(s, "servers"), servers_with_something_in_common_are_told, 0,
                        UNIT_COUNT(server_cases));
    return s;
}

UNIT_MAIN(suite)
