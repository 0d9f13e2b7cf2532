/* Connections, over real sockets on the loopback interface. */
#include <unistd.h>
#include "unit.h"
#include "conn_unit.h"

START_TEST(names_and_literals_resolve)
{
    wlm_address_t found;

    ck_assert(wlm_address_read(&found, "::1", 80));
    ck_assert_int_eq(found.n, 1);
    ck_assert_str_eq(wlm_address_text(&found, unit_pool), "::1");
    ck_assert(!wlm_address_read(&found, "localhost", 80));
    ck_assert_int_eq(wlm_address_ask(&found, "localhost"), 0);
    ck_assert_int_ge(found.n, 1);
    ck_assert_int_ne(wlm_address_ask(&found, "${host}"), 0);
}
END_TEST

START_TEST(bytes_go_both_ways)
{
    wlm_conn_t *conn;
    int peer = open_pair(&conn);
    struct iovec iov[2] = { { (char *)"hel", 3 }, { (char *)"lo", 2 } };
    char text[8] = "";
    apr_size_t n;

    ck_assert_int_eq(wlm_conn_write(conn, iov, 2, &n), APR_SUCCESS);
    ck_assert_uint_eq(n, 5);
    ck_assert_int_eq(read(peer, text, sizeof(text)), 5);
    ck_assert_str_eq(text, "hello");

    ck_assert(!wlm_conn_is_readable(conn));
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_read(conn, text, 4, &n)));
    ck_assert_int_eq(write(peer, "abcdef", 6), 6);
    await_readable(conn);
    ck_assert_int_eq(wlm_conn_read(conn, text, 2, &n), APR_SUCCESS);
    ck_assert_int_eq(wlm_conn_fill(conn, 100000), APR_SUCCESS);
    ck_assert_int_eq(conn->end - conn->start, 4);
    ck_assert(memcmp(conn->buffer + conn->start, "cdef", 4) == 0);
    close(peer);
    await_readable(conn);
    ck_assert(APR_STATUS_IS_EOF(wlm_conn_fill(conn, 100000)));
    wlm_conn_close(conn);
}
END_TEST

START_TEST(the_buffer_grows_to_its_bound_only)
{
    static char block[4 * WLM_CONN_BUFFER_SIZE];
    apr_size_t max = 2 * WLM_CONN_BUFFER_SIZE;
    wlm_conn_t *conn;
    int peer = open_pair(&conn);

    memset(block, 'x', sizeof(block));
    ck_assert_int_eq(write(peer, block, sizeof(block)), sizeof(block));
    while (conn->end - conn->start < max) {
        await_readable(conn);
        ck_assert_int_eq(wlm_conn_fill(conn, max), APR_SUCCESS);
    }
    ck_assert_int_eq(wlm_conn_fill(conn, max), APR_ENOSPC);
    close(peer);
    wlm_conn_close(conn);
}
END_TEST

START_TEST(there_is_a_buffer_only_while_something_is_in_it)
{
    wlm_conn_t *conn;
    int peer = open_pair(&conn);

    ck_assert_ptr_null(conn->buffer);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_fill(conn, 100000)));
    ck_assert_ptr_null(conn->buffer);
    ck_assert_int_eq(write(peer, "ab", 2), 2);
    await_readable(conn);
    ck_assert_int_eq(wlm_conn_fill(conn, 100000), APR_SUCCESS);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_fill(conn, 100000)));
    ck_assert(memcmp(conn->buffer + conn->start, "ab", 2) == 0);
    conn->start = conn->end;
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_fill(conn, 100000)));
    ck_assert_ptr_null(conn->buffer);
    close(peer);
    wlm_conn_close(conn);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("net/conn");
    TCase *tc = tcase_create("conn");

    tcase_add_checked_fixture(tc, setup, teardown);
    suite_add_tcase(s, tc);
    tcase_add_test(tc, names_and_literals_resolve);
    tcase_add_test(tc, bytes_go_both_ways);
    tcase_add_test(tc, the_buffer_grows_to_its_bound_only);
    tcase_add_test(tc, there_is_a_buffer_only_while_something_is_in_it);
    return s;
}

UNIT_MAIN(suite)
