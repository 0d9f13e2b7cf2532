/* What a step waits for, and the driver that waits in poll(). On the thread that drives the steps. */
#include "net/wait.h"
#include <errno.h>
#include <string.h>
#include "base/clock.h"
#include "base/futex.h"

void wlm_wait_init(wlm_wait_t *wait)
{
    memset(wait, 0, sizeof(*wait));
    wait->member.fd = wait->second.fd = wait->client.fd = -1;
}

apr_status_t wlm_wait_for(wlm_wait_t *wait, int fd, short events, apr_interval_time_t timeout)
{
    apr_time_t now = wlm_now();

    if (!wait->until && timeout > 0) {
        wait->until = now + timeout;
    }
    wait->member = (struct pollfd){ fd, events, 0 };
    wait->second = wait->client = (struct pollfd){ -1, 0, 0 };
    wait->member_quiet = 0;
    wait->client_quiet = 0;
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

/* @return of two times, of which 0 is never */
static apr_time_t earlier(apr_time_t a, apr_time_t b)
{
    return !a || (b && b < a) ? b : a;
}

apr_time_t wlm_wait_due(const wlm_wait_t *wait)
{
    return earlier(wait->until, wait->wake);
}

void wlm_wait_both(wlm_wait_t *both, const wlm_wait_t *first, const wlm_wait_t *second)
{
    wlm_wait_init(both);
    both->member = first->member;
    both->second = second->member;
    both->client = first->client.events ? first->client : second->client;
    both->wake = earlier(wlm_wait_due(first), wlm_wait_due(second));
    both->check = earlier(first->check, second->check);
}

void wlm_wait_divide(wlm_wait_t *first, wlm_wait_t *second, const wlm_wait_t *both)
{
    first->member.revents = both->member.revents;
    second->member.revents = both->second.revents;
    first->client.revents = second->client.revents = both->client.revents;
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

#define FDS 3                      /* of a wait */

static int has_fd(const struct pollfd fds[FDS])
{
    return fds[0].fd >= 0 || fds[1].fd >= 0 || fds[2].fd >= 0;
}

static int has_come(struct pollfd fds[FDS])
{
    return has_fd(fds) && poll(fds, FDS, 0) > 0;
}

#define FOREVER apr_time_from_sec(3600) /* for what may return early */
#define SLICE apr_time_from_msec(20)

/* poll() does not wait for a futex: the word ends the wait at once, a descriptor within a slice */
static void wait_for_word(const wlm_wait_t *wait, struct pollfd fds[FDS])
{
    apr_interval_time_t slice = has_fd(fds) ? SLICE : FOREVER, left;
    apr_time_t due = earlier(wlm_wait_due(wait), wait->check);

    do {
        left = due ? due - wlm_now() : FOREVER;
        if (left <= 0 || has_come(fds)) {
            return;
        }
        wlm_futex_wait(wait->word, wait->seen, left < slice ? left : slice);
    } while (slice < FOREVER && atomic_load(wait->word) == wait->seen);
    (void)has_come(fds);
}

void wlm_wait_poll(wlm_wait_t *wait)
{
    struct pollfd fds[FDS] = { asked_of(&wait->member), asked_of(&wait->client), asked_of(&wait->second) };

    if (wait->word) {
        wait_for_word(wait, fds);
    }
    else {
        while (poll(fds, FDS, poll_ms(earlier(wlm_wait_due(wait), wait->check))) < 0 && errno == EINTR) {
        }
    }
    wait->member.revents = fds[0].revents;
    wait->client.revents = fds[1].revents;
    wait->second.revents = fds[2].revents;
}
