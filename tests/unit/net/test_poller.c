/* Many waits in one epoll: who goes on, by what, on which thread; what comes late; the end. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "unit.h"
#include "base/clock.h"
#include "net/edges.h"
#include "net/poller.h"

#define MS 1000
#define SOON (20 * MS)
#define NEVER (10 * 1000 * MS)

typedef struct work_t {
    wlm_poller_entry_t *entry;
    wlm_wait_t wait;
    int client[2], member[2];      /* [0] is waited for */
    _Atomic int runs;
    int left;                      /* for threads: how often it goes on */
    uint64_t number;               /* of its member's connection, where what it waits for is known to be empty; 0 */
} work_t;

static wlm_poller_t *poller;

/* A thread can be held between its event and what the poller makes of it: it says so, and goes on when it is told */
static _Atomic int holds;          /* the next one that gets an event */
static int held[2], release[2];

static _Atomic int waits;          /* how often events were waited for */

int epoll_wait(int fd, struct epoll_event *events, int most, int timeout)
{
    int n;
    char byte = 0;

    atomic_fetch_add(&waits, 1);
    n = epoll_pwait(fd, events, most, timeout, NULL);

    if (n > 0 && atomic_exchange(&holds, 0)) {
        ck_assert_int_eq(write(held[1], &byte, 1), 1);
        ck_assert_int_eq(read(release[0], &byte, 1), 1);
    }
    return n;
}

static int refuses;                /* epoll takes no descriptor */
static _Atomic int watched, changes; /* how often this descriptor was armed */

int epoll_ctl(int fd, int op, int of, struct epoll_event *event)
{
    changes += of == watched && op != EPOLL_CTL_DEL;
    if (refuses && op != EPOLL_CTL_DEL) {
        errno = ENOSPC;
        return -1;
    }
    return (int)syscall(SYS_epoll_ctl, fd, op, of, event);
}

static _Atomic int settings;       /* how often the timer was set */

int timerfd_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *old)
{
    atomic_fetch_add(&settings, 1);
    return (int)syscall(SYS_timerfd_settime, fd, flags, value, old);
}

static void setup(void)
{
    unit_setup();
    atomic_store(&holds, 0);
    ck_assert_int_eq(wlm_poller_make(&poller, unit_pool), APR_SUCCESS);
}

static void make_pair(int fds[2])
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
}

static work_t *begin(void)
{
    work_t *work = apr_pcalloc(unit_pool, sizeof(*work));

    make_pair(work->client);
    make_pair(work->member);
    work->entry = wlm_poller_enter(poller, work->client[0], work);
    ck_assert_ptr_nonnull(work->entry);
    wlm_wait_init(&work->wait);
    return work;
}

static void wants(work_t *work, short member, short client)
{
    work->wait.member = (struct pollfd){ work->member[0], member, 0 };
    work->wait.client = (struct pollfd){ work->client[0], client, 0 };
    work->wait.member_quiet = work->number;
    work->wait.client_quiet = work->number != 0;
}

static work_t *next(apr_interval_time_t timeout)
{
    void *data = NULL;
    apr_status_t rv = wlm_poller_next(poller, timeout, &data);

    ck_assert(rv == APR_SUCCESS || (APR_STATUS_IS_TIMEUP(rv) && !data));
    return data;
}

static void say(int fd)
{
    ck_assert_int_eq(write(fd, "x", 1), 1);
}

START_TEST(each_goes_on_by_what_it_waits_for)
{
    work_t *a = begin(), *b = begin();
    apr_time_t begun = wlm_now();

    wants(a, POLLIN, POLLRDHUP);
    wants(b, POLLIN, POLLRDHUP);
    wlm_poller_park(a->entry, &a->wait, 0);
    wlm_poller_park(b->entry, &b->wait, 0);
    ck_assert_int_eq(wlm_poller_last(poller), 0);
    ck_assert(!wlm_poller_has_ready(poller));
    say(a->client[1]); /* nobody reads it */
    ck_assert_ptr_null(next(SOON));
    say(b->member[1]);
    ck_assert(wlm_poller_has_ready(poller));
    ck_assert_ptr_eq(next(NEVER), b);
    ck_assert_int_ge(wlm_poller_last(poller), begun);
    ck_assert_int_eq(b->wait.member.revents, POLLIN);
    ck_assert_int_eq(b->wait.client.revents, 0);
    close(a->client[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    ck_assert_int_eq(a->wait.member.revents, 0);
    ck_assert(a->wait.client.revents & POLLRDHUP);
    ck_assert_ptr_null(next(SOON));
}
END_TEST

/* Which of two members has said something is seen at the right one; what the other one says then goes on by the next
 * wait only, as the first descriptor or as the second */
START_TEST(either_of_two_members_goes_on)
{
    work_t *a = begin();
    int other[2], i;

    make_pair(other);
    for (i = 0; i < 4; ++i) {
        wants(a, POLLIN, POLLRDHUP);
        a->wait.second = (struct pollfd){ other[0], POLLIN, 0 };
        if (i & 2) {
            struct pollfd member = a->wait.member;

            a->wait.member = a->wait.second;
            a->wait.second = member;
        }
        wlm_poller_park(a->entry, &a->wait, 0);
        ck_assert_ptr_null(next(SOON));
        say(i & 1 ? other[1] : a->member[1]);
        ck_assert_ptr_eq(next(NEVER), a);
        ck_assert_int_eq(a->wait.member.revents, !(i & 1) == !(i & 2) ? POLLIN : 0);
        ck_assert_int_eq(a->wait.second.revents, !(i & 1) == !(i & 2) ? 0 : POLLIN);
        ck_assert_int_eq(a->wait.client.revents, 0);
        ck_assert_int_eq(read(i & 1 ? other[0] : a->member[0], &(char){ 0 }, 1), 1);
    }
    say(other[1]); /* it was armed as the second one, and is not waited for any more */
    wlm_wait_init(&a->wait);
    wants(a, POLLIN, 0);
    wlm_poller_park(a->entry, &a->wait, 0);
    ck_assert_ptr_null(next(SOON));
    say(a->member[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    ck_assert_int_eq(a->wait.member.revents, POLLIN);
    close(other[0]);
    close(other[1]);
}
END_TEST

START_TEST(what_has_come_before_counts)
{
    work_t *a = begin();
    int i;

    say(a->member[1]);
    for (i = 0; i < 3; ++i) { /* it reads nothing, so it goes on each time */
        wants(a, POLLIN, 0);
        wlm_poller_park(a->entry, &a->wait, 0);
        ck_assert_ptr_eq(next(NEVER), a);
    }
}
END_TEST

/* The client stays armed when the member's event ends the wait */
START_TEST(what_comes_while_it_runs_is_not_lost)
{
    work_t *a = begin();
    char byte;

    wants(a, POLLIN, POLLRDHUP);
    wlm_poller_park(a->entry, &a->wait, 0);
    say(a->member[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    close(a->client[1]);
    ck_assert_ptr_null(next(SOON)); /* it runs: the event is ignored */
    ck_assert_int_eq(read(a->member[0], &byte, 1), 1);
    wants(a, POLLIN, POLLRDHUP);
    wlm_poller_park(a->entry, &a->wait, 0);
    ck_assert_ptr_eq(next(NEVER), a);
    ck_assert(a->wait.client.revents & POLLRDHUP);
}
END_TEST

static void read_byte(int fd)
{
    char byte;

    ck_assert_int_eq(read(fd, &byte, 1), 1);
}

/* A request that is over soon does not cost that; nor does a request that others follow hide that one has gone */
START_TEST(a_client_that_may_leave_is_armed_late)
{
    work_t *a = begin();
    apr_time_t begun = wlm_now();
    int i;

    watched = a->client[0];
    changes = 0;
    for (i = 0; !changes && wlm_now() - begun < NEVER; ++i) {
        wants(a, POLLIN, POLLRDHUP);
        wlm_poller_park(a->entry, &a->wait, 0);
        say(a->member[1]);
        ck_assert_ptr_eq(next(NEVER), a);
        read_byte(a->member[0]);
    }
    ck_assert_int_eq(changes, 1);
    ck_assert_int_gt(i, 1);
    ck_assert(wlm_now() - begun >= 10 * MS);
    close(a->client[1]);
    wants(a, POLLIN, POLLRDHUP);
    wlm_poller_park(a->entry, &a->wait, 0);
    ck_assert_ptr_eq(next(NEVER), a);
    ck_assert(a->wait.client.revents & POLLRDHUP);
    ck_assert_int_eq(changes, 1);
}
END_TEST

/* The time for that is over when it waits for the member alone: nothing is to be done then */
START_TEST(a_client_that_is_not_waited_for_any_more_is_not_armed)
{
    work_t *a = begin();

    wants(a, POLLIN, POLLRDHUP);
    wlm_poller_park(a->entry, &a->wait, 0);
    say(a->member[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    read_byte(a->member[0]);
    ck_assert_ptr_null(next(2 * SOON));
    watched = a->client[0];
    changes = 0;
    wants(a, POLLIN, 0);
    wlm_poller_park(a->entry, &a->wait, 0);
    ck_assert_ptr_null(next(3 * SOON));
    ck_assert_int_eq(changes, 0);
    say(a->member[1]);
    ck_assert_ptr_eq(next(NEVER), a);
}
END_TEST

/* Its client is waited for to leave: what that sends does not end the wait, its end does */
static void only_its_end_is_heard(work_t *a)
{
    wants(a, POLLIN, POLLRDHUP);
    wlm_poller_park(a->entry, &a->wait, 0);
    say(a->client[1]);
    ck_assert_ptr_null(next(3 * SOON));
    close(a->client[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    ck_assert(a->wait.client.revents & POLLRDHUP);
}

/* It is armed for input from before, which would be taken for its end */
START_TEST(input_is_not_taken_for_a_client_that_leaves)
{
    work_t *a = begin();

    wants(a, POLLIN, POLLIN);
    wlm_poller_park(a->entry, &a->wait, 0);
    say(a->member[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    read_byte(a->member[0]);
    only_its_end_is_heard(a);
}
END_TEST

/* -- connections that are known to have nothing to read -- */

static work_t *begin_quiet(void)
{
    work_t *work = begin();

    work->number = wlm_edges_number();
    return work;
}

/* Once, whoever waits for it */
START_TEST(a_quiet_connection_stays_armed)
{
    work_t *works[] = { begin_quiet(), begin_quiet() };
    int is_client = _i, fd, i, armed = 0;

    fd = is_client ? works[0]->client[0] : works[0]->member[0];
    works[1]->number = works[0]->number;
    watched = fd;
    changes = 0;
    for (i = 0; i < 6; ++i) {
        work_t *work = works[is_client ? 0 : i % 2];

        wants(work, is_client ? 0 : POLLIN, is_client ? POLLIN : 0);
        work->wait.member.fd = is_client ? -1 : fd;
        wlm_poller_park(work->entry, &work->wait, is_client);
        ck_assert_ptr_null(next(MS));
        say(is_client ? works[0]->client[1] : works[0]->member[1]);
        ck_assert_ptr_eq(next(NEVER), work);
        ck_assert_int_eq(is_client ? work->wait.client.revents : work->wait.member.revents, POLLIN);
        ck_assert_int_eq(is_client ? work->wait.member.revents : work->wait.client.revents, 0);
        read_byte(fd);
        ck_assert_int_eq(changes, armed ? armed : changes);
        armed = changes;
    }
}
END_TEST

/* It was quiet when it was read last: what has come since, while nobody waited, is an event that was ignored */
START_TEST(what_comes_before_a_quiet_wait_is_not_lost)
{
    work_t *a = begin_quiet();
    int i, client = _i, fd = client ? a->client[0] : a->member[0], other = client ? a->client[1] : a->member[1];

    for (i = 0; i < 3; ++i) {
        wants(a, client ? 0 : POLLIN, client ? POLLIN : 0);
        wlm_poller_park(a->entry, &a->wait, client);
        say(other);
        ck_assert_ptr_eq(next(NEVER), a);
        read_byte(fd);
        say(other);
        ck_assert_ptr_null(next(SOON));
        watched = fd;
        changes = 0;
        say(other);
        ck_assert_ptr_null(next(SOON)); /* it is not armed any more */
        wlm_poller_park(a->entry, &a->wait, client);
        ck_assert_ptr_eq(next(NEVER), a);
        ck_assert_int_eq(changes, 1);
        read_byte(fd);
        read_byte(fd);
    }
}
END_TEST

/* ... nor what has come just before, whose event nobody has seen */
START_TEST(what_comes_just_before_a_quiet_wait_is_not_lost)
{
    work_t *a = begin_quiet();
    int i, client = _i, fd = client ? a->client[0] : a->member[0], other = client ? a->client[1] : a->member[1];

    for (i = 0; i < 3; ++i) {
        say(other);
        wants(a, client ? 0 : POLLIN, client ? POLLIN : 0);
        wlm_poller_park(a->entry, &a->wait, client);
        ck_assert_ptr_eq(next(NEVER), a);
        read_byte(fd);
    }
}
END_TEST

/* The end of one park, for another reason, leaves it armed */
START_TEST(a_quiet_connection_is_waited_for_in_other_ways_in_between)
{
    work_t *a = begin_quiet();
    int i;

    for (i = 0; i < 12; ++i) {
        uint64_t number = a->number;

        a->number = i & 1 ? number : 0;
        wants(a, POLLIN, i & 2 ? POLLIN : 0);
        a->number = number;
        a->wait.wake = i & 4 ? 1 : 0;
        wlm_poller_park(a->entry, &a->wait, 0);
        if (i & 4) {
            ck_assert_ptr_eq(next(NEVER), a);
            ck_assert_int_eq(a->wait.member.revents | a->wait.client.revents, 0);
            continue;
        }
        say(a->member[1]);
        ck_assert_ptr_eq(next(NEVER), a);
        ck_assert_int_eq(a->wait.member.revents, POLLIN);
        ck_assert_int_eq(a->wait.client.revents, 0);
        read_byte(a->member[0]);
    }
}
END_TEST

START_TEST(input_between_two_waits_is_not_taken_for_a_client_that_leaves)
{
    work_t *a = begin_quiet();

    wants(a, 0, POLLIN);
    wlm_poller_park(a->entry, &a->wait, 1);
    say(a->client[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    read_byte(a->client[0]);
    only_its_end_is_heard(a);
}
END_TEST

/* Its descriptor was another one's, which was armed, and perhaps waited for */
START_TEST(a_quiet_connection_with_an_old_descriptor_is_armed)
{
    work_t *a = begin_quiet();
    int number = a->member[0], was_waited_for = _i;

    wants(a, POLLIN, POLLIN);
    wlm_poller_park(a->entry, &a->wait, 0);
    say(was_waited_for ? a->client[1] : a->member[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    close(a->member[0]);
    close(a->member[1]);
    make_pair(a->member);
    ck_assert_int_eq(a->member[0], number);
    a->number = wlm_edges_number();
    wants(a, POLLIN, 0);
    wlm_poller_park(a->entry, &a->wait, 0);
    say(a->member[1]);
    ck_assert_ptr_eq(next(NEVER), a);
}
END_TEST

START_TEST(a_quiet_descriptor_that_the_kernel_refuses_is_looked_at)
{
    work_t *a = begin_quiet();

    wants(a, POLLIN, POLLIN);
    refuses = 1;
    wlm_poller_park(a->entry, &a->wait, 0);
    ck_assert_ptr_null(next(SOON));
    say(_i ? a->client[1] : a->member[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    refuses = 0;
    wlm_poller_park(a->entry, &a->wait, 0);
    ck_assert_ptr_eq(next(NEVER), a);
}
END_TEST

START_TEST(many_events_are_taken_at_once)
{
    work_t *work[40];
    int i;

    for (i = 0; i < UNIT_COUNT(work); ++i) {
        work[i] = begin();
        wants(work[i], POLLIN, 0);
        say(work[i]->member[1]);
        wlm_poller_park(work[i]->entry, &work[i]->wait, 0);
    }
    atomic_store(&waits, 0);
    for (i = 0; i < UNIT_COUNT(work); ++i) {
        ck_assert(wlm_poller_has_ready(poller));
        ck_assert_ptr_nonnull(next(NEVER));
    }
    ck_assert_int_eq(atomic_load(&waits), 3);
    ck_assert(!wlm_poller_has_ready(poller));
}
END_TEST

START_TEST(a_member_that_was_armed_before_is_not_heard)
{
    work_t *a = begin();
    int other[2];

    make_pair(other);
    wants(a, POLLIN, POLLIN);
    wlm_poller_park(a->entry, &a->wait, 0);
    say(a->client[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    wants(a, POLLIN, 0);
    a->wait.member.fd = other[0];
    wlm_poller_park(a->entry, &a->wait, 0);
    say(a->member[1]);
    ck_assert_ptr_null(next(SOON));
    say(other[1]);
    ck_assert_ptr_eq(next(NEVER), a);
}
END_TEST

START_TEST(a_descriptor_with_an_old_number_is_armed)
{
    work_t *a = begin();
    int number = a->member[0];

    wants(a, POLLIN, POLLIN);
    wlm_poller_park(a->entry, &a->wait, 0);
    say(a->client[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    close(a->member[0]);
    close(a->member[1]);
    make_pair(a->member);
    ck_assert_int_eq(a->member[0], number);
    wants(a, POLLIN, 0);
    wlm_poller_park(a->entry, &a->wait, 0);
    say(a->member[1]);
    ck_assert_ptr_eq(next(NEVER), a);
}
END_TEST

START_TEST(a_kept_connection_goes_to_another_entry)
{
    work_t *a = begin(), *b = begin();

    wants(a, POLLIN, POLLIN);
    wlm_poller_park(a->entry, &a->wait, 0);
    say(a->client[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    wants(a, 0, 0);
    wlm_poller_park(a->entry, &a->wait, 0);
    wants(b, POLLIN, 0);
    b->wait.member.fd = a->member[0]; /* still armed for a */
    wlm_poller_park(b->entry, &b->wait, 0);
    say(a->member[1]);
    ck_assert_ptr_eq(next(NEVER), b);
    ck_assert_ptr_null(next(SOON));
}
END_TEST

START_TEST(an_entry_that_has_left_is_not_heard)
{
    work_t *a = begin(), *b;

    wants(a, POLLIN, POLLIN);
    a->wait.until = wlm_now() + SOON;
    wlm_poller_park(a->entry, &a->wait, 0);
    say(a->client[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    wlm_poller_leave(a->entry);
    b = begin();
    ck_assert_ptr_eq(b->entry, a->entry); /* the same number */
    wants(b, POLLIN, POLLIN);
    wlm_poller_park(b->entry, &b->wait, 0);
    say(a->client[1]);
    say(a->member[1]);
    ck_assert_ptr_null(next(3 * SOON));
    say(b->client[1]);
    ck_assert_ptr_eq(next(NEVER), b);
}
END_TEST

START_TEST(each_is_due_at_its_time)
{
    static const int after[] = { 50, 10, 90, 30, 70, 20, 80, 40, 60, 100 };
    work_t *work[UNIT_COUNT(after)];
    apr_time_t begun = wlm_now();
    int i;

    for (i = 0; i < UNIT_COUNT(after); ++i) {
        work[i] = begin();
        wants(work[i], POLLIN, POLLIN);
        work[i]->wait.until = begun + after[i] * MS;
        wlm_poller_park(work[i]->entry, &work[i]->wait, 0);
    }
    for (i = 1; i <= UNIT_COUNT(after); ++i) {
        work_t *due = next(NEVER);
        ck_assert_ptr_nonnull(due);
        ck_assert_int_eq(due->wait.until, begun + i * 10 * MS);
        ck_assert(wlm_now() >= due->wait.until);
        ck_assert_int_eq(due->wait.member.revents | due->wait.client.revents, 0);
    }
    ck_assert_ptr_null(next(SOON));
}
END_TEST

/* Each has been used since, so none is due when its first time comes */
START_TEST(idle_connections_set_the_timer_together)
{
    apr_time_t begun = wlm_now();
    work_t *work;
    int i;

    for (i = 0; i < 100; ++i) {
        work = begin();
        wants(work, 0, POLLIN);
        work->wait.until = begun + (1100 + i) * MS;
        wlm_poller_park(work->entry, &work->wait, 1);
        say(work->client[1]);
        ck_assert_ptr_eq(next(NEVER), work);
        read_byte(work->client[0]);
        work->wait.until = begun + NEVER;
        wlm_poller_park(work->entry, &work->wait, 1);
    }
    atomic_store(&settings, 0);
    ck_assert_ptr_null(next(begun + 1400 * MS - wlm_now()));
    ck_assert_int_ge(atomic_load(&settings), 1);
    ck_assert_int_le(atomic_load(&settings), 10);
}
END_TEST

/* The heap has the earlier time still */
START_TEST(a_later_time_and_an_earlier_one_take_effect)
{
    static const int after[] = { 20, 60, 10, 0 };
    work_t *a = begin();
    apr_time_t begun;
    int i;

    for (i = 0; after[i]; ++i) {
        begun = wlm_now();
        wants(a, POLLIN, 0);
        a->wait.wake = begun + NEVER;
        wlm_poller_park(a->entry, &a->wait, 0);
        say(a->member[1]);
        ck_assert_ptr_eq(next(NEVER), a);
        wants(a, 0, POLLIN);
        a->wait.wake = begun + after[i] * MS;
        wlm_poller_park(a->entry, &a->wait, 0);
        ck_assert_ptr_eq(next(NEVER), a);
        ck_assert_int_ge(wlm_now() - begun, after[i] * MS);
        ck_assert_int_lt(wlm_now() - begun, NEVER / 2);
    }
}
END_TEST

/* It goes on when something has come, and not before: otherwise it would take that for the end of its time */
START_TEST(a_descriptor_that_the_kernel_refuses_is_looked_at)
{
    work_t *a = begin();

    wants(a, 0, POLLIN);
    a->wait.until = wlm_now() + NEVER;
    refuses = 1;
    wlm_poller_park(a->entry, &a->wait, 1);
    ck_assert_ptr_null(next(10 * SOON));
    say(a->client[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    ck_assert_int_eq(a->wait.client.revents, POLLIN);
    wants(a, POLLIN, 0);
    wlm_poller_park(a->entry, &a->wait, 0);
    ck_assert_ptr_null(next(10 * SOON));
    refuses = 0;
    ck_assert_ptr_null(next(10 * SOON)); /* it is armed now */
    say(a->member[1]);
    ck_assert_ptr_eq(next(SOON), a);
    ck_assert_int_eq(a->wait.member.revents, POLLIN);
    ck_assert_int_eq(a->wait.client.revents, 0);
}
END_TEST

START_TEST(a_descriptor_that_cannot_be_waited_for_is_tried_again)
{
    work_t *a = begin();

    wants(a, POLLIN, 0);
    a->wait.member.fd = open("/dev/null", O_RDONLY | O_CLOEXEC); /* epoll takes no such file */
    wlm_poller_park(a->entry, &a->wait, 0);
    ck_assert_ptr_eq(next(NEVER), a);
    close(a->wait.member.fd);
}
END_TEST

START_TEST(a_word_that_changes)
{
    static _Atomic uint32_t words[3];
    work_t *work[3];
    int i;

    for (i = 0; i < 3; ++i) {
        work[i] = begin();
        work[i]->wait.word = &words[i];
        work[i]->wait.seen = i == 2; /* has changed already */
        work[i]->wait.until = i == 1 ? wlm_now() + 2 * SOON : 0;
        wlm_poller_park(work[i]->entry, &work[i]->wait, 0);
    }
    ck_assert_ptr_eq(next(NEVER), work[2]);
    ck_assert_ptr_null(next(SOON));
    atomic_store(&words[0], 7);
    ck_assert_ptr_eq(next(NEVER), work[0]);
    ck_assert_ptr_eq(next(NEVER), work[1]); /* its time is over */
    ck_assert(wlm_now() >= work[1]->wait.until);
}
END_TEST

START_TEST(idle_ones_end)
{
    work_t *busy = begin(), *idle = begin();

    wants(busy, 0, POLLIN);
    wants(idle, 0, POLLIN);
    wlm_poller_park(busy->entry, &busy->wait, 0);
    wlm_poller_park(idle->entry, &idle->wait, 1);
    wlm_poller_end_idle(poller);
    ck_assert_ptr_eq(next(NEVER), idle);
    ck_assert_ptr_null(next(SOON));
    wants(idle, 0, POLLIN);
    wlm_poller_park(idle->entry, &idle->wait, 1);
    ck_assert_ptr_eq(next(NEVER), idle);
}
END_TEST

/* As what a client leaves; one that does not wait for its client keeps it */
START_TEST(clients_that_are_waited_for_are_disconnected)
{
    work_t *one = begin(), *other = begin();

    wants(one, 0, POLLRDHUP);
    wants(other, POLLIN, 0);
    wlm_poller_park(one->entry, &one->wait, 0);
    wlm_poller_park(other->entry, &other->wait, 0);
    wlm_poller_disconnect(poller);
    ck_assert_ptr_eq(next(NEVER), one);
    ck_assert_int_ne(one->wait.client.revents & POLLRDHUP, 0);
    ck_assert_ptr_null(next(SOON));
    ck_assert_int_eq((int)write(other->client[1], "x", 1), 1);
}
END_TEST

/* One that is parked, one that runs while the check is ordered, and one that has nothing to check */
START_TEST(a_check_is_due_once)
{
    work_t *parked = begin(), *running = begin(), *other = begin();

    parked->wait.check = running->wait.check = wlm_now();
    wlm_poller_park(parked->entry, &parked->wait, 0);
    wlm_poller_park(other->entry, &other->wait, 0);
    ck_assert_ptr_null(next(SOON));
    wlm_poller_check(poller);
    ck_assert_ptr_eq(next(NEVER), parked);
    ck_assert_ptr_null(next(SOON));
    wlm_poller_park(running->entry, &running->wait, 0);
    ck_assert_ptr_eq(next(NEVER), running);
    wlm_poller_park(running->entry, &running->wait, 0);
    wlm_poller_park(parked->entry, &parked->wait, 0);
    ck_assert_ptr_null(next(SOON));
}
END_TEST

/* -- threads ------------------------------------------------------------------------------------------------ */

static void *next_until_stopped(void *ignored)
{
    void *data = NULL;

    (void)ignored;
    ck_assert(APR_STATUS_IS_EOF(wlm_poller_next(poller, -1, &data)));
    return data;
}

static void *next_soon(void *ignored)
{
    (void)ignored;
    return next(3 * SOON);
}

static void *next_ever(void *ignored)
{
    (void)ignored;
    return next(NEVER);
}

/* @param idle  the second park. @return what a thread goes on with that got the client's event before: the first park,
 * for input of the client, had been ended by the member by then */
static work_t *resume_late(work_t *a, short events, int idle)
{
    pthread_t late;
    void *got;
    char byte;

    ck_assert_int_eq(pipe(held) | pipe(release), 0);
    wants(a, POLLIN, POLLIN);
    wlm_poller_park(a->entry, &a->wait, 0);
    say(a->client[1]);
    atomic_store(&holds, 1);
    pthread_create(&late, NULL, next_soon, NULL);
    ck_assert_int_eq(read(held[0], &byte, 1), 1);
    say(a->member[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    ck_assert_int_eq(read(a->client[0], &byte, 1), 1);
    wants(a, 0, events);
    wlm_poller_park(a->entry, &a->wait, idle);
    say(release[1]);
    pthread_join(late, &got);
    return got;
}

/* One thread has taken three events, and goes on with one of them, which may hold it up: the others sleep by then */
START_TEST(what_is_left_is_for_a_thread_that_sleeps)
{
    work_t *work[] = { begin(), begin(), begin() };
    pthread_t threads[UNIT_COUNT(work)];
    void *got[UNIT_COUNT(work)];
    int i;

    ck_assert_int_eq(pipe(held) | pipe(release), 0);
    for (i = 0; i < UNIT_COUNT(work); ++i) {
        wants(work[i], POLLIN, 0);
        say(work[i]->member[1]);
        wlm_poller_park(work[i]->entry, &work[i]->wait, 0);
    }
    atomic_store(&waits, 0);
    atomic_store(&holds, 1);
    pthread_create(&threads[0], NULL, next_ever, NULL);
    read_byte(held[0]);
    for (i = 1; i < UNIT_COUNT(work); ++i) {
        pthread_create(&threads[i], NULL, next_ever, NULL);
    }
    while (atomic_load(&waits) < UNIT_COUNT(work)) {
        sched_yield();
    }
    say(release[1]);
    for (i = 0; i < UNIT_COUNT(work); ++i) {
        pthread_join(threads[i], &got[i]);
        ck_assert_ptr_nonnull(got[i]);
    }
    ck_assert(got[0] != got[1] && got[1] != got[2] && got[2] != got[0]);
}
END_TEST

/* Input of the client, which has been read by now, would be taken for its end */
START_TEST(what_comes_late_is_not_taken_for_something_else)
{
    work_t *a = _i ? begin_quiet() : begin();

    ck_assert_ptr_null(resume_late(a, POLLRDHUP, 0));
    close(a->client[1]);
    ck_assert_ptr_eq(next(NEVER), a);
    ck_assert(a->wait.client.revents & POLLRDHUP);
}
END_TEST

/* A thread would block in reading a request that has not come */
START_TEST(what_comes_late_is_not_taken_for_the_next_request)
{
    work_t *a = _i ? begin_quiet() : begin();

    ck_assert_ptr_null(resume_late(a, POLLIN, 1));
    say(a->client[1]);
    ck_assert_ptr_eq(next(NEVER), a);
}
END_TEST

#define WORKS 200
#define THREADS 4
#define ROUNDS 50

static _Atomic int finished;

/* Each byte that a work writes to itself lets it go on, until it has done so ROUNDS times. It has read all before. */
static void *serve(void *data)
{
    void *got;

    (void)data;
    while (wlm_poller_next(poller, -1, &got) == APR_SUCCESS) {
        work_t *work = got;
        char bytes[8];
        ck_assert_int_eq(atomic_fetch_add(&work->runs, 1), 0); /* alone */
        while (read(work->member[0], bytes, sizeof(bytes)) > 0 || read(work->client[0], bytes, sizeof(bytes)) > 0) {
        }
        atomic_fetch_sub(&work->runs, 1);
        if (--work->left == 0) {
            wlm_poller_leave(work->entry);
            if (atomic_fetch_add(&finished, 1) == WORKS - 1) {
                wlm_poller_stop(poller);
            }
            continue;
        }
        if (work->left % 3) {
            say(work->left % 2 ? work->member[1] : work->client[1]);
        }
        wants(work, POLLIN, POLLIN);
        work->wait.wake = work->left % 3 ? 0 : wlm_now() + MS;
        wlm_poller_park(work->entry, &work->wait, 0);
    }
    return NULL;
}

START_TEST(many_threads_lose_nothing)
{
    pthread_t threads[THREADS];
    int i;

    atomic_store(&finished, 0);
    for (i = 0; i < THREADS; ++i) {
        pthread_create(&threads[i], NULL, serve, NULL);
    }
    for (i = 0; i < WORKS; ++i) {
        work_t *work = i % 2 ? begin_quiet() : begin();
        work->left = ROUNDS;
        wants(work, POLLIN, POLLIN);
        say(work->member[1]);
        wlm_poller_park(work->entry, &work->wait, 0);
    }
    for (i = 0; i < THREADS; ++i) {
        pthread_join(threads[i], NULL);
    }
    ck_assert_int_eq(atomic_load(&finished), WORKS);
}
END_TEST

/* A thread that has got an event while it is stopped does not begin to run what that is for */
START_TEST(nothing_begins_to_run_when_it_is_stopped)
{
    work_t *a = begin();
    pthread_t late;
    void *got;
    char byte;

    ck_assert_int_eq(pipe(held) | pipe(release), 0);
    wants(a, POLLIN, POLLIN);
    wlm_poller_park(a->entry, &a->wait, 0);
    say(a->client[1]);
    atomic_store(&holds, 1);
    pthread_create(&late, NULL, next_until_stopped, NULL);
    ck_assert_int_eq(read(held[0], &byte, 1), 1);
    wlm_poller_stop(poller);
    say(release[1]);
    pthread_join(late, &got);
    ck_assert_ptr_null(got);
    ck_assert_int_eq(write(a->client[0], "x", 1), 1); /* it was parked: its client is connected */
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("poller");
    TCase *tc = tcase_create("poller");

    tcase_add_checked_fixture(tc, setup, unit_teardown);
    suite_add_tcase(s, tc);
    tcase_add_test(tc, each_goes_on_by_what_it_waits_for);
    tcase_add_test(tc, either_of_two_members_goes_on);
    tcase_add_test(tc, what_has_come_before_counts);
    tcase_add_test(tc, what_comes_while_it_runs_is_not_lost);
    tcase_add_test(tc, a_client_that_may_leave_is_armed_late);
    tcase_add_test(tc, a_client_that_is_not_waited_for_any_more_is_not_armed);
    tcase_add_test(tc, input_is_not_taken_for_a_client_that_leaves);
    tcase_add_loop_test(tc, a_quiet_connection_stays_armed, 0, 2);
    tcase_add_loop_test(tc, what_comes_before_a_quiet_wait_is_not_lost, 0, 2);
    tcase_add_loop_test(tc, what_comes_just_before_a_quiet_wait_is_not_lost, 0, 2);
    tcase_add_test(tc, a_quiet_connection_is_waited_for_in_other_ways_in_between);
    tcase_add_test(tc, input_between_two_waits_is_not_taken_for_a_client_that_leaves);
    tcase_add_loop_test(tc, a_quiet_connection_with_an_old_descriptor_is_armed, 0, 2);
    tcase_add_loop_test(tc, a_quiet_descriptor_that_the_kernel_refuses_is_looked_at, 0, 2);
    tcase_add_test(tc, many_events_are_taken_at_once);
    tcase_add_test(tc, a_member_that_was_armed_before_is_not_heard);
    tcase_add_test(tc, a_descriptor_with_an_old_number_is_armed);
    tcase_add_test(tc, a_kept_connection_goes_to_another_entry);
    tcase_add_test(tc, an_entry_that_has_left_is_not_heard);
    tcase_add_test(tc, each_is_due_at_its_time);
    tcase_add_test(tc, idle_connections_set_the_timer_together);
    tcase_add_test(tc, a_later_time_and_an_earlier_one_take_effect);
    tcase_add_test(tc, a_descriptor_that_the_kernel_refuses_is_looked_at);
    tcase_add_test(tc, a_descriptor_that_cannot_be_waited_for_is_tried_again);
    tcase_add_test(tc, a_word_that_changes);
    tcase_add_test(tc, idle_ones_end);
    tcase_add_test(tc, a_check_is_due_once);
    tcase_add_test(tc, clients_that_are_waited_for_are_disconnected);
    tcase_add_test(tc, what_is_left_is_for_a_thread_that_sleeps);
    tcase_add_loop_test(tc, what_comes_late_is_not_taken_for_something_else, 0, 2);
    tcase_add_loop_test(tc, what_comes_late_is_not_taken_for_the_next_request, 0, 2);
    tcase_add_test(tc, nothing_begins_to_run_when_it_is_stopped);
    tcase_add_test(tc, many_threads_lose_nothing);
    return s;
}

UNIT_MAIN(suite)
