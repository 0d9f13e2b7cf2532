/* The directives that decide which member gets a request: from lines and files to what holds for a cluster. */
#include "unit.h"
#include "captured.h"
#include "temp_folder.h"
#include "tools/wlmcfg/common/directives.h"

char tool_name[] = "wlmcfg";       /* stands in its main()'s file */

#define BOTH "WLMPolicy LoadBalance|WLMAffinity Cookie WLM path=/app|WLMAffinity Learn header:X-Id"

/* Lines of a file; what holds for the cluster "shop" and for others, lines divided by '|' */
static const struct {
    const char *file, *shop, *others;
} cases[] = {
    { "", "WLMPolicy LoadBalance", "WLMPolicy LoadBalance" },
    { "wlmpolicy leastbusy\n", "WLMPolicy LeastBusy", "WLMPolicy LeastBusy" },
    { "  WLMAffinity Cookie WLM \\\n path=/app\r\nWLMAffinity Learn 'header:X-Id'\nWLMAffinityOwner Off\n",
      BOTH, BOTH },
    { "WLMAffinity Cookie W\n<WLMCluster \"shop\">\n WLMPolicy Random\n WLMAffinity Wrap header:X\n</WLMCluster>\n"
      "WLMAffinityOwner Off\n", "WLMPolicy Random|WLMAffinity Wrap header:X",
      "WLMPolicy LoadBalance|WLMAffinity Cookie W" },
    { "WLMAffinity Cookie W\n<WLMCluster shop>\nWLMAffinity Off\n</WLMCluster>\n", "WLMPolicy LoadBalance",
      "WLMPolicy LoadBalance|WLMAffinity Cookie W|WLMAffinityOwner WLM-Owner" },
    { "WLMConcurrency Adaptive 8\nWLMClass vip \"expr=%{REQUEST_URI} =~ m#^/vip#\" goal=1 priority=9\n"
      "WLMClass b expr=true\nWLMHedge p95 budget=10\n<WLMCluster shop>\nWLMClass c expr=false\nWLMHedge Off\n"
      "WLMConcurrency Off\n</WLMCluster>\n",
      "WLMPolicy LoadBalance|WLMClass c \"expr=false\" priority=5",
      "WLMPolicy LoadBalance|WLMConcurrency Adaptive 8 1000|"
      "WLMClass vip \"expr=%{REQUEST_URI} =~ m#^/vip#\" goal=1s priority=9|WLMClass b \"expr=true\" priority=5|"
      "WLMHedge p95 budget=10 min=20ms" },
    /* what is none of them is passed over */
    { "# WLMPolicy Foo\nListen ${PORT}\n<VirtualHost *:80>\nWLMPolicy Random\n</VirtualHost>\nWLMQueue 5\n",
      "WLMPolicy Random", "WLMPolicy Random" },
};

static const char *text_for(const wlmcfg_directives_t *directives, const char *cluster)
{
    return apr_array_pstrcat(unit_pool, wlmcfg_directives_text(wlmcfg_directives_for(directives, cluster, unit_pool),
                                                               unit_pool), '|');
}

static int read_text(wlmcfg_directives_t *directives, const char *text)
{
    temp_folder_write("wlm.conf", text);
    *directives = wlmcfg_directives_make(unit_pool);
    APR_ARRAY_PUSH(directives->files, const char *) = "wlm.conf";
    return wlmcfg_directives_read(directives, unit_pool);
}

START_TEST(what_holds_for_a_cluster)
{
    wlmcfg_directives_t directives;

    ck_assert(read_text(&directives, cases[_i].file));
    ck_assert_str_eq(text_for(&directives, "shop"), cases[_i].shop);
    ck_assert_str_eq(text_for(&directives, "others"), cases[_i].others);
}
END_TEST

static const struct {
    const char *line, *wrong;
} wrongs[] = {
    { "WLMPolicy Foo", "WLMPolicy: \"Foo\" is none of" }, { "WLMPolicy", "it takes one word" },
    { "WLMAffinity", "it takes Off" }, { "WLMAffinity Cookie", "is no name of a cookie" },
    { "WLMPolicy ${X}", "a variable" }, { "WLMPolice Random", "WLMPolice is no directive that decides" },
    { "<WLMCluster>", "the name of one cluster" }, { "<WLMCluster a", "no > at its end" },
    { "WLMHedge", "it takes Off" }, { "WLMHedge p10", "no percentile" }, { "WLMClass a", "it takes a name" },
    { "WLMConcurrency 4", "neither Off nor Adaptive" }, { "<Location />", "is no directive" },
    { "WLMAffinityOwner Host", "is a field of HTTP" },
};

START_TEST(a_line_without_sense_is_refused)
{
    wlmcfg_directives_t directives = wlmcfg_directives_make(unit_pool);
    captured_t captured = capture_begin(stderr);
    const char *told;
    int is_good;

    APR_ARRAY_PUSH(directives.lines, const char *) = wrongs[_i].line;
    is_good = wlmcfg_directives_read(&directives, unit_pool);
    told = capture_end(&captured);
    ck_assert(!is_good);
    ck_assert_msg(strstr(told, wrongs[_i].wrong) != NULL, "%s", told);
    ck_assert_ptr_nonnull(strstr(told, "--directive"));
}
END_TEST

/* Its number counts lines that were joined */
START_TEST(a_line_of_a_file_is_named)
{
    wlmcfg_directives_t directives;
    captured_t captured = capture_begin(stderr);
    int is_good = read_text(&directives, "Listen \\\n80\n\nWLMPolicy Foo\n");
    const char *told = capture_end(&captured);

    ck_assert(!is_good);
    ck_assert_msg(strstr(told, "wlm.conf:4: ") != NULL, "%s", told);
}
END_TEST

START_TEST(without_one_there_are_none)
{
    wlmcfg_directives_t directives = wlmcfg_directives_make(unit_pool);

    ck_assert(wlmcfg_directives_read(&directives, unit_pool));
    ck_assert_ptr_null(directives.options);
    ck_assert_str_eq(text_for(&directives, "shop"), "WLMPolicy LoadBalance");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/directives");
    TCase *tc = unit_case(s, "directives");

    tcase_add_checked_fixture(tc, temp_folder_setup, temp_folder_teardown);
    tcase_add_loop_test(tc, what_holds_for_a_cluster, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, a_line_without_sense_is_refused, 0, UNIT_COUNT(wrongs));
    tcase_add_test(tc, a_line_of_a_file_is_named);
    tcase_add_test(tc, without_one_there_are_none);
    return s;
}

UNIT_MAIN(suite)
