/* Opening a connection in steps, to members that do what a table says: over the loopback interface, with TLS and
 * without, on one thread that is in turn the member and the driver of the steps. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "unit.h"
#include "base/clock.h"
#include "blocking_unit.h"
#include "net/fake_unit.h"

#define MSEC APR_TIME_C(1000)
#define SEC  APR_USEC_PER_SEC

static int count_descriptors(void)
{
    int fd, n = 0;

    for (fd = 0; fd < 256; ++fd) {
        n += fcntl(fd, F_GETFD) >= 0;
    }
    return n;
}

/* -- the table ------------------------------------------------------------------------------------------ */

enum { PLACES = 3 };

static const struct row_t {
    const char *name;
    int with_tls;
    kind_t fakes[PLACES];
    int timeout;                   /* ms */
    apr_status_t rv;
    const char *why;               /* a part of it */
    int at_least;                  /* ms that it takes */
} rows[] = {
    { "no address", 0, { NONE }, 5000, APR_EGENERAL, "it has no address", 0 },
    { "one that accepts", 0, { ACCEPTS }, 5000, APR_SUCCESS, NULL, 0 },
    { "one that refuses", 0, { REFUSES }, 5000, ECONNREFUSED, "Connection refused", 0 },
    { "one that is silent", 0, { SILENT }, 60, APR_TIMEUP, "no connection", 60 },
    { "no socket for it", 0, { UNKNOWN }, 5000, EAFNOSUPPORT, "not supported", 0 },
    { "the second accepts", 0, { REFUSES, ACCEPTS }, 5000, APR_SUCCESS, NULL, 0 },
    { "the third accepts", 0, { UNKNOWN, REFUSES, ACCEPTS }, 5000, APR_SUCCESS, NULL, 0 },
    { "a silent one has its part of the time", 0, { SILENT, ACCEPTS }, 200, APR_SUCCESS, NULL, 100 },
    { "two silent ones share it", 0, { SILENT, SILENT, ACCEPTS }, 300, APR_SUCCESS, NULL, 200 },
    { "one that refuses leaves its part", 0, { REFUSES, SILENT }, 120, APR_TIMEUP, "no connection", 120 },
    { "the last one's error counts", 0, { SILENT, REFUSES }, 100, ECONNREFUSED, "Connection refused", 50 },

    { "handshake", 1, { HANDSHAKES }, 5000, APR_SUCCESS, NULL, 0 },
    { "handshake, without a limit", 1, { HANDSHAKES }, 0, APR_SUCCESS, NULL, 0 },
    { "a handshake in pieces", 1, { IN_PIECES }, 5000, APR_SUCCESS, NULL, 0 },
    { "refused before the handshake", 1, { REFUSES }, 5000, ECONNREFUSED, "Connection refused", 0 },
    { "silent before it", 1, { SILENT }, 60, APR_TIMEUP, "no connection", 60 },
    { "silent in it", 1, { MUTE }, 60, APR_TIMEUP, "no TLS handshake", 60 },
    { "silent in the midst of it", 1, { HALF }, 60, APR_TIMEUP, "no TLS handshake", 60 },
    { "closed in the midst of it", 1, { HALF_CLOSES }, 5000, WLM_TLS_BROKEN, "the member has closed", 0 },
    { "closed", 1, { CLOSES }, 5000, WLM_TLS_BROKEN, "the member has closed the connection", 0 },
    { "reset", 1, { RESETS }, 5000, ECONNRESET, "reset by peer", 0 },
    { "no TLS", 1, { BABBLES }, 5000, WLM_TLS_BROKEN, "TLS handshake: ", 0 },
    { "closed, and the second is well", 1, { CLOSES, HANDSHAKES }, 5000, APR_SUCCESS, NULL, 0 },
    { "silent, and the second is well", 1, { MUTE, IN_PIECES }, 1000, APR_SUCCESS, NULL, 500 },
    { "connecting and handshake share the time", 1, { SILENT, MUTE }, 200, APR_TIMEUP, "no TLS handshake", 200 },

    /* a second each */
    { "late", 0, { LATE }, 5000, APR_SUCCESS, NULL, 100 },
    { "late, without a limit", 0, { LATE }, 0, APR_SUCCESS, NULL, 100 },
    { "a late refusal", 0, { LATE_REFUSES }, 5000, ECONNREFUSED, "Connection refused", 100 },
};

enum { ROWS = UNIT_COUNT(rows), SLOW_ROWS = 3 };

typedef struct stage_t {
    const struct row_t *row;
    fake_t fakes[PLACES];
    wlm_address_t address;
    int n, descriptors;            /* before */
} stage_t;

static void begin_stage(stage_t *stage, const struct row_t *row)
{
    stage->descriptors = count_descriptors();
    stage->row = row;
    stage->address.n = 0;
    for (stage->n = 0; stage->n < PLACES && row->fakes[stage->n] != NONE; ++stage->n) {
        make_fake(&stage->fakes[stage->n], row->fakes[stage->n], &stage->address);
    }
}

static void play_all(stage_t *stage)
{
    int i;

    for (i = 0; i < stage->n; ++i) {
        play(&stage->fakes[i]);
    }
}

/* Nothing of it may be left open */
static void end_stage(stage_t *stage)
{
    int i;

    for (i = 0; i < stage->n; ++i) {
        end_fake(&stage->fakes[i]);
    }
    ck_assert_msg(count_descriptors() == stage->descriptors, "%s: %d descriptors more", stage->row->name,
                  count_descriptors() - stage->descriptors);
}

static void check_waiting(const stage_t *stage, const wlm_wait_t *wait, apr_time_t begun)
{
    const char *name = stage->row->name;
    apr_interval_time_t timeout = stage->row->timeout * MSEC;

    ck_assert_msg(fcntl(wait->member.fd, F_GETFD) >= 0, "%s: waits for no descriptor", name);
    ck_assert_msg(wait->member.events == POLLIN || wait->member.events == POLLOUT, "%s", name);
    ck_assert_msg(wait->client.fd == -1 && wait->wake == 0, "%s", name);
    if (timeout) {
        ck_assert_msg(wait->until >= begun && wait->until <= wlm_now() + timeout, "%s", name);
    }
}

static void check_over(const struct row_t *row, const wlm_wait_t *wait)
{
    ck_assert_msg(wait->member.fd == -1 && wait->until == 0, "%s: still waits", row->name);
}

/* The connection is one with the last member: a byte from there arrives */
static void check_open(stage_t *stage, wlm_conn_t *conn)
{
    fake_t *fake = &stage->fakes[stage->n - 1];
    char bytes[100], byte = 0;
    struct pollfd listener = { fake->listener, POLLIN, 0 };
    wlm_wait_t wait;
    apr_size_t n;
    int len = 1;

    if (fake->fd < 0) {            /* the kernel may have the connection's end there a moment later */
        poll(&listener, 1, 5000);
    }
    play(fake);
    ck_assert_msg(fake->fd >= 0, "%s", stage->row->name);
    if (stage->row->with_tls) { /* its tickets are on their way, too */
        ck_assert_int_eq(SSL_write(fake->ssl, "x", 1), 1);
        while ((len = BIO_read(SSL_get_wbio(fake->ssl), bytes, sizeof(bytes))) > 0) {
            ck_assert_int_eq(write(fake->fd, bytes, (size_t)len), len);
        }
    }
    else {
        ck_assert_int_eq(write(fake->fd, "x", 1), 1);
    }
    wlm_wait_init(&wait);
    while (APR_STATUS_IS_EAGAIN(wlm_conn_read(conn, &byte, 1, &n))) {
        ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_wait_for(conn, WLM_CONN_READ, 5 * SEC, &wait)));
        wlm_wait_poll(&wait);
    }
    ck_assert_msg(byte == 'x', "%s", stage->row->name);
}

START_TEST(steps_come_to_the_end_of_the_table)
{
    const struct row_t *row = &rows[_i];
    apr_time_t begun;
    wlm_conn_open_t open;
    wlm_conn_t *conn = NULL;
    wlm_wait_t wait;
    stage_t stage;
    apr_status_t rv;

    begin_stage(&stage, row);
    begun = wlm_now();
    wlm_wait_init(&wait);
    wait.until = 1; /* of a wait that was not ended */
    wlm_conn_open_begin(&open, &stage.address, row->with_tls ? peer : NULL, row->timeout * MSEC);
    stage.address.n = 0; /* it has a copy */
    while (APR_STATUS_IS_EAGAIN(rv = wlm_conn_open_step(&open, &conn, &wait))) {
        check_waiting(&stage, &wait, begun);
        play_all(&stage);
        wlm_wait_poll(&wait);
    }
    check_over(row, &wait);
    ck_assert_msg(rv == row->rv, "%s: %d (%s)", row->name, rv, open.why);
    ck_assert_msg(!row->why || strstr(open.why, row->why), "%s: %s", row->name, open.why);
    ck_assert_msg(wlm_now() - begun >= row->at_least * MSEC, "%s: too early", row->name);
    ck_assert_msg(!conn == (rv != APR_SUCCESS), "%s", row->name);
    if (conn) {
        check_open(&stage, conn);
    }
    else { /* and so it stays */
        ck_assert_int_eq(wlm_conn_open_step(&open, &conn, &wait), rv);
    }
    wlm_conn_open_cancel(&open);
    wlm_conn_close(conn);
    end_stage(&stage);
}
END_TEST

enum { CANCELS = 4 };

/* Before the first step, and after the first, second, third that waits */
START_TEST(what_is_cancelled_leaves_nothing)
{
    const struct row_t *row = &rows[_i / CANCELS];
    int waits = 0;
    wlm_conn_open_t open;
    wlm_conn_t *conn = NULL;
    wlm_wait_t wait;
    stage_t stage;

    begin_stage(&stage, row);
    wlm_wait_init(&wait);
    wlm_conn_open_begin(&open, &stage.address, row->with_tls ? peer : NULL, row->timeout * MSEC);
    while (waits++ < _i % CANCELS && APR_STATUS_IS_EAGAIN(wlm_conn_open_step(&open, &conn, &wait))) {
        play_all(&stage);
        wlm_wait_poll(&wait);
    }
    wlm_conn_open_cancel(&open);
    wlm_conn_open_cancel(&open);
    wlm_conn_close(conn);
    end_stage(&stage);
}
END_TEST

static const struct row_t patient[] = {
    { "connecting", 0, { SILENT }, 5000, APR_EAGAIN, NULL, 0 },
    { "handshake", 1, { MUTE }, 5000, APR_EAGAIN, NULL, 0 },
    { "handshake", 1, { HALF }, 5000, APR_EAGAIN, NULL, 0 },
};

/* A call of a step before anything has come does no harm, and wins no time */
START_TEST(a_step_may_come_too_early)
{
    const struct row_t *row = &patient[_i];
    wlm_conn_open_t open;
    wlm_conn_t *conn = NULL;
    apr_time_t until;
    wlm_wait_t wait;
    stage_t stage;
    int i;

    begin_stage(&stage, row);
    wlm_wait_init(&wait);
    wlm_conn_open_begin(&open, &stage.address, row->with_tls ? peer : NULL, row->timeout * MSEC);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_open_step(&open, &conn, &wait)));
    until = wait.until;
    for (i = 0; i < 10; ++i) {
        play_all(&stage);
        ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_open_step(&open, &conn, &wait)));
        ck_assert_int_eq(wait.until, until);
    }
    wlm_conn_open_cancel(&open);
    end_stage(&stage);
}
END_TEST

/* Without a limit of its own, connecting has the operating system's, and a handshake 60 s */
START_TEST(without_a_limit_a_handshake_has_one)
{
    static const struct row_t unlimited[] = { { "silent", 1, { SILENT }, 0, APR_EAGAIN, NULL, 0 },
                                              { "mute", 1, { MUTE }, 0, APR_EAGAIN, NULL, 0 } };
    wlm_conn_open_t open;
    wlm_conn_t *conn = NULL;
    apr_time_t begun = wlm_now();
    wlm_wait_t wait;
    stage_t stage;

    begin_stage(&stage, &unlimited[_i]);
    wlm_wait_init(&wait);
    wlm_conn_open_begin(&open, &stage.address, peer, 0);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_open_step(&open, &conn, &wait)));
    if (unlimited[_i].fakes[0] == MUTE) {
        while (wait.member.events == POLLOUT) { /* it still connects */
            wlm_wait_poll(&wait);
            ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_open_step(&open, &conn, &wait)));
        }
        ck_assert(wait.until >= begun + WLM_CONN_HANDSHAKE_MAX && wait.until <= wlm_now() + WLM_CONN_HANDSHAKE_MAX);
    }
    else {
        ck_assert_int_eq(wait.until, 0);
    }
    wlm_conn_open_cancel(&open);
    end_stage(&stage);
}
END_TEST

/* -- the form that blocks -------------------------------------------------------------------------------- */

/* How many are silent, how many refuse, is there one behind them that answers */
static const struct {
    int silent, refusing, answering;
} lists[] = { { 1, 0, 0 }, { 8, 0, 0 }, { 7, 0, 1 }, { 1, 6, 1 }, { 0, 7, 1 }, { 4, 4, 0 }, { 0, 1, 0 } };

START_TEST(all_addresses_together_have_one_time)
{
    wlm_address_t all = { .n = 0 }, each = { .n = 0 };
    fake_t silent, refusing, answering;
    char why[WLM_CONN_WHY_SIZE];
    wlm_conn_t *conn = NULL;
    apr_time_t begun;
    apr_status_t rv;
    int i;

    make_fake(&silent, SILENT, &each);
    make_fake(&refusing, REFUSES, &each);
    make_fake(&answering, ACCEPTS, &each);
    for (i = 0; i < lists[_i].silent + lists[_i].refusing + lists[_i].answering; ++i) {
        all.at[all.n++] = each.at[(i >= lists[_i].silent) + (i >= lists[_i].silent + lists[_i].refusing)];
    }
    begun = wlm_now();
    rv = open_and_wait(&conn, why, &all, NULL, SEC);
    ck_assert_int_eq(rv == APR_SUCCESS, lists[_i].answering);
    ck_assert(conn || lists[_i].refusing ? 1 : strcmp(why, "no connection") == 0);
    ck_assert(conn || !lists[_i].refusing ? 1 : strcmp(why, "Connection refused") == 0);
    ck_assert_int_lt(wlm_now() - begun, SEC + SEC / 2);
    wlm_conn_close(conn);
    end_fake(&silent);
    end_fake(&refusing);
    end_fake(&answering);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("net/conn_open");
    TCase *tc = tcase_create("conn_open");

    tcase_add_checked_fixture(tc, fake_setup, fake_teardown);
    suite_add_tcase(s, tc);
    tcase_add_loop_test(tc, steps_come_to_the_end_of_the_table, 0, ROWS);
    tcase_add_loop_test(tc, what_is_cancelled_leaves_nothing, 0, CANCELS * (ROWS - SLOW_ROWS));
    tcase_add_loop_test(tc, a_step_may_come_too_early, 0, UNIT_COUNT(patient));
    tcase_add_loop_test(tc, without_a_limit_a_handshake_has_one, 0, 2);
    tcase_add_loop_test(tc, all_addresses_together_have_one_time, 0, UNIT_COUNT(lists));
    return s;
}

UNIT_MAIN(suite)
