/* When a connection can be read or written: over a pair of sockets, with TLS and without. With TLS not all that comes
 * is data, and not all data is seen by poll(). */
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include "unit.h"
#include "tls_unit.h"
#include "base/clock.h"
#include "net/conn.h"

#define SEC APR_USEC_PER_SEC

static int other_end;              /* the member's */
static SSL_CTX *server_ctx;
static SSL *server;                /* over other_end; NULL: no TLS */
static wlm_tls_peer_t *peer;

static void setup(void)
{
    unit_setup();
    signal(SIGPIPE, SIG_IGN);
    temp_folder_setup();
    peer = make_peer(&server_ctx);
}

static void teardown(void)
{
    SSL_CTX_free(server_ctx);
    temp_folder_teardown();
    unit_teardown();
}

/* After the handshake; the server's session tickets are read already, unless they are kept for the test */
static void begin_tls(wlm_conn_t *conn, int with_tickets)
{
    apr_status_t rv = APR_EAGAIN;
    int accepted = 0;

    server = SSL_new(server_ctx);
    SSL_set_fd(server, other_end);
    conn->tls = wlm_tls_conn_make(peer, conn->fd);
    ck_assert_ptr_nonnull(conn->tls);
    while (APR_STATUS_IS_EAGAIN(rv) || accepted != 1) {
        rv = rv == APR_SUCCESS ? rv : wlm_tls_conn_handshake(conn->tls);
        accepted = SSL_accept(server);
        ERR_clear_error();
    }
    ck_assert_int_eq(rv, APR_SUCCESS);
    if (!with_tickets) {
        ck_assert(APR_STATUS_IS_EAGAIN(wlm_tls_conn_peek(conn->tls)));
    }
}

static wlm_conn_t *make_conn(int with_tls, int with_tickets)
{
    wlm_conn_t *conn = calloc(1, sizeof(*conn));
    int fds[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    conn->fd = fds[0];
    other_end = fds[1];
    if (with_tls) {
        begin_tls(conn, with_tickets);
    }
    return conn;
}

static void end_conn(wlm_conn_t *conn)
{
    wlm_conn_close(conn);
    SSL_free(server);
    server = NULL;
    if (other_end >= 0) {
        close(other_end);
    }
}

/* -- what the member does --------------------------------------------------------------------------------- */

typedef enum {
    NOTHING,
    DATA,
    TICKETS,                       /* TLS: records that are no data */
    TICKETS_AND_DATA,
    PART,                          /* TLS: the beginning of a record */
    READ_AHEAD,                    /* TLS: two records, of which one has been read: OpenSSL has the other one */
    PEEKED,                        /* TLS: the record has been taken from the socket, and not read */
    ENDS,
    ENDS_TLS,                      /* with close_notify, its socket stays open */
    FULL,                          /* it does not read, and no more can be written */
    FULL_AND_DATA,
} act_t;

static void send_bytes(const char *bytes, int len)
{
    ck_assert_int_eq(server ? SSL_write(server, bytes, len) : (int)write(other_end, bytes, (size_t)len), len);
}

static void fill(wlm_conn_t *conn)
{
    static char block[65536];
    struct iovec iov = { block, sizeof(block) };
    apr_size_t n;

    while (wlm_conn_write(conn, &iov, 1, &n) == APR_SUCCESS) {
    }
}

static void act(wlm_conn_t *conn, act_t what)
{
    apr_size_t n;
    char bytes[5];

    if (what == FULL || what == FULL_AND_DATA) {
        fill(conn);
    }
    if (what == DATA || what == TICKETS_AND_DATA || what == READ_AHEAD || what == PEEKED || what == FULL_AND_DATA) {
        send_bytes("hello", 5);
    }
    if (what == READ_AHEAD) {
        send_bytes("you", 3);
        ck_assert_int_eq(wlm_conn_read(conn, bytes, 5, &n), APR_SUCCESS);
    }
    else if (what == PEEKED) {
        ck_assert_int_eq(wlm_tls_conn_peek(conn->tls), APR_SUCCESS);
    }
    else if (what == PART) {
        ck_assert_int_eq(write(other_end, "\x17\x03\x03\x00\x20?", 6), 6);
    }
    else if (what == ENDS) {
        close(other_end);
        other_end = -1;
    }
    else if (what == ENDS_TLS) {
        SSL_shutdown(server);
    }
}

/* -- the table ------------------------------------------------------------------------------------------------ */

#define R WLM_CONN_READ
#define W WLM_CONN_WRITE

static const struct {
    const char *name;
    int with_tls;
    act_t act;
    int wanted;
    int ready;                     /* 0: it is waited for in vain */
    int at_once;                   /* found without the socket */
} rows[] = {
    { "silence", 0, NOTHING, R, 0, 0 },
    { "room", 0, NOTHING, W, W, 0 },
    { "room only", 0, NOTHING, R | W, W, 0 },
    { "nothing wanted", 0, DATA, 0, 0, 0 },
    { "data", 0, DATA, R, R, 0 },
    { "data and room", 0, DATA, R | W, R | W, 0 },
    { "data that is not wanted", 0, DATA, W, W, 0 },
    { "no room", 0, FULL, W, 0, 0 },
    { "no room, no data", 0, FULL, R | W, 0, 0 },
    { "no room, but data", 0, FULL_AND_DATA, R | W, R, 0 },
    { "an end", 0, ENDS, R, R, 0 },
    { "an end counts as all", 0, ENDS, R | W, R | W, 0 },

    { "TLS: silence", 1, NOTHING, R, 0, 0 },
    { "TLS: room", 1, NOTHING, W, W, 0 },
    { "TLS: data", 1, DATA, R, R, 0 },
    { "TLS: data and room", 1, DATA, R | W, R | W, 0 },
    { "TLS: tickets are no data", 1, TICKETS, R, 0, 0 },
    { "TLS: tickets are no data, but there is room", 1, TICKETS, R | W, W, 0 },
    { "TLS: tickets, then data", 1, TICKETS_AND_DATA, R, R, 0 },
    { "TLS: a part of a record is no data", 1, PART, R, 0, 0 },
    { "TLS: OpenSSL has it", 1, READ_AHEAD, R, R, 1 },
    { "TLS: OpenSSL has it, and there is room", 1, READ_AHEAD, R | W, R | W, 1 },
    { "TLS: OpenSSL has it, which is not wanted", 1, READ_AHEAD, W, W, 0 },
    { "TLS: OpenSSL has it, and nothing is wanted", 1, READ_AHEAD, 0, 0, 0 },
    { "TLS: OpenSSL has decrypted it", 1, PEEKED, R, R, 1 },
    { "TLS: an end", 1, ENDS, R, R, 0 },
    { "TLS: an orderly end", 1, ENDS_TLS, R, R, 0 },
    { "TLS: no room", 1, FULL, W, 0, 0 },
    { "TLS: no room, but data", 1, FULL_AND_DATA, R | W, R, 0 },
};

/* A step's loop, as an exchange has it */
static int wait_until_ready(wlm_conn_t *conn, int wanted, apr_interval_time_t timeout, int *pturns)
{
    wlm_wait_t wait;
    int ready = 0;

    wlm_wait_init(&wait);
    for (*pturns = 0; !ready && APR_STATUS_IS_EAGAIN(wlm_conn_wait_for(conn, wanted, timeout, &wait)); ++*pturns) {
        ck_assert_int_eq(wait.member.fd, conn->fd);
        wlm_wait_poll(&wait);
        ready = wlm_conn_ready(conn, wanted, wait.member.revents);
    }
    return ready;
}

START_TEST(what_has_come_is_ready)
{
    apr_interval_time_t timeout = rows[_i].ready ? 10 * SEC : SEC / 20;
    wlm_conn_t *conn = make_conn(rows[_i].with_tls, rows[_i].act == TICKETS || rows[_i].act == TICKETS_AND_DATA);
    apr_time_t begun = wlm_now();
    int ready, turns;

    act(conn, rows[_i].act);
    ready = wlm_conn_ready(conn, rows[_i].wanted, 0);
    ck_assert_msg(ready == (rows[_i].at_once ? R : 0), "%s: %d without the socket", rows[_i].name, ready);
    ready = wait_until_ready(conn, rows[_i].wanted, timeout, &turns);
    ck_assert_msg(ready == rows[_i].ready, "%s: %d", rows[_i].name, ready);
    ck_assert_msg(turns < 10, "%s: it does not wait, but turns: %d", rows[_i].name, turns);
    if (ready) {
        ck_assert_msg(wlm_now() - begun < timeout, "%s: too late", rows[_i].name);
    }
    else {
        ck_assert_msg(wlm_now() - begun >= timeout, "%s: too early", rows[_i].name);
    }
    end_conn(conn);
}
END_TEST

/* A step that has been called at once, and has read, waits for the socket as ever */
START_TEST(what_has_been_read_wakes_no_more)
{
    wlm_conn_t *conn = make_conn(1, 0);
    wlm_wait_t wait;
    char bytes[8];
    apr_size_t n;

    act(conn, READ_AHEAD);
    wlm_wait_init(&wait);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_wait_for(conn, R, 10 * SEC, &wait)));
    ck_assert(wait.wake && wait.wake <= wlm_now());
    ck_assert_int_eq(wlm_conn_read(conn, bytes, sizeof(bytes), &n), APR_SUCCESS);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_wait_for(conn, R, 10 * SEC, &wait)));
    ck_assert_int_eq(wait.wake, 0);
    end_conn(conn);
}
END_TEST

/* What is there counts, also when the time is over */
START_TEST(data_that_is_there_comes_before_the_time)
{
    wlm_conn_t *conn = make_conn(1, 0);
    wlm_wait_t wait;

    act(conn, READ_AHEAD);
    wlm_wait_init(&wait);
    wait.until = 1;
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_wait_for(conn, R, SEC, &wait)));
    ck_assert(APR_STATUS_IS_TIMEUP(wlm_conn_wait_for(conn, W, SEC, &wait)));
    end_conn(conn);
}
END_TEST

static const struct {
    int wanted;
    short events;
} asked[] = { { 0, 0 }, { R, POLLIN }, { W, POLLOUT }, { R | W, POLLIN | POLLOUT } };

START_TEST(the_socket_is_asked_for_what_is_wanted)
{
    int with_tls = _i / UNIT_COUNT(asked), i = _i % UNIT_COUNT(asked);
    wlm_conn_t *conn = make_conn(with_tls, 0);

    ck_assert_int_eq(wlm_conn_events(conn, asked[i].wanted), asked[i].events);
    end_conn(conn);
}
END_TEST

/* A handshake that finds no room for its first bytes is waited for by POLLOUT, whatever comes */
START_TEST(a_read_may_wait_for_room)
{
    static char block[65536];
    wlm_conn_t *conn = make_conn(0, 0);
    wlm_wait_t wait;
    size_t filled = 0;
    ssize_t n;

    while ((n = write(conn->fd, block, sizeof(block))) > 0) {
        filled += (size_t)n;
    }
    conn->tls = wlm_tls_conn_make(peer, conn->fd);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_tls_conn_handshake(conn->tls)));
    ck_assert_int_eq(wlm_conn_events(conn, R), POLLOUT);
    ck_assert_int_eq(write(other_end, "x", 1), 1);
    wlm_wait_init(&wait);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_wait_for(conn, R, SEC / 20, &wait)));
    wlm_wait_poll(&wait);
    ck_assert_int_eq(wait.member.revents, 0);
    while (filled > 0) {
        n = read(other_end, block, sizeof(block));
        ck_assert_int_gt(n, 0);
        filled -= (size_t)n;
    }
    wlm_wait_end(&wait);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_wait_for(conn, R, 5 * SEC, &wait)));
    wlm_wait_poll(&wait);
    ck_assert_int_eq(wait.member.revents, POLLOUT);
    end_conn(conn);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("net/conn_ready");
    TCase *tc = tcase_create("conn_ready");

    tcase_add_checked_fixture(tc, setup, teardown);
    suite_add_tcase(s, tc);
    tcase_add_loop_test(tc, what_has_come_is_ready, 0, UNIT_COUNT(rows));
    tcase_add_test(tc, what_has_been_read_wakes_no_more);
    tcase_add_test(tc, data_that_is_there_comes_before_the_time);
    tcase_add_test(tc, a_read_may_wait_for_room);
    tcase_add_loop_test(tc, the_socket_is_asked_for_what_is_wanted, 0, 2 * UNIT_COUNT(asked));
    return s;
}

UNIT_MAIN(suite)
