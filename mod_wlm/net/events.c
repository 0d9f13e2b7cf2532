/* The events of an epoll, for several threads. Under load many have come when a thread asks: it takes them with one
 * system call, and goes on with the first. What that leads to may hold it up, so the rest is for any thread.
 *
 * Only a thread that waits alone takes more than one, and leaves them before it counts as one that does not wait any
 * more; so no second thread leaves any meanwhile, and there is room. A thread that begins to wait counts itself, then
 * looks whether any are left. One that leaves some, or takes one of several, writes their number, then looks whether
 * others wait, and wakes one of them. So no thread sleeps while events are left that it could go on with.
 */
#include "net/events.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "net/edges.h"

/* For what is left */
static void wake_other(const wlm_events_t *events)
{
    uint64_t one = 1;

    if (atomic_load(&events->waiting) > 1) {
        while (write(events->wake, &one, sizeof(one)) < 0 && errno == EINTR) {
        }
    }
}

/* @return 0: none is left */
static int take_left(wlm_events_t *events, struct epoll_event *event, uint64_t *pmoment)
{
    int left = 0;

    if (atomic_load(&events->left)) {
        pthread_mutex_lock(&events->mutex);
        left = atomic_load(&events->left);
        if (left) {
            *event = events->taken[events->next++];
            *pmoment = events->moment;
            atomic_store(&events->left, left - 1);
        }
        pthread_mutex_unlock(&events->mutex);
    }
    if (left > 1) {
        wake_other(events);
    }
    return left > 0;
}

static void leave(wlm_events_t *events, const struct epoll_event *taken, int n, uint64_t moment)
{
    pthread_mutex_lock(&events->mutex);
    memcpy(events->taken, taken, sizeof(*taken) * (size_t)n);
    events->moment = moment;
    events->next = 0;
    atomic_store(&events->left, n);
    pthread_mutex_unlock(&events->mutex);
    wake_other(events);
}

int wlm_events_next(wlm_events_t *events, int ms, struct epoll_event *event, uint64_t *pmoment)
{
    struct epoll_event taken[WLM_EVENTS_MAX];
    int most = atomic_fetch_add(&events->waiting, 1) ? 1 : WLM_EVENTS_MAX;
    int n = take_left(events, event, pmoment), error = 0;

    if (!n) {
        *pmoment = wlm_edges_moment();
        n = epoll_wait(events->epoll, taken, most, ms);
        error = errno;
        if (n > 0) {
            *event = taken[0];
        }
        if (n > 1) {
            leave(events, taken + 1, n - 1, *pmoment);
        }
    }
    atomic_fetch_sub(&events->waiting, 1);
    errno = error;
    return n > 1 ? 1 : n;
}

int wlm_events_are_ready(wlm_events_t *events)
{
    struct pollfd fd = { events->epoll, POLLIN, 0 };

    return atomic_load(&events->left) || poll(&fd, 1, 0) > 0;
}

apr_status_t wlm_events_init(wlm_events_t *events, uint64_t wake_data)
{
    /* each write wakes one thread, without being read */
    struct epoll_event wake = { .events = EPOLLIN | EPOLLET, .data.u64 = wake_data };

    memset(events, 0, sizeof(*events));
    pthread_mutex_init(&events->mutex, NULL);
    events->epoll = epoll_create1(EPOLL_CLOEXEC);
    events->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return events->epoll >= 0 && events->wake >= 0
           && epoll_ctl(events->epoll, EPOLL_CTL_ADD, events->wake, &wake) == 0 ? APR_SUCCESS
                                                                              : APR_FROM_OS_ERROR(errno);
}

void wlm_events_destroy(wlm_events_t *events)
{
    if (events->epoll >= 0) {
        close(events->epoll);
    }
    if (events->wake >= 0) {
        close(events->wake);
    }
    pthread_mutex_destroy(&events->mutex);
}
