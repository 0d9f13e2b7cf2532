/* What becomes of mod_jk's properties and rules: members, times, and what is reported of odd input. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "temp_folder.h"
#include "tools/wlmcfg/import/import_unit.h"
#include "tools/wlmcfg/import/jk/jk.h"

char tool_name[] = "wlmcfg";       /* stands in its main()'s file */

/* @param map  uriworkermap.properties; NULL: none */
static imported_t import_jk(const char *workers, const char *map)
{
    char workers_name[] = "w", map_name[] = "m", *words[] = { workers_name, map_name };

    temp_folder_write(workers_name, workers);
    if (map) {
        temp_folder_write(map_name, map);
    }
    return import_files(import_make(), wlmcfg_import_jk, words, map ? 2 : 1);
}

/* Two members, a and b, of a balancer; lines from the 7th on are the test's */
#define BALANCER "worker.list=lb\nworker.lb.type=lb\nworker.lb.balance_workers=a b\nworker.lb.mount=/*\n" \
    "worker.a.host=a\nworker.b.host=b\n"
#define B "b b http://b:80 1 0/0"

static const struct {
    const char *lines, *clusters, *findings; /* clusters: NULL when there are errors */
} worker_cases[] = {
    { "", "lb: a a http://a:80 1 0/0," B, "" },
    /* addresses */
    { "worker.a.host=h:8109\n", "lb: a a http://h:8109 1 0/0," B, "7 warning twice, 7 warning ajp-port" },
    { "worker.a.host=[::1]:8109\n", "lb: a a http://::1:8109 1 0/0," B, "7 warning twice, 7 warning ajp-port" },
    { "worker.a.host=[::1]\n", "lb: a a http://::1:80 1 0/0," B, "7 warning twice" },
    { "worker.a.host=2001:db8::1\n", "lb: a a http://2001:db8::1:80 1 0/0," B, "7 warning twice" },
    { "worker.a.host=[::1\n", NULL, "7 warning twice, 7 error bad-value" },
    { "worker.a.host=[::1]x\n", NULL, "7 warning twice, 7 error bad-value" },
    { "worker.a.port=9\n", "lb: a a http://a:9 1 0/0," B, "5 warning ajp-port" },
    { "worker.a.type=ajp14\n", "lb: a a http://a:8011 1 0/0," B, "5 warning ajp-port" },
    { "worker.a.host=h:1\nworker.a.port=2\n",
      "lb: a a http://h:1 1 0/0," B, "7 warning twice, 7 warning ajp-port, 8 warning twice" },
    { "worker.a.host=:1\n", NULL, "7 warning twice, 7 error bad-value" },
    { "worker.a.port=0\n", NULL, "7 error bad-value" },
    { "worker.a.port=8009x\n", NULL, "7 error bad-value" },
    { "worker.a.type=jni\n", NULL, "7 error bad-value" },
    /* times: milliseconds, but for those of the socket */
    { "worker.a.socket_timeout=9\n", "lb: a a http://a:80 1 9/9," B, "" },
    { "worker.a.socket_connect_timeout=1500\n", "lb: a a http://a:80 1 2/0," B, "7 note changed" },
    { "worker.a.connect_timeout=3000\n", "lb: a a http://a:80 1 3/0," B, "" },
    { "worker.a.socket_connect_timeout=2000\nworker.a.connect_timeout=3000\nworker.a.socket_timeout=9\n",
      "lb: a a http://a:80 1 2/9," B, "" },
    { "worker.a.reply_timeout=60000\n", "lb: a a http://a:80 1 0/-60," B, "" },
    { "worker.a.reply_timeout=60000\nworker.lb.max_reply_timeouts=3\n",
      "lb: a a http://a:80 1 0/60," B, "8 warning not-carried-over" },
    { "worker.a.ping_mode=C\n", "lb: a a http://a:80 1 10/0," B, "" },
    { "worker.a.ping_mode=A\nworker.a.ping_timeout=2000\n",
      "lb: a a http://a:80 1 2/0 handshake," B, "7 note changed, 7 warning not-carried-over" },
    { "worker.a.ping_mode=I\n", "lb: a a http://a:80 1 0/0," B, "7 warning not-carried-over" },
    { "worker.a.prepost_timeout=1000\n", "lb: a a http://a:80 1 0/0 handshake," B, "7 note changed" },
    { "worker.lb.recover_time=30\n", "lb(retry 30): a a http://a:80 1 0/0," B, "" },
    { "worker.a.reply_timeout=1s\n", NULL, "7 error bad-value" },
    { "worker.a.socket_timeout=-1\n", NULL, "7 error bad-value" },
    /* weight, tier, state */
    { "worker.a.lbfactor=3\n", "lb: a a http://a:80 3 0/0," B, "" },
    { "worker.a.lbfactor=6\nworker.b.lbfactor=4\n", "lb: a a http://a:80 6 0/0,b b http://b:80 4 0/0", "" },
    { "worker.a.lbfactor=10000000\n", "lb: a a http://a:80 65535 0/0," B, "2 note changed" },
    { "worker.a.lbfactor=10000001\n", NULL, "7 error bad-value" },
    { "worker.a.distance=1\n", "lb: " B " | a a http://a:80 1 0/0", "" },
    { "worker.a.activation=D\n", "lb: a a http://a:80 0 0/0," B, "" },
    { "worker.a.activation=disabled\nworker.b.redirect=a\n", "lb: " B " | a a http://a:80 1 0/0", "" },
    { "worker.a.activation=stopped\n", "lb: " B, "5 warning left-out" },
    { "worker.a.activation=x\n", NULL, "7 error bad-value" },
    { "worker.a.stopped=1\n", "lb: " B, "5 warning left-out" },
    { "worker.a.disabled=maybe\n", NULL, "7 error bad-value" },
    { "worker.a.busy_limit=5\n", "lb: a a http://a:80 1 0/0 max 5," B, "" },
    /* sessions */
    { "worker.a.route=r\n", "lb: a r http://a:80 1 0/0," B, "" },
    { "worker.a.jvm_route=r\n", "lb: a r http://a:80 1 0/0," B, "" },
    { "worker.lb.sticky_session=0\n", "lb: a - http://a:80 1 0/0,b - http://b:80 1 0/0", "" },
    /* references and variables */
    { "worker.a.reference=worker.t\nworker.t.lbfactor=5\n", "lb: a a http://a:80 5 0/0," B, "" },
    { "worker.a.reference=worker.t\nworker.t.lbfactor=5\nworker.t.busy_limit=7\nworker.a.lbfactor=2\n",
      "lb: a a http://a:80 2 0/0 max 7," B, "" },
    { "worker.a.reference=worker.t\nworker.t.reference=worker.u\nworker.u.lbfactor=4\n",
      "lb: a a http://a:80 4 0/0," B, "" },
    /* a template is used, too, of which each property is overridden */
    { "worker.a.reference=worker.t\nworker.t.lbfactor=5\nworker.a.lbfactor=2\n", "lb: a a http://a:80 2 0/0," B, "" },
    { "worker.a.reference=worker.t\nworker.t.reference=worker.u\nworker.u.host=x\n",
      "lb: a a http://a:80 1 0/0," B, "" },
    { "worker.a.reference=t\nworker.t.lbfactor=5\n", NULL, "7 error bad-reference, 8 note unused" },
    { "worker.a.reference=worker.a\n", NULL, "7 error bad-reference" },
    { "n=3\nworker.a.lbfactor=$(n)\n", "lb: a a http://a:80 3 0/0," B, "" },
    { "worker.a.lbfactor=$(n)\n", NULL, "7 error undefined" },
    /* odd input */
    { "worker.a.lbfactor=\n", "lb: a a http://a:80 1 0/0," B, "7 warning bad-value" },
    { "worker.a.lbfactor=2\nworker.a.lbfactor=3\n", "lb: a a http://a:80 3 0/0," B, "8 warning twice" },
    { "worker.a.colour=red\n", "lb: a a http://a:80 1 0/0," B, "7 warning unknown" },
    { "worker.c.host=c\n", "lb: a a http://a:80 1 0/0," B, "7 note unused" },
    { "rubbish\n", NULL, "7 error bad-line" },
    { "worker.a.route=\xff\n", NULL, "7 error bad-line" },
    { "worker.list=c\n", NULL, "1 error unknown-worker" },
};

START_TEST(workers_become_members)
{
    imported_t imported = import_jk(apr_pstrcat(unit_pool, BALANCER, worker_cases[_i].lines, NULL), NULL);

    ck_assert_pstr_eq(imported.cfg ? import_clusters(imported.cfg) : NULL, worker_cases[_i].clusters);
    ck_assert_str_eq(imported.findings, worker_cases[_i].findings);
}
END_TEST

/* -- rules -------------------------------------------------------------------------------------------------- */

#define TWO "worker.list=a,b\nworker.a.host=a\nworker.b.host=b\n"

static const struct {
    const char *map, *routes, *findings;
} rule_cases[] = {
    { "/x=a\n", "all / /x -> a", "" },
    { "/x/*=a\n*.do=b\n", "all / /x/* -> a; all / *.do -> b", "2 warning order" },
    { "/x|/*=a\n", "all / /x/* -> a", "" },
    { "/x|/y=a\n", "all / /x/y /x -> a", "" },
    { " /x = a \n", "all / /x -> a", "" },
    { "/x=a # comment\n#/y=b\n", "all / /x -> a", "" },
    /* mod_jk tries more slashes first, then longer ones */
    { "/x/*=a\n/x/y/*=b\n", "all / /x/y/* -> b; all / /x/* -> a", "" },
    { "/x/*=a\n/x/y=a\n", "all / /x/* /x/y -> a", "" },
    { "/x*=a\n/xyz*=b\n", "all / /xyz* -> b; all / /x* -> a", "" },
    { "/x/*=a\n/x/y=b\n", "all / /x/* -> a", "2 warning order" },
    { "/a/b/=a\n/longerthan=b\n", "all / /a/b/ -> a; all / /longerthan -> b", "" },
    /* mod_wlm takes the longer one, whatever its slashes */
    { "/x/*=a\n*.longextension=b\n", "all / /x/* -> a; all / *.longextension -> b", "2 warning order" },
    { "*=a\n/x=b\n", "all / /x -> b; all / * -> a", "" },
    { "!/x/y=a\n/x/*=a\n", "all / /x/* -> a", "1 warning exclusion" },
    { "!/x=*\n/y=a\n", "all / /y -> a", "1 warning exclusion" },
    { "-/x=a\n/y=a\n", "all / /y -> a", "1 note left-out" },
    { "-/x=c\n/y=a\n", "all / /y -> a", "1 note unknown-worker" },
    { "/x?=a\n/y=a\n", "all / /y -> a", "1 warning not-carried-over" },
    { "/x=a;reply_timeout=5;colour=red\n", "all / /x -> a", "1 warning not-carried-over, 1 warning unknown" },
    { "", "", "0 warning no-rules" },
    { "/x=c\n", NULL, "0 warning no-rules, 1 error unknown-worker" },
    { "x=a\n", NULL, "0 warning no-rules, 1 error bad-line" },
    { "/x\n", NULL, "0 warning no-rules, 1 error bad-line" },
    { "/x=a\\\n/y=a\n", NULL, "0 warning no-rules, 1 error bad-line" },
};

START_TEST(rules_become_routes)
{
    imported_t imported = import_jk(TWO, rule_cases[_i].map);

    ck_assert_pstr_eq(imported.cfg ? cfg_routes(imported.cfg) : NULL, rule_cases[_i].routes);
    ck_assert_str_eq(imported.findings, rule_cases[_i].findings);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/import/jk");
    TCase *tc = unit_case(s, "jk");

    tcase_add_checked_fixture(tc, temp_folder_setup, temp_folder_teardown);
    tcase_add_loop_test(tc, workers_become_members, 0, UNIT_COUNT(worker_cases));
    tcase_add_loop_test(tc, rules_become_routes, 0, UNIT_COUNT(rule_cases));
    return s;
}

UNIT_MAIN(suite)
