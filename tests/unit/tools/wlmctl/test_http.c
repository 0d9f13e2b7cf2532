/* Requests to the handler wlm-status, and which answers are one of it: against a server that sends prepared bytes. */
#include "unit.h"
#include "captured.h"
#include "server_unit.h"
#include "tools/wlmctl/http.h"

char tool_name[] = "wlmctl";       /* stands in its main()'s file */

#define OURS "X-WLM-Admin: 0.1.0\r\n"
#define STATE "{\"format\": 1}" /* 13 bytes */
#define OK_HEAD "HTTP/1.1 200 OK\r\n" OURS

/* -- the state ------------------------------------------------------------------------------------ */

static const struct {
    const char *answer;
    int flags;
} good[] = {
    { OK_HEAD "Content-Length: 13\r\n\r\n" STATE, 0 },
    { OK_HEAD "Content-Length: 13\r\n\r\n" STATE, SERVER_IN_PIECES },
    { "HTTP/1.0 200 OK\r\n" OURS "\r\n" STATE, SERVER_CLOSES },
    { OK_HEAD "Connection: close\r\n\r\n" STATE, SERVER_CLOSES | SERVER_IN_PIECES },
    { OK_HEAD "Transfer-Encoding: chunked\r\n\r\n6;x=y\r\n{\"form\r\n7\r\nat\": 1}\r\n0\r\nX: y\r\n\r\n",
      SERVER_IN_PIECES },
    { "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" OK_HEAD "Content-Length: 13\r\n\r\n" STATE, 0 },
    { "HTTP/1.1 200 OK\r\nx-wlm-admin: any\r\nContent-Length: 13\r\n\r\n" STATE, 0 },
    /* what is behind the length belongs to nothing */
    { OK_HEAD "Content-Length: 13\r\n\r\n" STATE "{\"format\": 2}", 0 },
};

/* @return exit code, as wlmctl_try_get() */
static int try_answer(json_t **pview, const char **pwhy, const char *answer, int flags, wlmctl_endpoint_t endpoint)
{
    const char *const answers[] = { answer, NULL };
    server_t server = server_start(answers, flags);
    int code;

    *pview = NULL;
    endpoint.url = server_url(&server);
    code = wlmctl_try_get(pview, pwhy, &endpoint, unit_pool);
    server_end(&server);
    ck_assert_msg(code == WLMCTL_OK || strncmp(*pwhy, endpoint.url, strlen(endpoint.url)) == 0, "%s", *pwhy);
    return code;
}

START_TEST(the_state_is_read_however_it_is_framed)
{
    const wlmctl_endpoint_t endpoint = { .url = NULL };
    const char *why = "";
    json_t *view;

    ck_assert_msg(try_answer(&view, &why, good[_i].answer, good[_i].flags, endpoint) == WLMCTL_OK, "%s", why);
    ck_assert_int_eq(json_integer_value(json_object_get(view, "format")), 1);
    json_decref(view);
}
END_TEST

#define JSON(text) OK_HEAD "Connection: close\r\n\r\n" text

static const struct {
    const char *answer, *why;      /* a part of the reason, as far as it is ours and not libcurl's */
} bad[] = {
    /* closed early */
    { "", "" }, { "HTTP/1.1 200 OK\r\nX-WLM", "" }, { OK_HEAD "Content-Length: 14\r\n\r\n" STATE, "" },
    { OK_HEAD "Transfer-Encoding: chunked\r\n\r\nd\r\n" STATE "\r\n", "" },
    { OK_HEAD "Transfer-Encoding: chunked\r\n\r\nz\r\n" STATE "\r\n0\r\n\r\n", "" },
    /* another protocol, another server, another page */
    { "SSH-2.0-OpenSSH_9.2\r\n", "" }, { OK_HEAD "Content-Length: x\r\n\r\n" STATE, "" },
    { "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" STATE, "status 200: that is no answer of the handler wlm-status" },
    { "HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n", "status 302: that is no answer of the handler" },
    { "HTTP/1.1 401 Unauthorized\r\n\r\n", "status 401: it wants a user and a password" },
    { "HTTP/1.1 403 Forbidden\r\n\r\n", "status 403: httpd does not let you pass" },
    { "HTTP/1.1 404 Not Found\r\n\r\n", "status 404: that is no answer of the handler" },
    { "HTTP/1.1 503 Unavailable\r\n" OURS "\r\n" STATE, "answers with status 503" },
    /* another state */
    { JSON(""), "no state that this version understands: " }, { JSON("{\"format\": 1"), "understands: " },
    { JSON("<html></html>"), "understands: " }, { JSON("{\"format\": 2}"), "understands" },
    { JSON("{\"format\": \"1\"}"), "understands" }, { JSON("{}"), "understands" }, { JSON("[1]"), "understands" },
    { JSON("{\"format\": 1}]"), "understands: " },
};

START_TEST(what_is_no_state_is_refused_with_a_reason)
{
    const wlmctl_endpoint_t endpoint = { .url = NULL };
    const char *why = NULL;
    json_t *view;

    ck_assert_int_eq(try_answer(&view, &why, bad[_i].answer, SERVER_CLOSES, endpoint), WLMCTL_UNREACHABLE);
    ck_assert_msg(strstr(why, bad[_i].why) != NULL, "%s", why);
}
END_TEST

START_TEST(a_server_that_does_not_answer_is_not_waited_for)
{
    const wlmctl_endpoint_t endpoint = { .timeout_ms = 100 };
    const char *why = NULL;
    json_t *view;

    ck_assert_int_eq(try_answer(&view, &why, "", 0, endpoint), WLMCTL_UNREACHABLE);
    ck_assert_int_eq(try_answer(&view, &why, OK_HEAD "Content-Length: 14\r\n\r\n" STATE, 0, endpoint),
                     WLMCTL_UNREACHABLE);
}
END_TEST

START_TEST(there_may_be_no_server)
{
    wlmctl_endpoint_t endpoint;
    const char *printed, *start;
    captured_t output;
    json_t *view;
    int port;

    close(server_listen(&port));
    endpoint = (wlmctl_endpoint_t){ .url = apr_psprintf(unit_pool, "http://127.0.0.1:%d/s", port) };
    output = capture_begin(stderr);
    ck_assert_int_eq(wlmctl_get(&view, &endpoint, unit_pool), WLMCTL_UNREACHABLE);
    printed = capture_end(&output);
    start = apr_psprintf(unit_pool, "wlmctl: %s?format=json: ", endpoint.url);
    ck_assert_msg(strncmp(printed, start, strlen(start)) == 0, "%s", printed);
}
END_TEST

START_TEST(a_netrc_that_cannot_be_read_is_no_reason_to_go_on_without)
{
    const wlmctl_endpoint_t endpoint = { .url = "http://127.0.0.1:1/", .netrc = "/nonexistent/netrc" };
    const char *why = NULL;
    json_t *view;

    ck_assert_int_eq(wlmctl_try_get(&view, &why, &endpoint, unit_pool), WLMCTL_UNREACHABLE);
    ck_assert_str_eq(why, "/nonexistent/netrc cannot be read: No such file or directory");
}
END_TEST

START_TEST(the_state_is_printed_as_it_came)
{
    const char *const answers[] = { JSON("[\n 1 ]\n\t"), NULL };
    server_t server = server_start(answers, SERVER_CLOSES);
    const wlmctl_endpoint_t endpoint = { .url = server_url(&server) };
    captured_t output = capture_begin(stdout);

    ck_assert_int_eq(wlmctl_print("json", &endpoint, unit_pool), WLMCTL_OK);
    ck_assert_str_eq(capture_end(&output), "[\n 1 ]\n\t");
    server_end(&server);
}
END_TEST

/* -- requests ---------------------------------------------------------------------------------------- */

START_TEST(the_state_is_asked_for_again_on_the_same_connection)
{
    const char *const answers[] = { OK_HEAD "Content-Length: 13\r\n\r\n" STATE, NULL };
    server_t server = server_start(answers, 0);
    wlmctl_endpoint_t endpoint = { .url = server_url(&server) };
    const char *requests;
    json_t *view;

    ck_assert_int_eq(wlmctl_get(&view, &endpoint, unit_pool), WLMCTL_OK);
    json_decref(view);
    endpoint.url = apr_pstrcat(unit_pool, endpoint.url, "?find=a", NULL);
    ck_assert_int_eq(wlmctl_get(&view, &endpoint, unit_pool), WLMCTL_OK);
    json_decref(view);
    requests = server_end(&server);
    ck_assert_int_eq(strncmp(requests, "#1 GET /wlm-status?format=json HTTP/1.1\r\n", 41), 0);
    ck_assert_ptr_nonnull(strstr(requests, "\n#1 GET /wlm-status?find=a&format=json HTTP/1.1\r\n"));
    ck_assert_ptr_nonnull(strstr(requests, "\r\nUser-Agent: wlmctl/" WLM_VERSION "\r\n"));
}
END_TEST

static const struct {
    const char *names_and_values[7], *body;
} forms[] = {
    { { "action", "reload" }, "action=reload" },
    { { "action", "drain", "member", "a b&c=d%", "comment", "\xc3\xa4+" },
      "action=drain&member=a%20b%26c%3Dd%25&comment=%C3%A4%2B" },
    { { "action", "", "member", "a" }, "member=a" }, { { "member", "a", "action", "" }, "member=a" },
    { { NULL }, "" },
};

START_TEST(a_form_is_sent_encoded_and_without_empty_fields)
{
    const char *const answers[] = { "HTTP/1.1 409 Conflict\r\n" OURS "Content-Length: 3\r\n\r\nno\n", NULL };
    server_t server = server_start(answers, 0);
    const wlmctl_endpoint_t endpoint = { .url = server_url(&server) };
    apr_table_t *form = apr_table_make(unit_pool, 4);
    wlmctl_answer_t answer;
    const char *requests;
    int i;

    for (i = 0; forms[_i].names_and_values[i]; i += 2) {
        apr_table_setn(form, forms[_i].names_and_values[i], forms[_i].names_and_values[i + 1]);
    }
    ck_assert_int_eq(wlmctl_post(&answer, &endpoint, form, unit_pool), WLMCTL_OK);
    ck_assert_int_eq(answer.status, 409);
    ck_assert_str_eq(answer.body, "no\n");
    free(answer.body);
    requests = server_end(&server);
    ck_assert_int_eq(strncmp(requests, "#1 POST /wlm-status HTTP/1.1\r\n", 30), 0);
    ck_assert_ptr_nonnull(strstr(requests, "\r\nX-WLM-Admin: 1\r\n"));
    ck_assert_str_eq(strstr(requests, "\r\n\r\n") + 4, apr_pstrcat(unit_pool, forms[_i].body, "\n", NULL));
}
END_TEST

START_TEST(a_form_that_another_server_has_got_is_no_success)
{
    const char *const answers[] = { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", NULL };
    server_t server = server_start(answers, 0);
    const wlmctl_endpoint_t endpoint = { .url = server_url(&server) };
    wlmctl_answer_t answer;
    captured_t output = capture_begin(stderr);
    const char *printed;

    ck_assert_int_eq(wlmctl_post(&answer, &endpoint, apr_table_make(unit_pool, 1), unit_pool), WLMCTL_UNREACHABLE);
    printed = capture_end(&output);
    ck_assert_msg(strstr(printed, "no answer of the handler wlm-status") != NULL, "%s", printed);
    server_end(&server);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmctl/http");
    TCase *tc = unit_case(s, "http");

    unsetenv("http_proxy");
    tcase_add_loop_test(tc, the_state_is_read_however_it_is_framed, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, what_is_no_state_is_refused_with_a_reason, 0, UNIT_COUNT(bad));
    tcase_add_test(tc, a_server_that_does_not_answer_is_not_waited_for);
    tcase_add_test(tc, there_may_be_no_server);
    tcase_add_test(tc, a_netrc_that_cannot_be_read_is_no_reason_to_go_on_without);
    tcase_add_test(tc, the_state_is_printed_as_it_came);
    tcase_add_test(tc, the_state_is_asked_for_again_on_the_same_connection);
    tcase_add_loop_test(tc, a_form_is_sent_encoded_and_without_empty_fields, 0, UNIT_COUNT(forms));
    tcase_add_test(tc, a_form_that_another_server_has_got_is_no_success);
    return s;
}

UNIT_MAIN(suite)
