/* When drain --wait and disable --wait end: the decision by the time that is given to it, and the loop around it
 * against a server that sends prepared states. */
#include "unit.h"
#include "json_unit.h"
#include "captured.h"
#include "server_unit.h"
#include "tools/wlmctl/interrupt.h"
#include "tools/wlmctl/wait.h"

char tool_name[] = "wlmctl";       /* stands in its main()'s file */

/* -- sums ------------------------------------------------------------------------------------------ */

#define MEMBER(name, state, rest) "{'name': '" name "', 'admin_state': '" state "'" rest "}"
#define VIEW(members) "{'format': 1, 'clusters': [{'name': 'shop', 'members': [" members "]}]}"

static const struct {
    const char *view, *state;
    wlmctl_work_t work;
} sums[] = {
    { VIEW(MEMBER("a", "draining", ", 'in_flight': 2, 'sessions_kept': 7")), "draining", { 2, 7, 1 } },
    { VIEW(MEMBER("a", "draining", ", 'in_flight': 2, 'sessions_kept': 7") ","
           MEMBER("b", "draining", ", 'in_flight': 1, 'sessions_kept': 1")), "draining", { 3, 8, 1 } },
    /* disabled is more than drained, but not the other way round */
    { VIEW(MEMBER("a", "disabled", "")), "draining", { 0, 0, 1 } },
    { VIEW(MEMBER("a", "draining", "")), "disabled", { 0, 0, 0 } },
    { VIEW(MEMBER("a", "enabled", "")), "draining", { 0, 0, 0 } },
    /* one of them is enough */
    { VIEW(MEMBER("a", "draining", "") "," MEMBER("b", "enabled", "")), "draining", { 0, 0, 0 } },
    /* other members do not matter */
    { VIEW(MEMBER("a", "draining", "") "," MEMBER("c", "enabled", ", 'in_flight': 5")), "draining", { 0, 0, 1 } },
    /* values that are missing, or no numbers */
    { VIEW("{'name': 'a'}"), "draining", { 0, 0, 0 } },
    { VIEW(MEMBER("a", "draining", ", 'in_flight': null, 'sessions_kept': '7'")), "draining", { 0, 0, 1 } },
    /* the members have left the file */
    { VIEW(""), "draining", { 0, 0, 0 } }, { "{}", "draining", { 0, 0, 0 } }, { "[]", "draining", { 0, 0, 0 } },
};

static char a[] = "a", b[] = "b";
static char *const names[] = { a, b };
static const wlmctl_target_t target = { .members = names, .nmembers = 2 };

START_TEST(the_members_work_is_summed_up)
{
    const wlmctl_wait_t wait = { .state = sums[_i].state };
    json_t *view = json_of(sums[_i].view);
    wlmctl_work_t work = wlmctl_wait_sum(view, &wait, &target, unit_pool);

    ck_assert_double_eq(work.in_flight, sums[_i].work.in_flight);
    ck_assert_double_eq(work.session_requests, sums[_i].work.session_requests);
    ck_assert_int_eq(work.is_out, sums[_i].work.is_out);
    json_decref(view);
}
END_TEST

/* -- decision --------------------------------------------------------------------------------------- */

#define STEPS_MAX 5

typedef struct step_t {
    int at;                        /* seconds */
    wlmctl_work_t work;
} step_t;

static const struct {
    int idle, timeout;             /* seconds */
    int n;
    step_t steps[STEPS_MAX];
    wlmctl_wait_result_t result;   /* of the last step; the others go on */
} waits[] = {
    { 0, 0, 1, { { 0, { 0, 5, 1 } } }, WLMCTL_WAIT_DONE },
    { 0, 0, 3, { { 0, { 2, 5, 1 } }, { 100, { 1, 6, 1 } }, { 200, { 0, 6, 1 } } }, WLMCTL_WAIT_DONE },
    /* quiet for as long as was asked for, counted from the first state or the last request of a session */
    { 10, 0, 1, { { 0, { 0, 5, 1 } } }, WLMCTL_WAIT_ON },
    { 10, 0, 3, { { 0, { 0, 5, 1 } }, { 9, { 0, 5, 1 } }, { 10, { 0, 5, 1 } } }, WLMCTL_WAIT_DONE },
    { 10, 0, 4, { { 0, { 0, 5, 1 } }, { 9, { 0, 6, 1 } }, { 18, { 0, 6, 1 } }, { 19, { 0, 6, 1 } } },
      WLMCTL_WAIT_DONE },
    { 10, 0, 3, { { 0, { 0, 5, 1 } }, { 12, { 1, 5, 1 } }, { 13, { 0, 5, 1 } } }, WLMCTL_WAIT_DONE },
    /* counters that begin anew are no sign of quiet */
    { 10, 0, 3, { { 0, { 0, 5, 1 } }, { 9, { 0, 0, 1 } }, { 11, { 0, 0, 1 } } }, WLMCTL_WAIT_ON },
    { 0, 30, 2, { { 0, { 1, 5, 1 } }, { 29, { 1, 5, 1 } } }, WLMCTL_WAIT_ON },
    { 0, 30, 2, { { 0, { 1, 5, 1 } }, { 30, { 1, 5, 1 } } }, WLMCTL_WAIT_TIMEOUT },
    { 10, 30, 3, { { 0, { 0, 5, 1 } }, { 9, { 0, 6, 1 } }, { 30, { 0, 7, 1 } } }, WLMCTL_WAIT_TIMEOUT },
    /* it is done and the time is over */
    { 0, 30, 2, { { 0, { 1, 5, 1 } }, { 40, { 0, 5, 1 } } }, WLMCTL_WAIT_DONE },
    { 0, 0, 1, { { 0, { 0, 5, 0 } } }, WLMCTL_WAIT_NOT_OUT },
    { 10, 30, 2, { { 0, { 1, 5, 1 } }, { 40, { 0, 5, 0 } } }, WLMCTL_WAIT_NOT_OUT },
};

START_TEST(a_wait_ends_by_what_the_members_do_and_by_the_time)
{
    const apr_time_t begun = apr_time_from_sec(1000);
    const wlmctl_wait_t wait = { "draining", apr_time_from_sec(waits[_i].idle), apr_time_from_sec(waits[_i].timeout) };
    wlmctl_progress_t progress = { .begun = begun, .session_requests = -1 };
    int i;

    for (i = 0; i < waits[_i].n; ++i) {
        const step_t *step = &waits[_i].steps[i];
        int is_last = i == waits[_i].n - 1;

        ck_assert_int_eq(wlmctl_wait_step(&progress, &step->work, &wait, begun + apr_time_from_sec(step->at)),
                         is_last ? waits[_i].result : WLMCTL_WAIT_ON);
    }
}
END_TEST

/* -- the loop ------------------------------------------------------------------------------------------ */

#define ANSWER(view) "HTTP/1.1 200 OK\r\nX-WLM-Admin: 1\r\nConnection: close\r\n\r\n" view
#define BUSY VIEW(MEMBER("a", "draining", ", 'in_flight': 1"))
#define FREE VIEW(MEMBER("a", "draining", ", 'in_flight': 0"))
#define STAYS "; the members stay as they are: draining\n"

static const struct {
    const char *answers[3];
    apr_interval_time_t timeout;
    int is_interrupted, code;
    const char *out, *err;         /* err: its end */
} loops[] = {
    { { ANSWER(FREE) }, 0, 0, WLMCTL_OK, "no request is with the members\n", "" },
    { { ANSWER(BUSY), ANSWER(FREE) }, 0, 0, WLMCTL_OK, "no request is with the members\n", "" },
    { { ANSWER(BUSY) }, 1, 0, WLMCTL_REFUSED, "", "there are still requests, or were just now" STAYS },
    { { ANSWER(BUSY), ANSWER(VIEW(MEMBER("a", "enabled", ""))) }, 0, 0, WLMCTL_REFUSED, "",
      "not all members are draining any more: they were steered meanwhile, or their time is over\n" },
    { { ANSWER(BUSY), "HTTP/1.1 503 No\r\nX-WLM-Admin: 1\r\n\r\n" }, 0, 0, WLMCTL_UNREACHABLE, "",
      "answers with status 503" STAYS },
    { { ANSWER(BUSY) }, 0, 1, WLMCTL_REFUSED, "", "wlmctl: interrupted" STAYS },
};

START_TEST(what_ends_a_wait_is_printed)
{
    const char *const answers[] = { json_quoted(loops[_i].answers[0]),
                                    loops[_i].answers[1] ? json_quoted(loops[_i].answers[1]) : NULL, NULL };
    const wlmctl_wait_t wait = { .state = "draining", .timeout = loops[_i].timeout };
    server_t server = server_start(answers, SERVER_CLOSES);
    const wlmctl_endpoint_t endpoint = { .url = server_url(&server) };
    captured_t out = capture_begin(stdout), err = capture_begin(stderr);
    const char *printed;
    int code;

    wlmctl_interrupted = loops[_i].is_interrupted;
    code = wlmctl_wait(&wait, &target, &endpoint, unit_pool);
    printed = capture_end(&err);
    ck_assert_str_eq(capture_end(&out), loops[_i].out);
    ck_assert_msg(strlen(printed) >= strlen(loops[_i].err), "%s", printed);
    ck_assert_str_eq(printed + strlen(printed) - strlen(loops[_i].err), loops[_i].err);
    ck_assert_int_eq(*printed != '\0', *loops[_i].err != '\0');
    ck_assert_int_eq(code, loops[_i].code);
    server_end(&server);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmctl/wait");
    TCase *tc = unit_case(s, "wait");

    tcase_add_loop_test(tc, the_members_work_is_summed_up, 0, UNIT_COUNT(sums));
    tcase_add_loop_test(tc, a_wait_ends_by_what_the_members_do_and_by_the_time, 0, UNIT_COUNT(waits));
    tcase_add_loop_test(tc, what_ends_a_wait_is_printed, 0, UNIT_COUNT(loops));
    return s;
}

UNIT_MAIN(suite)
