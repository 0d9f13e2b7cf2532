/* A small exchange with a member: answers in one piece and byte by byte, and those that are none. */
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "unit.h"
#include "net/simple_request.h"

static wlm_conn_t *conn_of(int fd)
{
    wlm_conn_t *conn = calloc(1, sizeof(*conn));

    conn->fd = fd;
    conn->size = WLM_CONN_BUFFER_SIZE;
    conn->buffer = malloc(conn->size);
    return conn;
}

static void serve(int fd, const char *answer, int step)
{
    size_t len = strlen(answer), at, n;
    char question[200];

    if (read(fd, question, sizeof(question)) <= 0) {
        _exit(1);
    }
    for (at = 0; at < len; at += n) {
        n = step && len - at > (size_t)step ? (size_t)step : len - at;
        if (write(fd, answer + at, n) < 0) {
            break;
        }
        if (step) {
            usleep(100);
        }
    }
    _exit(0);
}

/* @return what wlm_simple_request() makes of an answer after which the connection closes */
static apr_status_t ask(wlm_simple_answer_t *answer, const char **pwhy, const char *text, int step, int no_body)
{
    wlm_conn_t *conn;
    apr_status_t rv;
    pid_t child;
    int fds[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    child = fork();
    if (child == 0) {
        close(fds[0]);
        signal(SIGPIPE, SIG_IGN);
        ck_assert_int_ge(fcntl(fds[1], F_SETFL, 0), 0);
        serve(fds[1], text, step);
    }
    close(fds[1]);
    conn = conn_of(fds[0]);
    rv = wlm_simple_request(answer, pwhy, conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", no_body, 5 * APR_USEC_PER_SEC,
                            unit_pool);
    wlm_conn_close(conn);
    waitpid(child, NULL, 0);
    return rv;
}

static const struct {
    const char *text;
    int no_body;
    int status;             /* 0: it is no answer */
    const char *body;
    int reusable;
} answers[] = {
    { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello", 0, 200, "hello", 1 },
    { "HTTP/1.1 204 No\r\n\r\n", 0, 204, NULL, 1 },
    { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 1, 200, NULL, 1 },
    { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n", 0, 200,
      "abcde", 1 },
    { "HTTP/1.0 500 Oh\r\n\r\nuntil close", 0, 500, "until close", 0 },
    { "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 0, 200, "", 0 },
    { "HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 0, 200,
      "x", 1 },
    { "HTTP/1.1 101 Switch\r\n\r\n", 0, 0, NULL, 0 },
    { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", 0, 0, NULL, 0 },
    { "HTTP/1.1 200 OK\r\nContent-", 0, 0, NULL, 0 },
    { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 0, 0, NULL, 0 },
    { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 0, 0, NULL, 0 },
    { "SSH-2.0-OpenSSH\r\n", 0, 0, NULL, 0 },
    { "", 0, 0, NULL, 0 },
};

START_TEST(answers_are_understood)
{
    int i = _i / 2, step = _i % 2;
    wlm_simple_answer_t answer;
    const char *why = NULL;
    apr_status_t rv = ask(&answer, &why, answers[i].text, step, answers[i].no_body);

    ck_assert_msg((rv == APR_SUCCESS) == (answers[i].status != 0), "%s: %s", answers[i].text, why ? why : "-");
    if (!answers[i].status) {
        ck_assert_ptr_nonnull(why);
        return;
    }
    ck_assert_int_eq(answer.head.status, answers[i].status);
    ck_assert_int_eq(answer.reusable, answers[i].reusable);
    ck_assert_pstr_eq(answer.body, answers[i].body);
    if (i == 0) {
        ck_assert_str_eq(wlm_http_head_get(&answer.head, "x-a"), "b");
    }
}
END_TEST

START_TEST(silence_ends)
{
    int fds[2];
    wlm_simple_answer_t answer;
    const char *why = NULL;
    wlm_conn_t *conn;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    conn = conn_of(fds[0]);
    ck_assert(APR_STATUS_IS_TIMEUP(wlm_simple_request(&answer, &why, conn, "GET / HTTP/1.1\r\n\r\n", 0, 20000,
                                                      unit_pool)));
    ck_assert_str_eq(why, "no answer in time");
    wlm_conn_close(conn);
    close(fds[1]);
}
END_TEST

START_TEST(a_long_body_is_cut_and_a_very_long_one_refused)
{
    const int sizes[] = { 100000, 2000000 };
    char *text = apr_palloc(unit_pool, 2000100);
    wlm_simple_answer_t answer;
    const char *why;
    apr_size_t head;

    head = (apr_size_t)apr_snprintf(text, 100, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", sizes[_i]);
    memset(text + head, 'y', (size_t)sizes[_i]);
    text[head + (size_t)sizes[_i]] = '\0';
    if (_i == 0) {
        ck_assert_int_eq(ask(&answer, &why, text, 0, 0), APR_SUCCESS);
        ck_assert_uint_eq(answer.body_len, WLM_SIMPLE_REQUEST_BODY_KEPT);
    }
    else {
        ck_assert_int_ne(ask(&answer, &why, text, 0, 0), APR_SUCCESS);
        ck_assert_str_eq(why, "an answer of more than 1 MiB");
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("net/simple_request");
    TCase *tc = unit_case(s, "ask");

    tcase_add_loop_test(tc, answers_are_understood, 0, 2 * UNIT_COUNT(answers));
    tcase_add_test(tc, silence_ends);
    tcase_add_loop_test(tc, a_long_body_is_cut_and_a_very_long_one_refused, 0, 2);
    return s;
}

UNIT_MAIN(suite)
