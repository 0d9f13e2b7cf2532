/* The pool of kept connections, over real sockets on the loopback interface. */
#include <stdarg.h>
#include "unit.h"
#include "conn_unit.h"
#include "net/conn_pool.h"

/* A pool of which these n connections are in use */
static wlm_conn_pool_t *pool_with(int n, ...)
{
    wlm_conn_pool_t *pool = wlm_conn_pool_make(unit_pool);
    va_list conns;
    int i;

    va_start(conns, n);
    for (i = 0; i < n; ++i) {
        wlm_conn_pool_adopt(pool, va_arg(conns, wlm_conn_t *), wlm_conn_pool_generation(pool));
    }
    va_end(conns);
    return pool;
}

START_TEST(the_last_given_is_taken_first)
{
    wlm_conn_t *a, *b;
    int peer_a = open_pair(&a), peer_b = open_pair(&b);
    wlm_conn_pool_t *pool;

    pool = pool_with(2, a, b);
    ck_assert_ptr_null(wlm_conn_pool_acquire(pool, 0, 0));
    wlm_conn_pool_release(pool, a, SEC, 0);
    wlm_conn_pool_release(pool, b, SEC, 0);
    ck_assert_ptr_eq(wlm_conn_pool_acquire(pool, SEC, 0), b);
    ck_assert_uint_eq(b->requests, 1);
    ck_assert_ptr_eq(wlm_conn_pool_acquire(pool, SEC, 0), a);
    ck_assert_ptr_null(wlm_conn_pool_acquire(pool, SEC, 0));
    wlm_conn_pool_release(pool, a, SEC, 0); /* closed with the pool */
    wlm_conn_close(b);
    close(peer_a);
    close(peer_b);
}
END_TEST

START_TEST(idle_ones_expire)
{
    wlm_conn_t *a, *b;
    int peer_a = open_pair(&a), peer_b = open_pair(&b);
    wlm_conn_pool_t *pool;
    char byte;

    pool = pool_with(2, a, b);
    wlm_conn_pool_release(pool, a, 0, 28 * SEC);
    wlm_conn_pool_release(pool, b, 28 * SEC, 28 * SEC); /* takes the expired one out */
    ck_assert_int_eq(read(peer_a, &byte, 1), 0);
    ck_assert_ptr_eq(wlm_conn_pool_acquire(pool, 55 * SEC, 28 * SEC), b);
    wlm_conn_pool_release(pool, b, 60 * SEC, 28 * SEC);
    ck_assert_ptr_null(wlm_conn_pool_acquire(pool, 100 * SEC, 28 * SEC));
    close(peer_a);
    close(peer_b);
}
END_TEST

START_TEST(one_that_ended_or_speaks_unasked_is_not_taken)
{
    wlm_conn_t *closed, *talking, *leftover;
    int peer_closed = open_pair(&closed), peer_talking = open_pair(&talking), peer_leftover = open_pair(&leftover);
    wlm_conn_pool_t *pool;

    pool = pool_with(3, closed, talking, leftover);
    close(peer_closed);
    await_readable(closed);
    ck_assert_int_eq(write(peer_talking, "HTTP/1.1 200 OK\r\n", 17), 17);
    await_readable(talking);
    ck_assert_int_eq(write(peer_leftover, "x", 1), 1);
    await_readable(leftover);
    ck_assert_int_eq(wlm_conn_fill(leftover, 100), APR_SUCCESS);
    wlm_conn_pool_release(pool, closed, 0, 0);
    wlm_conn_pool_release(pool, talking, 0, 0);
    wlm_conn_pool_release(pool, leftover, 0, 0);
    ck_assert_ptr_null(wlm_conn_pool_acquire(pool, 0, 0));
    close(peer_talking);
    close(peer_leftover);
}
END_TEST

START_TEST(one_that_is_bound_is_kept_for_nobody)
{
    wlm_conn_t *conn;
    int peer = open_pair(&conn);
    wlm_conn_pool_t *pool = pool_with(1, conn);

    conn->is_bound = 1;
    wlm_conn_pool_release(pool, conn, 0, 0);
    ck_assert_uint_eq(wlm_conn_pool_count(pool), 0);
    ck_assert_ptr_null(wlm_conn_pool_acquire(pool, 0, 0));
    close(peer);
}
END_TEST

enum { AT_ONCE_MAX = 5, TURNS = 20 };

static const struct {
    const char *name;
    int at_once; /* so many are in use at the same time first; the last `closed` of them are closed, the others given */
    int closed;
    int kept;                      /* then so many are kept */
    int kept_later;                /* ... and so many after many in turn, none of which takes a kept one */
} uses[] = {
    { "one after the other",       1, 0, 1, 1 },
    { "five at once",              5, 0, 5, 5 },
    { "five, of which two failed", 5, 2, 3, 5 },
    { "all have failed",           3, 3, 0, 3 },
};

START_TEST(no_more_are_kept_than_were_in_use_at_once)
{
    wlm_conn_pool_t *pool = wlm_conn_pool_make(unit_pool);
    wlm_conn_t *conns[AT_ONCE_MAX];
    int peers[AT_ONCE_MAX + TURNS], i, n = uses[_i].at_once;

    for (i = 0; i < n; ++i) {
        peers[i] = open_pair(&conns[i]);
        wlm_conn_pool_adopt(pool, conns[i], wlm_conn_pool_generation(pool));
    }
    for (i = 0; i < n; ++i) {
        if (i < n - uses[_i].closed) {
            wlm_conn_pool_release(pool, conns[i], SEC, 0);
        }
        else {
            wlm_conn_close(conns[i]);
        }
    }
    ck_assert_msg(wlm_conn_pool_count(pool) == (unsigned)uses[_i].kept, "%s: %u", uses[_i].name,
                  wlm_conn_pool_count(pool));
    for (i = 0; i < TURNS; ++i) {
        peers[n + i] = open_pair(&conns[0]);
        wlm_conn_pool_adopt(pool, conns[0], wlm_conn_pool_generation(pool));
        wlm_conn_pool_release(pool, conns[0], SEC, 0);
    }
    ck_assert_msg(wlm_conn_pool_count(pool) == (unsigned)uses[_i].kept_later, "%s: %u", uses[_i].name,
                  wlm_conn_pool_count(pool));
    ck_assert_ptr_eq(wlm_conn_pool_acquire(pool, SEC, 0), conns[0]); /* the newest are kept */
    wlm_conn_close(conns[0]);
    for (i = 0; i < n + TURNS; ++i) {
        close(peers[i]);
    }
}
END_TEST

/* The first of two requests that came together has been answered before the second one has its connection */
START_TEST(one_that_is_being_opened_is_in_use)
{
    wlm_conn_t *first, *second;
    int peers[] = { open_pair(&first), open_pair(&second) };
    wlm_conn_pool_t *pool = pool_with(0);

    wlm_conn_pool_begin_open(pool);
    wlm_conn_pool_begin_open(pool);
    wlm_conn_pool_end_open(pool);
    wlm_conn_pool_adopt(pool, first, wlm_conn_pool_generation(pool));
    wlm_conn_pool_release(pool, first, SEC, 0);
    wlm_conn_pool_end_open(pool);
    wlm_conn_pool_adopt(pool, second, wlm_conn_pool_generation(pool));
    wlm_conn_pool_release(pool, second, SEC, 0);
    ck_assert_uint_eq(wlm_conn_pool_count(pool), 2);
    close(peers[0]);
    close(peers[1]);
}
END_TEST

/* Until something is read, or an attempt to do so is made */
START_TEST(one_that_is_taken_is_known_to_be_quiet)
{
    wlm_conn_t *conn;
    int peer = open_pair(&conn);
    wlm_conn_pool_t *pool = pool_with(1, conn);
    wlm_wait_t wait;
    uint64_t number;

    wlm_wait_init(&wait);
    wlm_conn_wait_for(conn, WLM_CONN_READ, SEC, &wait);
    ck_assert_uint_eq(wait.member_quiet, 0); /* a new one */
    wlm_conn_pool_release(pool, conn, 0, 0);
    ck_assert_ptr_eq(wlm_conn_pool_acquire(pool, 0, 0), conn);
    wlm_conn_wait_for(conn, WLM_CONN_READ, SEC, &wait);
    number = wait.member_quiet;
    ck_assert_uint_ne(number, 0);
    wlm_conn_wait_for(conn, WLM_CONN_READ | WLM_CONN_WRITE, SEC, &wait);
    ck_assert_uint_eq(wait.member_quiet, 0);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_fill(conn, 100)));
    wlm_conn_wait_for(conn, WLM_CONN_READ, SEC, &wait);
    ck_assert_uint_eq(wait.member_quiet, 0);
    wlm_conn_pool_release(pool, conn, 0, 0);
    ck_assert_ptr_eq(wlm_conn_pool_acquire(pool, 0, 0), conn);
    wlm_conn_wait_for(conn, WLM_CONN_READ, SEC, &wait);
    ck_assert_uint_eq(wait.member_quiet, number); /* the same connection */
    wlm_conn_close(conn);
    close(peer);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("net/conn_pool");
    TCase *tc = tcase_create("pool");

    tcase_add_checked_fixture(tc, setup, teardown);
    suite_add_tcase(s, tc);
    tcase_add_test(tc, the_last_given_is_taken_first);
    tcase_add_test(tc, idle_ones_expire);
    tcase_add_test(tc, one_that_ended_or_speaks_unasked_is_not_taken);
    tcase_add_test(tc, one_that_is_bound_is_kept_for_nobody);
    tcase_add_loop_test(tc, no_more_are_kept_than_were_in_use_at_once, 0, UNIT_COUNT(uses));
    tcase_add_test(tc, one_that_is_being_opened_is_in_use);
    tcase_add_test(tc, one_that_is_taken_is_known_to_be_quiet);
    return s;
}

UNIT_MAIN(suite)
