/* Opening a connection to a Unix domain socket, in steps: one that accepts, and what can be wrong with one. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "unit.h"
#include "temp_folder.h"
#include "base/clock.h"
#include "net/conn_open.h"

#define MSEC APR_TIME_C(1000)
#define NOBODY 65534

typedef enum { ACCEPTS, IS_MISSING, IS_LEFT_BEHIND, IS_A_FILE, IS_FORBIDDEN, IS_FULL, GETS_ROOM } kind_t;

enum { FILLERS = 3 };

static struct {
    int listener, fillers[FILLERS];
    const char *path;
    wlm_address_t address;
} member;

static void setup(void)
{
    unit_setup();
    temp_folder_setup();
    member.listener = -1;
    memset(member.fillers, -1, sizeof(member.fillers));
    member.path = apr_pstrcat(unit_pool, temp_folder, "/s.sock", NULL);
    ck_assert(wlm_address_read(&member.address, apr_pstrcat(unit_pool, "unix:", member.path, NULL), 0));
}

static void empty_backlog(void)
{
    int i, fd;

    for (i = 0; i < FILLERS; ++i) {
        if (member.fillers[i] >= 0) {
            close(member.fillers[i]);
            member.fillers[i] = -1;
        }
    }
    while ((fd = accept(member.listener, NULL, NULL)) >= 0) {
        close(fd);
    }
}

static void teardown(void)
{
    if (member.listener >= 0) {
        empty_backlog();
        close(member.listener);
    }
    unlink(member.path);
    temp_folder_teardown();
    unit_teardown();
}

static void fill_backlog(void)
{
    int i;

    for (i = 0; i < FILLERS; ++i) {
        member.fillers[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(member.fillers[i], (struct sockaddr *)&member.address.at[0].sa, member.address.at[0].len);
    }
    ck_assert_int_eq(errno, EAGAIN);
}

static void make_member(kind_t kind)
{
    int is_full = kind == IS_FULL || kind == GETS_ROOM;

    if (kind == IS_MISSING) {
        return;
    }
    if (kind == IS_A_FILE) {
        temp_folder_write("s.sock", "");
        return;
    }
    member.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    ck_assert_int_eq(bind(member.listener, (struct sockaddr *)&member.address.at[0].sa, member.address.at[0].len), 0);
    ck_assert_int_eq(listen(member.listener, is_full ? 0 : 8), 0);
    if (is_full) {
        fill_backlog();
    }
    if (kind == IS_LEFT_BEHIND) {
        close(member.listener);
        member.listener = -1;
    }
    if (kind == IS_FORBIDDEN) {
        ck_assert_int_eq(chmod(member.path, 0), 0);
        (void)!seteuid(NOBODY); /* root may connect to all of them */
    }
}

static const struct {
    kind_t kind;
    int timeout;                   /* ms */
    apr_status_t rv;
    const char *why;
    int at_least;                  /* ms */
} rows[] = {
    { ACCEPTS, 5000, APR_SUCCESS, NULL, 0 },
    { ACCEPTS, 0, APR_SUCCESS, NULL, 0 },
    { IS_MISSING, 5000, ENOENT, "No such file or directory", 0 },
    { IS_LEFT_BEHIND, 5000, ECONNREFUSED, "Connection refused", 0 },
    { IS_A_FILE, 5000, ECONNREFUSED, "Connection refused", 0 },
    { IS_FORBIDDEN, 5000, EACCES, "Permission denied for httpd's User (uid ", 0 },
    { IS_FULL, 120, APR_TIMEUP, "its backlog is full: no connection", 120 },
    { GETS_ROOM, 5000, APR_SUCCESS, NULL, 30 },
    { GETS_ROOM, 0, APR_SUCCESS, NULL, 30 },
};

/* It may not be asked in a loop: a wait of that time has a few steps */
static void wait_for_room(const wlm_wait_t *wait, int steps, apr_time_t begun, kind_t kind)
{
    ck_assert(kind == IS_FULL || kind == GETS_ROOM);
    ck_assert_int_eq(wait->member.fd, -1);
    ck_assert(wait->until && wait->wake);
    ck_assert_int_lt(steps, 12);
    if (kind == GETS_ROOM && wlm_now() - begun >= 30 * MSEC) {
        empty_backlog();
    }
}

START_TEST(a_socket_is_connected_to_or_its_fault_is_told)
{
    wlm_conn_open_t open;
    wlm_conn_t *conn = NULL;
    apr_time_t begun;
    wlm_wait_t wait;
    apr_status_t rv;
    int steps = 0;

    make_member(rows[_i].kind);
    begun = wlm_now();
    wlm_wait_init(&wait);
    wlm_conn_open_begin(&open, &member.address, NULL, rows[_i].timeout * MSEC);
    while (APR_STATUS_IS_EAGAIN(rv = wlm_conn_open_step(&open, &conn, &wait))) {
        wait_for_room(&wait, ++steps, begun, rows[_i].kind);
        wlm_wait_poll(&wait);
    }
    (void)!seteuid(getuid());
    ck_assert_msg(rv == rows[_i].rv, "%d: %s", rv, open.why);
    ck_assert_msg(!rows[_i].why || strstr(open.why, rows[_i].why), "%s", open.why);
    ck_assert_int_ge(wlm_now() - begun, rows[_i].at_least * MSEC);
    ck_assert_int_eq(wait.until, 0);
    ck_assert_int_eq(!conn, rv != APR_SUCCESS);
    wlm_conn_close(conn);
}
END_TEST

#define P10 "/234567890"
#define P100 P10 P10 P10 P10 P10 P10 P10 P10 P10 P10

static const struct {
    const char *host;
    int n;
} paths[] = {
    { "unix:/run/app.sock", 1 },
    { "unix:/a/path/with a blank/and:a:colon", 1 },
    { "unix:" P100 "/234567", 1 },
    { "unix:" P100 "/2345678", 0 },
};

START_TEST(a_path_is_an_address)
{
    wlm_address_t found, other;

    ck_assert_int_eq(wlm_address_read(&found, paths[_i].host, 80), paths[_i].n);
    if (paths[_i].n) {
        ck_assert_int_eq(found.n, 1);
        ck_assert_str_eq(wlm_address_text(&found, unit_pool), paths[_i].host);
        other = found;
        wlm_address_set_port(&other, 8080);
        ck_assert(wlm_address_same(&found, &other));
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("net/conn_socket");
    TCase *tc = tcase_create("socket");

    suite_add_tcase(s, tc);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, a_socket_is_connected_to_or_its_fault_is_told, 0, UNIT_COUNT(rows));
    tcase_add_loop_test(tc, a_path_is_an_address, 0, UNIT_COUNT(paths));
    return s;
}

UNIT_MAIN(suite)
