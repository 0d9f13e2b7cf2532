/* What `wlmctl status --check` tells a monitor: the word, the code, and why. */
#include "unit.h"
#include "json_unit.h"
#include "captured.h"
#include "tools/wlmctl/check.h"
#include "tools/wlmctl/state.h"

char tool_name[] = "wlmctl";       /* stands in its main()'s file */

#define NOW "'time': '2026-11-23T10:15:00.000Z'"
#define SINCE "'since': '2026-11-23T10:10:00.000Z'"
#define WELL "{'name': 'a', 'state': 'up', 'attention': '', 'admin_state': 'enabled', " SINCE "}"
#define EXPIRES(field, at) \
    "{'name': 'a', 'state': 'up', 'admin_state': 'enabled', '" field "': '" at "'}"
#define OUT "{'name': 'b', 'state': 'down', 'attention': 'out', 'admin_state': 'enabled', " SINCE "}"
#define FAILING "{'name': 'c', 'state': 'up', 'attention': 'failing', 'admin_state': 'enabled', " SINCE "}"
#define DRAINED "{'name': 'd', 'state': 'draining', 'attention': '', 'admin_state': 'draining', " SINCE "}"
#define CLUSTER(usable, members) "{'name': 'shop', 'usable': " usable ", 'members': [" members "]}"
#define SERVING(usable, by) "{'name': 'shop', 'usable': " usable ", 'serving': '" by "', 'members': []}"
#define VIEW(files, clusters) "{" NOW ", 'files': [" files "], 'clusters': [" clusters "]}"
#define CONNECTIONS(used, max) \
    "{" NOW ", 'engine': {'connections': " used ", 'connections_max': " max "}, 'clusters': []}"
#define READ "{'path': 'p.xml', 'refused': null}"
#define REFUSED "{'path': 'p.xml', 'refused': 'no root', 'refused_since': '2026-11-23T08:15:00.000Z'}"

static const struct {
    const char *view;              /* JSON, with ' for " */
    int code;
    const char *line;
} cases[] = {
    { VIEW("", ""), 0, "OK: 0 members in 0 clusters, 0 taken out on purpose\n" },
    { VIEW(READ, CLUSTER("2", WELL "," WELL)), 0, "OK: 2 members in 1 cluster, 0 taken out on purpose\n" },
    { VIEW(READ, CLUSTER("1", WELL "," DRAINED)), 0, "OK: 2 members in 1 cluster, 1 taken out on purpose\n" },
    { VIEW(REFUSED, CLUSTER("1", WELL)), 1,
      "WARNING: p.xml is refused since 2h; 1 member in 1 cluster, 0 taken out on purpose\n" },
    { VIEW("", CLUSTER("1", WELL "," OUT)), 1,
      "WARNING: b of shop is down since 5m; 2 members in 1 cluster, 0 taken out on purpose\n" },
    { VIEW("", CLUSTER("1", FAILING)), 1,
      "WARNING: c of shop fails often; 1 member in 1 cluster, 0 taken out on purpose\n" },
    { VIEW("", CLUSTER("0", DRAINED)), 2,
      "CRITICAL: cluster shop has no member for new sessions; 1 member in 1 cluster, 1 taken out on purpose\n" },
    { VIEW("", SERVING("1", "backup")), 1, "WARNING: cluster shop is on backup; 0 members in 1 cluster, 0 taken out on "
      "purpose\n" },
    { VIEW("", SERVING("0", "full")), 1, "WARNING: cluster shop is full: all members that are up have as many requests "
      "as they may have; 0 members in 1 cluster, 0 taken out on purpose\n" },
    { VIEW("", SERVING("0", "last-resort")), 2, "CRITICAL: cluster shop has no member for new sessions; 0 members in 1 "
      "cluster, 0 taken out on purpose\n" },
    { VIEW("", CLUSTER("1", EXPIRES("tls_expires", "2026-12-03T10:15:00.000Z"))), 1, "WARNING: the certificate of a of "
      "shop expires in 10d; 1 member in 1 cluster, 0 taken out on purpose\n" },
    { VIEW("", CLUSTER("1", EXPIRES("tls_own_expires", "2026-11-22T10:15:00.000Z"))), 1,
      "WARNING: the certificate that is shown to a of shop has expired; 1 member in 1 cluster, "
      "0 taken out on purpose\n" },
    { VIEW("", CLUSTER("1", EXPIRES("tls_expires", "2026-12-24T10:15:00.000Z"))), 0,
      "OK: 1 member in 1 cluster, 0 taken out on purpose\n" },
    { CONNECTIONS("79", "100"), 0, "OK: 0 members in 0 clusters, 0 taken out on purpose\n" },
    { CONNECTIONS("5", "0"), 0, "OK: 0 members in 0 clusters, 0 taken out on purpose\n" },
    { CONNECTIONS("80", "100"), 1, "WARNING: 80 of the 100 connections that AsyncRequestWorkerFactor allows; 0 members "
      "in 0 clusters, 0 taken out on purpose\n" },
    /* what is critical stands first, whatever was found first */
    { VIEW(REFUSED, CLUSTER("1", OUT "," WELL) "," CLUSTER("0", OUT)), 2,
      "CRITICAL: cluster shop has no member for new sessions; p.xml is refused since 2h; b of shop is down since 5m; "
      "b of shop is down since 5m; 3 members in 2 clusters, 0 taken out on purpose\n" },
};

START_TEST(a_monitor_is_told_what_is_worst_and_why)
{
    json_t *view = json_of(cases[_i].view);
    const apr_array_header_t *clusters = wlmctl_find_clusters(view, NULL, unit_pool);
    captured_t output = capture_begin(stdout);
    int code = wlmctl_check(view, clusters, unit_pool);

    ck_assert_str_eq(capture_end(&output), cases[_i].line);
    ck_assert_int_eq(code, cases[_i].code);
    json_decref(view);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmctl/check");

    tcase_add_loop_test(unit_case(s, "check"), a_monitor_is_told_what_is_worst_and_why, 0, UNIT_COUNT(cases));
    return s;
}

UNIT_MAIN(suite)
