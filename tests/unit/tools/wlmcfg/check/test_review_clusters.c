/* What the review says of a cluster's weights and times: the cluster is on line 1, its servers are from line 2 on. */
#include "unit.h"
#include "tools/wlmcfg/check/review_unit.h"

static const struct {
    const char *attributes;        /* of the cluster */
    const char *servers[4];        /* attributes of s0, s1, ... */
    const char *tiers;
    const char *findings;
} cluster_cases[] = {
#define T5 "ConnectTimeout='5' "
#define LAST_IS_BACKUP "<PrimaryServers><Server Name='s0'/></PrimaryServers><BackupServers><Server " \
    "Name='s1'/></BackupServers>"
    { "", { T5, T5 }, "", "" },
    /* weights */
    { "", { T5 "LoadBalanceWeight='1000'", T5 "LoadBalanceWeight='1'" }, "", "" },
    { "", { T5 "LoadBalanceWeight='1001'", T5 "LoadBalanceWeight='1'" }, "", "3 warning little-weight" },
    { "", { T5 "LoadBalanceWeight='1'", T5 "LoadBalanceWeight='2'", T5 "LoadBalanceWeight='65535'" }, "",
      "2 warning little-weight" },
    { "", { T5 "LoadBalanceWeight='65535'", T5 "LoadBalanceWeight='0'" }, "", "" },
    { "", { T5 "LoadBalanceWeight='0'" }, "", "1 warning no-weight" },
    { "", { T5 "LoadBalanceWeight='0'", T5 "LoadBalanceWeight='0'" }, "", "1 warning no-weight" },
    { "", { T5 "LoadBalanceWeight='5000'", T5 "LoadBalanceWeight='1'" }, LAST_IS_BACKUP, "" },
    { "", { T5 "LoadBalanceWeight='5'", T5 "LoadBalanceWeight='0'" }, LAST_IS_BACKUP,
      "1 warning backups-without-weight" },
    { "", { T5 "LoadBalanceWeight='0'", T5 "LoadBalanceWeight='1'" }, LAST_IS_BACKUP, "1 warning no-weight" },
    /* what the original ignores */
    { "LoadBalance='Random'", { T5, T5 }, "", "" },
    { "LoadBalance='Random'", { T5 "LoadBalanceWeight='1'", T5 "LoadBalanceWeight='2'" }, "",
      "1 note random-counts-more" },
    { "LoadBalance='Random' IgnoreAffinityRequests='false'", { T5, T5 }, "", "1 note random-counts-more" },
    { "IgnoreAffinityRequests='false'", { T5 "LoadBalanceWeight='1'", T5 "LoadBalanceWeight='2'" }, "", "" },
    /* times */
    { "RetryInterval='5'", { T5, T5 }, "", "" },
    { "RetryInterval='4'", { "ConnectTimeout='4'", T5 }, "", "3 warning retry-before-timeout" },
    { "RetryInterval='4'", { T5, T5 }, "", "2 warning retry-before-timeout" },
    { "RetryInterval='4'", { T5 }, "", "" },
    { "", { "" }, "", "" },
    { "", { T5, "" }, "", "3 note no-connect-timeout" },
    { "", { "ConnectTimeout='0'", "" }, "", "2 note no-connect-timeout" },
    { "ServerIOTimeoutRetry='1'", { T5 }, "", "1 warning retry-without-timeout" },
    { "ServerIOTimeoutRetry='1'", { T5, T5 "ServerIOTimeout='-9'" }, "", "" },
    { "ServerIOTimeoutRetry='1'", { T5 "ExtendedHandshake='true'" }, "", "" },
    { "ServerIOTimeoutRetry='0'", { T5 }, "", "" },
};

START_TEST(weights_and_times_that_contradict_each_other_are_told)
{
    const char *text = apr_psprintf(unit_pool, "<Config><Route ServerCluster='c'/><ServerCluster Name='c' %s>\n",
                                    cluster_cases[_i].attributes);
    int i;

    for (i = 0; i < 4 && cluster_cases[_i].servers[i]; ++i) {
        text = apr_psprintf(unit_pool, "%s<Server Name='s%d' CloneID='c%d' %s><Transport Hostname='h' "
                            "Port='%d'/></Server>\n", text, i, i, cluster_cases[_i].servers[i], i + 1);
    }
    text = apr_pstrcat(unit_pool, text, cluster_cases[_i].tiers, "</ServerCluster></Config>", NULL);
    ck_assert_msg(strcmp(cfg_findings(review(text)), cluster_cases[_i].findings) == 0, "%s: %s", text,
                  cfg_findings(review(text)));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/check/review_clusters");

    tcase_add_loop_test(unit_case(s, "clusters"), weights_and_times_that_contradict_each_other_are_told, 0,
                        UNIT_COUNT(cluster_cases));
    return s;
}

UNIT_MAIN(suite)
