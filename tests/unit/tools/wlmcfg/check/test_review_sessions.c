/* What the review says of sessions of two clusters: the cluster on line 1 is a, with a server h1:1 of the clone id c1;
 * then cluster b. */
#include "unit.h"
#include "tools/wlmcfg/check/review_unit.h"

static const struct {
    const char *servers;           /* of b, on line 2 */
    const char *routes;            /* b's on line 3, a's on line 4 */
    const char *findings;
} session_cases[] = {
#define SERVER(id, host, port) "<Server Name='" host "-" port "' CloneID='" id "'><Transport Hostname='" host \
    "' Port='" port "'/></Server>"
#define HOSTS_OF(name, host) "<VirtualHostGroup Name='" name "'><VirtualHost Name='" host "'/></VirtualHostGroup>"
#define URI_OF(name, attributes) "<UriGroup Name='" name "'><Uri Name='/" name "' " attributes "/></UriGroup>"
#define ROUTES(host_b, uri_b, host_a, uri_a) \
    HOSTS_OF("hb", host_b) URI_OF("ub", uri_b) "<Route ServerCluster='b' UriGroup='ub' VirtualHostGroup='hb'/>\n" \
    HOSTS_OF("ha", host_a) URI_OF("ua", uri_a) "<Route ServerCluster='a' UriGroup='ua' VirtualHostGroup='ha'/>\n"
    { SERVER("c2", "h2", "2"), ROUTES("*:80", "", "*:80", ""), "" },
    { SERVER("c1", "h2", "2"), ROUTES("*:80", "", "*:80", ""), "1 note shared-clone-id" },
    /* the same server, in two clusters */
    { SERVER("c1", "H1", "1"), ROUTES("*:80", "", "*:80", ""), "" },
    { SERVER("c1", "h1", "2"), ROUTES("*:80", "", "*:80", ""), "1 note shared-clone-id" },
    /* a cookie goes to one host, on all ports */
    { SERVER("c1", "h2", "2"), ROUTES("x:80", "", "y:80", ""), "" },
    { SERVER("c1", "h2", "2"), ROUTES("x:80", "", "X:81", ""), "1 note shared-clone-id" },
    { SERVER("c1", "h2", "2"), ROUTES("*:80", "", "x:81", ""), "1 note shared-clone-id" },
    { SERVER("c1", "h2", "2"), ROUTES("x:80", "", "*:81", ""), "1 note shared-clone-id" },
    { SERVER("c1", "h2", "2"), "<Route ServerCluster='b'/>\n" HOSTS_OF("h", "x:80") URI_OF("u", "")
      "<Route ServerCluster='a' UriGroup='u' VirtualHostGroup='h'/>\n", "1 note shared-clone-id" },
    /* cookies of other names are others */
    { SERVER("c1", "h2", "2"), ROUTES("*:80", "AffinityCookie='B'", "*:80", "AffinityCookie='A'"), "" },
    { SERVER("c1", "h2", "2"), ROUTES("*:80", "AffinityCookie='A'", "*:80", "AffinityCookie='A'"),
      "1 note shared-clone-id" },
    /* no requests, no sessions */
    { SERVER("c1", "h2", "2"), URI_OF("u", "") "<Route ServerCluster='a' UriGroup='u'/>\n", "2 note unused" },
    /* the names of one cluster's sessions */
    { SERVER("c2", "h2", "2"), ROUTES("*:80", "AffinityCookie='B'", "*:80", "")
      URI_OF("u3", "AffinityCookie='B'") "<Route ServerCluster='b' UriGroup='u3'/>\n"
      URI_OF("u4", "AffinityCookie='C'") "<Route ServerCluster='b' UriGroup='u4'/>\n"
      URI_OF("u5", "AffinityCookie='D'") "<Route ServerCluster='b' UriGroup='u5'/>\n", "6 note mixed-session-names" },
    { SERVER("c2", "h2", "2"), ROUTES("*:80", "AffinityURLIdentifier='B'", "*:80", "")
      "<Route ServerCluster='b'/>\n", "5 note mixed-session-names" },
    { SERVER("c2", "h2", "2"), ROUTES("*:80", "AffinityCookie='JSESSIONID'", "*:80", "") "<Route ServerCluster='b'/>\n",
      "" },
};

START_TEST(sessions_that_could_be_confused_are_told)
{
    const char *text = apr_pstrcat(unit_pool, "<Config><ServerCluster Name='a'>" SERVER("c1", "h1", "1")
                                   "</ServerCluster>\n" "<ServerCluster Name='b'>", session_cases[_i].servers,
                                   "</ServerCluster>\n", session_cases[_i].routes, "</Config>", NULL);

    ck_assert_msg(strcmp(cfg_findings(review(text)), session_cases[_i].findings) == 0, "%s: %s", text,
                  cfg_findings(review(text)));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/check/review_sessions");

    tcase_add_loop_test(unit_case(s, "sessions"), sessions_that_could_be_confused_are_told, 0,
                        UNIT_COUNT(session_cases));
    return s;
}

UNIT_MAIN(suite)
