/* A small exchange with a member: answers in one piece and byte by byte, and those that are none. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "unit.h"
#include "base/clock.h"
#include "blocking_unit.h"

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

/* @return what wlm_simple_request_step() makes of an answer after which the connection closes */
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
    rv = ask_and_wait(answer, pwhy, conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", no_body, 5 * APR_USEC_PER_SEC);
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
    ck_assert(APR_STATUS_IS_TIMEUP(ask_and_wait(&answer, &why, conn, "GET / HTTP/1.1\r\n\r\n", 0, 20000)));
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

START_TEST(interim_responses_have_a_bound)
{
    const char *text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", *why = NULL;
    int i, n = _i ? 33 : 32;
    wlm_simple_answer_t answer;
    apr_status_t rv;

    for (i = 0; i < n; ++i) {
        text = apr_pstrcat(unit_pool, "HTTP/1.1 103 Hints\r\n\r\n", text, NULL);
    }
    rv = ask(&answer, &why, text, 0, 0);
    ck_assert_int_eq(rv, _i ? APR_EGENERAL : APR_SUCCESS);
    ck_assert_pstr_eq(why, _i ? "an interim response where a final one is due" : NULL);
}
END_TEST

/* -- step by step ----------------------------------------------------------------------------------------- */

#define MSEC APR_TIME_C(1000)

typedef enum { STAYS, CLOSES, RESETS } end_t;

enum { LONG = 1000000 };           /* bytes of a question that no socket takes at once */

#define COMPLETE "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
#define OF_FOUR  "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
#define CHUNKED  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define LATE     "no answer in time"
#define CLOSED   "connection closed without a complete answer"
#define RESET    "Connection reset by peer"

static const struct row_t {
    const char *name;
    int is_long;                   /* the question */
    int reads;                     /* the member does */
    const char *pieces[6];         /* of its answer: one each time that the step waits, when it has read all */
    end_t end;                     /* when it has written all of them */
    int timeout;                   /* ms */
    apr_status_t rv;
    const char *why;
    const char *body;
} rows[] = {
    { "at once", 0, 1, { COMPLETE }, STAYS, 5000, APR_SUCCESS, NULL, "hi" },
    { "in pieces", 0, 1, { "HTTP", "/1.1 200 OK\r\nContent-Length: 4\r\n", "\r\n", "h", "ell" }, STAYS, 5000,
      APR_SUCCESS, NULL, "hell" },
    { "chunks in pieces", 0, 1, { CHUNKED "3", "\r\na", "bc\r\n0\r\n", "\r\n" }, STAYS, 5000, APR_SUCCESS,
      NULL, "abc" },
    { "up to the end", 0, 1, { "HTTP/1.1 200 OK\r\n\r\n", "ab", "c" }, CLOSES, 5000, APR_SUCCESS, NULL, "abc" },
    { "an interim response, then the final one", 0, 1, { "HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 2", "00 OK\r\n",
      "Content-Length: 1\r\n\r\n", "x" }, STAYS, 5000, APR_SUCCESS, NULL, "x" },
    { "a long question", 1, 1, { COMPLETE }, STAYS, 5000, APR_SUCCESS, NULL, "hi" },

    { "silent: the question is not read", 1, 0, { NULL }, STAYS, 60, APR_TIMEUP, LATE, NULL },
    { "silent: no head", 0, 1, { NULL }, STAYS, 60, APR_TIMEUP, LATE, NULL },
    { "silent: half a head", 0, 1, { "HTTP/1.1 200 OK\r\nCont" }, STAYS, 60, APR_TIMEUP, LATE, NULL },
    { "silent: an interim response", 0, 1, { "HTTP/1.1 103 Hints\r\n\r\n" }, STAYS, 60, APR_TIMEUP, LATE, NULL },
    { "silent: half a body", 0, 1, { OF_FOUR, "he" }, STAYS, 60, APR_TIMEUP, LATE, NULL },
    { "silent: an endless body", 0, 1, { "HTTP/1.1 200 OK\r\n\r\nhe" }, STAYS, 60, APR_TIMEUP, LATE, NULL },

    { "closed: the question is not read", 1, 0, { NULL }, CLOSES, 5000, EPIPE, "Broken pipe", NULL },
    { "closed: no head", 0, 1, { NULL }, CLOSES, 5000, APR_EOF, CLOSED, NULL },
    { "closed: half a head", 0, 1, { "HTTP/1.1 200 OK\r\nCont" }, CLOSES, 5000, APR_EOF, CLOSED, NULL },
    { "closed: half a body", 0, 1, { OF_FOUR, "he" }, CLOSES, 5000, APR_EOF, CLOSED, NULL },
    { "closed: half of the chunks", 0, 1, { CHUNKED "3\r\nabc\r\n" }, CLOSES, 5000, APR_EOF, CLOSED, NULL },

    { "reset: no head", 0, 0, { NULL }, RESETS, 5000, ECONNRESET, RESET, NULL },
    { "reset: half a head", 0, 0, { "HTTP/1.1 200 OK\r\nCont" }, RESETS, 5000, ECONNRESET, RESET, NULL },
    { "reset: half a body", 0, 0, { OF_FOUR, "he" }, RESETS, 5000, ECONNRESET, RESET, NULL },

    { "no HTTP", 0, 1, { "SSH-2.0", "-OpenSSH\r\n" }, STAYS, 5000, APR_EGENERAL, NULL, NULL },
    { "a bad chunk", 0, 1, { CHUNKED, "zz\r\n" }, STAYS, 5000, APR_EGENERAL, NULL, NULL },
    { "a tunnel", 0, 1, { "HTTP/1.1 101 Switch\r\n\r\n" }, STAYS, 5000, APR_EGENERAL,
      "an interim response where a final one is due", NULL },
};

typedef struct member_t {
    const struct row_t *row;
    int fd;
    size_t unread;                 /* bytes of the question */
    int written;                   /* pieces */
} member_t;

static void end_member(member_t *member)
{
    if (member->fd >= 0) {
        close(member->fd); /* a pair of sockets: what is not read makes a reset of it */
        member->fd = -1;
    }
}

static const char *question_of(const struct row_t *row)
{
    static char question[LONG + 100];

    memset(question, 'x', LONG);
    memcpy(question, "GET / HTTP/1.1\r\nX: ", 19);
    strcpy(question + (row->is_long ? LONG : 20), "\r\n\r\n");
    return question;
}

/* @return 1: the member has read the whole question */
static int read_question(member_t *member)
{
    static char bytes[65536];
    ssize_t n;

    while ((n = read(member->fd, bytes, sizeof(bytes))) > 0) {
        member->unread -= (size_t)n;
    }
    return member->unread == 0;
}

/* The member does one thing */
static void play(member_t *member)
{
    if (member->fd < 0 || (member->row->reads && !read_question(member))) {
        return;
    }
    if (member->row->pieces[member->written]) {
        const char *piece = member->row->pieces[member->written++];

        ck_assert_int_eq(write(member->fd, piece, strlen(piece)), strlen(piece));
    }
    else if (member->row->end != STAYS) {
        end_member(member);
    }
}

static wlm_conn_t *begin(member_t *member, const struct row_t *row)
{
    int fds[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    *member = (member_t){ row, fds[1], strlen(question_of(row)), 0 };
    return conn_of(fds[0]);
}

START_TEST(steps_come_to_the_end_of_the_table)
{
    const struct row_t *row = &rows[_i];
    wlm_simple_request_t request;
    wlm_simple_answer_t answer;
    apr_time_t begun = wlm_now();
    member_t member;
    wlm_conn_t *conn = begin(&member, row);
    wlm_wait_t wait;
    apr_status_t rv;

    wlm_wait_init(&wait);
    wlm_simple_request_begin(&request, &answer, conn, question_of(row), 0, row->timeout * MSEC, unit_pool);
    while (APR_STATUS_IS_EAGAIN(rv = wlm_simple_request_step(&request, &wait))) {
        ck_assert_msg(wait.member.fd == conn->fd, "%s", row->name);
        ck_assert_msg(wait.until >= begun && wait.until <= wlm_now() + row->timeout * MSEC, "%s", row->name);
        ck_assert_msg(wait.member.events == POLLIN || (row->is_long && wait.member.events == POLLOUT), "%s", row->name);
        play(&member);
        wlm_wait_poll(&wait);
    }
    ck_assert_msg(rv == row->rv, "%s: %d (%s)", row->name, rv, request.why ? request.why : "-");
    ck_assert_msg(wait.member.fd == -1 && !wait.until, "%s: still waits", row->name);
    ck_assert_msg((rv == APR_SUCCESS) == !request.why, "%s", row->name);
    if (row->why) {
        ck_assert_str_eq(request.why, row->why);
    }
    if (row->body) {
        ck_assert_pstr_eq(answer.body, row->body);
    }
    if (APR_STATUS_IS_TIMEUP(rv)) {
        ck_assert_msg(wlm_now() - begun >= row->timeout * MSEC, "%s: too early", row->name);
    }
    wlm_conn_close(conn);
    end_member(&member);
}
END_TEST

enum { ENDS = 4 };

/* The caller may end it before any step, and leaves nothing but the connection */
START_TEST(it_may_be_ended_anywhere)
{
    const struct row_t *row = &rows[_i / ENDS];
    int fd = dup(0), steps = 0;
    wlm_simple_request_t request;
    wlm_simple_answer_t answer;
    wlm_conn_t *conn;
    member_t member;
    wlm_wait_t wait;

    close(fd);
    conn = begin(&member, row);
    wlm_wait_init(&wait);
    wlm_simple_request_begin(&request, &answer, conn, question_of(row), 0, row->timeout * MSEC, unit_pool);
    while (steps++ < _i % ENDS && APR_STATUS_IS_EAGAIN(wlm_simple_request_step(&request, &wait))) {
        play(&member);
        wlm_wait_poll(&wait);
    }
    wlm_conn_close(conn);
    end_member(&member);
    ck_assert_int_eq(dup(0), fd);
    close(fd);
}
END_TEST

START_TEST(a_step_may_come_too_early)
{
    static const struct row_t silent = { "silent", 0, 1, { NULL }, STAYS, 5000, APR_EAGAIN, NULL, NULL };
    wlm_simple_request_t request;
    wlm_simple_answer_t answer;
    member_t member;
    wlm_conn_t *conn = begin(&member, &silent);
    apr_time_t until;
    wlm_wait_t wait;
    int i;

    wlm_wait_init(&wait);
    wlm_simple_request_begin(&request, &answer, conn, question_of(&silent), 0, 5000 * MSEC, unit_pool);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_simple_request_step(&request, &wait)));
    until = wait.until;
    for (i = 0; i < 10; ++i) {
        ck_assert(APR_STATUS_IS_EAGAIN(wlm_simple_request_step(&request, &wait)));
        ck_assert_int_eq(wait.until, until);
    }
    wlm_conn_close(conn);
    end_member(&member);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("net/simple_request");
    TCase *tc = unit_case(s, "ask");

    tcase_add_loop_test(tc, answers_are_understood, 0, 2 * UNIT_COUNT(answers));
    tcase_add_test(tc, silence_ends);
    tcase_add_loop_test(tc, steps_come_to_the_end_of_the_table, 0, UNIT_COUNT(rows));
    tcase_add_loop_test(tc, it_may_be_ended_anywhere, 0, ENDS * UNIT_COUNT(rows));
    tcase_add_test(tc, a_step_may_come_too_early);
    tcase_add_loop_test(tc, interim_responses_have_a_bound, 0, 2);
    tcase_add_loop_test(tc, a_long_body_is_cut_and_a_very_long_one_refused, 0, 2);
    return s;
}

UNIT_MAIN(suite)
