/* What a step waits for, and the driver that waits in poll(). On the thread that drives the steps. */
#include "net/wait.h"
#include <errno.h>
#include <string.h>
#include "base/clock.h"
#include "base/futex.h"

void wlm_wait_init(wlm_wait_t *wait)
{
    memset(wait, 0, sizeof(*wait));
    wait->member.fd = wait->client.fd = -1;
}

apr_status_t wlm_wait_for(wlm_wait_t *wait, int fd, short events, apr_interval_time_t timeout)
{
    apr_time_t now = wlm_now();

    if (!wait->until && timeout > 0) {
        wait->until = now + timeout;
    }
    wait->member = (struct pollfd){ fd, events, 0 };
    wait->client = (struct pollfd){ -1, 0, 0 };
    wait->word = NULL;
    wait->wake = wait->check = 0;
    return wait->until && now >= wait->until ? APR_TIMEUP : APR_EAGAIN;
}

void wlm_wait_wake(wlm_wait_t *wait, apr_time_t at)
{
    wait->wake = wait->wake && wait->wake < at ? wait->wake : at;
}

void wlm_wait_end(wlm_wait_t *wait)
{
    wlm_wait_init(wait);
}

apr_time_t wlm_wait_due(const wlm_wait_t *wait)
{
    return !wait->until || (wait->wake && wait->wake < wait->until) ? wait->wake : wait->until;
}

static apr_time_t due_or_check(const wlm_wait_t *wait)
{
    apr_time_t due = wlm_wait_due(wait);

    return !due || (wait->check && wait->check < due) ? wait->check : due;
}

/* @return -1: without limit */
static int poll_ms(apr_time_t due)
{
    apr_interval_time_t left = due - wlm_now();
    apr_int64_t ms = (left + 999) / 1000;

    return !due ? -1 : left <= 0 ? 0 : ms > APR_INT32_MAX ? APR_INT32_MAX : (int)ms;
}

static struct pollfd asked_of(const struct pollfd *fd)
{
    return (struct pollfd){ fd->events ? fd->fd : -1, fd->events, 0 };
}

#define FOREVER apr_time_from_sec(3600) /* for what may return early */

static void wait_for_word(const wlm_wait_t *wait)
{
    apr_time_t due = due_or_check(wait);
    apr_interval_time_t left = due ? due - wlm_now() : FOREVER;

    if (left > 0) {
        wlm_futex_wait(wait->word, wait->seen, left);
    }
}

void wlm_wait_poll(wlm_wait_t *wait)
{
    struct pollfd fds[] = { asked_of(&wait->member), asked_of(&wait->client) };

    if (wait->word && fds[0].fd < 0 && fds[1].fd < 0) {
        wait_for_word(wait);
        return;
    }
    while (poll(fds, 2, poll_ms(due_or_check(wait))) < 0 && errno == EINTR) {
    }
    wait->member.revents = fds[0].revents;
    wait->client.revents = fds[1].revents;
}
