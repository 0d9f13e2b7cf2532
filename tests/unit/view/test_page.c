/* The page and the section of mod_status: well-formed as XML, every text escaped, and what each of them shows. */
#include <regex.h>
#include <string.h>
#include <apr_strings.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include "balance/outcome.h"
#include "unit.h"
#include "view/page.h"
#include "view/page_fold.h"
#include "view/page_section.h"

#define EVIL "<script title=\"&amp;\">'</script>"
#define ENCODED "%3cscript+title%3d%22%26amp%3b%22%3e%27%3c%2fscript%3e"
#define NOW  UINT64_C(1800000000000)
#define MINUTE (60 * UINT64_C(1000))

/* -- a state of everything ------------------------------------------------------------------------------ */

static wlm_view_event_t events[] = { { NOW - MINUTE, EVIL } };
static wlm_view_member_t members[4];
static wlm_view_cluster_t clusters[2];
static wlm_view_file_t files[1];
static wlm_view_t view;
static char text[1 << 20];
static apr_size_t length;

static void append(void *to, const char *data, apr_size_t n)
{
    (void)to;
    ck_assert_uint_lt(length + n, sizeof(text));
    memcpy(text + length, data, n);
    length += n;
    text[length] = '\0';
}

static void make_member(wlm_view_member_t *member, const char *name, wlm_attention_t attention)
{
    *member = (wlm_view_member_t){ .name = name,
                                   .clone_id = EVIL,
                                   .address = EVIL,
                                   .source = EVIL,
                                   .tier = "primary",
                                   .state = attention == WLM_ATTENTION_OUT ? "down" : "up",
                                   .admin_state = "enabled",
                                   .comment = EVIL,
                                   .last_error = EVIL,
                                   .last_error_at = NOW,
                                   .since = NOW,
                                   .admin_since = NOW,
                                   .attention = attention,
                                   .events = events,
                                   .nevents = 1 };
}

static wlm_page_t make_page(const wlm_out_t *out)
{
    static plugin_cfg_finding_t finding = { PLUGIN_CFG_WARNING, EVIL, 7, "some-id", EVIL };
    apr_array_header_t *findings = apr_array_make(unit_pool, 1, sizeof(plugin_cfg_finding_t *));

    APR_ARRAY_PUSH(findings, plugin_cfg_finding_t *) = &finding;
    make_member(&members[0], "well", WLM_ATTENTION_NONE);
    make_member(&members[1], EVIL, WLM_ATTENTION_STEERED);
    make_member(&members[2], "out", WLM_ATTENTION_OUT);
    make_member(&members[3], "failing", WLM_ATTENTION_FAILING);
    clusters[0] = (wlm_view_cluster_t){ .name = EVIL, .file = EVIL, .policy = "Random", .usable = 1, .members = members,
                                        .settings = "WLMBodySpool 1M", .nmembers = 3, .by_attention = { 1, 1, 0, 1 } };
    clusters[1] = (wlm_view_cluster_t){ .name = "second", .file = EVIL, .policy = "Random", .members = members + 3,
                                        .settings = "WLMBodySpool 2M", .served_by = WLM_SERVING_NONE, .nmembers = 1,
                                        .by_attention = { 0, 0, 1, 0 } };
    files[0] =
        (wlm_view_file_t){ .path = EVIL, .refused = EVIL, .refused_since = NOW, .loaded = NOW, .findings = findings };
    view =
        (wlm_view_t){ .version = EVIL, .now = NOW, .files = files, .nfiles = 1, .clusters = clusters, .nclusters = 2 };
    view.defaults = "Original";
    length = 0;
    return (wlm_page_t){ .out = out, .view = &view, .host = EVIL, .nonce = "n", .token = "t", .result = EVIL };
}

static int count(const char *part)
{
    const char *at;
    int n = 0;

    for (at = strstr(text, part); at; at = strstr(at + 1, part)) {
        ++n;
    }
    return n;
}

/* -- its text is safe -------------------------------------------------------------------------------------- */

static const struct {
    const char *cluster, *member, *find;
    int texts;                     /* at least so many times the text is there, as a text */
} page_cases[] = {
    { NULL, NULL, NULL, 20 },
    { EVIL, NULL, NULL, 15 },
    { EVIL, EVIL, NULL, 10 },
    { NULL, NULL, EVIL, 20 },
    { NULL, NULL, "failing", 8 },
    { EVIL, "nobody", NULL, 3 },
};

START_TEST(all_texts_are_escaped_and_the_page_is_well_formed)
{
    const wlm_out_t out = { append, NULL, unit_pool };
    wlm_page_t page = make_page(&out);
    xmlDoc *document;

    page.cluster = page_cases[_i].cluster;
    page.member = page_cases[_i].member;
    page.find = page_cases[_i].find;
    page.refresh = 5;
    wlm_page_write(&page);
    document = xmlReadMemory(text, (int)length, NULL, NULL, XML_PARSE_NONET);
    ck_assert_ptr_nonnull(document);
    xmlFreeDoc(document);
    ck_assert_int_eq(count("<script"), 0);
    ck_assert_int_ge(count("&lt;script title=&quot;&amp;amp;&quot;&gt;"), page_cases[_i].texts);
    ck_assert_int_eq(wlm_page_exists(&page), page.find || !page.member || strcmp(page.member, "nobody") != 0);
}
END_TEST

START_TEST(it_says_which_defaults_are_at_work_and_what_each_cluster_has)
{
    const wlm_out_t out = { append, NULL, unit_pool };
    wlm_page_t page = make_page(&out);

    wlm_page_write(&page);
    ck_assert_int_eq(count("<p>WLMDefaults Original: "), 1);
    ck_assert_int_eq(count("<p>WLMBodySpool 1M</p>"), 1);
    ck_assert_int_eq(count("<p>WLMBodySpool 2M</p>"), 1);
}
END_TEST

START_TEST(the_part_for_mod_status_too)
{
    const wlm_out_t out = { append, NULL, unit_pool };

    make_page(&out);
    wlm_page_section_write(&out, &view);
    ck_assert_int_eq(count("<script"), 0);
    ck_assert_int_ge(count("&lt;script"), 6);
}
END_TEST

START_TEST(without_a_token_there_are_no_forms)
{
    const wlm_out_t out = { append, NULL, unit_pool };
    wlm_page_t page = make_page(&out);

    wlm_page_write(&page);
    ck_assert_int_gt(count("method=\"post\""), 0);
    page = make_page(&out);
    page.token = NULL;
    wlm_page_write(&page);
    ck_assert_int_eq(count("method=\"post\""), 0);
    ck_assert_int_eq(count("<button"), 1); /* Find */
}
END_TEST

START_TEST(no_file_no_cluster)
{
    const wlm_out_t out = { append, NULL, unit_pool };
    const wlm_view_t nothing = { .version = "1", .now = NOW };
    wlm_page_t page = { .out = &out, .view = &nothing, .host = "h", .nonce = "n" };

    length = 0;
    wlm_page_write(&page);
    ck_assert_int_eq(count("WLMConfig names one"), 1);
    make_page(&out);
    view.nclusters = 0;
    page.view = &view;
    wlm_page_write(&page);
    ck_assert_int_eq(count("<h2>No member needs attention: 0 in 0 clusters</h2>"), 1);
    ck_assert_int_eq(count("There is no such member"), 0);
}
END_TEST

/* -- requests that wait --------------------------------------------------------------------------------------- */

static const struct {
    wlm_view_engine_t engine;
    const char *shown, *hidden;
} engine_cases[] = {
    { { .driver = "threads", .why = EVIL, .tunnels = 1234 },
      "Each holds a thread of httpd: &lt;script title=&quot;&amp;amp;&quot;&gt;'&lt;/script&gt;. Tunnels: 1,234.",
      "AsyncRequestWorkerFactor" },
    { { .driver = "engine", .parked = 7, .tunnels = 2, .owned = 9, .kept = 1, .connections = 79, .connections_max = 100,
        .worker_factor = 3 },
      "Connections of clients: 79 of 100 that AsyncRequestWorkerFactor 3 allows.</p>", "nearly all" },
    { { .driver = "engine", .connections = 80, .connections_max = 100, .worker_factor = 3 },
      "<b class=\"failing\">That is nearly all</b> AsyncRequestWorkerFactor 7 allows twice as many.", "ServerLimit" },
    { { .driver = "threads", .why = "no", .ending = 2, .process_slots = 16, .parked_earlier = 7 },
      "Child processes that end with their last request: 2; they occupy places among the 16 of ServerLimit. Parked "
      "requests of earlier configurations: 7.</p>", "parked" },
    { { .driver = "engine", .threads = 8, .threads_busy = 3, .descriptors = 799, .descriptors_max = 1000 },
      "<p>Threads of the engine: 8; busy ones among them: 3. Most file descriptors of a process: 799 of 1,000. ",
      "that it may open" },
    { { .driver = "threads", .why = "no", .descriptors = 800, .descriptors_max = 1000 },
      "800 of 1,000. <b class=\"failing\">That is nearly all</b> that it may open", "Threads of the engine" },
    { { .driver = "engine", .descriptors = 800 }, "of a process: 800. ", "that it may open" },
    { { .driver = "engine" }, "Shared memory: ", "file descriptors" },
};

START_TEST(requests_that_wait_are_told)
{
    const wlm_out_t out = { append, NULL, unit_pool };
    wlm_page_t page = make_page(&out);

    view.engine = engine_cases[_i].engine;
    wlm_page_write(&page);
    ck_assert_int_eq(count(engine_cases[_i].shown), 1);
    ck_assert_int_eq(count(engine_cases[_i].hidden), 0);
}
END_TEST

/* -- what it says -------------------------------------------------------------------------------------------- */

static void print_member(wlm_page_t *page)
{
    page->cluster = "second";
    page->member = "failing";
    wlm_page_write(page);
}

static const struct {
    apr_int64_t offset;            /* ms from now */
    const char *words;
} time_cases[] = {
    { 0, "(0 s ago)" },
    { -999, "(0 s ago)" },
    { -1000, "(1 s ago)" },
    { -59999, "(59 s ago)" },
    { -60000, "(1 min ago)" },
    { -3599999, "(59 min ago)" },
    { -3600000, "(1 h 0 min ago)" },
    { -86399999, "(23 h 59 min ago)" },
    { -86400000, "(1 d 0 h ago)" },
    { -APR_INT64_C(8640000000), "(100 d 0 h ago)" },
    { 1, "(in 0 s)" },
    { 1500, "(in 1 s)" },
    { 1800000, "(in 30 min)" },
    { 90000000, "(in 1 d 1 h)" },
};

START_TEST(times_in_words)
{
    const wlm_out_t out = { append, NULL, unit_pool };
    wlm_page_t page = make_page(&out);

    members[3].events[0].at = (uint64_t)((apr_int64_t)NOW + time_cases[_i].offset);
    print_member(&page);
    ck_assert_msg(strstr(strstr(text, "class=\"events\""), time_cases[_i].words) != NULL, "%s", time_cases[_i].words);
    members[3].events[0].at = NOW;
}
END_TEST

static const struct {
    uint64_t requests;
    double p50;
    uint64_t bytes;
    const char *words[3];
} number_cases[] = {
    { 0, 0, 0, { ">requests</th><td>0<", ">p50</th><td>\u2013<", "<td>0<small>sent: " } },
    { 999, 0.0001, 1023, { ">requests</th><td>999<", ">p50</th><td>0.1 ms<", "<td>1.0K<small>sent: " } },
    { 1000, 0.0123, 1 << 20, { ">requests</th><td>1,000<", ">p50</th><td>12 ms<", "<td>1.0M<small>sent: " } },
    { 1234567, 1.21, 300, { ">requests</th><td>1,234,567<", ">p50</th><td>1.2 s<", "<td>300<small>sent: " } },
    { UINT64_MAX,
      134,
      5,
      { ">requests</th><td>18,446,744,073,709,551,615<", ">p50</th><td>134.0 s<", "<td>5<small>sent: " } },
};

START_TEST(numbers_that_can_be_read)
{
    const wlm_out_t out = { append, NULL, unit_pool };
    wlm_page_t page = make_page(&out);

    members[3].requests = number_cases[_i].requests;
    members[3].p50 = number_cases[_i].p50;
    members[3].bytes_received = number_cases[_i].bytes;
    print_member(&page);
    ck_assert_int_eq(count(number_cases[_i].words[0]), 1);
    ck_assert_int_eq(count(number_cases[_i].words[1]), 1);
    page.member = NULL;
    wlm_page_write(&page);
    ck_assert_msg(count(number_cases[_i].words[2]) == 1, "%s", number_cases[_i].words[2]);
}
END_TEST

START_TEST(the_picture_and_its_words)
{
    const wlm_out_t out = { append, NULL, unit_pool };
    wlm_page_t page = make_page(&out);

    members[3].recent_requests[0] = 100;
    members[3].recent_requests[1] = 50;
    members[3].recent_requests[29] = 1;
    members[3].recent_failures[1] = 50;
    members[3].recent_requests_sum = 151;
    members[3].recent_failures_sum = 50;
    print_member(&page);
    ck_assert_int_eq(count("<title>Last 15 minutes: requests 151, failures 50; at most 100 in 30 s</title>"), 1);
    ck_assert_int_eq(count("<path class=\"requests\" d=\"M0 24H0V0H4V12H8V24H116V22H120V24z\"/>"), 1);
    ck_assert_int_eq(count("<path class=\"failures\" d=\"M0 24H4V12H8V24H120V24z\"/>"), 1);
    ck_assert_int_eq(count("<small>151, 50 failed</small>"), 1);
}
END_TEST

START_TEST(who_needs_attention_comes_first)
{
    const wlm_out_t out = { append, NULL, unit_pool };
    wlm_page_t page = make_page(&out);
    const char *table, *well, *steered, *attention;

    wlm_page_write(&page);
    ck_assert_int_eq(count("<h2>2 of 4 members need attention</h2>"), 1);
    ck_assert_int_eq(count("<h2>Cluster <a href=\"?cluster=second\">second</a>: no member gets new sessions</h2>"), 1);
    ck_assert_int_eq(count("<title>(4) "), 1); /* with the file that is refused */
    table = strstr(text, "<tbody>");
    well = strstr(table, ">well</a>");
    steered = strstr(table, "/script&gt;</a>");
    attention = strstr(table, ">out</a>");
    ck_assert(attention && steered && well && attention < steered && steered < well);
}
END_TEST

static const struct {
    int n;                         /* events of one member; the three others have one each, which are older */
    int listed;                    /* of that member */
    const char *words;
} left_out_cases[] = {
    { 97, 97, NULL },
    { 98, 98, "<p>1 earlier one is not listed here" },
    { 100, 100, "<p>3 earlier ones are not listed here" },
    { 150, 100, "<p>53 earlier ones are not listed here" },
};

START_TEST(events_that_are_not_listed_are_counted)
{
    const wlm_out_t out = { append, NULL, unit_pool };
    wlm_page_t page = make_page(&out);
    wlm_view_event_t many[150];
    int i;

    for (i = 0; i < 150; ++i) {
        many[i] = (wlm_view_event_t){ NOW, "marked down" };
    }
    members[3].events = many;
    members[3].nevents = left_out_cases[_i].n;
    wlm_page_write(&page);
    ck_assert_int_eq(count("<td>marked down</td></tr>"), left_out_cases[_i].listed);
    ck_assert_int_eq(count(" not listed here"), left_out_cases[_i].words != NULL);
    ck_assert(!left_out_cases[_i].words || count(left_out_cases[_i].words) == 1);
}
END_TEST

/* -- what the user has opened and closed ------------------------------------------------------------------- */

static const struct {
    const char *parameters[6];     /* name, value, ... */
    const char *query;             /* what of them is kept; %s: the name of the first cluster, encoded */
    int is_open[2];
} fold_cases[] = {
    { { NULL }, "", { 1, 1 } },
    { { "open", "second" }, "open=second", { 1, 1 } },
    { { "closed", "second" }, "closed=second", { 1, 0 } },
    { { "closed", EVIL, "closed", "second" }, "closed=" ENCODED "&amp;closed=second", { 0, 0 } },
    { { "closed", "second", "open", "second" }, "closed=second", { 1, 0 } }, /* no page says both */
    { { "open", "gone", "shut", "second", "closed", "" }, "", { 1, 1 } },
};

START_TEST(what_the_user_has_opened_and_closed)
{
    const wlm_out_t out = { append, NULL, unit_pool };
    wlm_page_t page = make_page(&out);
    apr_table_t *query = apr_table_make(unit_pool, 4);
    int i;

    for (i = 0; i < 6 && fold_cases[_i].parameters[i]; i += 2) {
        apr_table_addn(query, fold_cases[_i].parameters[i], fold_cases[_i].parameters[i + 1]);
    }
    page.folds = wlm_page_fold_read(query, &view, unit_pool);
    ck_assert_str_eq(page.folds->query, fold_cases[_i].query);
    wlm_page_write(&page);
    ck_assert_int_eq(count("<table>"), fold_cases[_i].is_open[0] + fold_cases[_i].is_open[1]);
    ck_assert_int_eq(count(">Close<"), count("<table>"));
    ck_assert_int_eq(count(">Open<"), 2 - count("<table>"));
    page.cluster = "second";
    length = 0;
    wlm_page_write(&page);
    ck_assert_int_eq(count("<table>"), 1); /* whoever asks for one sees it */
    ck_assert_int_eq(count("class=\"fold\""), 0);
}
END_TEST

/* -- of one thing --------------------------------------------------------------------------------------------- */

static const struct {
    wlm_attention_t attention;
    uint64_t usable;
    const char *why, *reason;
    const char *words[2];
} one_cases[] = {
    { WLM_ATTENTION_NONE, 1, NULL, NULL,
      { "No member needs attention: 1 in 1 cluster<", ">1 of 1 member gets new sessions<" } },
    { WLM_ATTENTION_FAILING, 1, "no", "1 of 1 request of the last 15 min failed",
      { ">1 of 1 member needs attention<", ">1 of 1 request of the last 15 min failed<" } },
    { WLM_ATTENTION_OUT, 0, NULL, NULL, { ">1 of 1 member needs attention<", ">0 of 1 member gets new sessions<" } },
    { WLM_ATTENTION_STEERED, 0, NULL, NULL, { "No member needs attention: 1 in 1 cluster<", "1 steered by a person" } },
};

/* Leaves the text without its tags */
static void remove_tags(void)
{
    char *from = text, *to = text;

    for (; *from; ++from) {
        if (*from == '<') {
            from = strchr(from, '>');
        }
        else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

#define PLURALS "(members|clusters|requests|failures|sessions|connections|tunnels|threads|processes|places|findings|" \
                "warnings|errors|primaries|backups|slots|minutes)"

/* "1 members", "1 idle connections": a 1 that is a number of its own, and then a plural */
static void assert_no_plural_of_one(void)
{
    regmatch_t at;
    regex_t plural;

    ck_assert_int_eq(regcomp(&plural, "(^|[^0-9.,:])1 ([a-z]+ )?" PLURALS "[^a-z]", REG_EXTENDED), 0);
    if (regexec(&plural, text, 1, &at, 0) == 0) {
        ck_abort_msg("%.*s", (int)(at.rm_eo - at.rm_so), text + at.rm_so);
    }
    regfree(&plural);
}

START_TEST(one_is_no_plural)
{
    const wlm_out_t out = { append, NULL, unit_pool };
    wlm_page_t page = make_page(&out);

    members[0] = (wlm_view_member_t){ .name = "a", .address = "b", .tier = "primary", .admin_state = "enabled",
                                      .state = one_cases[_i].usable ? "up" : "down",
                                      .attention = one_cases[_i].attention, .reason = one_cases[_i].reason,
                                      .weight = 1, .requests = 1, .in_flight = 1, .open = 1, .idle = 1, .busy = 1,
                                      .max_connections = 1, .recent_requests_sum = 1, .recent_failures_sum = 1,
                                      .recent_requests = { 1 }, .recent_failures = { 1 }, .sessions_new = 1 };
    clusters[0] = (wlm_view_cluster_t){ .name = "c", .policy = "Random", .members = members, .nmembers = 1,
                                        .primaries = 1, .usable = one_cases[_i].usable, .retrying = 1, .waiting = 1 };
    clusters[0].by_attention[one_cases[_i].attention] = 1;
    files[0].refused = NULL;
    view.nclusters = 1;
    view.engine = (wlm_view_engine_t){ .driver = "engine", .why = one_cases[_i].why, .parked = 1, .tunnels = 1,
                                       .owned = 1, .kept = 1, .connections = 1, .connections_max = 1,
                                       .worker_factor = 1, .ending = 1, .process_slots = 1 };
    wlm_page_write(&page);
    ck_assert_msg(count(one_cases[_i].words[0]) > 0, "%s", one_cases[_i].words[0]);
    ck_assert_msg(count(one_cases[_i].words[1]) > 0, "%s", one_cases[_i].words[1]);
    remove_tags();
    assert_no_plural_of_one();
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("view/page");
    TCase *tc = unit_case(s, "safety");

    tcase_add_loop_test(tc, all_texts_are_escaped_and_the_page_is_well_formed, 0, UNIT_COUNT(page_cases));
    tcase_add_test(tc, it_says_which_defaults_are_at_work_and_what_each_cluster_has);
    tcase_add_test(tc, the_part_for_mod_status_too);
    tcase_add_test(tc, without_a_token_there_are_no_forms);
    tcase_add_test(tc, no_file_no_cluster);
    tcase_add_loop_test(tc, requests_that_wait_are_told, 0, UNIT_COUNT(engine_cases));
    tc = unit_case(s, "words");
    tcase_add_loop_test(tc, times_in_words, 0, UNIT_COUNT(time_cases));
    tcase_add_loop_test(tc, numbers_that_can_be_read, 0, UNIT_COUNT(number_cases));
    tcase_add_test(tc, the_picture_and_its_words);
    tcase_add_test(tc, who_needs_attention_comes_first);
    tcase_add_loop_test(tc, events_that_are_not_listed_are_counted, 0, UNIT_COUNT(left_out_cases));
    tcase_add_loop_test(tc, what_the_user_has_opened_and_closed, 0, UNIT_COUNT(fold_cases));
    tcase_add_loop_test(tc, one_is_no_plural, 0, UNIT_COUNT(one_cases));
    return s;
}

UNIT_MAIN(suite)
