/* What `wlmcfg merge` makes of several files: clusters and their members, routes, reports of what is lost. */
#include "unit.h"
#include "captured.h"
#include "plugin_cfg_unit.h"
#include "temp_folder.h"
#include "tools/wlmcfg/common/output.h"
#include "tools/wlmcfg/config_xml.h"
#include "tools/wlmcfg/merge/pairs.h"
#include "tools/wlmcfg/merge/report.h"
#include "tools/wlmcfg/merge/tree.h"

char tool_name[] = "wlmcfg";       /* stands in its main()'s file */

#define FILES_MAX 3

enum { FIRST = 1, SORT = 2, APP = 4, NUMBERED = 8, LAST_IS_BACKUP = 16, ALL_ARE_BACKUPS = 32 };

typedef struct merged_t {
    const plugin_cfg_t *cfg;
    const char *messages;          /* on standard error */
} merged_t;

static void add_input(merge_t *m, const char *inside, int is_backup)
{
    merge_input_t *input = apr_pcalloc(unit_pool, sizeof(*input));
    const char *name = apr_psprintf(unit_pool, "%c.xml", 'a' + m->inputs->nelts);

    temp_folder_write(name, apr_pstrcat(unit_pool, strncmp(inside, "<Config", 7) == 0 ? "" : "<Config>", inside,
                                        "</Config>", NULL));
    ck_assert_int_eq(plugin_cfg_read_document(&input->document, name, unit_pool), APR_SUCCESS);
    input->cfg = input->document->cfg;
    input->number = m->inputs->nelts;
    input->is_backup = is_backup;
    APR_ARRAY_PUSH(m->inputs, merge_input_t *) = input;
}

/* @param files  a.xml, b.xml, ...: what is in <Config>, which may be the first of it; NULL: no more */
static merged_t merge(const char *const files[FILES_MAX], int options)
{
    merge_t m = { .p = unit_pool, .inputs = apr_array_make(unit_pool, FILES_MAX, sizeof(merge_input_t *)),
                  .reported = apr_hash_make(unit_pool), .first_only = options & FIRST, .by_group = options & SORT,
                  .by_application = options & APP, .numbered = options & NUMBERED };
    captured_t captured;
    const char *bytes;
    merged_t merged;
    apr_size_t len;
    int i;

    for (i = 0; i < FILES_MAX && files[i]; ++i) {
        add_input(&m, files[i], options & ALL_ARE_BACKUPS
                  || (options & LAST_IS_BACKUP && (i + 1 == FILES_MAX || !files[i + 1])));
    }
    captured = capture_begin(stderr);
    wlmcfg_merge_pairs(&m);
    ck_assert(wlmcfg_merge_tree(&m));
    wlmcfg_merge_report_covered(&m);
    merged.messages = capture_end(&captured);
    bytes = wlmcfg_output_bytes(&len, m.doc, unit_pool);
    xmlFreeDoc(m.doc);
    merged.cfg = cfg_read_bytes(bytes, len);
    return merged;
}

/* -- clusters -------------------------------------------------------------------------------------------- */

#define ONE(name, server, clone, host) CLUSTER(name, "", SERVER(server, "CloneID='" clone "'", host)) \
    ROUTE(name, "u", URI("/x"))
#define BACKUP(name, primary, backup) CLUSTER(name, "", SERVER(primary, "", primary) SERVER(backup, "", backup) \
    "<PrimaryServers><Server Name='" primary "'/></PrimaryServers>" \
    "<BackupServers><Server Name='" backup "'/></BackupServers>") ROUTE(name, "u", URI("/x"))

static const struct {
    const char *files[FILES_MAX];
    int options;
    const char *clusters;
} cluster_cases[] = {
    { { ONE("a", "s", "c", "h") }, 0, "a: s(c http h 80)" },
    /* one URI in both leads to the servers of both; the cluster is named by the first */
    { { ONE("a", "s", "c", "h"), ONE("b", "t", "d", "i") }, 0, "a: s(c http h 80) t(d http i 80)" },
    /* two clusters of one name that share nothing: the later one has a number */
    { { ONE("a", "s", "c", "h"), CLUSTER("a", "", SERVER("t", "CloneID='d'", "i")) ROUTE("a", "u", URI("/y")) }, 0,
      "a: s(c http h 80); a_2: t(d http i 80)" },
    { { CLUSTER("a", "", SERVER("s", "", "h")) CLUSTER("a_2", "", SERVER("t", "", "i")) ROUTE("a", "u", URI("/x"))
            ROUTE("a_2", "v", URI("/y")),
        CLUSTER("a", "", SERVER("u", "", "j")) ROUTE("a", "u", URI("/z")) }, 0,
      "a: s(- http h 80); a_2: t(- http i 80); a_3: u(- http j 80)" },
    /* a cluster that shares one URI and has another alone becomes two, and keeps its name for what is its own */
    { { ONE("a", "s", "c", "h"),
        CLUSTER("b", "", SERVER("t", "CloneID='d'", "i")) ROUTE("b", "u", URI("/x") URI("/y")) }, 0,
      "a: s(c http h 80) t(d http i 80); b: t(d http i 80)" },
    { { CLUSTER("a", "", SERVER("s", "", "h")) ROUTE("a", "u", URI("/x") URI("/y")), ONE("b", "t", "d", "i") }, 0,
      "a_2: s(- http h 80) t(d http i 80); a: s(- http h 80)" },
    /* servers of one name: numbers; the same server in both: once */
    { { ONE("a", "s", "c", "h"), ONE("a", "s", "d", "i") }, 0, "a: s(c http h 80) s_2(d http i 80)" },
    { { ONE("a", "s", "c", "h"), ONE("a", "s", "c", "H") }, 0, "a: s(c http h 80)" },
    { { ONE("a", "s", "c", "h"), ONE("a", "s", "d", "h") }, 0, "a: s(c http h 80) s_2(d http h 80)" },
    { { ONE("a", "s", "c", "h"), ONE("a", "s", "c", "i") }, 0, "a: s(c http h 80) s_2(c http i 80)" },
    { { ONE("a", "s", "c", "h"), ONE("a", "t", "c", "h") }, 0, "a: s(c http h 80) t(c http h 80)" },
    { { ONE("a", "s", "c", "h"), ONE("b", "t", "d", "i"), ONE("c", "u", "e", "j") }, 0,
      "a: s(c http h 80) t(d http i 80) u(e http j 80)" },
    /* of two routes of one file for one URI the first counts */
    { { CLUSTER("a", "", SERVER("s", "", "h")) CLUSTER("b", "", SERVER("t", "", "i")) ROUTE("a", "u", URI("/x"))
        ROUTE("b", "v", URI("/x")), CLUSTER("c", "", SERVER("u", "", "j")) ROUTE("c", "u", URI("/x")) }, 0,
      "a: s(- http h 80) u(- http j 80)" },
    /* roles are kept, and servers of a backup file are backups */
    { { BACKUP("a", "s", "r"), BACKUP("b", "t", "q") }, 0,
      "a: s(- http s 80) t(- http t 80) | backup: r(- http r 80) q(- http q 80)" },
    { { ONE("a", "s", "c", "h"), ONE("b", "t", "d", "i") },
      LAST_IS_BACKUP,
      "a: s(c http h 80) | backup: t(d http i 80)" },
    { { ONE("a", "s", "c", "h"), CLUSTER("b", "", SERVER("t", "CloneID='d'", "i")) ROUTE("b", "u", URI("/y")) },
      LAST_IS_BACKUP,
      "a: s(c http h 80); b: t(d http i 80)" },
    { { ONE("a", "s", "c", "h"), ONE("b", "t", "d", "i") }, ALL_ARE_BACKUPS, "a: s(c http h 80) t(d http i 80)" },
    { { ONE("a", "s", "c", "h"), ONE("b", "t", "d", "i") }, FIRST, "a: s(c http h 80)" },
    /* the names of pluginCfgMerge */
    { { ONE("a", "s", "c", "h"), ONE("b", "t", "d", "i") },
      NUMBERED,
      "Shared_2_Cluster_0: s_0(c http h 80) t_1(d http i 80)" },
    { { ONE("a", "s", "c", "h"), CLUSTER("b", "", SERVER("t", "CloneID='d'", "i")) ROUTE("b", "u", URI("/y")) },
      NUMBERED,
      "a_0: s(c http h 80); b_1: t(d http i 80)" },
};

START_TEST(clusters_of_several_files_become_one_where_a_pair_leads_to_them)
{
    ck_assert_str_eq(cfg_clusters(merge(cluster_cases[_i].files, cluster_cases[_i].options).cfg),
                     cluster_cases[_i].clusters);
}
END_TEST

/* -- routes ---------------------------------------------------------------------------------------------- */

#define A CLUSTER("a", "", SERVER("s", "", "h"))
#define B CLUSTER("b", "", SERVER("t", "", "i"))
#define IN_APP(cluster, app, uri) "<UriGroup Name='/cell/c1/application/" app "'>" URI(uri) "</UriGroup>" \
    "<Route ServerCluster='" cluster "' UriGroup='/cell/c1/application/" app "'/>"
#define IN_GROUP(cluster, group, host) "<VirtualHostGroup Name='" group "'><VirtualHost Name='" host "'/>" \
    "</VirtualHostGroup><UriGroup Name='u'><Uri Name='/x'/></UriGroup>" \
    "<Route ServerCluster='" cluster "' UriGroup='u' VirtualHostGroup='" group "'/>"

static const struct {
    const char *files[FILES_MAX];
    int options;
    const char *routes;
} route_cases[] = {
    { { A ROUTE("a", "u", URI("/x") URI("/y")) }, 0, "all / /x /y -> a" },
    /* in the order of the files; within a file in its order */
    { { A ROUTE("a", "u", URI("/y")) ROUTE("a", "v", URI("/x")), B ROUTE("b", "u", URI("/z")) }, 0,
      "all / /y -> a; all / /x -> a; all / /z -> b" },
    { { A ROUTE("a", "u", URI("/x")), B ROUTE("b", "u", URI("/x")) }, 0, "all / /x -> a" },
    /* a URI that is shared parts from those that are not */
    { { A ROUTE("a", "u", URI("/x") URI("/y")), B ROUTE("b", "u", URI("/y")) }, 0, "all / /x -> a; all / /y -> a_2" },
    /* hosts likewise */
    { { A HOST_ROUTE("a", "w:80", "/x"), B HOST_ROUTE("b", "w:81", "/x") }, 0, "w 80 / /x -> a; w 81 / /x -> b" },
    { { A HOST_ROUTE("a", "w:80", "/x"), B HOST_ROUTE("b", "W:80", "/x") }, 0, "w 80 / /x -> a" },
    { { A HOST_ROUTE("a", "w:80", "/x"), B ROUTE("b", "u", URI("/x")) }, 0, "w 80 / /x -> a; all / /x -> b" },
    /* patterns that match the same are the same */
    { { A ROUTE("a", "u", URI("/x/*")), B ROUTE("b", "u", URI("/x/**")) }, 0, "all / /x/* -> a" },
    /* patterns that may tie stay in their order */
    { { A ROUTE("a", "u", URI("/ab*") URI("*ac") URI("/ad*")), B ROUTE("b", "u", URI("*ac")) }, 0,
      "all / /ab* -> a; all / *ac -> a_2; all / /ad* -> a" },
    { { A ROUTE("a", "u", URI("/ab*") URI("*ac") URI("/x")), B ROUTE("b", "u", URI("*ac")) }, 0,
      "all / /ab* /x -> a; all / *ac -> a_2" },
    { { A ROUTE("a", "u", URI("/ab/*") URI("/ac") URI("/x")), B ROUTE("b", "u", URI("/ac")) }, 0,
      "all / /ab/* /x -> a; all / /ac -> a_2" },
    { { A ROUTE("a", "u", URI("/ab/*") URI("/ac/*") URI("/ad/*")), B ROUTE("b", "u", URI("/ac/*")) }, 0,
      "all / /ab/* /ad/* -> a; all / /ac/* -> a_2" },
    /* the options that keep pairs apart */
    { { A IN_APP("a", "shop", "/x"), B IN_APP("b", "shop", "/x") }, APP, "all / /x -> a" },
    { { A IN_APP("a", "shop", "/x"), B IN_APP("b", "rest", "/x") }, APP, "all / /x -> a; all / /x -> b" },
    { { A IN_APP("a", "shop", "/x"), B IN_APP("b", "rest", "/x") }, 0, "all / /x -> a" },
    { { A IN_GROUP("a", "g", "w:80"), B IN_GROUP("b", "g", "w:80") }, SORT, "w 80 / /x -> a" },
    { { A IN_GROUP("a", "g", "w:80"), B IN_GROUP("b", "k", "w:80") }, SORT, "w 80 / /x -> a; w 80 / /x -> b" },
    { { A IN_GROUP("a", "g", "w:80"), B IN_GROUP("b", "k", "w:80") }, 0, "w 80 / /x -> a" },
};

START_TEST(a_pair_of_several_files_is_one_route)
{
    ck_assert_str_eq(cfg_routes(merge(route_cases[_i].files, route_cases[_i].options).cfg), route_cases[_i].routes);
}
END_TEST

/* -- what is reported -------------------------------------------------------------------------------------- */

#define SHARED(more, server_more, uri_more, host) CLUSTER("a", more, SERVER("s", "CloneID='c' " server_more, host)) \
    ROUTE("a", "u", "<Uri Name='/x' " uri_more "/>")

static const struct {
    const char *files[FILES_MAX];
    int options;
    const char *messages;
} report_cases[] = {
    { { SHARED("", "", "", "h"), SHARED("", "", "", "h") }, 0, "" },
    { { SHARED("RetryInterval='60'", "", "", "h"), SHARED("", "", "", "h") }, 0, "" },
    { { SHARED("RetryInterval='5'", "", "", "h"), SHARED("", "", "", "h") }, 0,
      "b.xml:1: warning: ServerCluster \"a\" has no RetryInterval, which means \"60\"; the merged file has "
      "RetryInterval=\"5\", as a.xml:1 has it\n" },
    { { SHARED("", "", "", "h"), SHARED("RetryInterval='5'", "", "", "h") }, 0,
      "b.xml:1: warning: ServerCluster \"a\" has RetryInterval=\"5\"; the merged file has no RetryInterval, which "
      "means \"60\", as a.xml:1 has it\n" },
    { { SHARED("", "LoadBalanceWeight='3'", "", "h"), SHARED("", "", "", "h") }, 0,
      "b.xml:1: warning: Server \"s\" has no LoadBalanceWeight, which means \"2\"; the merged file has "
      "LoadBalanceWeight=\"3\", as a.xml:1 has it\n" },
    { { SHARED("", "", "AffinityCookie='K'", "h"), SHARED("", "", "", "h") }, 0,
      "b.xml:1: warning: Uri \"/x\" has no AffinityCookie, which means \"JSESSIONID\"; the merged file has "
      "AffinityCookie=\"K\", as a.xml:1 has it\n" },
    /* once for all pairs in which the clusters meet */
    { { CLUSTER("a", "RetryInterval='5'", SERVER("s", "", "h")) ROUTE("a", "u", URI("/x") URI("/y")),
        CLUSTER("a", "RetryInterval='6'", SERVER("s", "", "h")) ROUTE("a", "u", URI("/x") URI("/y")),
        CLUSTER("a", "RetryInterval='5'", SERVER("s", "", "h")) ROUTE("a", "u", URI("/y")) }, 0,
      "b.xml:1: warning: ServerCluster \"a\" has RetryInterval=\"6\"; the merged file has RetryInterval=\"5\", as "
      "a.xml:1 has it\n" },
    { { SHARED("", "", "", "h"), CLUSTER("a", "", SERVER("t", "CloneID='c'", "i")) ROUTE("a", "u", URI("/x")) }, 0,
      "b.xml:1: warning: server \"t\" has CloneID \"c\", as has server \"s\" of a.xml:1, so the sessions of both "
      "go to that one; give each its own, or, if they are one server, the same name and transports\n" },
    { { SHARED("", "", "", "h"), CLUSTER("a", "", SERVER("t", "CloneID='c'", "h")) ROUTE("a", "u", URI("/x")) }, 0,
      "b.xml:1: warning: server \"t\" has CloneID \"c\", as has server \"s\" of a.xml:1, so the sessions of both "
      "go to that one; give each its own, or, if they are one server, the same name and transports\n" },
    { { SHARED("", "", "", "h"), CLUSTER("a", "", SERVER("t", "CloneID='d'", "h")) ROUTE("a", "u", URI("/x")) }, 0,
      "b.xml:1: warning: server \"t\" with CloneID d is at the address of server \"s\" of a.xml:1 with CloneID c; "
      "are these two generations of one server? The merged file has it twice, so it gets the requests of two, and "
      "sessions of one of the clone ids are lost: leave the older file out\n" },
    { { SHARED("", "", "", "h"), CLUSTER("a", "", SERVER("t", "", "h")) ROUTE("a", "u", URI("/x")) }, 0,
      "b.xml:1: warning: server \"t\" with no CloneID is at the address of server \"s\" of a.xml:1 with CloneID c; "
      "are these two generations of one server? The merged file has it twice, so it gets the requests of two, and "
      "sessions of one of the clone ids are lost: leave the older file out\n" },
    { { BACKUP("a", "s", "r"), BACKUP("b", "r", "s") }, 0,
      "b.xml:1: warning: server \"r\" is a primary; in the merged file it is a backup, as a.xml:1 has it\n"
      "b.xml:1: warning: server \"s\" is a backup; in the merged file it is a primary, as a.xml:1 has it\n" },
    { { SHARED("", "", "", "h"),
        CLUSTER("a", "", SERVER("s", "CloneID='c'", "h") "<ClusterAddress/>") ROUTE("a", "u", URI("/x")) }, 0,
      "b.xml:1: warning: ClusterAddress of ServerCluster \"a\" is not in the merged file, where it is one with "
      "that of a.xml:1\n" },
    { { A IN_APP("a", "shop", "/x"), B IN_APP("b", "rest", "/x") }, APP,
      "b.xml:1: warning: a URI and host of this Route are in the one of a.xml:1, too, and the names there keep "
      "them apart, so that one gets the requests for them; without --sort and --app both would lead to the servers "
      "of both\n" },
    /* a host that covers another one does not share with it */
    { { A HOST_ROUTE("a", "w:80", "/x"), B HOST_ROUTE("b", "*:80", "/x") }, 0,
      "a.xml:1: note: /x on w:80 leads to cluster \"a\", which has no server of b.xml, though *:80 there (line 1) "
      "matches that host, too; if its servers shall have these requests, add the host there\n" },
    { { A HOST_ROUTE("a", "w:80", "/x"), B HOST_ROUTE("b", "w:*", "/x") }, 0,
      "a.xml:1: note: /x on w:80 leads to cluster \"a\", which has no server of b.xml, though w:* there (line 1) "
      "matches that host, too; if its servers shall have these requests, add the host there\n" },
    { { A HOST_ROUTE("a", "w:80", "/x"), B ROUTE("b", "u", URI("/x")) }, 0,
      "a.xml:1: note: /x on w:80 leads to cluster \"a\", which has no server of b.xml, though every host there "
      "(line 1) matches that host, too; if its servers shall have these requests, add the host there\n" },
    { { A HOST_ROUTE("a", "w:80", "/x"), B HOST_ROUTE("b", "*:81", "/x") }, 0, "" },
    { { A HOST_ROUTE("a", "w:80", "/x"), B HOST_ROUTE("b", "w:80", "/x") HOST_ROUTE("b", "*:80", "/x") }, 0, "" },
    { { "<Config RefreshInterval='5' ConfigHash='1'>" A, "<Config RefreshInterval='6' ConfigHash='2'>" B }, 0,
      "b.xml:1: warning: Config has RefreshInterval=\"6\"; the merged file has RefreshInterval=\"5\", as a.xml:1 has "
      "it\n" },
};

START_TEST(what_the_merged_file_does_not_have_is_reported)
{
    ck_assert_str_eq(merge(report_cases[_i].files, report_cases[_i].options).messages, report_cases[_i].messages);
}
END_TEST

/* -- names of applications ------------------------------------------------------------------------------- */

static const struct {
    const char *name, *application;
} application_cases[] = {
    { "/cell/c1/application/shop", "shop" },
    { "/cell/c1/node/n1/application/a/b", "a/b" },
    { "/cell/c1/application/", NULL },
    { "/cell/c1", NULL },
    { "x/cell/c1/application/shop", NULL },
    { "default_host_URIs", NULL },
};

START_TEST(the_name_of_a_group_may_have_that_of_an_application)
{
    ck_assert_pstr_eq(wlmcfg_merge_application(application_cases[_i].name), application_cases[_i].application);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/merge");
    TCase *tc = unit_case(s, "merge");

    tcase_add_checked_fixture(tc, temp_folder_setup, temp_folder_teardown);
    tcase_add_loop_test(tc, clusters_of_several_files_become_one_where_a_pair_leads_to_them, 0,
                        UNIT_COUNT(cluster_cases));
    tcase_add_loop_test(tc, a_pair_of_several_files_is_one_route, 0, UNIT_COUNT(route_cases));
    tcase_add_loop_test(tc, what_the_merged_file_does_not_have_is_reported, 0, UNIT_COUNT(report_cases));
    tcase_add_loop_test(unit_case(s, "names"), the_name_of_a_group_may_have_that_of_an_application, 0,
                        UNIT_COUNT(application_cases));
    return s;
}

UNIT_MAIN(suite)
