/* What is httpd's own shortage, and not a member's fault. */
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <unistd.h>
#include "unit.h"
#include "blocking_unit.h"
#include "net/conn_pool.h"
#include "net/shortage.h"

static const struct {
    apr_status_t rv;
    int is;
} errors[] = {
    { APR_SUCCESS, 0 }, { EMFILE, 1 }, { ENFILE, 1 }, { ENOBUFS, 1 }, { ENOMEM, 1 }, { EADDRNOTAVAIL, 1 },
    { ECONNREFUSED, 0 }, { EHOSTUNREACH, 0 }, { ENETUNREACH, 0 }, { APR_TIMEUP, 0 }, { ECONNRESET, 0 }, { EACCES, 0 },
    { APR_EGENERAL, 0 }, { APR_EOF, 0 },
};

START_TEST(errors_are_told_apart)
{
    ck_assert_msg(wlm_shortage_is(errors[_i].rv) == errors[_i].is, "%d", errors[_i].rv);
    ck_assert_ptr_nonnull(wlm_shortage_remedy(errors[_i].rv));
}
END_TEST

static const struct {
    int clients, in_use, spooled, transports;
    int64_t needed;
} limits[] = {
    { 75, 25, 0, 4, 136 }, { 75, 25, 25, 4, 161 }, { 192, 64, 0, 2000, 2288 }, { 1, 1, 1, 2, 37 },
    { INT_MAX, INT_MAX, INT_MAX, 1, 3 * (int64_t)INT_MAX + 33 },
};

START_TEST(descriptors_are_counted)
{
    ck_assert_int_eq(wlm_shortage_descriptors(limits[_i].clients, limits[_i].in_use, limits[_i].spooled,
                                              limits[_i].transports), limits[_i].needed);
}
END_TEST

/* With no descriptor left a connection fails by our own shortage; each kept one that is closed gives one back */
START_TEST(a_kept_connection_makes_room)
{
    struct sockaddr_in sa = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(sa);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    wlm_conn_pool_t *pool = wlm_conn_pool_make(unit_pool);
    char why[WLM_CONN_WHY_SIZE];
    wlm_address_t address;
    wlm_conn_t *kept, *conn;

    ck_assert_int_eq(bind(listener, (struct sockaddr *)&sa, sizeof(sa)), 0);
    ck_assert_int_eq(listen(listener, 8), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&sa, &len), 0);
    ck_assert(wlm_address_read(&address, "127.0.0.1", ntohs(sa.sin_port)));
    ck_assert_int_eq(open_and_wait(&kept, why, &address, NULL, APR_USEC_PER_SEC), APR_SUCCESS);
    wlm_conn_pool_adopt(pool, kept, wlm_conn_pool_generation(pool));
    wlm_conn_pool_release(pool, kept, 0, 0);

    ck_assert_int_eq(wlm_shortage_now(), APR_SUCCESS);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ (rlim_t)kept->fd + 1, (rlim_t)kept->fd + 1 }), 0);
    ck_assert_int_eq(wlm_shortage_now(), EMFILE);
    ck_assert_int_eq(open_and_wait(&conn, why, &address, NULL, APR_USEC_PER_SEC), EMFILE);
    ck_assert_int_eq(wlm_conn_pool_close_one(pool), 1);
    ck_assert_int_eq(open_and_wait(&conn, why, &address, NULL, APR_USEC_PER_SEC), APR_SUCCESS);
    ck_assert_int_eq(wlm_conn_pool_close_one(pool), 0);
    wlm_conn_close(conn);
    close(listener);
}
END_TEST

START_TEST(three_quarters_of_the_limit_is_near)
{
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 100, 100 }), 0);
    ck_assert_int_eq(wlm_shortage_is_near(74), 0);
    ck_assert_int_eq(wlm_shortage_is_near(75), 1);
}
END_TEST

START_TEST(the_loopback_address_can_be_reached)
{
    struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(80), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

    ck_assert_int_eq(wlm_shortage_is_unreachable((struct sockaddr *)&sa, sizeof(sa)), 0);
}
END_TEST

START_TEST(open_descriptors_are_counted)
{
    int before = wlm_shortage_files(), fd = dup(STDIN_FILENO);

    ck_assert_int_gt(before, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(wlm_shortage_files(), before + 1);
    close(fd);
    ck_assert_int_eq(wlm_shortage_files(), before);
}
END_TEST

static const struct { rlim_t limit; int max; } file_limits[] = { { 77, 77 }, { RLIM_INFINITY, 0 } };

START_TEST(a_process_has_a_limit_of_descriptors)
{
    struct rlimit files;

    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = file_limits[_i].limit < files.rlim_max ? file_limits[_i].limit : files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur == file_limits[_i].limit) {
        ck_assert_int_eq(wlm_shortage_files_max(), file_limits[_i].max);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("net/shortage");
    TCase *tc = unit_case(s, "shortage");

    tcase_add_loop_test(tc, errors_are_told_apart, 0, UNIT_COUNT(errors));
    tcase_add_loop_test(tc, descriptors_are_counted, 0, UNIT_COUNT(limits));
    tcase_add_test(tc, a_kept_connection_makes_room);
    tcase_add_test(tc, three_quarters_of_the_limit_is_near);
    tcase_add_test(tc, the_loopback_address_can_be_reached);
    tcase_add_test(tc, open_descriptors_are_counted);
    tcase_add_loop_test(tc, a_process_has_a_limit_of_descriptors, 0, UNIT_COUNT(file_limits));
    return s;
}

UNIT_MAIN(suite)
