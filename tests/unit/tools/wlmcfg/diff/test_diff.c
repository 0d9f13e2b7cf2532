/* What `wlmcfg diff` finds between two files: pairs, settings, routes and sessions. */
#include "unit.h"
#include "tools/wlmcfg/diff/compare.h"
#include "tools/wlmcfg/diff/diff_unit.h"
#include "tools/wlmcfg/diff/settings.h"

char tool_name[] = "wlmcfg";       /* stands in its main()'s file */

/* -- pairs --------------------------------------------------------------------------------------------- */

/* "+new -gone old>new same(+member ...)", each with @ and where the other file has a member's address */
static const char *items_text(const apr_array_header_t *items)
{
    const char *text = "";
    int i;

    for (i = 0; i < items->nelts; ++i) {
        const item_t *item = &APR_ARRAY_IDX(items, i, item_t);
        const char *before = item->status == ITEM_ADDED ? "+" : item->status == ITEM_REMOVED ? "-" : "";
        text = apr_pstrcat(unit_pool, text, i ? " " : "", before, item->was ? item->was : "", item->was ? ">" : "",
                           item->name, item->elsewhere ? "@" : "", item->elsewhere ? item->elsewhere : "", NULL);
        if (item->members && item->members->nelts) {
            text = apr_pstrcat(unit_pool, text, "(", items_text(item->members), ")", NULL);
        }
    }
    return text;
}

static const struct {
    const char *from, *to, *items;
} pair_cases[] = {
    { CLUSTER("a", "", SERVER("s", "", "h")), CLUSTER("a", "", SERVER("s", "", "h")), "" },
    /* by name, wherever they are in the file */
    { CLUSTER("a", "", SERVER("s", "", "h")) CLUSTER("b", "", SERVER("t", "", "i")),
      CLUSTER("b", "", SERVER("t", "", "i")) CLUSTER("a", "", SERVER("s", "", "h")), "" },
    { CLUSTER("a", "", SERVER("s", "", "h") SERVER("t", "", "i")),
      CLUSTER("a", "", SERVER("t", "", "i") SERVER("s", "", "h")), "" },
    { CLUSTER("a", "", SERVER("s", "", "h")), CLUSTER("a", "", SERVER("s", "", "i")), "a(s)" },
    /* then by address, without case */
    { CLUSTER("a", "", SERVER("s", "", "h")), CLUSTER("b", "", SERVER("s", "", "H")), "a>b(s)" },
    { CLUSTER("a", "", SERVER("s", "", "h")), CLUSTER("a", "", SERVER("t", "", "h")), "a(s>t)" },
    { CLUSTER("a", "", SERVER("s", "", "h")), CLUSTER("b", "", SERVER("t", "", "h")), "a>b(s>t)" },
    { CLUSTER("a", "", SERVER("s", "", "h")), CLUSTER("b", "", SERVER("t", "", "i")), "+b(+t) -a(-s)" },
    /* a name goes before an address */
    { CLUSTER("a", "", SERVER("s", "", "h") SERVER("t", "", "i")),
      CLUSTER("a", "", SERVER("s", "", "i") SERVER("u", "", "h")),
      "a(s +u@cluster a, as member s -t@cluster a, as member s)" },
    /* of two members at one address one has a partner */
    { CLUSTER("a", "", SERVER("s", "", "h")), CLUSTER("a", "", SERVER("t", "", "h") SERVER("u", "", "h")),
      "a(s>t +u@cluster a, as member s)" },
    /* members that go to another cluster are other ones to the module; the address says where they are */
    { CLUSTER("a", "", SERVER("s", "", "h") SERVER("t", "", "i")) CLUSTER("b", "", SERVER("x", "", "j")),
      CLUSTER("a", "", SERVER("s", "", "h")) CLUSTER("b", "", SERVER("x", "", "j") SERVER("t", "", "i")),
      "a(s -t@cluster b, as member t) b(x +t@cluster a, as member t)" },
    { CLUSTER("a", "", SERVER("s", "", "h")),
      CLUSTER("a", "", SERVER("s", "", "h")) CLUSTER("b", "", SERVER("t", "", "h")),
      "+b(+t@cluster a, as member s)" },
};

START_TEST(clusters_and_members_are_paired_by_name_then_by_address)
{
    ck_assert_str_eq(items_text(compare(pair_cases[_i].from, pair_cases[_i].to)->clusters), pair_cases[_i].items);
}
END_TEST

/* -- settings ------------------------------------------------------------------------------------------- */

/* "Name from>to, ..." with - for no value */
static const char *changes_text(const apr_array_header_t *changes)
{
    const char *text = "";
    int i;

    for (i = 0; i < changes->nelts; ++i) {
        const change_t *change = &APR_ARRAY_IDX(changes, i, change_t);
        text =
            apr_pstrcat(unit_pool, text, i ? ", " : "", change->name, " ", change->from.text ? change->from.text : "-",
                        ">", change->to.text ? change->to.text : "-", NULL);
    }
    return text;
}

/* The changes of Config, of the cluster and of its members, each if it has any */
static const char *settings_text(const diff_t *diff)
{
    const char *text = changes_text(diff->settings);
    int i, k;

    for (i = 0; i < diff->clusters->nelts; ++i) {
        const item_t *cluster = &APR_ARRAY_IDX(diff->clusters, i, item_t);
        text =
            apr_pstrcat(unit_pool, text, *text ? "; " : "", cluster->name, ": ", changes_text(cluster->changes), NULL);
        for (k = 0; k < cluster->members->nelts; ++k) {
            const item_t *member = &APR_ARRAY_IDX(cluster->members, k, item_t);
            text = apr_pstrcat(unit_pool, text, "; ", member->name, ": ", changes_text(member->changes), NULL);
        }
    }
    return text;
}

#define HTTPS(inside) CLUSTER("a", "", "<Server Name='s'><Transport Hostname='h' Port='443' Protocol='https'>" inside \
                              "</Transport></Server>")

static const struct {
    const char *from, *to, *settings;
} setting_cases[] = {
    { "", "", "" },
    { "<Log LogLevel='Warn'/>", "", "" },
    /* what is the default is the same as what is not there */
    { CLUSTER("a", "RetryInterval='60'", SERVER("s", "", "h")), CLUSTER("a", "", SERVER("s", "", "h")), "" },
    { CLUSTER("a", "RetryInterval='30'", SERVER("s", "", "h")), CLUSTER("a", "", SERVER("s", "", "h")),
      "a: RetryInterval 30>60" },
    { CLUSTER("a", "", SERVER("s", "", "h")), CLUSTER("a", "LoadBalance='Random'", SERVER("s", "", "h")),
      "a: LoadBalance Round Robin>Random" },
    { CLUSTER("a", "", SERVER("s", "", "h")), CLUSTER("a", "IgnoreAffinityRequests='false'", SERVER("s", "", "h")),
      "a: IgnoreAffinityRequests true>false" },
    /* without effect */
    { CLUSTER("a", "", SERVER("s", "", "h")), CLUSTER("a", "GetDWLMTable='true'", SERVER("s", "", "h")), "" },
    { TWO("CloneID='c'", ""), TWO("", ""), "a: ; s: CloneID c>-" },
    /* weights change the shares of all */
    { TWO("LoadBalanceWeight='1'", "LoadBalanceWeight='1'"), TWO("LoadBalanceWeight='3'", "LoadBalanceWeight='1'"),
      "a: ; s: share 50.0 %>75.0 %, LoadBalanceWeight 1>3; t: share 50.0 %>25.0 %" },
    { TWO("LoadBalanceWeight='1'", "LoadBalanceWeight='1'"), TWO("LoadBalanceWeight='2'", "LoadBalanceWeight='2'"),
      "a: ; s: LoadBalanceWeight 1>2; t: LoadBalanceWeight 1>2" },
    /* a member that is gone has what it had, but for defaults */
    { TWO("", "LoadBalanceWeight='0' ConnectTimeout='5'"), CLUSTER("a", "", SERVER("s", "", "h")),
      "a: ; t: address i:80>-, tier primary>-, share 0.0 %>-, LoadBalanceWeight 0>-, ConnectTimeout 5>-" },
    { CLUSTER("a", "", SERVER("s", "", "h")), CLUSTER("a", "", SERVER("s", "", "i")), "a: ; s: address h:80>i:80" },
    { TRANSPORT(""), TRANSPORT("ConnectionTTL='5'"), "a: ; s: ConnectionTTL 28>5" },
    { HTTPS(""), HTTPS("<Property Name='keyring' Value='/k'/>"), "a: ; s: keyring ->/k" },
    { TRANSPORT(""), HTTPS(""), "a: ; s: address h:80>-, https address ->h:443" },
    /* the order of backups is that in which they are tried */
    { TIERS("<Server Name='t'/><Server Name='u'/>"), TIERS("<Server Name='u'/><Server Name='t'/>"),
      "a: BackupServers t u>u t" },
    { TIERS("<Server Name='t'/><Server Name='u'/>"), TIERS("<Server Name='t'/>"),
      "a: ; u: address j:80>-, tier backup>-, share 0.0 %>-" },
    { TIERS("<Server Name='t'/><Server Name='u'/>"),
      CLUSTER("a", "", SERVER("s", "", "h") SERVER("v", "", "i") SERVER("u", "", "j")
              "<PrimaryServers><Server Name='s'/></PrimaryServers>"
              "<BackupServers><Server Name='v'/><Server Name='u'/></BackupServers>"),
      "a: ; v: " },
};

START_TEST(settings_that_differ_are_found)
{
    ck_assert_str_eq(settings_text(compare(setting_cases[_i].from, setting_cases[_i].to)), setting_cases[_i].settings);
}
END_TEST

/* -- routes --------------------------------------------------------------------------------------------- */

/* "URI host,host cluster>cluster (names), ..." with * for every host and - for no cluster */
static const char *routes_text(const diff_t *diff)
{
    const char *text = "";
    int i;

    for (i = 0; i < diff->routes->nelts; ++i) {
        const route_change_t *change = &APR_ARRAY_IDX(diff->routes, i, route_change_t);
        text = apr_pstrcat(unit_pool, text, i ? "; " : "", change->uri, " ",
                           change->hosts ? apr_array_pstrcat(unit_pool, change->hosts, ',') : "*", " ",
                           change->from.cluster ? change->from.cluster->name : "-", ">",
                           change->to.cluster ? change->to.cluster->name : "-", NULL);
        if (change->names->nelts) {
            text = apr_pstrcat(unit_pool, text, " (", changes_text(change->names), ")", NULL);
        }
    }
    return text;
}

static const struct {
    const char *from, *to, *routes;
} route_cases[] = {
    { AB ROUTE("a", "u2", URI("/x/*")), AB ROUTE("a", "u1", URI("/x/*")), "" },
    { AB ROUTE("a", "u2", URI("/x/*")), AB ROUTE("b", "u1", URI("/x/*")), "/x/* * a>b" },
    { AB, AB ROUTE("a", "u2", URI("/x")), "/x * ->a" },
    { AB ROUTE("a", "u1", URI("/x")), AB, "/x * a>-" },
    /* where requests go counts, not how it is written */
    { AB ROUTE("a", "u2", URI("/x/*") URI("/y")), AB ROUTE("a", "u1", URI("/y")) ROUTE("a", "u2", URI("/x/*")), "" },
    { AB ROUTE("a", "u1", URI("/*")), AB ROUTE("a", "u2", URI("/*") URI("/x/*")), "" },
    { AB ROUTE("a", "u1", URI("/*")), AB ROUTE("a", "u2", URI("/*")) ROUTE("b", "u1", URI("/x/*")), "/x/* * a>b" },
    { AB ROUTE("a", "u1", URI("/x/*")) ROUTE("b", "u2", URI("*.jsp")),
      AB ROUTE("b", "u1", URI("/x/*")) ROUTE("a", "u2", URI("*.jsp")), "/x/* * a>b; *.jsp * b>a" },
    /* both match equally well, the earlier one wins: only what matches both changes */
    { AB ROUTE("a", "u1", URI("/xyz*")) ROUTE("b", "u2", URI("*.jsp")),
      AB ROUTE("b", "u2", URI("*.jsp")) ROUTE("a", "u1", URI("/xyz*")), "/xyz*.jsp * a>b" },
    { AB HOST_ROUTE("a", "w:80", "/x"), AB HOST_ROUTE("b", "w:80", "/x"), "/x w:80 a>b" },
    { AB HOST_ROUTE("a", "*:80", "/x"), AB HOST_ROUTE("a", "w:80", "/x"), "/x *:80 a>-" },
    { AB HOST_ROUTE("a", "*:80", "/x") HOST_ROUTE("a", "w:*", "/x"),
      AB HOST_ROUTE("a", "*:80", "/x") HOST_ROUTE("a", "w:*", "/x") HOST_ROUTE("b", "w:80", "/x"), "/x w:80 a>b" },
    { AB HOST_ROUTE("a", "*:80", "/x") HOST_ROUTE("a", "*:81", "/x"),
      AB HOST_ROUTE("b", "*:80", "/x") HOST_ROUTE("b", "*:81", "/x"), "/x *:80,*:81 a>b" },
    /* a cluster with another name is the same */
    { AB ROUTE("a", "u2", URI("/x")), CLUSTER("z", "", SERVER("s", "CloneID='c'", "h")) ROUTE("z", "u1", URI("/x")),
      "" },
    /* both hosts match the overlap, and the longer URI wins, then the host */
    { AB HOST_ROUTE("a", "w:*", "/x*") HOST_ROUTE("b", "*:80", "/xy"),
      AB HOST_ROUTE("a", "w:*", "/x*") HOST_ROUTE("a", "w:*", "/xy") HOST_ROUTE("b", "*:80", "/xy"), "/xy w:80 b>a" },
    /* names of the session's cookie, where there are sessions */
    { AB ROUTE("a", "u2", URI("/x")), AB ROUTE("a", "u1", "<Uri Name='/x' AffinityCookie='K'/>"),
      "/x * a>a (AffinityCookie JSESSIONID>K)" },
    { AB ROUTE("a", "u2", URI("/x")), AB ROUTE("b", "u1", "<Uri Name='/x' AffinityURLIdentifier='k'/>"),
      "/x * a>b (AffinityURLIdentifier jsessionid>k)" },
    { AB ROUTE("a", "u1", URI("/x")), AB ROUTE("a", "u1", "<Uri Name='/x' AffinityURLIdentifier='k'/>"),
      "/x * a>a (AffinityURLIdentifier jsessionid>k)" },
    { CLUSTER("a", "", SERVER("s", "", "h")) ROUTE("a", "u2", URI("/x")),
      CLUSTER("a", "", SERVER("s", "", "h")) ROUTE("a", "u1", "<Uri Name='/x' AffinityCookie='K'/>"), "" },
};

START_TEST(requests_that_go_elsewhere_are_found)
{
    ck_assert_str_eq(routes_text(compare(route_cases[_i].from, route_cases[_i].to)), route_cases[_i].routes);
}
END_TEST

/* -- sessions -------------------------------------------------------------------------------------------- */

/* "loss clone-id from>to member>member; ..." */
static const char *sessions_text(const diff_t *diff)
{
    static const char *const losses[] = {
        [SESSION_SEPARATOR] = "separator", [SESSION_CLUSTER] = "cluster", [SESSION_GONE] = "gone",
        [SESSION_ELSEWHERE] = "elsewhere", [SESSION_KEPT] = "kept"
    };
    const char *text = "";
    int i;

    for (i = 0; i < diff->sessions->nelts; ++i) {
        const session_change_t *change = &APR_ARRAY_IDX(diff->sessions, i, session_change_t);
        text = apr_pstrcat(unit_pool, text, i ? "; " : "", losses[change->loss], " ",
                           change->clone_id ? change->clone_id : change->is_bound ? "bound" : "-", " ",
                           change->clusters.from->name, ">",
                           change->clusters.to->name, " ", change->was ? change->was->name : "-", ">",
                           change->is ? change->is->name : "-", NULL);
    }
    return text;
}

static const struct {
    const char *from, *to, *sessions;
} session_cases[] = {
    { ONE("", SERVER("s", "CloneID='c'", "h")), ONE("", SERVER("s", "CloneID='c'", "h")), "" },
    { ONE("", SERVER("s", "CloneID='c'", "h")), ONE("", SERVER("s", "CloneID='d'", "h")), "gone c a>a s>-" },
    { ONE("", SERVER("s", "CloneID='c'", "h")), ONE("", SERVER("s", "", "h")), "gone c a>a s>-" },
    { ONE("", SERVER("s", "", "h")), ONE("", SERVER("s", "CloneID='c'", "h")), "" },
    { ONE("", SERVER("s", "CloneID='c'", "h")), ONE("", SERVER("s", "CloneID='c'", "i")), "elsewhere c a>a s>s" },
    /* the member's name does not matter, the address does */
    { ONE("", SERVER("s", "CloneID='c'", "h")), ONE("", SERVER("t", "CloneID='c'", "H")), "" },
    { ONE("", SERVER("s", "CloneID='c'", "h") SERVER("t", "CloneID='d'", "i")),
      ONE("", SERVER("s", "CloneID='d'", "h") SERVER("t", "CloneID='c'", "i")),
      "elsewhere c a>a s>t; elsewhere d a>a t>s" },
    /* of two members with one clone id the sessions are the first one's */
    { ONE("", SERVER("s", "CloneID='c'", "h") SERVER("t", "CloneID='c'", "i")),
      ONE("", SERVER("s", "CloneID='c'", "h")), "" },
    { ONE("", SERVER("s", "CloneID='c'", "h")), ONE("CloneSeparatorChange='true'", SERVER("s", "CloneID='c'", "h")),
      "separator - a>a ->-" },
    { ONE("", SERVER("s", "", "h")), ONE("CloneSeparatorChange='true'", SERVER("s", "", "h")), "" },
    /* of clusters that no request changes between nothing is found */
    { CLUSTER("a", "", SERVER("s", "CloneID='c'", "h")), CLUSTER("a", "", SERVER("s", "CloneID='d'", "h")), "" },
    /* the cluster that serves the URI now must know the clone id */
    { AB ROUTE("a", "u1", URI("/x")), AB ROUTE("b", "u2", URI("/x")), "gone c a>b s>-" },
};

START_TEST(sessions_that_are_lost_are_found)
{
    ck_assert_str_eq(sessions_text(compare(session_cases[_i].from, session_cases[_i].to)), session_cases[_i].sessions);
}
END_TEST

/* With WLMAffinity: sessions belong to the names of cluster and member */
static const struct {
    const char *directive, *from, *to, *sessions;
} bound_cases[] = {
    { "WLMAffinity Cookie W", ONE("", SERVER("s", "", "h")), ONE("", SERVER("s", "", "h")), "" },
    { "WLMAffinity Cookie W", ONE("", SERVER("s", "", "h")), ONE("", SERVER("t", "", "h")), "gone bound a>a s>-" },
    { "WLMAffinity Off", ONE("", SERVER("s", "", "h")), ONE("", SERVER("t", "", "h")), "" },
    { "WLMAffinity Wrap header:X", ONE("", SERVER("s", "", "h")), ONE("", SERVER("s", "", "i")),
      "elsewhere bound a>a s>s" },
    { "WLMAffinity Learn header:X", ONE("", SERVER("s", "CloneID='c'", "h")), ONE("", SERVER("s", "CloneID='d'", "h")),
      "gone c a>a s>-; kept bound a>a s>s" },
    { "WLMAffinity Learn header:X", ONE("", SERVER("s", "CloneID='c'", "h")), ONE("", SERVER("s", "", "h")),
      "gone c a>a s>-; kept bound a>a s>s" },
    { "WLMAffinity Cookie W", AB ROUTE("a", "u1", URI("/x")), AB ROUTE("b", "u2", URI("/x")),
      "gone c a>b s>-; cluster bound a>b ->-" },
};

START_TEST(sessions_that_are_bound_by_name_are_told)
{
    ck_assert_str_eq(sessions_text(compare_with(bound_cases[_i].directive, bound_cases[_i].from, bound_cases[_i].to)),
                     bound_cases[_i].sessions);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/diff");
    TCase *tc = unit_case(s, "compare");

    tcase_add_loop_test(tc, clusters_and_members_are_paired_by_name_then_by_address, 0, UNIT_COUNT(pair_cases));
    tcase_add_loop_test(tc, settings_that_differ_are_found, 0, UNIT_COUNT(setting_cases));
    tcase_add_loop_test(tc, requests_that_go_elsewhere_are_found, 0, UNIT_COUNT(route_cases));
    tcase_add_loop_test(tc, sessions_that_are_lost_are_found, 0, UNIT_COUNT(session_cases));
    tcase_add_loop_test(tc, sessions_that_are_bound_by_name_are_told, 0, UNIT_COUNT(bound_cases));
    return s;
}

UNIT_MAIN(suite)
